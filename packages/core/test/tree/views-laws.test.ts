/** Views against the model's snapshots: any two layers, totals summed plainly, order and filter. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Member } from "../../../../fixtures/build/tar.ts";
import { layerStack, toModel } from "../../../../test/model/arbitrary.ts";
import { ancestors } from "../../../../test/model/model-paths.ts";
import type { Inode, ModelResult, Snapshot } from "../../../../test/model/model-types.ts";
import { compare, overlayModel } from "../../../../test/model/overlay-model.ts";
import { ROOT } from "../../src/layer/path-table.ts";
import type { HistoryTree } from "../../src/tree/history-tree.ts";
import type { Totals } from "../../src/tree/view-totals.ts";
import {
  bySize,
  changesView,
  compareView,
  filterView,
  layerView,
  snapshotView,
  type TreeView,
} from "../../src/tree/views.ts";
import { pack, pathText, scanArchive } from "./scan-layers.ts";

const RUNS = Number(process.env.LAYERSCOPE_TEST_RUNS ?? 60);

type Scope = "present" | "touched" | "all";

/** What a view has to show of one path. */
type Shown = { change: string | undefined; inode: Inode };

/** `from` -1 is the empty image. */
function expectedRows(model: ModelResult, from: number, to: number, scope: Scope): Map<string, Shown> {
  const before: Snapshot = model.snapshots[from] ?? new Map();
  const after: Snapshot = model.snapshots[to] ?? new Map();
  const rows = new Map<string, Shown>();
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const touched = model.changes.some((layer, k) => k > from && k <= to && layer.has(path));
    const was = before.get(path);
    const is = after.get(path);
    const change = !touched ? undefined : !was ? "added" : !is ? "removed" : compare(was, is);
    rows.set(path, { change, inode: (is ?? was) as Inode });
  }
  const leading = new Set<string>();
  for (const [path, { change }] of rows) if (change) for (const above of ancestors(path)) leading.add(above);
  for (const [path, { change }] of rows) {
    const shown = {
      present: change !== "removed",
      touched: change !== undefined || leading.has(path),
      all: true,
    }[scope];
    if (!shown) rows.delete(path);
  }
  return rows;
}

const isAtOrBelow = (path: string, directory: string): boolean =>
  directory === "" || path === directory || path.startsWith(`${directory}/`);

function expectedTotals(rows: Map<string, Shown>, after: Snapshot, directory: string): Totals {
  const alive = new Set(after.values());
  const counted = new Set<Inode>();
  const changes = { added: 0, modified: 0, metadata: 0, identical: 0, removed: 0 };
  let bytes = 0;
  let removedBytes = 0;
  let files = 0;
  for (const [path, { change, inode }] of [...rows].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const isCounted = counted.has(inode);
    const isGone = change === "removed";
    if (inode.type === "file" && !(isGone && alive.has(inode))) counted.add(inode);
    if (!isAtOrBelow(path, directory)) continue;
    if (change) changes[change as keyof typeof changes]++;
    if (inode.type !== "directory" && !isGone) files++;
    if (inode.type !== "file" || isCounted) continue;
    if (!isGone) bytes += inode.size;
    else if (!alive.has(inode)) removedBytes += inode.size;
  }
  return { bytes, removedBytes, files, changes };
}

function checkView(view: TreeView, rows: Map<string, Shown>, after: Snapshot): void {
  const { tree } = view;
  const walked = [...view.walk()];
  expect(walked[0]?.node).toBe(ROOT);
  const found = walked.slice(1).map(({ node, change, entry }) => {
    return { path: pathText(tree, node), change, type: entry.type, size: entry.size, implicit: entry.implicit };
  });
  // Parents before children and siblings bytewise: the order of the lists of names.
  const expected = [...rows].sort(([one], [other]) => compareNames(one.split("/"), other.split("/")));
  expect(found).toEqual(
    expected.map(
      ([
        path,
        {
          change,
          inode: { type, size, implicit },
        },
      ]) => ({ path, change, type, size, implicit }),
    ),
  );
  for (const { node } of walked) {
    const path = pathText(tree, node);
    const totals = expectedTotals(rows, after, path);
    expect({ path, ...view.totals(node) }).toEqual({ path, ...totals });
    expect(view.sizeOf(node)).toBe(totals.bytes + totals.removedBytes);
    const children = [...view.children(node)].map((row) => pathText(tree, row.node)).sort();
    expect(children).toEqual([...rows.keys()].filter((other) => parentOf(other) === path).sort());
  }
  checkOrderAndFilter(view, [...rows.keys()]);
}

function compareNames(one: string[], other: string[]): number {
  for (const [index, name] of one.entries()) {
    const opposite = other[index];
    if (opposite === undefined) return 1;
    if (name !== opposite) return name < opposite ? -1 : 1;
  }
  return -1;
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

function checkOrderAndFilter(view: TreeView, paths: string[]): void {
  const bySizeOrder = [...view.walk(ROOT, bySize(view))].map(({ node }) => node);
  expect(bySizeOrder.length).toBe(paths.length + 1);
  for (const [index, node] of bySizeOrder.entries()) {
    const next = bySizeOrder[index + 1];
    if (next === undefined || view.tree.paths.parentOf(next) !== view.tree.paths.parentOf(node) || node === ROOT)
      continue;
    expect(view.sizeOf(node)).toBeGreaterThanOrEqual(view.sizeOf(next));
  }
  const wanted = (path: string): boolean => path.endsWith("b");
  const kept = filterView(view, ({ node }) => wanted(pathText(view.tree, node)));
  const expected = new Set(paths.filter(wanted).flatMap((path) => [path, ...ancestors(path), ""]));
  expect([...kept].map((node) => pathText(view.tree, node)).sort()).toEqual([...expected].sort());
}

async function checkViews(layers: Member[][]): Promise<void> {
  const model = overlayModel(layers.map(toModel));
  const { tree, classes }: { tree: HistoryTree; classes: Parameters<typeof compareView>[1] } = (
    await scanArchive(pack(layers, "plain"))
  ).image;
  for (let to = 0; to < layers.length; to++) {
    const after = model.snapshots[to] as Snapshot;
    checkView(snapshotView(tree, classes, to), expectedRows(model, to - 1, to, "present"), after);
    checkView(layerView(tree, classes, to), expectedRows(model, to - 1, to, "touched"), after);
    for (let from = -1; from <= to; from++) {
      checkView(changesView(tree, classes, from, to), expectedRows(model, from, to, "touched"), after);
      checkView(compareView(tree, classes, from, to), expectedRows(model, from, to, "all"), after);
    }
  }
}

test("what views show of any two layers, their totals, order and filters are those of the model", async () => {
  await fc.assert(fc.asyncProperty(layerStack, checkViews), { numRuns: RUNS });
});
