/** What rpm, SQLite and Berkeley DB write themselves. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryPath } from "../../../../test/temporary-directory.ts";
import { BytesInMemory } from "../../src/layer/file-inspector.ts";
import { rpmReader } from "../../src/packages/rpm/rpm-reader.ts";
import { SqliteFile } from "../../src/packages/rpm/sqlite-file.ts";
import { factsOf } from "./declaring-file.ts";
import { sqliteDatabase } from "./rpm-databases.ts";
import { rpmHeader } from "./rpm-headers.ts";

/** A part of a test's name that says why it is skipped. */
function unless(...programs: readonly string[]): string {
  const missing = programs.filter((program) => {
    try {
      execFileSync("sh", ["-c", 'command -v "$0"', program], { stdio: "ignore" });
      return false;
    } catch {
      return true;
    }
  });
  return missing.length > 0 ? ` (skipped: no ${missing.join(", ")})` : "";
}

const run = (program: string, args: readonly string[], input = ""): string =>
  execFileSync(program, args, { input, encoding: "utf8", maxBuffer: 2 ** 26, stdio: ["pipe", "pipe", "ignore"] });

const SPEC = `Name: shelf
Version: 1.2
Release: 3
Epoch: 2
Summary: shelf
License: MIT AND Apache-2.0
BuildArch: noarch
Requires: shelf-books, /bin/sh
%description
shelf
%package -n shelf-books
Summary: books
Version: 7
Requires: wood
%description -n shelf-books
books
%package plain
Summary: nothing in it
Provides: wood
%description plain
plain
%install
mkdir -p %{buildroot}/opt/shelf/deep %{buildroot}/etc %{buildroot}/usr/share/books
for number in $(seq 1 500); do echo $number > %{buildroot}/usr/share/books/book-$number; done
echo a > %{buildroot}/opt/shelf/a; echo b > %{buildroot}/opt/shelf/deep/ü; echo c > %{buildroot}/etc/shelf.conf
%files
/opt/shelf
%config /etc/shelf.conf
%files -n shelf-books
/usr/share/books
%files plain
`;

const whyNoRpm = unless("rpm", "rpmbuild", "sqlite3");

describe.skipIf(whyNoRpm)(`A database that rpm made${whyNoRpm}`, () => {
  const directory = temporaryPath();
  const database = join(directory, "database");

  beforeAll(() => {
    mkdirSync(database, { recursive: true });
    writeFileSync(join(directory, "shelf.spec"), SPEC);
    run("rpmbuild", ["--define", `_topdir ${directory}`, "-bb", join(directory, "shelf.spec")]);
    const built = join(directory, "RPMS/noarch");
    const packages = readdirSync(built).map((name) => join(built, name));
    const how = ["--justdb", "--nodeps", "--nosignature", "--force-debian"];
    run("rpm", ["--dbpath", database, "--define", "_db_backend sqlite", "--install", ...how, ...packages]);
  });

  /** As rpm itself finds them in its database: name, version, … and the files, by name. */
  const asRpmSaysIt = (): unknown[] => {
    const fields = ["NAME", "EVR", "ARCH", "LICENSE", "SIZE", "SOURCERPM"].map((tag) => `%{${tag}}`).join("\\t");
    return run("rpm", ["--dbpath", database, "-qa", "--qf", `${fields}\\t[%{FILENAMES}\\t]\\n`])
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t").filter((field) => field !== ""))
      .sort();
  };
  const read = (path: string, content: Uint8Array) => {
    const facts = factsOf(rpmReader, path, content);
    expect(facts?.problem).toBeUndefined();
    return facts?.packages ?? [];
  };
  const packagesOf = (path: string, content: Uint8Array): unknown[] =>
    read(path, content)
      .map(({ name, version, architecture, license, claimedBytes, claims }) => [
        ...[name, version, architecture, license, `${claimedBytes}`, "shelf-1.2-3.src.rpm"],
        ...claims.flatMap((claim) => ("paths" in claim ? claim.paths : [])),
      ])
      .sort();

  test("has the packages and files that rpm finds in it", () => {
    const content = readFileSync(join(database, "rpmdb.sqlite"));
    expect(packagesOf("var/lib/rpm/rpmdb.sqlite", content)).toEqual(asRpmSaysIt());
    const requires = read("var/lib/rpm/rpmdb.sqlite", content).map((found) => [found.name, found.requires]);
    expect(Object.fromEntries(requires)).toEqual({
      shelf: ["shelf-books"],
      "shelf-books": ["shelf-plain"],
      "shelf-plain": undefined,
    });
  });

  const whyNoBerkeley = unless("db_load");

  test.skipIf(whyNoBerkeley)(`has them as a Berkeley DB too${whyNoBerkeley}`, () => {
    const rows = run("sqlite3", [join(database, "rpmdb.sqlite"), "SELECT hnum, lower(hex(blob)) FROM Packages"]);
    const number = (value: number) => Buffer.from(Uint32Array.of(value).buffer).toString("hex");
    const pairs = rows
      .trimEnd()
      .split("\n")
      .map((row) => row.split("|"))
      .map(([row, blob]) => ` ${number(Number(row))}\n ${blob}\n`);
    for (const [pageSize, order] of [
      [4096, 1234],
      [4096, 4321],
      [512, 1234],
    ]) {
      const path = temporaryPath();
      const start = `VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize=${pageSize}\ndb_lorder=${order}\nHEADER=END\n`;
      run("db_load", [path], `${start} ${number(0)}\n ${number(3)}\n${pairs.join("")}DATA=END\n`);
      expect(packagesOf("var/lib/rpm/Packages", readFileSync(path))).toEqual(asRpmSaysIt());
    }
  });
});

