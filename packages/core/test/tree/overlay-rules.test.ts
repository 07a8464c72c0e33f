/** What a container sees of a stack of layers (OCI image specification, layer.md "Applying Changesets"). */
import { describe, expect, test } from "vitest";
import { dockerSaveContainerd, dockerSaveNew, estargz } from "../../../../fixtures/build/image.ts";
import {
  dir,
  file,
  hardlink,
  type Member,
  opaque,
  sparseFile,
  symlink,
  tar,
  whiteout,
} from "../../../../fixtures/build/tar.ts";
import { printableName } from "../../src/model/path-text.ts";
import { changesIn, diagnosticsOf, entryAt, pathsOf, scanArchive, scanLayers, wasteOf } from "./scan-layers.ts";

/** Paths of the last snapshot. */
const paths = async (...layers: Member[][]): Promise<string[]> => pathsOf(await scanLayers(...layers));

describe("spellings of a path", () => {
  test("./a, /a, a, a/ and a//b are the paths one would think", async () => {
    expect(await paths([file("./a/b"), file("/a//c"), file("a/./d"), dir("a"), dir("./")])).toEqual([
      "a",
      "a/b",
      "a/c",
      "a/d",
    ]);
  });

  test.each(["./f", "/f", "f", ".//f", "x/../f"])("a layer that calls it %s changes the file f", async (spelling) => {
    const image = await scanLayers([file("f", "old")], [file(spelling, "newer")]);
    expect(changesIn(image)).toEqual({ f: "modified" });
    expect(pathsOf(image)).toEqual(["f"]);
  });

  test.each(["./.wh.f", "/.wh.f", "./d/../.wh.f"])("the whiteout %s removes f", async (spelling) => {
    expect(await paths([file("f"), file("g")], [file(spelling)])).toEqual(["g"]);
  });

  test("dot-dot never leaves the root: the path is kept inside it, with a warning", async () => {
    const image = await scanLayers([file("../../etc/passwd", "x"), file("a/../b")]);
    expect(pathsOf(image)).toEqual(["b", "etc", "etc/passwd"]);
    expect(image.image.diagnostics).toMatchObject([{ code: "path-clamped", severity: "warning", where: { layer: 0 } }]);
  });

  test("every path that would leave the root is reported, also after one that begins alike", async () => {
    const image = await scanLayers([
      file("../../a/x"),
      file("../../a/y"),
      file("../a/z"),
      file("a/v"),
      file("a/../../w"),
    ]);
    expect(pathsOf(image)).toEqual(["a", "a/v", "a/x", "a/y", "a/z", "w"]);
    expect(diagnosticsOf(image)).toEqual(Array(4).fill("path-clamped"));
  });

  test("the root directory in a tar is no path of its own", async () => {
    const image = await scanLayers([dir("./"), file("f")], [dir("./", { mode: 0o700 })]);
    expect(pathsOf(image)).toEqual(["f"]);
    expect(changesIn(image)).toEqual({});
    expect(image.accounts.layers[1]?.changes.metadata).toBe(0);
  });

  test("names are bytes: invalid UTF-8 and two spellings of one accent stay apart", async () => {
    const composed = "é";
    const decomposed = "e\u0301";
    const names = [Uint8Array.of(0x62, 0xff), Uint8Array.of(0x62, 0xfe), composed, decomposed];
    const { image } = await scanLayers(names.map((name) => file(name)));
    const shown = [1, 2, 3, 4].map((node) => printableName(image.tree.paths.pathOf(node)));
    expect(shown.sort()).toEqual(["b\\xfe", "b\\xff", decomposed, composed].sort());
  });

  test("long names of every kind of header are whole", async () => {
    const long = `${"directory/".repeat(20)}${"n".repeat(200)}`;
    for (const format of ["gnu", "pax"] as const) {
      expect(await paths([file(long, "x", { format })], [whiteout(long)])).toEqual(
        Array.from({ length: 20 }, (_, depth) => "directory/".repeat(depth + 1).slice(0, -1)),
      );
    }
  });
});

