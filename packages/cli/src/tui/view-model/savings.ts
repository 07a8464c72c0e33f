/**
 * What an image without the marked things would save, exactly. A marked path is as if no layer had ever stored it or
 * anything below it; an inode goes only when every name that it ever had goes, in whatever layer. A marked record is
 * as if just those bytes had not been stored. What both say counts once.
 */
import { type HistoryTree, ROOT } from "@layerscope/core";
import type { Marks } from "../state/marks.ts";
import type { Subject } from "../subject.ts";

export interface Savings {
  /** Stored bytes that would not be stored. */
  readonly bytes: number;
  /** How many paths are marked. */
  readonly paths: number;
  /** How many records of waste are marked. */
  readonly records: number;
}

const known = new WeakMap<Marks, { readonly subject: Subject; readonly savings: Savings }>();

/** What the marks save. Linear in the entries; kept until the marks change or more of the image is known. */
export function savings(subject: Subject, marks: Marks): Savings {
  const last = known.get(marks);
  if (last && last.subject.tree === subject.tree && last.subject.version === subject.version) return last.savings;
  const bytes = subject.tree ? savedBytes(subject, subject.tree, marks) : 0;
  const result: Savings = { bytes, paths: marks.paths.size, records: marks.records.size };
  known.set(marks, { subject, savings: result });
  return result;
}

/** Whether a path, or a directory above it, is marked. */
export function isMarked({ paths }: Marks, tree: HistoryTree, node: number): boolean {
  if (paths.size === 0) return false;
  for (let at = node; ; at = tree.paths.parentOf(at)) {
    if (paths.has(at)) return true;
    if (at === ROOT) return false;
  }
}

/** By node, 1 where {@link isMarked}; undefined when no path is marked. */
export function markedNodes({ paths }: Marks, tree: HistoryTree): Uint8Array | undefined {
  if (paths.size === 0) return undefined;
  const marked = new Uint8Array(tree.paths.size);
  for (const node of paths) marked[node] = 1;
  // A directory's number is smaller than those of what is below it.
  for (let node = ROOT + 1; node < marked.length; node++) {
    if (marked[tree.paths.parentOf(node)] === 1) marked[node] = 1;
  }
  return marked;
}

function savedBytes({ analysis }: Subject, tree: HistoryTree, marks: Marks): number {
  const inPaths = inodesInPaths(tree, marks);
  let bytes = 0;
  if (inPaths) {
    for (const [layer, entries] of tree.layers.entries()) {
      const base = tree.entryBase[layer] ?? 0;
      for (let index = 0; index < entries.count; index++) {
        if (inPaths[base + index] === 1) bytes += entries.size[index] ?? 0;
      }
    }
  }
  const waste = analysis?.accounts.waste;
  for (const place of marks.records) {
    const inode = waste?.inodeAt(place);
    if (inode !== undefined && inPaths?.[inode] !== 1) bytes += waste?.at(place)?.bytes ?? 0;
  }
  return bytes;
}

/** By entry, 1 for inodes whose every name lies in a marked path. */
function inodesInPaths(tree: HistoryTree, marks: Marks): Uint8Array | undefined {
  const marked = markedNodes(marks, tree);
  if (!marked) return undefined;
  const inPaths = new Uint8Array(tree.entryCount).fill(1);
  for (const [layer, entries] of tree.layers.entries()) {
    const base = tree.entryBase[layer] ?? 0;
    for (let index = 0; index < entries.count; index++) {
      if (marked[entries.node[index] ?? ROOT] !== 1) inPaths[tree.inodeOf(base + index)] = 0;
    }
  }
  return inPaths;
}
