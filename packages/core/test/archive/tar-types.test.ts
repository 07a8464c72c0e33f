import { describe, expect, test } from "vitest";
import { dir, file, hardlink, type Member, symlink, tar } from "../../../../fixtures/build/tar.ts";
import { memberOf, membersOf } from "./read-tar.ts";

test("every type of member", async () => {
  const members = await membersOf(
    tar([
      file("file", "x"),
      dir("directory"),
      symlink("symlink", "x"),
      hardlink("link", "file"),
      { path: "char", type: "char" },
      { path: "block", type: "block" },
      { path: "fifo", type: "fifo" },
    ]),
  );
  expect(members.map(({ type }) => type)).toEqual(["file", "directory", "symlink", "link", "char", "block", "fifo"]);
});

test("contiguous files are files", async () => {
  expect(await memberOf(tar([file("f", "abc", { typeflag: "7" })]))).toMatchObject({ type: "file", size: 3 });
});

describe("a size in the header of what has no body does not move the next header", () => {
  const after = file("after", "z");
  test.each<[string, Member]>([
    ["directory", dir("d", { size: 4096 })],
    ["directory in an old GNU tar", dir("d", { size: 4096, format: "gnu" })],
    ["directory by its slash", file("d/", "", { size: 4096, format: "v7", typeflag: "\0" })],
    ["hard link", hardlink("h", "f", { size: 3 })],
    ["symlink", symlink("l", "x", { size: 1 })],
    ["char device", { path: "c", type: "char", size: 7 }],
    ["block device", { path: "b", type: "block", size: 7 }],
    ["fifo", { path: "p", type: "fifo", size: 7 }],
    ["hard link with a pax size", hardlink("h", "f", { pax: { size: "3" } })],
  ])("%s", async (_, member) => {
    const members = await membersOf(tar([member, after]));
    expect(members.map(({ path, size }) => [path, size])).toEqual([
      [expect.any(String), 0],
      ["after", 1],
    ]);
  });
});

describe("what is not a file is passed over with its content", () => {
  test.each([
    ["a volume label", "V"],
    ["a part of a multi-volume archive", "M"],
    ["a vendor's extension", "A"],
    ["a vendor's extension", "Z"],
    ["a Solaris ACL", "a"],
    ["nothing known", "?"],
    ["a byte that is no character", "\xff"],
  ])("%s (%s)", async (_, typeflag) => {
    const members = await membersOf(tar([file("odd", "content", { typeflag }), file("after", "z")]));
    expect(members.map(({ path, type, size }) => [path, type, size])).toEqual([
      ["odd", "not a file", 0],
      ["after", "file", 1],
    ]);
  });

  test("a GNU dump directory is a directory, its list of files is passed over", async () => {
    const dump = file("d/", "Ya\0Nb\0\0", { typeflag: "D", format: "gnu" });
    const members = await membersOf(tar([dump, file("after", "z")]));
    expect(members.map(({ path, type, size }) => [path, type, size])).toEqual([
      ["d/", "directory", 0],
      ["after", "file", 1],
    ]);
  });
});

test("a pax header of Solaris (X) is one", async () => {
  const members = await membersOf(tar([file("pax", Buffer.from("12 path=new\n"), { typeflag: "X" }), file("old")]));
  expect(members.map(({ path }) => path)).toEqual(["new"]);
});
