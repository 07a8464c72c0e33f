import { describe, expect, test } from "vitest";
import { dir, file, gnuLongName, hardlink, paxHeader, symlink, tar } from "../../../../fixtures/build/tar.ts";
import { memberOf, membersOf } from "./read-tar.ts";

const long = (length: number): string => "d/".padEnd(length, "x");

describe("where a name comes from", () => {
  test("v7: the name field, all 100 bytes of it without a NUL", async () => {
    const name = "n".repeat(100);
    expect(await memberOf(tar([file(name, "x", { format: "v7" })]))).toMatchObject({
      path: name,
      type: "file",
      size: 1,
    });
  });

  test("v7: a trailing slash makes a directory", async () => {
    const members = await membersOf(
      tar([file("d/", "", { format: "v7", typeflag: "\0" }), file("f", "", { format: "v7", typeflag: "\0" })]),
    );
    expect(members.map(({ path, type }) => [path, type])).toEqual([
      ["d/", "directory"],
      ["f", "file"],
    ]);
  });

  test("v7: bytes where ustar has its prefix are not part of the name", async () => {
    const junk = (header: Uint8Array): void => void Buffer.from("junk").copy(header, 345);
    expect((await memberOf(tar([file("f", "", { format: "v7", raw: junk })]))).path).toBe("f");
  });

  test("ustar: prefix and name with a slash between", async () => {
    const path = `${"p".repeat(155)}/${"n".repeat(100)}`;
    expect((await memberOf(tar([file(path, "", { format: "ustar" })]))).path).toBe(path);
  });

  test("star: a prefix of 131 bytes, times behind it", async () => {
    const star = (header: Uint8Array): void => {
      Buffer.from("p".repeat(131)).copy(header, 345);
      Buffer.from("00000000001 00000000002 ").copy(header, 476);
      Buffer.from("tar\0").copy(header, 508);
    };
    expect((await memberOf(tar([file("n", "", { format: "ustar", raw: star })]))).path).toBe(`${"p".repeat(131)}/n`);
  });

  test("GNU: what stands where ustar has its prefix is not part of the name", async () => {
    const times = (header: Uint8Array): void => void Buffer.from("14000000000\0").copy(header, 345);
    expect((await memberOf(tar([file("n", "", { format: "gnu", raw: times })]))).path).toBe("n");
  });

  test("GNU: long name and long link, for the next member only", async () => {
    const members = await membersOf(
      tar([symlink(long(300), long(400), { format: "gnu" }), file("short", "", { format: "gnu" })]),
    );
    expect(members.map(({ path, link }) => [path, link])).toEqual([
      [long(300), long(400)],
      ["short", ""],
    ]);
  });

  test("GNU: a long name without the NUL at its end", async () => {
    const name = gnuLongName("");
    expect((await memberOf(tar([{ ...name, content: long(120) }, file("cut")]))).path).toBe(long(120));
  });

  test("pax: path and linkpath, for the next member only", async () => {
    const members = await membersOf(tar([hardlink(long(300), long(400)), file("short")]));
    expect(members.map(({ path, link }) => [path, link])).toEqual([
      [long(300), long(400)],
      ["short", ""],
    ]);
  });

  test("pax wins over a GNU long name", async () => {
    expect((await memberOf(tar([gnuLongName("gnu"), paxHeader({ path: "pax" }), file("ustar")]))).path).toBe("pax");
  });
});

describe("bytes that are not UTF-8", () => {
  const bad = (last: number): Buffer => Buffer.from([0x62, 0x61, 0x64, last]);

  test("in the ustar field keep two names apart", async () => {
    const members = await membersOf(
      tar([file(bad(0xff), "", { format: "ustar" }), file(bad(0xfe), "", { format: "ustar" })]),
    );
    expect(members.map(({ path }) => path)).toEqual(["bad\xff", "bad\xfe"]);
  });

  test("in pax path keep two names apart that share one ustar name", async () => {
    const bytes = tar([file(bad(0xff)), file(bad(0xfe))]);
    // Docker leaves the bytes out of the ustar field, so both fields hold the same name.
    expect([512 * 2, 512 * 5].map((at) => bytes.subarray(at, at + 5).toString("latin1"))).toEqual([
      "bad\0\0",
      "bad\0\0",
    ]);
    expect((await membersOf(bytes)).map(({ path }) => path)).toEqual(["bad\xff", "bad\xfe"]);
  });

  test("in link targets are kept", async () => {
    expect((await memberOf(tar([symlink("l", bad(0xff))]))).link).toBe("bad\xff");
    expect((await memberOf(tar([symlink("l", bad(0xff), { format: "gnu" })]))).link).toBe("bad\xff");
  });

  test("a newline, an equals sign and an escape sequence in a pax path are part of it", async () => {
    const path = "a=b\nc\x1b[31m\x80";
    expect((await memberOf(tar([paxHeader({ path: Buffer.from(path, "latin1") }), file("x")]))).path).toBe(path);
  });
});

test("a directory's trailing slash is kept as it is written", async () => {
  expect((await membersOf(tar([dir("a/b")]))).map(({ path, type }) => [path, type])).toEqual([["a/b/", "directory"]]);
});