describe("whiteouts", () => {
  const base = [dir("d"), file("d/f", "xx"), dir("d/e"), file("d/e/g", "y"), file("de")];

  test("of a file removes the file alone", async () => {
    expect(await paths(base, [whiteout("d/f")])).toEqual(["d", "d/e", "d/e/g", "de"]);
  });

  test("of a directory frees everything below it", async () => {
    const image = await scanLayers(base, [whiteout("d")]);
    expect(pathsOf(image)).toEqual(["de"]);
    expect(wasteOf(image)).toEqual(["d/e/g 1 deleted 0>1", "d/f 2 deleted 0>1"]);
  });

  test("of the only child leaves the implied directory", async () => {
    expect(await paths([file("d/f")], [whiteout("d/f")])).toEqual(["d"]);
  });

  test("act on lower layers only, whether the new entry comes before or after", async () => {
    expect(await paths(base, [whiteout("d"), dir("d"), file("d/new")])).toEqual(["d", "d/new", "de"]);
    expect(await paths(base, [dir("d"), file("d/new"), whiteout("d")])).toEqual(["d", "d/new", "de"]);
  });

  test("of what is in no lower layer remove nothing and harm nothing", async () => {
    const image = await scanLayers([file("a", "x")], [whiteout("nowhere"), whiteout("a/b"), file("a", "yy")]);
    expect(pathsOf(image)).toEqual(["a"]);
    expect(wasteOf(image)).toEqual(["a 1 rewritten 0>1"]);
    expect(diagnosticsOf(image)).toEqual([]);
  });

  test("in the first layer remove nothing", async () => {
    expect(await paths([whiteout("a"), file("a"), file("b")])).toEqual(["a", "b"]);
  });

  test("and an entry of the same name, over three layers", async () => {
    const image = await scanLayers([file("f", "1")], [whiteout("f")], [file("f", "333")]);
    expect(pathsOf(image, 1)).toEqual([]);
    expect(changesIn(image, 2)).toEqual({ f: "added" });
    expect(wasteOf(image)).toEqual(["f 1 deleted 0>1"]);
  });

  test.each([".wh.", ".wh..", ".wh..."])("bare %s removes nothing, least of all its directory", async (name) => {
    expect(await paths([file("etc/passwd")], [file(`etc/${name}`)])).toEqual(["etc", "etc/passwd"]);
  });

  test.each(["directory", "symlink", "char"] as const)("of type %s count by their name, with a note", async (type) => {
    const marker: Member = { path: ".wh.f", type, ...(type === "symlink" ? { linkTarget: "x" } : {}) };
    const image = await scanLayers([file("f")], [marker]);
    expect(pathsOf(image)).toEqual([]);
    expect(diagnosticsOf(image)).toEqual(["odd-marker"]);
  });

  test("that have content count as stored, and as hidden waste of their own layer", async () => {
    const image = await scanLayers([file("f", "abc")], [file(".wh.f", "12345")]);
    expect(pathsOf(image)).toEqual([]);
    expect(image.accounts.storedBytes).toBe(8);
    expect(wasteOf(image)).toEqual([".wh.f 5 hidden 1>1", "f 3 deleted 0>1"]);
    expect(diagnosticsOf(image)).toEqual(["odd-marker"]);
  });

  test("below a path that the layer makes a file are obeyed all the same", async () => {
    const image = await scanLayers([dir("d"), file("d/x", "12")], [file("d", "now a file"), whiteout("d/x")]);
    expect(pathsOf(image)).toEqual(["d"]);
    expect(wasteOf(image)).toEqual(["d/x 2 deleted 0>1"]);
  });
});

