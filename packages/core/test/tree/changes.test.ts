/** What happened to a path in a layer, and what views make of it. */
import { describe, expect, test } from "vitest";
import { dir, file, hardlink, type Member, opaque, symlink, whiteout } from "../../../../fixtures/build/tar.ts";
import { ROOT } from "../../src/layer/path-table.ts";
import type { Analysis } from "../../src/metrics/analyse.ts";
import {
  bySize,
  changesView,
  compareView,
  filterView,
  layerView,
  pathHistory,
  snapshotView,
  type TreeView,
} from "../../src/tree/views.ts";
import { changesIn, nodeAt, pack, pathText, scanArchive, scanLayers } from "./scan-layers.ts";

/** What the last layer changed. */
const changes = async (...layers: Member[][]) => changesIn(await scanLayers(...layers));

describe("a layer that brings a path again", () => {
  const capability = { "security.capability": Uint8Array.of(1, 0, 0, 2) };
  const base = file("f", "same", { mtime: 100, mode: 0o644 });

  test.each<[string, Member, string]>([
    ["nothing else", file("f", "same", { mtime: 100 }), "identical"],
    ["another content of the same size", file("f", "else", { mtime: 100 }), "modified"],
    ["another size", file("f", "other", { mtime: 100 }), "modified"],
    ["an empty file", file("f", "", { mtime: 100 }), "modified"],
    ["touch", file("f", "same", { mtime: 101 }), "metadata mtime"],
    ["chmod", file("f", "same", { mtime: 100, mode: 0o600 }), "metadata mode"],
    ["chown to a user", file("f", "same", { mtime: 100, uid: 1 }), "metadata owner"],
    ["chown to a group", file("f", "same", { mtime: 100, gid: 1 }), "metadata owner"],
    ["setcap", file("f", "same", { mtime: 100, xattrs: capability }), "metadata xattrs"],
    ["all of them", file("f", "same", { mode: 0o600, uid: 1, xattrs: capability }), "metadata mode owner mtime xattrs"],
    ["content and mode", file("f", "else", { mtime: 100, mode: 0o600 }), "modified"],
    ["another type", symlink("f", "same", { mtime: 100 }), "modified"],
    ["a directory", dir("f", { mtime: 100 }), "modified"],
  ])("with %s", async (_, member, change) => {
    expect(await changes([base], [member])).toEqual({ f: change });
  });

  test("whose time lost its fraction on the way is identical; another fraction is another time", async () => {
    const at = (mtime: number) => [file("f", "x", { mtime })];
    expect(await changes(at(5.25), at(5))).toEqual({ f: "identical" });
    expect(await changes(at(5), at(5.25))).toEqual({ f: "identical" });
    expect(await changes(at(5.25), at(5.75))).toEqual({ f: "metadata mtime" });
    expect(await changes(at(-0.5), at(-1))).toEqual({ f: "identical" });
  });

  test("with a capability that has another value", async () => {
    const other = { "security.capability": Uint8Array.of(1, 0, 0, 3) };
    expect(await changes([file("f", "x", { xattrs: capability })], [file("f", "x", { xattrs: other })])).toEqual({
      f: "metadata xattrs",
    });
    expect(await changes([file("f", "x", { xattrs: capability })], [file("f", "x")])).toEqual({ f: "metadata xattrs" });
  });

  test("a symlink with another target is modified", async () => {
    expect(await changes([symlink("l", "a")], [symlink("l", "b")])).toEqual({ l: "modified" });
    expect(await changes([symlink("l", "a")], [symlink("l", "a")])).toEqual({ l: "identical" });
  });

  test("a device with other numbers is modified", async () => {
    const device = (devMinor: number): Member[] => [{ path: "d", type: "block", devMajor: 8, devMinor }];
    expect(await changes(device(1), device(2))).toEqual({ d: "modified" });
    expect(await changes(device(1), device(1))).toEqual({ d: "identical" });
  });

  test("as a hard link to itself below has nothing changed", async () => {
    expect(await changes([file("f", "x", { mode: 0o600 })], [hardlink("g", "f"), hardlink("f", "f")])).toEqual({
      f: "identical",
      g: "added",
    });
  });

  test("removed and brought again in one layer is compared with what was there", async () => {
    expect(await changes([base], [whiteout("f"), base])).toEqual({ f: "identical" });
    expect(await changes([base], [whiteout("f"), file("f", "new")])).toEqual({ f: "modified" });
    expect(await changes([dir("d"), file("d/f", "x")], [opaque("d"), file("d/f", "x")])).toEqual({
      "d/f": "identical",
    });
  });

  test("an explicit directory over an implied one has no time to differ in", async () => {
    expect(await changes([file("d/f")], [dir("d", { mtime: 9 })])).toEqual({ d: "identical" });
    expect(await changes([file("d/f")], [dir("d", { uid: 1 })])).toEqual({ d: "metadata owner" });
  });

  test("compressed layers and streams tell content from metadata just as well", async () => {
    for (const packing of ["plain", "gzip", "zstd", "stream"] as const) {
      const layers = [
        [base, file("g", "1111")],
        [file("f", "else", { mtime: 100 }), file("g", "1111", { mode: 0o600 })],
      ];
      const image = await scanArchive(pack(layers, packing));
      expect(changesIn(image)).toEqual({ f: "modified", g: "metadata mode" });
    }
  });

  test("content far apart is found by reading, however many layers have it", async () => {
    const big = Buffer.alloc(1_500_000, "a");
    const tail = Buffer.from(big);
    tail[tail.length - 1] = 0x62;
    const versions = [big, tail, big, tail].map((content) => [file("f", content)]);
    const image = await scanLayers(...versions);
    expect([1, 2, 3].map((layer) => changesIn(image, layer))).toEqual(Array(3).fill({ f: "modified" }));
    const { tree, classes } = image.image;
    expect(compareView(tree, classes, 0, 2).row(nodeAt(image, "f"))?.change).toBe("identical");
    expect(compareView(tree, classes, 0, 3).row(nodeAt(image, "f"))?.change).toBe("modified");
  });
});

