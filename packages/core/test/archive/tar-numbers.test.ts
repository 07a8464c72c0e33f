import { ftruncateSync, openSync, writeSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { file, type Member, paxHeader, tar } from "../../../../fixtures/build/tar.ts";
import { temporaryPath } from "../../../../test/temporary-directory.ts";
import { TarDecoder, type TarMember } from "../../src/archive/tar-decoder.ts";
import { walkTar } from "../../src/archive/tar-walk.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";
import { OpenFile } from "../../src/source/open-file.ts";
import { memberOf, membersOf, problemIn } from "./read-tar.ts";

/** Writes text into a field of the header. */
const field =
  (offset: number, text: string) =>
  (header: Uint8Array): void =>
    void Buffer.from(text, "latin1").copy(header, offset);

describe("owners", () => {
  test("pax uid and gid", async () => {
    const member = await memberOf(tar([file("f", "", { uid: 3_000_000_000, gid: 3_000_000_001 })]));
    expect(member).toMatchObject({ uid: 3_000_000_000, gid: 3_000_000_001 });
  });

  test("base-256", async () => {
    const member = await memberOf(tar([file("f", "", { format: "gnu", uid: 3_000_000_000, gid: 4_294_967_295 })]));
    expect(member).toMatchObject({ uid: 3_000_000_000, gid: 4_294_967_295 });
  });

  test("an owner that no system has is corrupt", async () => {
    expect(await problemIn(tar([file("f", "", { format: "gnu", uid: 2 ** 32 })]))).toEqual({
      code: "corrupt",
      offset: 0,
    });
    expect(await problemIn(tar([file("f", "", { format: "gnu", uid: -1, base256: true })]))).toEqual({
      code: "corrupt",
      offset: 0,
    });
  });
});

describe("times", () => {
  const timeOf = async (member: Member): Promise<readonly [number, number]> => {
    const { mtime, mtimeNanos } = await memberOf(tar([member]));
    return [mtime, mtimeNanos];
  };

  test.each([
    ["1700000000", 1_700_000_000, 0],
    ["1700000000.123456789", 1_700_000_000, 123_456_789],
    ["1700000000.5", 1_700_000_000, 500_000_000],
    ["1700000000.1234567899", 1_700_000_000, 123_456_789],
    ["-315619200", -315_619_200, 0],
    ["-1.25", -2, 750_000_000],
    ["-0.5", -1, 500_000_000],
    ["253402300800", 253_402_300_800, 0],
  ])("pax mtime %s", async (text, seconds, nanos) => {
    expect(await timeOf(file("f", "", { pax: { mtime: text } }))).toEqual([seconds, nanos]);
  });

  test("base-256, before 1970", async () => {
    expect(await timeOf(file("f", "", { format: "gnu", base256: true, mtime: -315_619_200 }))).toEqual([
      -315_619_200, 0,
    ]);
  });

  test("base-256, after 2242", async () => {
    expect(await timeOf(file("f", "", { format: "gnu", mtime: 2 ** 33 + 1 }))).toEqual([2 ** 33 + 1, 0]);
  });
});

describe("sizes of more than 8 GiB", () => {
  const size = 9 * 2 ** 30 + 5;

  /** The header, and a hole in place of the body: nothing of that size is written. */
  async function readWithHole(member: Member): Promise<{ members: TarMember[]; bytesRequested: number }> {
    const head = tar([member], { end: "none" });
    const body = Math.ceil(size / 512) * 512;
    const path = temporaryPath();
    const fd = openSync(path, "w");
    writeSync(fd, head, 0, head.length, 0);
    const after = tar([file("after", "x")]);
    writeSync(fd, after, 0, after.length, head.length + body);
    ftruncateSync(fd, head.length + body + after.length);
    const members: TarMember[] = [];
    const opened = OpenFile.open(path);
    const sink = { member: (one: TarMember) => void members.push({ ...one }), body: () => {}, memberEnd: () => {} };
    await walkTar(opened.range(), sink, { limits: DEFAULT_LIMITS });
    opened.close();
    return { members, bytesRequested: opened.bytesRequested };
  }

  test.each([
    ["pax size with a ustar size of 0", file("big", "", { size })],
    ["base-256", file("big", "", { size, format: "gnu" })],
  ])("%s", async (_, member) => {
    const { members, bytesRequested } = await readWithHole(member);
    expect(members.map((one) => one.size)).toEqual([size, 1]);
    expect(bytesRequested).toBeLessThan(64 * 1024);
  });

  test("pushed: the body is waited for, so the end is too early", () => {
    const decoder = new TarDecoder(DEFAULT_LIMITS);
    const block = new Uint8Array(tar([file("big", "", { size, format: "gnu" })]).subarray(0, 512));
    expect(decoder.header(block, new Uint32Array(block.buffer), 0, 0)).toBe("member");
    expect(decoder.member.storedSize).toBe(size);
  });

  test("a pax size takes precedence over the header's", async () => {
    const members = await membersOf(tar([paxHeader({ size: "3" }), file("f", "abc", { size: 0 }), file("g")]));
    expect(members.map((one) => [one.path, one.size])).toEqual([
      ["f", 3],
      ["g", 0],
    ]);
  });

  test("a size below zero is corrupt, of a member and of an extension header", async () => {
    const negative = { size: -1, base256: true, format: "gnu" } as const;
    expect(await problemIn(tar([file("f", "", negative)]))).toEqual({ code: "corrupt", offset: 0 });
    expect(await problemIn(tar([file("f", "", { ...negative, typeflag: "x" })]))).toEqual({
      code: "corrupt",
      offset: 0,
    });
    expect(await problemIn(tar([file("f", "", { ...negative, typeflag: "L" })]))).toEqual({
      code: "corrupt",
      offset: 0,
    });
  });
});

describe("modes", () => {
  test.each([
    [0o100644, 0o644],
    [0o40755, 0o755],
    [0o120777, 0o777],
    [0o104755, 0o4755],
    [0o1777, 0o1777],
  ])("%o is %o without the type bits", async (written, mode) => {
    expect((await memberOf(tar([file("f", "", { mode: written })]))).mode).toBe(mode);
  });
});

describe("how numbers are written", () => {
  test.each(["644     ", "    644\0", "0000644\0", "644\0junk", "\0\0\0\0\0\0\0\0"])("mode field %j", async (text) => {
    expect((await memberOf(tar([file("f", "", { raw: field(100, text) })]))).mode).toBe(
      text.startsWith("\0") ? 0 : 0o644,
    );
  });

  test.each(["0000648\0", "0x644\0\0\0", "-644\0\0\0\0"])("mode field %j is corrupt", async (text) => {
    expect(await problemIn(tar([file("f", "", { raw: field(100, text) })]))).toEqual({ code: "corrupt", offset: 0 });
  });
});

test("device numbers: octal, base-256 and pax", async () => {
  const device = { type: "char", devMajor: 5, devMinor: 1 } as const;
  const members = await membersOf(
    tar([
      { path: "a", ...device },
      { path: "b", ...device, devMinor: 2 ** 22, format: "gnu" },
      { path: "c", ...device, pax: { "SCHILY.devmajor": "4095", "SCHILY.devminor": "1048575" } },
    ]),
  );
  expect(members.map((member) => member.device)).toEqual([
    [5, 1],
    [5, 2 ** 22],
    [4095, 1_048_575],
  ]);
});
