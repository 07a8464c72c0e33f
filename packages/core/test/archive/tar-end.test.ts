import { describe, expect, test } from "vitest";
import { file, paxHeader, tar } from "../../../../fixtures/build/tar.ts";
import { membersOf, problemIn, readTar } from "./read-tar.ts";

const names = async (bytes: Uint8Array): Promise<string[]> => (await membersOf(bytes)).map(({ path }) => path);
const zeros = (count: number): Buffer => Buffer.alloc(count);

describe("a layer with nothing in it", () => {
  test.each([0, 512, 1024, 10_240])("%i bytes of zeros", async (size) => {
    expect(await names(zeros(size))).toEqual([]);
  });
});

describe("the end of a tar", () => {
  const one = file("a", "abc");

  test("two blocks of zeros", async () => expect(await names(tar([one]))).toEqual(["a"]));
  test("padded to a record of 10240 bytes", async () =>
    expect(await names(tar([one], { padTo: 10_240 }))).toEqual(["a"]));
  test("no blocks of zeros", async () => expect(await names(tar([one], { end: "none" }))).toEqual(["a"]));
  test("one block of zeros", async () => expect(await names(tar([one], { end: "one-block" }))).toEqual(["a"]));

  test("without the last padding", async () => {
    expect(await names(tar([one], { end: "none" }).subarray(0, 512 + 3))).toEqual(["a"]);
    expect(await names(tar([one], { end: "none" }).subarray(0, 512 + 100))).toEqual(["a"]);
  });

  test("bytes behind it are not looked at", async () => {
    expect(await names(tar([one], { trailing: Buffer.from("GARBAGE".repeat(200)) }))).toEqual(["a"]);
    expect(await names(tar([one], { trailing: Buffer.from("x") }))).toEqual(["a"]);
  });

  test("of two tars one behind the other only the first is read", async () => {
    expect(await names(Buffer.concat([tar([one]), tar([file("b")])]))).toEqual(["a"]);
  });

  test("two tars without end blocks are one", async () => {
    expect(await names(Buffer.concat([tar([one], { end: "none" }), tar([file("b")])]))).toEqual(["a", "b"]);
  });

  test("a lone block of zeros before more members is corrupt, as Go has it", async () => {
    const reading = await readTar(Buffer.concat([tar([one], { end: "one-block" }), tar([file("b")])]));
    expect(reading.members.map(({ path }) => path)).toEqual(["a"]);
    expect(reading.error).toMatchObject({ code: "corrupt", where: { offset: 1536 } });
  });
});

describe("a tar that ends too early", () => {
  const bytes = tar([file("a", "abc"), paxHeader({ path: "x".repeat(600) }), file("b", "d".repeat(600))]);
  // a: header, body; pax: header, two blocks; b: header, two blocks.
  test.each([
    ["in a header", 1024 + 100, 1],
    ["in an extension header's own header", 1024 + 511, 1],
    ["in an extension header", 1536 + 300, 1],
    ["behind an extension header", 1536 + 1024, 1],
    ["in the header that an extension belongs to", 1536 + 1024 + 1, 1],
    ["in a body", 1536 + 1024 + 512 + 599, 2],
    ["before a body", 1536 + 1024 + 512, 2],
  ])("%s", async (_, length, count) => {
    const { members, error } = await readTar(bytes.subarray(0, length));
    expect(error).toMatchObject({ code: "truncated", where: { offset: length } });
    expect(members).toHaveLength(count);
  });
});

describe("a flipped bit in a header", () => {
  test.each([5, 100, 130, 150, 156, 200, 300, 511])("at byte %i", async (at) => {
    const bytes = Buffer.from(tar([file("a", "abc"), file("b", "d")]));
    bytes[1024 + at] = (bytes[1024 + at] as number) ^ 1;
    const reading = await readTar(bytes);
    expect(reading.members.map(({ path }) => path)).toEqual(["a"]);
    expect(reading.error).toMatchObject({ code: "corrupt", where: { offset: 1024 } });
  });

  test("something that never was a tar is corrupt at its first byte", async () => {
    expect(await problemIn(Buffer.from("not a tar ".repeat(100)))).toEqual({ code: "corrupt", offset: 0 });
    expect(await problemIn(Buffer.from("short"))).toEqual({ code: "truncated", offset: 5 });
  });

  test("checksums of signed bytes, as some old writers made them, are right too", async () => {
    const signed = (header: Uint8Array): false => {
      header.fill(0x20, 148, 156);
      const sum = header.reduce((total, byte) => total + ((byte << 24) >> 24), 0);
      Buffer.from(`${sum.toString(8).padStart(6, "0")}\0 `).copy(header, 148);
      return false;
    };
    expect(await names(tar([file(Buffer.of(0xe9, 0xff), "", { format: "ustar", raw: signed })]))).toEqual(["\xe9\xff"]);
  });
});