describe("what is not touched", () => {
  test("has no change, nor has a directory in which something changed", async () => {
    const image = await scanLayers([dir("d"), file("d/f"), file("g")], [file("d/f", "new")]);
    expect(changesIn(image)).toEqual({ "d/f": "modified" });
    const view = snapshotView(image.image.tree, image.image.classes, 1);
    expect(view.row(nodeAt(image, "d"))?.change).toBeUndefined();
    expect(view.row(nodeAt(image, "g"))?.change).toBeUndefined();
  });
});

test("a directory tells what changed below it", async () => {
  const image = await scanLayers(
    [file("d/kept", "1"), file("d/gone", "22"), file("d/e/f", "333"), file("d/same", "x")],
    [whiteout("d/gone"), file("d/e/f", "4444"), file("d/new", "55555"), file("d/same", "x"), file("other")],
  );
  const view = compareView(image.image.tree, image.image.classes, 0, 1);
  expect(view.totals(nodeAt(image, "d"))).toEqual({
    bytes: 1 + 4 + 5 + 1,
    removedBytes: 2,
    files: 4,
    changes: { added: 1, modified: 1, metadata: 0, identical: 1, removed: 1 },
  });
  expect(view.totals(nodeAt(image, "d/e")).changes.modified).toBe(1);
  expect(view.totals(ROOT).changes.added).toBe(2);
});

/** `path change`, in the order of the view. */
function shown(view: TreeView): string[] {
  return [...view.walk()]
    .slice(1)
    .map(({ node, change }) => `${pathText(view.tree, node)}${change ? ` ${change}` : ""}`);
}