describe("opaque markers", () => {
  const base = [dir("d"), file("d/old", "xx"), dir("d/e"), file("d/e/g", "y"), file("other")];

  test("hide everything below the directory that lower layers brought", async () => {
    const image = await scanLayers(base, [dir("d"), opaque("d"), file("d/new")]);
    expect(pathsOf(image)).toEqual(["d", "d/new", "other"]);
    expect(wasteOf(image)).toEqual(["d/e/g 1 hidden 0>1", "d/old 2 hidden 0>1"]);
  });

  test("hide nothing of their own layer, wherever in the tar they stand", async () => {
    for (const layer of [
      [opaque("d"), file("d/new"), file("d/old", "again")],
      [file("d/new"), opaque("d"), file("d/old", "again")],
      [file("d/new"), file("d/old", "again"), opaque("d")],
    ]) {
      expect(await paths(base, layer)).toEqual(["d", "d/new", "d/old", "other"]);
    }
  });

  test("of the root empty the image", async () => {
    expect(await paths(base, [opaque(""), file("only")])).toEqual(["only"]);
  });

  test("in a directory that is new hide nothing and change nothing", async () => {
    const image = await scanLayers([file("a")], [dir("n"), opaque("n"), file("n/f")]);
    expect(changesIn(image)).toEqual({ n: "added", "n/f": "added" });
    expect(diagnosticsOf(image)).toEqual([]);
  });

  test("over a lower symlink never reach through it", async () => {
    const lower = [dir("real"), file("real/f"), symlink("l", "real")];
    expect(await paths(lower, [dir("l"), opaque("l")])).toEqual(["l", "real", "real/f"]);
    expect(await paths(lower, [opaque("l")])).toEqual(["l", "real", "real/f"]);
  });

  test("beside whiteouts below: named paths are deleted, the others hidden", async () => {
    const image = await scanLayers(base, [whiteout("d/old"), opaque("d")]);
    expect(wasteOf(image)).toEqual(["d/e/g 1 hidden 0>1", "d/old 2 deleted 0>1"]);
  });
});

describe("one type in place of another", () => {
  const base = [dir("d"), file("d/f", "xx"), dir("d/e"), file("d/e/g", "y")];

  test.each([
    ["file", file("d", "now")],
    ["symlink", symlink("d", "elsewhere")],
    ["fifo", { path: "d", type: "fifo" } as Member],
    ["device", { path: "d", type: "char", devMajor: 1, devMinor: 3 } as Member],
  ])("a directory replaced by a %s loses its children without any whiteout", async (_, replacement) => {
    const image = await scanLayers(base, [replacement]);
    expect(pathsOf(image)).toEqual(["d"]);
    expect(changesIn(image)).toEqual({ d: "modified", "d/e": "removed", "d/e/g": "removed", "d/f": "removed" });
    expect(wasteOf(image)).toEqual(["d/e/g 1 hidden 0>1", "d/f 2 hidden 0>1"]);
  });

  test("a directory over a directory merges and replaces the metadata only", async () => {
    const image = await scanLayers(base, [dir("d", { mode: 0o700, uid: 5 })]);
    expect(pathsOf(image)).toEqual(["d", "d/e", "d/e/g", "d/f"]);
    expect(changesIn(image)).toEqual({ d: "metadata mode owner" });
    expect(entryAt(image, "d")).toMatchObject({ mode: 0o700, uid: 5, layer: 1 });
  });

  test("a directory over a file or a symlink replaces it", async () => {
    const image = await scanLayers([file("f", "abc"), symlink("l", "f")], [dir("f"), file("f/x"), dir("l")]);
    expect(pathsOf(image)).toEqual(["f", "f/x", "l"]);
    expect(changesIn(image)).toEqual({ f: "modified", "f/x": "added", l: "modified" });
    expect(wasteOf(image)).toEqual(["f 3 rewritten 0>1"]);
  });

  test("file, directory and file again: each replaces what was there", async () => {
    const image = await scanLayers([file("x", "1")], [dir("x"), file("x/y", "22")], [file("x", "333")]);
    expect(pathsOf(image)).toEqual(["x"]);
    expect(wasteOf(image)).toEqual(["x 1 rewritten 0>1", "x/y 2 hidden 1>2"]);
  });

  test("an entry below a lower symlink is placed as the tar says; the link is not followed", async () => {
    const image = await scanLayers([dir("real"), symlink("l", "real")], [file("l/f")]);
    expect(pathsOf(image)).toEqual(["l", "l/f", "real"]);
    expect(entryAt(image, "l")).toMatchObject({ type: "directory", implicit: true });
  });
});

