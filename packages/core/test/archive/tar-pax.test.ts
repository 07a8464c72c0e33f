import { describe, expect, test } from "vitest";
import { file, paxHeader, tar } from "../../../../fixtures/build/tar.ts";
import { memberOf, membersOf, problemIn } from "./read-tar.ts";

const binary = Buffer.from([1, 0, 0, 2, 0x80, 0xff, 0x0a, 0x3d, 0]);

describe("extended attributes", () => {
  test("binary values: bytes of 0x80 and more, newline, =, NUL", async () => {
    const { xattrs } = await memberOf(tar([file("f", "", { xattrs: { "security.capability": binary } })]));
    expect(xattrs).toEqual({ "security.capability": binary.toString("latin1") });
  });

  test("LIBARCHIVE.xattr: a name in percent encoding, a value in base64", async () => {
    const pax = { "LIBARCHIVE.xattr.user.a%3Db%25": binary.toString("base64").replace(/=+$/, "") };
    expect((await memberOf(tar([file("f", "", { pax })]))).xattrs).toEqual({ "user.a=b%": binary.toString("latin1") });
  });

  test("several, for one member only; an empty value is a value", async () => {
    const members = await membersOf(
      tar([file("f", "", { xattrs: { "user.a": Buffer.of(), "user.b": binary } }), file("g")]),
    );
    expect(members.map(({ xattrs }) => Object.keys(xattrs))).toEqual([["user.a", "user.b"], []]);
  });
});

describe("an empty value", () => {
  test("takes an earlier header's record away, so that the tar header counts", async () => {
    const reset = { path: "", linkpath: "", size: "", uid: "", gid: "", mtime: "" };
    const member = await memberOf(
      tar([
        paxHeader({ path: "long", linkpath: "target", size: "99", uid: "9", gid: "9", mtime: "9.5" }),
        paxHeader(reset),
        file("short", "abc", { uid: 1, gid: 2, mtime: 3 }),
      ]),
    );
    expect(member).toMatchObject({ path: "short", link: "", size: 3, uid: 1, gid: 2, mtime: 3, mtimeNanos: 0 });
  });

  test("takes a global record away for one member", async () => {
    const members = await membersOf(
      tar([file("f", "", { uid: 1, pax: { uid: "", "SCHILY.xattr.user.a": "" } }), file("g", "", { uid: 1 })], {
        globalPax: { uid: "9", "SCHILY.xattr.user.a": "all" },
      }),
    );
    expect(members.map(({ uid, xattrs }) => [uid, xattrs])).toEqual([
      [1, {}],
      [9, { "user.a": "all" }],
    ]);
  });
});

describe("a global header", () => {
  test("counts for all members behind it, until a member's own record or a later global header", async () => {
    const members = await membersOf(
      tar([
        file("before"),
        paxHeader({ uid: "7", mtime: "5.5", comment: "ignored" }, "g"),
        file("a"),
        file("b", "", { pax: { uid: "8" } }),
        file("c"),
        paxHeader({ uid: "9" }, "g"),
        file("d"),
      ]),
    );
    expect(members.map(({ path, uid, mtime }) => [path, uid, mtime])).toEqual([
      ["before", 0, 0],
      ["a", 7, 5],
      ["b", 8, 5],
      ["c", 7, 5],
      ["d", 9, 5],
    ]);
  });

  test("alone is an empty tar", async () => {
    expect(await membersOf(tar([], { globalPax: { comment: "of git archive" } }))).toEqual([]);
    expect(await membersOf(tar([paxHeader({ comment: "x" }, "g")], { end: "none" }).subarray(0, 512 + 13))).toEqual([]);
  });
});

test("of several records for one key in one header the last counts", async () => {
  expect(
    (
      await memberOf(
        tar([
          paxHeader([
            ["path", "a"],
            ["path", "b"],
          ]),
          file("f"),
        ]),
      )
    ).path,
  ).toBe("b");
});

test("unknown keys, and names of the tar's own kind, mean nothing", async () => {
  const pax = { comment: "x", "VENDOR.key": "y", __proto__x: "z", uname: "root", charset: "BINARY", constructor: "w" };
  expect((await memberOf(tar([file("f", "", { pax })]))).path).toBe("f");
});

describe("malformed records end in an error with their offset", () => {
  /** A pax header with this text, and the offset in the tar of what is wrong in it. */
  const problemOf = (text: string): Promise<unknown> =>
    problemIn(tar([{ ...paxHeader({}), content: Buffer.from(text, "latin1") }, file("f")]));
  const corruptAt = (offset: number): object => ({ code: "corrupt", offset: 512 + offset });

  test.each([
    ["no length", "path=a\n", 0],
    ["no length but a space", " path=a\n", 0],
    ["a length beyond the header", "99 path=a\n", 0],
    ["a length with too many digits", `${"9".repeat(400)} path=a\n`, 0],
    ["a length that is too short for itself", "3 path=a\n", 0],
    ["a length of 0", "0 path=a\n", 0],
    ["a length that ends before the newline", "8 path=a\n", 0],
    ["no equals sign", "8 pathX\n", 0],
    ["the second record", "10 path=a\nfoo", 10],
    ["a size that is no number", "11 size=1x\n", 0],
    ["a size below zero", "11 size=-1\n", 0],
    ["a size that no double holds", "24 size=9007199254740993\n", 0],
    ["a user number that is no number", "11 uid= 1x\n", 0],
    ["a time that is no number", "16 mtime=1e+30\n", 0],
    ["a NUL in a path", "11 path=a\0\n", 0],
    ["a NUL in a link target", "15 linkpath=a\0\n", 0],
  ])("%s", async (_, text, offset) => {
    expect(await problemOf(text)).toEqual(corruptAt(offset));
  });

  test("a NUL instead of a record ends the header", async () => {
    expect(await problemOf("10 path=a\n\0\0garbage")).toBeUndefined();
  });
});