describe("views", () => {
  const image = () =>
    scanLayers(
      [dir("a"), file("a/1", "1"), file("a/2", "22"), file("b", "333")],
      [whiteout("a/1"), file("a/3", "x"), file("c", "temporary")],
      [whiteout("c"), file("b", "4444"), file("a/1", "back again")],
    );
  const views = async () => {
    const { image: scanned } = await image();
    return (make: (...from: Parameters<typeof changesView>) => TreeView, from: number, to: number) =>
      shown(make(scanned.tree, scanned.classes, from, to));
  };

  test("of a snapshot show what is there, marked with what the layer did", async () => {
    const { image: scanned } = await image();
    expect(shown(snapshotView(scanned.tree, scanned.classes, 1))).toEqual(["a", "a/2", "a/3 added", "b", "c added"]);
  });

  test("of a layer show what it touched, and what leads there", async () => {
    const { image: scanned } = await image();
    expect(shown(layerView(scanned.tree, scanned.classes, 1))).toEqual(["a", "a/1 removed", "a/3 added", "c added"]);
  });

  test("of a span of layers show the net effect: what came and went is nothing", async () => {
    const of = await views();
    expect(of(changesView, 0, 2)).toEqual(["a", "a/1 modified", "a/3 added", "b modified"]);
    expect(of(changesView, -1, 0)).toEqual(["a added", "a/1 added", "a/2 added", "b added"]);
  });

  test("that compare show everything, removed paths too", async () => {
    const of = await views();
    expect(of(compareView, 0, 1)).toEqual(["a", "a/1 removed", "a/2", "a/3 added", "b", "c added"]);
  });

  test("of a span in which nothing stayed show nothing, not even the directories on the way", async () => {
    const { image: scanned } = await scanLayers([dir("d"), file("x")], [file("d/f")], [whiteout("d/f")]);
    expect(shown(changesView(scanned.tree, scanned.classes, 0, 2))).toEqual([]);
  });

  test("show a removed path as it was at the start, not as a layer in between had it", async () => {
    const between = await scanLayers([file("f", "1")], [file("f", "22222")], [whiteout("f")]);
    const row = compareView(between.image.tree, between.image.classes, 0, 2).row(nodeAt(between, "f"));
    expect(row).toMatchObject({ change: "removed", entry: { size: 1, layer: 0 } });
  });

  test("count a file with two names once, and as gone only when both names are", async () => {
    const linked = await scanLayers(
      [file("a/f", "12345"), hardlink("b/h", "a/f")],
      [whiteout("a/f")],
      [whiteout("b/h")],
    );
    const { tree, classes } = linked.image;
    const totals = (from: number, to: number, path: string) => {
      const { bytes, removedBytes } = compareView(tree, classes, from, to).totals(
        path === "" ? ROOT : nodeAt(linked, path),
      );
      return { bytes, removedBytes };
    };
    expect(totals(-1, 0, "")).toEqual({ bytes: 5, removedBytes: 0 });
    expect(totals(-1, 0, "a")).toEqual({ bytes: 5, removedBytes: 0 });
    expect(totals(0, 1, "")).toEqual({ bytes: 5, removedBytes: 0 });
    expect(totals(0, 1, "b")).toEqual({ bytes: 5, removedBytes: 0 });
    expect(totals(0, 2, "")).toEqual({ bytes: 0, removedBytes: 5 });
  });

  test("walk the largest first when asked to, removed bytes counted", async () => {
    const sized = await scanLayers(
      [file("s", "1"), file("d/f", "22"), file("gone", "4444"), file("t", "1")],
      [whiteout("gone")],
    );
    const view = compareView(sized.image.tree, sized.image.classes, 0, 1);
    const names = [...view.walk(ROOT, bySize(view))].slice(1).map(({ node }) => pathText(view.tree, node));
    expect(names).toEqual(["gone", "d", "d/f", "s", "t"]);
  });

  test("filter to the rows that fit and what leads to them", async () => {
    const { image: scanned } = await image();
    const view = snapshotView(scanned.tree, scanned.classes, 2);
    const kept = filterView(view, ({ change }) => change === "added");
    expect([...kept].map((node) => pathText(view.tree, node)).sort()).toEqual(["", "a", "a/1"]);
  });

  test("always have the root, listed or not", async () => {
    const empty = await scanLayers([]);
    const view = snapshotView(empty.image.tree, empty.image.classes, 0);
    expect([...view.walk()]).toMatchObject([{ node: ROOT, entry: { type: "directory" } }]);
  });
});

test("the history of a path: every layer that did something to it, and whether it went by name", async () => {
  const image: Analysis = await scanLayers(
    [dir("d"), file("d/f", "1")],
    [file("unrelated")],
    [file("d/f", "1", { mode: 0o600 })],
    [opaque("d")],
    [file("d/f", "22")],
    [whiteout("d")],
  );
  const { tree, classes } = image.image;
  const events = pathHistory(tree, classes, nodeAt(image, "d/f")).map(({ layer, change, hidden, entry }) => {
    return [layer, change, hidden, entry?.size];
  });
  expect(events).toEqual([
    [0, "added", false, 1],
    [2, "metadata", false, 1],
    [3, "removed", true, undefined],
    [4, "added", false, 2],
    [5, "removed", false, undefined],
  ]);
});
