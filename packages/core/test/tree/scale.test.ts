/**
 * Hostile and merely large stacks. Work is counted, not timed: how many revisions there are, and how often the fold
 * asks for a path's parent. What would be quadratic is beyond these bounds by orders of magnitude.
 */
import { describe, expect, test } from "vitest";
import { dir, file, type Member, opaque, tar, whiteout } from "../../../../fixtures/build/tar.ts";
import { LayerEntries } from "../../src/layer/layer-entries.ts";
import { PathTable, ROOT } from "../../src/layer/path-table.ts";
import { readLayerStream } from "../../src/layer/read-layer.ts";
import { accountFor } from "../../src/metrics/accounting.ts";
import { TYPE } from "../../src/model/entry.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";
import { compareContents } from "../../src/tree/compare-contents.ts";
import { ContentClasses } from "../../src/tree/content-classes.ts";
import { HistoryTree } from "../../src/tree/history-tree.ts";
import { bySize, compareView, filterView, pathHistory, snapshotView } from "../../src/tree/views.ts";
import { changesIn, entryAt, nodeAt, pathsOf, scanLayers, wasteOf } from "./scan-layers.ts";

/** A path table that counts the steps upwards, which is what all loops of a fold do. */
class CountingPaths extends PathTable {
  steps = 0;
  override parentOf(node: number): number {
    this.steps++;
    return super.parentOf(node);
  }
}

/** A layer made without a tar: files of one byte, and markers. */
function layerOf(
  paths: PathTable,
  names: readonly string[],
  markers: { whiteouts?: string[]; opaques?: string[] } = {},
) {
  const entries = new LayerEntries(DEFAULT_LIMITS);
  const nodeOf = (name: string) => {
    const bytes = Buffer.from(name);
    return paths.intern(bytes, 0, bytes.length);
  };
  for (const name of names) {
    const index = entries.append();
    entries.node[index] = nodeOf(name);
    entries.type[index] = TYPE.FILE;
    entries.size[index] = 1;
  }
  for (const name of markers.whiteouts ?? []) entries.whiteouts.push(nodeOf(name));
  for (const name of markers.opaques ?? []) entries.opaques.push(nodeOf(name));
  return entries;
}

function accountsOf(tree: HistoryTree) {
  const classes = new ContentClasses();
  classes.grow(tree.entryCount);
  return accountFor(tree, classes);
}

const deepPath = (levels: number): string => Array(levels).fill("d").join("/");

describe("folding takes time in proportion to what layers touch", () => {
  test("200 layers that rewrite one path add one revision each", async () => {
    const image = await scanLayers(...Array.from({ length: 200 }, (_, layer): Member[] => [file("f", `${layer}`)]));
    expect(image.image.tree.revisionCount).toBe(200);
    expect(wasteOf(image).length).toBe(199);
    expect(pathHistory(image.image.tree, image.image.classes, nodeAt(image, "f")).length).toBe(200);
  });

  test("a small layer on top of a large tree costs no more than on a small one", () => {
    const stepsOf = (files: number): number => {
      const paths = new CountingPaths(DEFAULT_LIMITS);
      const tree = new HistoryTree(paths);
      const names = Array.from({ length: files }, (_, index) => `dir${index % 100}/file${index}`);
      tree.addLayer(layerOf(paths, names));
      const small = layerOf(paths, ["dir1/new"], { whiteouts: ["dir2/file2"] });
      paths.steps = 0;
      tree.addLayer(small);
      return paths.steps;
    };
    expect(stepsOf(50_000)).toBe(stepsOf(500));
    expect(stepsOf(500)).toBeGreaterThan(0);
  });

  test("a directory of 20,000 files removed and made again in 10 layers: each file once in each", () => {
    const paths = new CountingPaths(DEFAULT_LIMITS);
    const tree = new HistoryTree(paths);
    const names = Array.from({ length: 20_000 }, (_, index) => `d/file${index}`);
    tree.addLayer(layerOf(paths, names));
    for (let round = 0; round < 10; round++) {
      const markers = round % 2 === 0 ? { whiteouts: ["d"] } : { opaques: ["d"] };
      tree.addLayer(layerOf(paths, names, markers));
    }
    // The directory itself once for each layer in which it was implied anew.
    expect(tree.revisionCount).toBeLessThanOrEqual(11 * 20_001);
    expect(paths.steps).toBeLessThan(11 * 20_001 * 10);
    const { storedBytes, finalBytes, waste } = accountsOf(tree);
    expect({ storedBytes, finalBytes, records: waste.length }).toEqual({
      storedBytes: 220_000,
      finalBytes: 20_000,
      records: 200_000,
    });
  });

  test("200,000 whiteouts cost a few steps each", () => {
    const paths = new CountingPaths(DEFAULT_LIMITS);
    const tree = new HistoryTree(paths);
    const names = Array.from({ length: 200_000 }, (_, index) => `d${index % 1000}/file${index}`);
    tree.addLayer(layerOf(paths, names));
    const removal = layerOf(paths, [], { whiteouts: names });
    paths.steps = 0;
    tree.addLayer(removal);
    expect(tree.revisionCount).toBe(2 * 200_000 + 1000);
    expect(paths.steps).toBeLessThan(200_000 * 10);
    expect(accountsOf(tree)).toMatchObject({
      finalBytes: 0,
      wastedBytes: 200_000,
      wastedByCause: { deleted: 200_000 },
    });
  });

  test("many files in one deep directory do not walk up to the root each", () => {
    const paths = new CountingPaths(DEFAULT_LIMITS);
    const names = Array.from({ length: 5000 }, (_, index) => `${deepPath(500)}/file${index}`);
    const layer = layerOf(paths, names);
    paths.steps = 0;
    const tree = new HistoryTree(paths);
    tree.addLayer(layer);
    expect(tree.revisionCount).toBe(5500);
    expect(paths.steps).toBeLessThan(5500 * 20);
  });
});

