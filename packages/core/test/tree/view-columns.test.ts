/** The columns of a view against its rows, asked one by one. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { file, hardlink, type Member, whiteout } from "../../../../fixtures/build/tar.ts";
import { layerStack } from "../../../../test/model/arbitrary.ts";
import { ROOT } from "../../src/layer/path-table.ts";
import type { Analysis } from "../../src/metrics/analyse.ts";
import { changeOfState, VIEW_STATES } from "../../src/tree/view-columns.ts";
import {
  changesView,
  compareView,
  layerView,
  nodesByName,
  nodesByValue,
  snapshotView,
  type TreeView,
} from "../../src/tree/views.ts";
import { wasteColumns } from "../../src/tree/waste-columns.ts";
import { nodeAt, pack, pathText, scanArchive, scanLayers } from "./scan-layers.ts";

const RUNS = Number(process.env.LAYERSCOPE_TEST_RUNS ?? 60);

function viewsOf({ image: { tree, classes } }: Analysis): TreeView[] {
  const views: TreeView[] = [];
  for (let to = 0; to < tree.layers.length; to++) {
    views.push(snapshotView(tree, classes, to), layerView(tree, classes, to));
    for (let from = -1; from < to; from++) {
      views.push(changesView(tree, classes, from, to), compareView(tree, classes, from, to));
    }
  }
  return views;
}

const everyNode = ({ tree }: TreeView): number[] => Array.from({ length: tree.paths.size }, (_, node) => node);

/** Without the columns' shortcuts: the rows at and below a node, and each inode once at its smallest path. */
function sumsBelow(view: TreeView, top: number) {
  const { paths } = view.tree;
  const isAtOrBelow = (node: number): boolean => {
    for (let at = node; ; at = paths.parentOf(at)) {
      if (at === top) return true;
      if (at === ROOT) return false;
    }
  };
  const rows = everyNode(view)
    .slice(1)
    .flatMap((node) => view.row(node) ?? [])
    .sort((one, other) => Buffer.compare(paths.pathOf(one.node), paths.pathOf(other.node)));
  const sums = { bytes: 0, removedBytes: 0, files: 0, added: 0, modified: 0, metadata: 0, identical: 0, removed: 0 };
  const counted = new Set<number>();
  for (const { node, change, entry } of rows) {
    const isInside = isAtOrBelow(node);
    if (isInside && change) sums[change]++;
    if (isInside && change !== "removed" && entry.type !== "directory") sums.files++;
    if (entry.type !== "file" || counted.has(entry.inode)) continue;
    if (change === "removed" && !view.tree.isLostBy(entry.inode, view.to)) continue;
    counted.add(entry.inode);
    if (isInside) sums[change === "removed" ? "removedBytes" : "bytes"] += entry.size;
  }
  return sums;
}

function checkColumns(view: TreeView): void {
  const { state, bytes, removedBytes, files, changes } = view.columns();
  expect(view.columns().state).toBe(state);
  for (const node of everyNode(view)) {
    const row = view.row(node);
    expect(state[node] !== VIEW_STATES.hidden, pathText(view.tree, node)).toBe(row !== undefined);
    expect(changeOfState(state[node] as number)).toBe(row?.change);
    const { added, modified, metadata, identical, removed } = changes;
    expect({
      bytes: bytes[node] ?? 0,
      removedBytes: removedBytes[node] ?? 0,
      files: files[node] ?? 0,
      added: added[node] ?? 0,
      modified: modified[node] ?? 0,
      metadata: metadata[node] ?? 0,
      identical: identical[node] ?? 0,
      removed: removed[node] ?? 0,
    }).toEqual(sumsBelow(view, node));
    const children = [...view.children(node)].map((child) => child.node);
    expect(view.childrenOf(node)).toEqual(children);
  }
}

test("the columns of any view say what its rows say", async () => {
  const check = async (layers: Member[][]): Promise<void> => {
    for (const view of viewsOf(await scanArchive(pack(layers, "plain")))) checkColumns(view);
  };
  await fc.assert(fc.asyncProperty(layerStack, check), { numRuns: RUNS });
});

