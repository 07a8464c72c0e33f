/** The sections of ELF files, whatever their width and byte order, with few reads. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { has, unless } from "../../../../test/cli/terminal.ts";
import { BytesInMemory, type FileBytes } from "../../src/layer/file-inspector.ts";
import { readElf } from "../../src/packages/elf-sections.ts";
import { AMD64, elf, LAYOUTS, SHF, SHT } from "./elf-builder.ts";

const sections = [
  { name: ".text", content: Buffer.from("machine code"), flags: SHF.allocated, address: 0x1000 },
  { name: ".bss", content: Buffer.alloc(0), type: SHT.noBits, flags: SHF.allocated },
  { name: ".comment", content: Buffer.from("a compiler") },
];

class CountedBytes extends BytesInMemory {
  reads = 0;
  bytes = 0;

  override read(offset: number, length: number): Uint8Array {
    const read = super.read(offset, length);
    this.reads += 1;
    this.bytes += read.length;
    return read;
  }
}

describe.each(LAYOUTS)("64 bits: $is64, little endian: $isLittleEndian", (layout) => {
  test.each([false, true])("names, places and contents (counts in the first section: %s)", (isExtended) => {
    const file = readElf(new BytesInMemory(elf({ ...layout, sections, isExtended })));
    expect(file?.sections.map(({ name, isAllocated }) => [name, isAllocated])).toEqual([
      ["", false],
      [".text", true],
      [".bss", true],
      [".comment", false],
      [".shstrtab", false],
    ]);
    expect(file?.isRunnable).toBe(true);
    expect(file?.sections[2]?.size).toBe(0);
    expect(Buffer.from(file?.contentOf(".comment", 100) ?? []).toString()).toBe("a compiler");
    expect(file?.contentOf(".comment", 9)).toBeUndefined();
    expect(file?.contentOf(".bss", 1 << 30)).toBeUndefined();
    expect(file?.contentOf(".data", 100)).toBeUndefined();
  });

  test("memory by address, as far as the file has it", () => {
    const file = readElf(new BytesInMemory(elf({ ...layout, sections })));
    expect(Buffer.from(file?.atAddress(0x1008, 4) ?? []).toString()).toBe("code");
    expect(file?.atAddress(0x1008, 5)).toBeUndefined();
    expect(file?.atAddress(0xfff, 2)).toBeUndefined();
  });
});

test("an object file and a core dump are nothing that runs", () => {
  for (const type of [1, 4])
    expect(readElf(new BytesInMemory(elf({ ...AMD64, type, sections })))?.isRunnable).toBe(false);
});

test.each([
  ["a script", Buffer.from(`#!/bin/sh\n${"# comment\n".repeat(20)}`)],
  ["nothing", Buffer.alloc(0)],
  ["only the magic", Buffer.from("\x7fELF")],
  ["an unknown width", changed(4, 3)],
  ["an unknown byte order", changed(5, 0)],
  ["records that are too small", changed(58, 8)],
  ["more sections than fit into the file", changed(61, 1)],
  ["a table outside of the file", changed(42, 0xff)],
])("%s is no ELF file", (_, bytes) => {
  expect(readElf(new BytesInMemory(bytes))).toBeUndefined();
});

function changed(at: number, value: number): Buffer {
  const bytes = elf({ ...AMD64, sections });
  bytes[at] = value;
  return bytes;
}

test("three small reads are enough, whatever is in the file", () => {
  const bytes = new CountedBytes(
    elf({ ...AMD64, sections: [...sections, { name: ".data", content: Buffer.alloc(1 << 20) }] }),
  );
  expect(readElf(bytes)?.sections).toHaveLength(6);
  expect(bytes.reads).toBe(3);
  expect(bytes.bytes).toBeLessThan(1000);
});

test.skipIf(!has("readelf"))(`the same sections as readelf names of a real program${unless("readelf")}`, () => {
  const bytes: FileBytes = new BytesInMemory(readFileSync(process.execPath));
  const listed = execFileSync("readelf", ["--sections", "--wide", process.execPath], { encoding: "utf8" });
  const expected = [...listed.matchAll(/^ +\[ *\d+\] (\S+) +(\S+) +[0-9a-f]+ ([0-9a-f]+) ([0-9a-f]+)/gm)].map(
    ([, name, type, offset, size]) => [
      name,
      Number.parseInt(offset ?? "", 16),
      type === "NOBITS" ? 0 : Number.parseInt(size ?? "", 16),
    ],
  );
  expect(expected.length).toBeGreaterThan(10);
  const found = readElf(bytes)?.sections.slice(1);
  expect(found?.map(({ name, offset, size }) => [name, offset, size])).toEqual(expected);
});
