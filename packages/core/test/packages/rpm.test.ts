import { describe, expect, test } from "vitest";
import { rpmReader } from "../../src/packages/rpm/rpm-reader.ts";
import { factsOf, isWanted } from "./declaring-file.ts";
import { expectNothingThrown } from "./mutations.ts";
import { berkeleyDatabase, ndbDatabase, sqliteDatabase } from "./rpm-databases.ts";
import { type PackageOfTest, rpmHeader } from "./rpm-headers.ts";

const SQLITE = "var/lib/rpm/rpmdb.sqlite";
const NDB = "usr/lib/sysimage/rpm/Packages.db";
const BERKELEY = "var/lib/rpm/Packages";

const BASH: PackageOfTest = {
  name: "bash",
  version: "5.2.15",
  release: "5.fc39",
  epoch: 1,
  architecture: "x86_64",
  license: "GPL-3.0-or-later",
  sourceRpm: "bash-5.2.15-5.fc39.src.rpm",
  bytes: 8_000_000,
  files: { "/": ["usr"], "/usr/bin/": ["bash", "sh"], "/usr/share/döc/": ["README"] },
  requires: ["libc.so.6(GLIBC_2.38)(64bit)", "rpmlib(CompressedFileNames)", "nothing-here", "glibc"],
  provides: ["/bin/sh"],
};

const MANY = Array.from(
  { length: 40 },
  (_, index): PackageOfTest => ({
    name: `package-${index}`,
    version: `${index}`,
    release: "1",
    files: { "/opt/": Array.from({ length: (index * 7) % 90 }, (_, file) => `file-${file}`) },
  }),
);

const GLIBC: PackageOfTest = {
  name: "glibc-minimal",
  version: "2.38",
  release: "1",
  sourceRpm: "glibc-2.38-1.src.rpm",
  longBytes: 5_000_000_000n,
  provides: ["libc.so.6(GLIBC_2.38)(64bit)", "glibc"],
  requires: ["/bin/sh"],
};

const databases: [string, string, (headers: readonly Uint8Array[]) => Buffer][] = [
  ["SQLite", SQLITE, sqliteDatabase],
  ["SQLite with large pages", SQLITE, (headers) => sqliteDatabase(headers, 65536)],
  ["ndb", NDB, ndbDatabase],
  ["Berkeley DB", BERKELEY, berkeleyDatabase],
  ["Berkeley DB of another byte order", BERKELEY, (headers) => berkeleyDatabase(headers, false, 4096)],
];