const whyNoSqlite = unless("sqlite3");

describe.skipIf(whyNoSqlite)(`A database that SQLite made${whyNoSqlite}`, () => {
  test.each([512, 1024, 4096, 65536])("has all its rows, with pages of %i bytes", (pageSize) => {
    const path = temporaryPath();
    run(
      "sqlite3",
      [path],
      `PRAGMA page_size=${pageSize}; PRAGMA journal_mode=WAL;
      CREATE TABLE Other (a TEXT, b REAL); CREATE INDEX by_a ON Other (a);
      CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)
        INSERT INTO Packages (blob) SELECT randomblob((i * i * 7) % 9000 + 1) FROM n;
      DELETE FROM Packages WHERE hnum % 5 = 0;
      INSERT INTO Packages (blob) SELECT randomblob(300000);`,
    );
    const file = SqliteFile.open(new BytesInMemory(readFileSync(path)));
    const blobs: string[] = [];
    const isWhole = file?.forEachRow(file.rootOf("Packages") ?? 0, 2, ([, blob]) => {
      blobs.push(blob instanceof Uint8Array ? Buffer.from(blob).toString("hex").toUpperCase() : "none");
    });
    expect(isWhole).toBe(true);
    expect(blobs).toEqual(run("sqlite3", [path, "SELECT hex(blob) FROM Packages ORDER BY hnum"]).trimEnd().split("\n"));
  });

  describe("may have a log", () => {
    /** What lies beside the database while somebody writes to it. */
    const logAfter = (...statements: readonly string[]): Buffer => {
      const path = temporaryPath();
      const copy = `.shell cp ${path}-wal ${path}.log`;
      const create = "PRAGMA journal_mode=WAL; CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB);";
      run("sqlite3", [path], [".output /dev/null", create, ...statements, copy, ""].join("\n"));
      return readFileSync(`${path}.log`);
    };
    const INSERT = "INSERT INTO Packages (blob) VALUES (randomblob(20000));";
    const problemOf = (log: Uint8Array): string | undefined =>
      factsOf(rpmReader, "usr/lib/sysimage/rpm/rpmdb.sqlite-wal", log)?.problem;

    test("with changes: that they were not read is said", () => {
      expect(problemOf(logAfter(INSERT))).toMatch(/changes that were not read/);
    });

    test("that was begun anew or is empty: what is left over in it counts for nothing", () => {
      expect(problemOf(logAfter(INSERT, "PRAGMA wal_checkpoint(TRUNCATE);"))).toBeUndefined();
      const again = logAfter(INSERT, "PRAGMA wal_checkpoint(RESTART);", "DELETE FROM Packages;");
      expect(problemOf(again)).toMatch(/not read/);
      const frame = 24 + again.readUInt32BE(8);
      const old = logAfter(INSERT, INSERT);
      const leftOver = Buffer.concat([again.subarray(0, 32), old.subarray(32 + frame)]);
      expect(problemOf(leftOver)).toBeUndefined();
      expect(problemOf(again.subarray(0, 32))).toBeUndefined();
    });

    test("whose last write was cut off or is damaged", () => {
      const log = logAfter(INSERT);
      const frame = 24 + log.readUInt32BE(8);
      // The first transaction changes the page of the schema and adds one for the table.
      const unfinished = log.subarray(0, 32 + frame);
      expect(problemOf(unfinished)).toBeUndefined();
      const damaged = Buffer.from(log);
      damaged[100] = (damaged[100] ?? 0) ^ 1;
      expect(problemOf(damaged)).toBeUndefined();
      for (let end = 0; end < 32 + frame; end += 61) expect(problemOf(log.subarray(0, end))).toBeUndefined();
    });
  });

  test("is like those that are written here", () => {
    const headers = Array.from({ length: 30 }, (_, index) =>
      rpmHeader({ name: `n${index}`, version: "1", license: "x".repeat(index * 70) }),
    );
    const path = temporaryPath();
    writeFileSync(path, sqliteDatabase(headers));
    const rows = run("sqlite3", [path, "PRAGMA integrity_check; SELECT lower(hex(blob)) FROM Packages ORDER BY hnum"]);
    expect(rows.trimEnd().split("\n")).toEqual(["ok", ...headers.map((header) => header.toString("hex"))]);
  });
});