test("states and changes name each other", () => {
  const { hidden, unchanged, ...changes } = VIEW_STATES;
  for (const [change, state] of Object.entries(changes)) expect(changeOfState(state)).toBe(change);
  expect([changeOfState(hidden), changeOfState(unchanged)]).toEqual([undefined, undefined]);
});

describe("an inode with several names", () => {
  const at = (analysis: Analysis, view: TreeView, path: string): [number, number] => {
    const { bytes, removedBytes } = view.totals(nodeAt(analysis, path));
    return [bytes, removedBytes];
  };

  test("is counted at a link of a later layer when that is smaller", async () => {
    const analysis = await scanLayers([file("z", "12345")], [hardlink("a", "z")]);
    const { tree, classes } = analysis.image;
    const view = snapshotView(tree, classes, 1);
    expect([at(analysis, view, "a"), at(analysis, view, "z")]).toEqual([
      [5, 0],
      [0, 0],
    ]);
    expect(at(analysis, layerView(tree, classes, 1), "a")).toEqual([5, 0]);
  });

  test("is counted at the link that is left when the path that stored it is shown as removed", async () => {
    const analysis = await scanLayers([file("a", "12345"), hardlink("z", "a")], [whiteout("a")]);
    const view = compareView(analysis.image.tree, analysis.image.classes, 0, 1);
    expect([at(analysis, view, "a"), at(analysis, view, "z")]).toEqual([
      [0, 0],
      [5, 0],
    ]);
  });

  test("is counted at its smallest path, not at the first in the order of the tree", async () => {
    // "a-b/f" stands before "a/f" as bytes.
    const analysis = await scanLayers([file("a/f", "12345"), hardlink("a-b/f", "a/f")]);
    const view = snapshotView(analysis.image.tree, analysis.image.classes, 0);
    expect(at(analysis, view, "a-b/f")).toEqual([5, 0]);
  });
});

test("paths that became known after the columns were made are not shown", async () => {
  const analysis = await scanLayers([file("a", "1")]);
  const { tree, classes } = analysis.image;
  const view = layerView(tree, classes, 0);
  view.columns();
  const late = tree.paths.intern(Buffer.from("late"), 0, 4);
  expect(view.row(late)).toBeUndefined();
  expect(view.childrenOf(ROOT)).toEqual([nodeAt(analysis, "a")]);
  expect(view.sizeOf(late)).toBe(0);
});

test("nodes sort by name as bytes, and by a value, the largest first", async () => {
  const names = ["b", "B", "a", "ab", "é", "b0"];
  const analysis = await scanLayers(names.map((name) => file(name, name === "ab" || name === "B" ? "xx" : "")));
  const { tree, classes } = analysis.image;
  const view = snapshotView(tree, classes, 0);
  const sorted = (order: (one: number, other: number) => number): string[] =>
    view
      .childrenOf(ROOT)
      .sort(order)
      .map((node) => Buffer.from(tree.paths.nameOf(node)).toString());
  expect(sorted(nodesByName(tree.paths))).toEqual(["B", "a", "ab", "b", "b0", "é"]);
  expect(sorted(nodesByValue(tree.paths, (node) => view.sizeOf(node)))).toEqual(["B", "ab", "a", "b", "b0", "é"]);
});

test("the waste below every path is that of the records there", async () => {
  const check = async (layers: Member[][]): Promise<void> => {
    const { image, accounts } = await scanArchive(pack(layers, "plain"));
    const { paths } = image.tree;
    const { bytes, records, isWasted } = wasteColumns(image.tree, accounts.waste);
    expect([bytes[ROOT], records[ROOT]]).toEqual([accounts.wastedBytes, accounts.waste.length]);
    for (let node = 0; node < paths.size; node++) {
      const own = [...accounts.waste].filter((record) => record.node === node);
      let sum = own.reduce((total, record) => total + record.bytes, 0);
      let count = own.length;
      for (let child = 1; child < paths.size; child++) {
        if (paths.parentOf(child) !== node) continue;
        sum += bytes[child] as number;
        count += records[child] as number;
      }
      expect([bytes[node], records[node], isWasted[node]]).toEqual([sum, count, own.length > 0 ? 1 : 0]);
    }
  };
  await fc.assert(fc.asyncProperty(layerStack, check), { numRuns: RUNS });
});