describe("The database of rpm", () => {
  test.each([
    ["var/lib/rpm/rpmdb.sqlite", true],
    ["usr/lib/sysimage/rpm/rpmdb.sqlite", true],
    ["usr/share/rpm/Packages", true],
    ["var/lib/rpm/Packages.db", true],
    ["var/lib/rpm/rpmdb.sqlite-wal", true],
    ["var/lib/rpm/rpmdb.sqlite-shm", false],
    ["var/lib/rpm/Index.db", false],
    ["var/lib/rpm/old/Packages", false],
    ["srv/root/var/lib/rpm/Packages", false],
    ["Packages", false],
  ])("is it %s: %s", (path, expected) => {
    expect(isWanted(rpmReader, path)).toBe(expected);
  });

  describe.each(databases)("in the format %s", (_, path, database) => {
    const read = (...packages: readonly PackageOfTest[]) => factsOf(rpmReader, path, database(packages.map(rpmHeader)));

    test("has packages with what they were built from, what they need, and their files", () => {
      expect(read(BASH, GLIBC)).toEqual({
        packages: [
          {
            type: "rpm",
            name: "bash",
            version: "1:5.2.15-5.fc39",
            architecture: "x86_64",
            license: "GPL-3.0-or-later",
            source: undefined,
            claimedBytes: 8_000_000,
            requires: ["glibc-minimal"],
            claims: [{ kind: "files", paths: ["/usr", "/usr/bin/bash", "/usr/bin/sh", "/usr/share/döc/README"] }],
          },
          {
            type: "rpm",
            name: "glibc-minimal",
            version: "2.38-1",
            architecture: undefined,
            license: undefined,
            source: { name: "glibc", version: "2.38-1" },
            claimedBytes: 5_000_000_000,
            requires: ["bash"],
            claims: [],
          },
        ],
      });
    });

    test("has all packages, of whatever length", () => {
      const facts = read(...MANY);
      expect(facts?.problem).toBeUndefined();
      expect(
        facts?.packages?.map(({ name, claims }) => [
          name,
          claims.flatMap((claim) => ("paths" in claim ? claim.paths : [])),
        ]),
      ).toEqual(MANY.map(({ name, files }) => [name, files?.["/opt/"]?.map((file) => `/opt/${file}`)]));
    });

    test("has no package of a key, nor of a header without a name", () => {
      expect(read({ name: "gpg-pubkey", version: "a", release: "b" })).toEqual({ packages: [] });
      expect(read({ version: "1" }, BASH)).toMatchObject({
        packages: [{ name: "bash" }],
        problem: "1 packages of the rpm database could not be read",
      });
    });

    test("is damaged when its end is missing", () => {
      const whole = database([...MANY, BASH].map(rpmHeader));
      const facts = factsOf(rpmReader, path, whole.subarray(0, Math.floor(whole.length / 2)));
      expect(facts?.problem).toMatch(/^the rpm database /);
    });

    test("never makes it throw, whatever is in it", () => {
      expectNothingThrown(rpmReader, path, database([BASH, GLIBC, ...MANY.slice(0, 12)].map(rpmHeader)));
    });
  });

  test("has no files of a package that another replaced, or that were left out", () => {
    const files = { "/a/": ["normal", "replaced", "left-out", "on-the-network", "of-another-architecture"] };
    const header = rpmHeader({ name: "a", version: "1", files, states: [0, 1, 2, 3, 4] });
    expect(factsOf(rpmReader, SQLITE, sqliteDatabase([header]))?.packages?.[0]?.claims).toEqual([
      { kind: "files", paths: ["/a/normal", "/a/on-the-network"] },
    ]);
  });

  test("may have no packages", () => {
    expect(factsOf(rpmReader, SQLITE, sqliteDatabase([]))).toEqual({ packages: [] });
  });

  test("may be none", () => {
    const nothing = Buffer.alloc(10_000, "x");
    expect(factsOf(rpmReader, SQLITE, nothing)?.problem).toMatch(/no SQLite database/);
    expect(factsOf(rpmReader, NDB, nothing)?.problem).toMatch(/ndb/);
    expect(factsOf(rpmReader, BERKELEY, nothing)?.problem).toMatch(/no Berkeley DB/);
  });

  test("may lead back into itself", () => {
    const sqlite = sqliteDatabase(MANY.map(rpmHeader));
    // The root of the table of packages, the page before the last one, becomes its own last child.
    const root = sqlite.length - 2 * 1024;
    sqlite.writeUInt32BE(root / 1024 + 1, root + 8);
    expect(factsOf(rpmReader, SQLITE, sqlite)?.problem).toMatch(/damaged/);

    const berkeley = berkeleyDatabase([rpmHeader(MANY[12] as PackageOfTest)]);
    // The first overflow page, after those of the start and of the next number, becomes its own next one, a byte at a time.
    berkeley.writeUInt32LE(2, 2 * 512 + 16);
    berkeley.writeUInt16LE(1, 2 * 512 + 22);
    expect(berkeley[2 * 512 + 25]).toBe(7);
    expect(factsOf(rpmReader, BERKELEY, berkeley)?.problem).toMatch(/damaged/);
  });

  test("may say that the same bytes are many packages", () => {
    const ndb = ndbDatabase([rpmHeader({ ...BASH, license: "x".repeat(20_000) })]);
    const slot = ndb.subarray(48, 64);
    for (let at = 64; at + 16 <= 4096; at += 16) ndb.set(slot, at);
    const facts = factsOf(rpmReader, NDB, ndb);
    expect(facts?.packages?.length).toBe(1);
    expect(facts?.problem).toMatch(/damaged/);
  });
});
