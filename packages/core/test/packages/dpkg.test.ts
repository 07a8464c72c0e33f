import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { dpkgReader } from "../../src/packages/dpkg.ts";
import { factsOf, isWanted } from "./declaring-file.ts";
import { expectNothingThrown } from "./mutations.ts";

const STATUS = "var/lib/dpkg/status";

const CURL = `Package: curl
Status: install ok installed
Priority: optional
Installed-Size: 499
Maintainer: Somebody <somebody@example.com>
Architecture: amd64
Multi-Arch: foreign
Version: 7.88.1-10+deb12u5
Pre-Depends: init-system-helpers (>= 1.54~)
Depends: libc6 (>= 2.34), python3:any | mail-agent, libc6
Conffiles:
 /etc/curlrc 0123456789abcdef0123456789abcdef
 Version: not a field, /etc/x
Description: command line tool
 Package: neither
`;

const namesOf = (text: string) => factsOf(dpkgReader, STATUS, text)?.packages?.map(({ name }) => name);
const stanza = (name: string, rest: string) => `Package: ${name}\nVersion: 1\n${rest}\n\n`;

describe("The database of dpkg", () => {
  test.each([
    [STATUS, true],
    ["var/lib/dpkg/status.d/base-files", true],
    ["var/lib/dpkg/status.d/base-files.md5sums", true],
    ["var/lib/dpkg/info/curl.list", true],
    ["var/lib/dpkg/info/libc6:amd64.list", true],
    ["var/lib/dpkg/status-old", false],
    ["srv/root/var/lib/dpkg/status", false],
    ["srv/root/var/lib/dpkg/status.d/base-files", false],
    ["var/lib/dpkg/info/curl.md5sums", false],
    ["var/lib/dpkg/info/deeper/curl.list", false],
    ["etc/apt/sources.list", false],
    ["status", false],
  ])("is it %s: %s", (path, expected) => {
    expect(isWanted(dpkgReader, path)).toBe(expected);
  });

  test("has the fields of a package, and no others that look like them", () => {
    expect(factsOf(dpkgReader, STATUS, CURL)).toEqual({
      packages: [
        {
          type: "deb",
          name: "curl",
          version: "7.88.1-10+deb12u5",
          architecture: "amd64",
          source: undefined,
          claimedBytes: 499 * 1024,
          requires: ["init-system-helpers", "libc6", "python3", "mail-agent"],
          claims: [],
        },
      ],
    });
  });

  test("names what a package was built from, with its version where that is another", () => {
    const text = stanza("a", "Source: shadow") + stanza("b", "Source: gcc-12 (12.2.0-14)");
    expect(factsOf(dpkgReader, STATUS, text)?.packages?.map(({ source }) => source)).toEqual([
      { name: "shadow" },
      { name: "gcc-12", version: "12.2.0-14" },
    ]);
  });

  test("counts what has its files on disk as installed", () => {
    const states = [
      "installed",
      "unpacked",
      "half-configured",
      "half-installed",
      "triggers-awaited",
      "triggers-pending",
      "config-files",
      "not-installed",
    ];
    const text = states.map((state) => stanza(state, `Status: install ok ${state}`)).join("");
    expect(namesOf(text)).toEqual(states.slice(0, 6));
  });

  test("has the package that provides what another needs", () => {
    const text = `${stanza("exim4", "Provides: mail-agent (= 1), other")}${CURL}`;
    expect(factsOf(dpkgReader, STATUS, text)?.packages?.[1]?.requires).toContain("exim4");
  });

  test("tells what it could not read", () => {
    const text = `${stanza("a", "")}Package: b\n\nVersion: 1\n\n`;
    expect(factsOf(dpkgReader, STATUS, text)).toMatchObject({
      packages: [{ name: "a" }],
      problem: "2 stanzas of the dpkg database have no name or no version, so the file may be cut off",
    });
    expect(factsOf(dpkgReader, STATUS, "\0\0\0nothing")?.problem).toBe(
      "the dpkg database has no package that can be read",
    );
  });

  test("has the paths of a package in a list", () => {
    const facts = factsOf(dpkgReader, "var/lib/dpkg/info/libc6:amd64.list", "/.\n/lib\n/lib/libc.so.6\n/usr/share/ü\n");
    expect(facts).toEqual({ fileList: { of: "libc6:amd64", paths: ["/lib", "/lib/libc.so.6", "/usr/share/ü"] } });
  });

  test("of an image without package manager has a file per package, and the paths with their sums", () => {
    const directory = "var/lib/dpkg/status.d";
    const sums = `${"0".repeat(32)}  etc/a b\n${"f".repeat(32)}  usr/bin/c\nnonsense\n`;
    expect(factsOf(dpkgReader, `${directory}/tzdata`, "Package: tzdata\nVersion: 2024a\n")).toMatchObject({
      packages: [{ name: "tzdata", version: "2024a" }],
    });
    expect(factsOf(dpkgReader, `${directory}/tzdata.md5sums`, sums)).toEqual({
      fileList: { of: "tzdata", paths: ["etc/a b", "usr/bin/c"] },
    });
    expect(factsOf(dpkgReader, `${directory}/copyright`, "Some words.\n")).toBeUndefined();
  });

  test("never makes it throw, whatever is in it", () => {
    const directory = "var/lib/dpkg/";
    expectNothingThrown(dpkgReader, `${directory}status`, Buffer.from(CURL + stanza("a", "Source: b (1")));
    expectNothingThrown(dpkgReader, `${directory}info/a.list`, Buffer.from("/.\n/a\n/b\n"));
    expectNothingThrown(dpkgReader, `${directory}status.d/a.md5sums`, Buffer.from(`${"0".repeat(32)}  etc/a\n`));
  });
});

const isHere = existsSync(`/${STATUS}`);
const why = isHere ? "" : " (skipped: no dpkg)";

describe.skipIf(!isHere)(`The database of this machine${why}`, () => {
  const lines = (...args: readonly string[]) =>
    execFileSync("dpkg-query", args, { encoding: "utf8" }).trim().split("\n");

  test("has the packages that dpkg-query finds in it", () => {
    const fields = ["Package", "Version", "Architecture", "source:Package", "source:Version", "Installed-Size"];
    const format = `${[...fields, "db:Status-Status"].map((field) => `\${${field}}`).join("\t")}\n`;
    const expected = lines("-W", "-f", format).filter((line) => !/(config-files|not-installed)$/.test(line));
    const facts = factsOf(dpkgReader, STATUS, readFileSync(`/${STATUS}`));
    const found = facts?.packages?.map(({ name, version, architecture, source, claimedBytes }) =>
      [
        name,
        version,
        architecture,
        source?.name ?? name,
        source?.version ?? version,
        claimedBytes === undefined ? "" : claimedBytes / 1024,
      ].join("\t"),
    );
    expect(found?.sort()).toEqual(expected.map((line) => line.slice(0, line.lastIndexOf("\t"))).sort());
    expect(facts?.problem).toBeUndefined();
  });

  test("has the paths that dpkg lists", () => {
    const directory = "var/lib/dpkg/info";
    for (const name of readdirSync(`/${directory}`).filter((name) => /^(base-files|libc6|tar)[:.].*list$/.test(name))) {
      const path = `${directory}/${name}`;
      const list = factsOf(dpkgReader, path, readFileSync(`/${path}`))?.fileList;
      const expected = lines("-L", list?.of ?? "").filter((line) => line.startsWith("/") && line !== "/.");
      expect(list?.paths).toEqual(expected);
    }
  });
});
