/** Totals of a view: what lies below each directory, computed for all of them in one pass, bottom-up. */
import { ROOT } from "../layer/path-table.ts";
import type { Change } from "./compare-revisions.ts";
import type { HistoryTree } from "./history-tree.ts";
import type { TreeView } from "./views.ts";

/** Sums below and including a path. */
export interface Totals {
  /** Sizes of the files that are there, each inode once, at the bytewise smallest of the paths shown. */
  readonly bytes: number;
  /** Sizes of the files that are gone under every name, each inode once likewise. */
  readonly removedBytes: number;
  /** Paths that are there and are no directories. */
  readonly files: number;
  /** Paths by what happened to them. */
  readonly changes: Readonly<Record<Change, number>>;
}

/** Totals of all nodes, as columns. */
export class ViewTotals {
  readonly bytes: Float64Array;
  readonly removedBytes: Float64Array;
  readonly files: Uint32Array;
  readonly changes: Readonly<Record<Change, Uint32Array>>;

  constructor(nodes: number) {
    this.bytes = new Float64Array(nodes);
    this.removedBytes = new Float64Array(nodes);
    this.files = new Uint32Array(nodes);
    this.changes = {
      added: new Uint32Array(nodes),
      modified: new Uint32Array(nodes),
      metadata: new Uint32Array(nodes),
      identical: new Uint32Array(nodes),
      removed: new Uint32Array(nodes),
    };
  }

  of(node: number): Totals {
    const { added, modified, metadata, identical, removed } = this.changes;
    return {
      bytes: this.bytes[node] ?? 0,
      removedBytes: this.removedBytes[node] ?? 0,
      files: this.files[node] ?? 0,
      changes: {
        added: added[node] ?? 0,
        modified: modified[node] ?? 0,
        metadata: metadata[node] ?? 0,
        identical: identical[node] ?? 0,
        removed: removed[node] ?? 0,
      },
    };
  }
}

/** Puts the size of each inode at one of its nodes: the one with the smallest path, which is the same in every scan. */
class InodeCount {
  readonly #tree: HistoryTree;
  /** By inode: the node it is counted at; `ROOT`, which is no file, for none yet. */
  readonly #nodes: Uint32Array;

  constructor(tree: HistoryTree) {
    this.#tree = tree;
    this.#nodes = new Uint32Array(tree.entryCount);
  }

  add(inode: number, node: number, column: Float64Array): void {
    const { paths } = this.#tree;
    const other = this.#nodes[inode] as number;
    if (other !== ROOT) {
      if (Buffer.compare(paths.pathOf(other), paths.pathOf(node)) < 0) return;
      column[other] = 0;
    }
    const { entries, index } = this.#tree.locate(inode);
    column[node] = entries.size[index] as number;
    this.#nodes[inode] = node;
  }
}

export function computeTotals(view: TreeView): ViewTotals {
  const { tree } = view;
  const { paths } = tree;
  const totals = new ViewTotals(paths.size);
  const { bytes, removedBytes, files, changes } = totals;
  const countOnce = new InodeCount(tree);
  const kinds = Object.values(changes);
  for (let node = 1; node < paths.size; node++) {
    const row = view.row(node);
    if (!row) continue;
    const { entry, change } = row;
    if (change) changes[change][node] = (changes[change][node] as number) + 1;
    if (entry.type === "directory") continue;
    if (change !== "removed") files[node] = 1;
    if (entry.type !== "file") continue;
    if (change !== "removed") countOnce.add(entry.inode, node, bytes);
    else if (tree.isLostBy(entry.inode, view.to)) countOnce.add(entry.inode, node, removedBytes);
  }
  for (let node = paths.size - 1; node > ROOT; node--) {
    const parent = paths.parentOf(node);
    bytes[parent] = (bytes[parent] as number) + (bytes[node] as number);
    removedBytes[parent] = (removedBytes[parent] as number) + (removedBytes[node] as number);
    files[parent] = (files[parent] as number) + (files[node] as number);
    for (const kind of kinds) kind[parent] = (kind[parent] as number) + (kind[node] as number);
  }
  return totals;
}