describe("depth", () => {
  test("a path 2,000 levels deep is added, shown, summed, filtered and removed without running out of stack", async () => {
    const deep = deepPath(2000);
    const image = await scanLayers([file(`${deep}/f`, "xyz")], [whiteout("d")]);
    expect(pathsOf(image, 0).length).toBe(2001);
    expect(pathsOf(image)).toEqual([]);
    expect(wasteOf(image)).toEqual([`${deep}/f 3 deleted 0>1`]);
    const { tree, classes } = image.image;
    const view = snapshotView(tree, classes, 0);
    expect([...view.walk(ROOT, bySize(view))].length).toBe(2002);
    expect(view.totals(nodeAt(image, "d")).bytes).toBe(3);
    expect(filterView(view, ({ entry }) => entry.type === "file").size).toBe(2002);
    expect(compareView(tree, classes, 0, 1).totals(ROOT).changes.removed).toBe(2001);
  });

  test("an opaque marker at the root and a file in place of the top hide all of it just so", async () => {
    const deep = deepPath(2000);
    for (const layer of [[opaque("")], [file("d")]]) {
      const image = await scanLayers([file(`${deep}/f`, "xyz")], layer);
      expect(wasteOf(image)).toEqual([`${deep}/f 3 hidden 0>1`]);
    }
  });

  test("a path longer than any engine takes ends its layer, not the scan", async () => {
    const image = await scanLayers([file("a", "1"), file(deepPath(2500)), file("b", "2")], [file("c", "3")]);
    expect(image.image.layers.map(({ status }) => status)).toEqual(["partial", "complete"]);
    expect(image.image.errors[0]?.code).toBe("limit-exceeded");
    expect(pathsOf(image)).toEqual(["a", "c"]);
  });
});

test("one path in 1,000 layers", async () => {
  const layers = Array.from({ length: 1000 }, (_, layer): Member[] => [
    layer % 10 === 9 ? whiteout("f") : file("f", "0123456789", { mode: layer % 2 === 0 ? 0o644 : 0o600 }),
  ]);
  const image = await scanLayers(...layers);
  const { tree, classes } = image.image;
  expect(tree.revisionCount).toBe(1000);
  expect(image.accounts).toMatchObject({
    storedBytes: 9000,
    finalBytes: 0,
    wastedByCause: { deleted: 1000, metadata: 8000 },
  });
  expect(changesIn(image, 501)).toEqual({ f: "metadata mode" });
  expect(entryAt(image, "f", 998)?.layer).toBe(998);
  expect(compareView(tree, classes, 0, 2).row(nodeAt(image, "f"))?.change).toBe("identical");
  // Every version was read once, not once for each of the others.
  expect(image.image.source.bytesCompared).toBeLessThanOrEqual(9000);
});

test("a thousand equal versions of a file that passed by are compared without reading", async () => {
  const paths = new PathTable(DEFAULT_LIMITS);
  const tree = new HistoryTree(paths);
  const options = { paths, limits: DEFAULT_LIMITS, budget: { used: 0 }, hashContents: true, digests: false, where: {} };
  for (let layer = 0; layer < 1000; layer++) {
    const chunks = (async function* () {
      yield tar([dir("d"), file("d/f", layer % 2 === 0 ? "even" : "odds")]);
    })();
    tree.addLayer((await readLayerStream(chunks, options)).entries);
  }
  const { classes, bytesCompared } = await compareContents(tree, { tars: Array(1000).fill(undefined) });
  expect(bytesCompared).toBe(0);
  const { wastedByCause } = accountFor(tree, classes);
  expect(wastedByCause).toMatchObject({ rewritten: 999 * 4, identical: 0 });
});