describe("members of one layer", () => {
  test("with one path: the last counts, all are stored", async () => {
    const image = await scanLayers([file("f", "1"), file("./f", "22")]);
    expect(entryAt(image, "f")?.size).toBe(2);
    expect(image.accounts).toMatchObject({ storedBytes: 3, finalBytes: 2 });
    expect(wasteOf(image)).toEqual(["f 1 duplicate-member 0>0"]);
    expect(diagnosticsOf(image)).toEqual(["duplicate-member"]);
  });

  test("a directory named twice is one directory, and nothing to mention", async () => {
    const image = await scanLayers([dir("d"), file("d/f"), dir("d", { mode: 0o700 })]);
    expect(entryAt(image, "d")?.mode).toBe(0o700);
    expect(diagnosticsOf(image)).toEqual([]);
  });

  test("that contradict each other: the later one wins, and it is said", async () => {
    const below = await scanLayers([file("d", "1"), file("d/f", "22")]);
    expect(pathsOf(below)).toEqual(["d", "d/f"]);
    expect(wasteOf(below)).toEqual(["d 1 hidden 0>0"]);
    expect(diagnosticsOf(below)).toEqual(["member-below-file"]);
    const above = await scanLayers([file("d/f", "22"), file("d", "1")]);
    expect(pathsOf(above)).toEqual(["d"]);
    expect(wasteOf(above)).toEqual(["d/f 2 hidden 0>0"]);
  });

  test("whose parents the tar does not list get implicit ones", async () => {
    const image = await scanLayers([file("a/b/c")]);
    expect(pathsOf(image)).toEqual(["a", "a/b", "a/b/c"]);
    expect(entryAt(image, "a/b")).toMatchObject({ type: "directory", implicit: true, mode: 0o755, uid: 0, gid: 0 });
  });

  test("a directory that a lower layer lists stays explicit when a later one only implies it", async () => {
    const image = await scanLayers([dir("d", { mode: 0o700, mtime: 9 })], [file("d/f")]);
    expect(entryAt(image, "d")).toMatchObject({ mode: 0o700, mtime: 9, implicit: false, layer: 0 });
    expect(changesIn(image)).toEqual({ "d/f": "added" });
  });

  test("the bits of the file type in a mode are not part of it", async () => {
    const modes = [
      file("f", "", { mode: 0o104755 }),
      dir("d", { mode: 0o41777 }),
      symlink("l", "f", { mode: 0o120777 }),
    ];
    const image = await scanLayers(modes);
    expect(["f", "d", "l"].map((path) => entryAt(image, path)?.mode)).toEqual([0o4755, 0o1777, 0o777]);
  });

  test("devices keep their numbers", async () => {
    const image = await scanLayers([{ path: "null", type: "char", devMajor: 1, devMinor: 3 }]);
    expect(entryAt(image, "null")).toMatchObject({ type: "char", device: { major: 1, minor: 3 }, size: 0 });
  });

  test("a pax header for the whole archive is not a file", async () => {
    const layer = tar([file("f", "x")], { globalPax: { comment: "made by a tool" } });
    expect(pathsOf(await scanArchive(dockerSaveNew({ layers: [layer] })))).toEqual(["f"]);
  });
});

