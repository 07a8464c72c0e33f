/** What is to be learnt from programs and shared libraries: packages, and what strip would take away. */
import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { has, unless } from "../../../../test/cli/terminal.ts";
import { temporaryPath } from "../../../../test/temporary-directory.ts";
import { mayBeElf, readElfFile } from "../../src/inspection/elf-facts.ts";
import { BytesInMemory, InspectedFile } from "../../src/layer/file-inspector.ts";
import { PathTable } from "../../src/layer/path-table.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";
import { AMD64, type ElfSpec, elf, LAYOUTS, SHF, SHT } from "../packages/elf-builder.ts";
import { framed, inlineSection } from "../packages/go-builder.ts";

const content = (size: number): Uint8Array => new Uint8Array(size);
const findingsOf = (spec: ElfSpec) => readElfFile(new BytesInMemory(elf(spec)));
const strippable = (sections: ElfSpec["sections"]) => findingsOf({ ...AMD64, sections })?.elf?.strippableBytes;

describe("which files are looked into:", () => {
  const KIB = 1024;
  test.each([
    ["usr/bin/tool", 0o755, 64 * KIB, true],
    ["usr/bin/tool", 0o755, 64 * KIB - 1, false],
    ["usr/bin/tool", 0o644, 1 << 20, false],
    ["usr/lib/libthing.so.1.2", 0o644, 1 << 20, true],
    ["usr/lib/libthing.so", 0o644, 1 << 20, true],
    ["usr/bin/mine", 0o700, 512 << 20, true],
    ["usr/bin/mine", 0o700, (512 << 20) + 1, false],
  ])("%s with mode %i and %i bytes: %s", (path, mode, size, expected) => {
    const paths = new PathTable(DEFAULT_LIMITS);
    const node = paths.intern(Buffer.from(path), 0, path.length);
    expect(mayBeElf(new InspectedFile(paths, node, size, mode))).toBe(expected);
  });
});

describe.each(LAYOUTS)("64 bits: $is64, little endian: $isLittleEndian", (layout) => {
  test("symbols and debug information can be stripped, all else stays", () => {
    const sections = [
      { name: ".text", content: content(5000), flags: SHF.allocated },
      { name: ".debug_info", content: content(1000) },
      { name: ".debug_line", content: content(200), flags: SHF.compressed },
      { name: ".zdebug_str", content: content(30) },
      { name: ".symtab", content: content(4), type: SHT.symbols },
      { name: ".strtab", content: content(5), type: SHT.strings },
      { name: ".gdb_index", content: content(6) },
      { name: ".stabstr", content: content(7) },
      // Not for debuggers, in memory, or not in the file.
      { name: ".comment", content: content(100) },
      { name: ".gnu_debuglink", content: content(100) },
      { name: ".debug_gdb_scripts", content: content(100), flags: SHF.allocated },
      { name: ".dynstr", content: content(100), type: SHT.strings, flags: SHF.allocated },
      { name: ".debug_types", content: content(0), type: SHT.noBits },
    ];
    expect(findingsOf({ ...layout, sections })).toEqual({ elf: { strippableBytes: 1252 } });
  });
});

test("a stripped program has nothing to say", () => {
  expect(findingsOf({ ...AMD64, sections: [{ name: ".text", content: content(5000) }] })).toBeUndefined();
});

test("object files need their symbols", () => {
  const sections = [{ name: ".symtab", content: content(1000), type: SHT.symbols }];
  expect(findingsOf({ ...AMD64, sections, type: 1 })).toBeUndefined();
  expect(findingsOf({ ...AMD64, sections, type: 3 })?.elf).toEqual({ strippableBytes: 1000 });
});

test("no more than the file has, though sections lie on each other", () => {
  const bytes = elf({
    ...AMD64,
    sections: ["a", "b", "c"].map((name) => ({ name: `.debug_${name}`, content: content(500) })),
  });
  // Each of them is made to begin behind the header and to end where the file ends.
  const table = Number(bytes.readBigUInt64LE(40));
  for (const index of [1, 2, 3]) {
    bytes.writeBigUInt64LE(64n, table + index * 64 + 24);
    bytes.writeBigUInt64LE(BigInt(bytes.length - 64), table + index * 64 + 32);
  }
  expect(readElfFile(new BytesInMemory(bytes))?.elf?.strippableBytes).toBe(bytes.length);
});

test("packages and debug information of one file", () => {
  const go = inlineSection("go1.21.0", framed(["mod\ta/b\tv1.0.0"]));
  const found = findingsOf({ ...AMD64, sections: [go, { name: ".debug_info", content: content(10) }] });
  expect(found?.packages?.packages?.map(({ name }) => name)).toEqual(["b", "stdlib"]);
  expect(found?.elf).toEqual({ strippableBytes: 10 });
  const crates = deflateSync(JSON.stringify({ packages: [{ name: "c", version: "1.0.0", root: true }] }));
  const rust = findingsOf({ ...AMD64, sections: [{ name: ".dep-v0", content: crates }] });
  expect(rust?.packages?.packages?.map(({ type, name }) => `${type} ${name}`)).toEqual(["cargo c"]);
  expect(rust?.elf).toBeUndefined();
});

test("the names of sections are not counted where they are those of symbols too", () => {
  expect(strippable([{ name: ".strtab", content: content(9), type: SHT.strings }])).toBe(9);
});

test.skipIf(!has("strip"))(`what strip takes away from a real program, but for its records${unless("strip")}`, () => {
  const stripped = temporaryPath();
  execFileSync("strip", ["--strip-all", "-o", stripped, process.execPath]);
  const taken = statSync(process.execPath).size - statSync(stripped).size;
  const told = readElfFile(new BytesInMemory(readFileSync(process.execPath)))?.elf?.strippableBytes ?? 0;
  // The table of sections, notes of the compiler, and gaps that a linker leaves for large pages become smaller, too.
  expect(told).toBeLessThan(taken + 64 * 1024);
  expect(told).toBeGreaterThan(taken * 0.9);
  expect(readElfFile(new BytesInMemory(readFileSync(stripped)))).toBeUndefined();
});

test("whatever is in the file, nothing is thrown and no more is told than the file has", () => {
  const original = elf({
    ...AMD64,
    sections: [
      inlineSection("go1.21.0", framed(["mod\ta/b\tv1.0.0"])),
      { name: ".debug_info", content: content(100) },
      { name: ".dep-v0", content: deflateSync("{}") },
    ],
  });
  const change = fc.tuple(fc.nat(original.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 10 }), fc.nat(original.length), (changes, end) => {
      const bytes = Buffer.from(original);
      for (const [at, value] of changes) bytes[at] = value;
      for (const each of [bytes, bytes.subarray(0, end)]) {
        const found = readElfFile(new BytesInMemory(each));
        expect(found?.elf?.strippableBytes ?? 0).toBeLessThanOrEqual(each.length);
      }
    }),
    { numRuns: 2000 },
  );
});