describe("hard links", () => {
  const base = [file("f", "xxx"), hardlink("h", "f")];

  test("are names of one inode, whose bytes count once", async () => {
    const image = await scanLayers(base);
    expect(entryAt(image, "h")).toMatchObject({ type: "file", size: 3, inode: entryAt(image, "f")?.inode });
    expect(image.accounts).toMatchObject({ storedBytes: 3, finalBytes: 3, paths: { files: 2 } });
  });

  test("removing one name of two frees nothing; removing both wastes the bytes once", async () => {
    const one = await scanLayers(base, [whiteout("f")]);
    expect(one.accounts).toMatchObject({ finalBytes: 3, wastedBytes: 0 });
    expect(entryAt(one, "h")?.size).toBe(3);
    expect(wasteOf(await scanLayers(base, [whiteout("f")], [whiteout("h")]))).toEqual(["h 3 deleted 0>2"]);
    expect(wasteOf(await scanLayers(base, [whiteout("f"), whiteout("h")]))).toEqual(["f 3 deleted 0>1"]);
  });

  test("rewriting one name breaks it off", async () => {
    const image = await scanLayers(base, [file("f", "changed")]);
    expect(entryAt(image, "h")?.size).toBe(3);
    expect(entryAt(image, "f")?.inode).not.toBe(entryAt(image, "h")?.inode);
    expect(changesIn(image)).toEqual({ f: "modified" });
    expect(image.accounts).toMatchObject({ finalBytes: 10, wastedBytes: 0 });
  });

  test("to a file of a lower layer store nothing", async () => {
    const image = await scanLayers([file("f", "xxx")], [hardlink("h", "f")]);
    expect(image.accounts).toMatchObject({ storedBytes: 3, finalBytes: 3 });
    expect(entryAt(image, "h")?.inode).toBe(entryAt(image, "f")?.inode);
  });

  test("of a copied-up file: the layer stores it again, the old copy is wasted", async () => {
    const image = await scanLayers([file("f", "xxx")], [file("f", "xxx"), hardlink("h", "f")]);
    expect(image.accounts).toMatchObject({ storedBytes: 6, finalBytes: 3 });
    expect(wasteOf(image)).toEqual(["f 3 identical 0>1"]);
  });

  test("may come before their target", async () => {
    const image = await scanLayers([hardlink("h", "f"), file("f", "xx")]);
    expect(entryAt(image, "h")).toMatchObject({ size: 2, inode: entryAt(image, "f")?.inode });
  });

  test("to a target that a later layer rewrites keep the old content", async () => {
    const image = await scanLayers([file("f", "xx")], [hardlink("h", "f")], [file("f", "yyyy")]);
    expect(entryAt(image, "h")?.size).toBe(2);
    expect(image.accounts).toMatchObject({ storedBytes: 6, finalBytes: 6 });
  });

  test("to a symlink are symlinks", async () => {
    const image = await scanLayers([symlink("l", "target"), hardlink("h", "l", { mode: 0o120777 })]);
    expect(entryAt(image, "h")).toMatchObject({ type: "symlink", linkTarget: new Uint8Array(Buffer.from("target")) });
  });

  test("to nothing, or to a directory, are empty files, with one warning for each", async () => {
    const image = await scanLayers([dir("d"), hardlink("h", "gone"), hardlink("i", "d"), hardlink("k", "h")]);
    expect(entryAt(image, "h")).toMatchObject({ type: "file", size: 0 });
    expect(diagnosticsOf(image)).toEqual(["broken-hard-link", "broken-hard-link"]);
  });
});

describe("what belongs to a format and not to the image", () => {
  test("AUFS leftovers are no paths, and their bytes are hidden waste", async () => {
    const image = await scanLayers([file(".wh..wh.plnk/1", "store"), file(".wh..wh.aufs"), file("d/.wh..wh.orph")]);
    expect(pathsOf(image)).toEqual([]);
    expect(wasteOf(image)).toEqual([".wh..wh.plnk/1 5 hidden 0>0"]);
    expect(diagnosticsOf(image)).toEqual(["format-housekeeping", "format-housekeeping", "format-housekeeping"]);
  });

  test("what links to an AUFS leftover keeps its bytes visible", async () => {
    const image = await scanLayers([file(".wh..wh.plnk/1", "store"), hardlink("f", ".wh..wh.plnk/1")]);
    expect(image.accounts).toMatchObject({ storedBytes: 5, finalBytes: 5 });
  });

  test.each(["in-archive", "after-end"] as const)("eStargz's own members count as nothing: index %s", async (toc) => {
    const image = await scanArchive(
      dockerSaveContainerd({ layers: [estargz([file("f", "xyz")], { toc, landmark: ".prefetch.landmark" })] }),
    );
    expect(pathsOf(image)).toEqual(["f"]);
    expect(image.accounts).toMatchObject({ storedBytes: 3, finalBytes: 3, wastedBytes: 0 });
    expect(image.image.layers[0]?.formatBytes).toBeGreaterThan(0);
    expect(image.accounts.layers[0]?.entries).toBe(1);
  });

  test("files of eStargz's names elsewhere are files", async () => {
    expect(await paths([file("d/stargz.index.json"), file("d/.prefetch.landmark")])).toEqual([
      "d",
      "d/.prefetch.landmark",
      "d/stargz.index.json",
    ]);
  });
});

test.each(["gnu", "pax-0.0", "pax-0.1", "pax-1.0"] as const)(
  "sparse files (%s) have their logical size",
  async (form) => {
    const spec = { form, realSize: 100_000, chunks: [{ offset: 4096, data: "data" }] };
    const image = await scanLayers([sparseFile("s", spec)], [sparseFile("s", spec)]);
    expect(entryAt(image, "s")).toMatchObject({ type: "file", size: 100_000 });
    expect(image.accounts).toMatchObject({ storedBytes: 200_000, finalBytes: 100_000 });
    expect(wasteOf(image)).toEqual(["s 100000 identical 0>1"]);
  },
);
