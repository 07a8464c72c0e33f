/** What an image stores, by paths that stay the same when it is built, saved as a report, or packed again. */
import type { LayerEntries } from "../layer/layer-entries.ts";
import type { PathTable } from "../layer/path-table.ts";
import { TYPE } from "../model/entry.ts";
import { type HistoryTree, REVISION } from "../tree/history-tree.ts";

/** A regular file that a layer stores. */
export interface StoredFile {
  /** Of the tree's path table. */
  readonly node: number;
  readonly layer: number;
  readonly bytes: number;
  /** The entry of the tree that stores it. */
  readonly inode: number;
}

/**
 * Every regular file with content that a layer stores, whether a container sees it or not; by layer they sum to
 * `storedBytes`. A file that its layer gives several names stands under the first of them in the order of a report, whatever
 * the order in the tar: a report does not tell which of them was the file and which were links to it.
 */
export function* storedFiles(tree: HistoryTree): Generator<StoredFile> {
  for (const [layer, entries] of tree.layers.entries()) {
    const base = tree.entryBase[layer] as number;
    const linked = firstNames(tree, layer, entries);
    for (let index = 0; index < entries.count; index++) {
      const bytes = entries.size[index] as number;
      if (entries.type[index] !== TYPE.FILE || bytes === 0) continue;
      yield { node: linked.get(index) ?? (entries.node[index] as number), layer, bytes, inode: base + index };
    }
  }
}

/**
 * Of the files of a layer that links of the same layer name: the first of their names that count, by the file's place in the
 * layer. Any other file has but the name that its entry has.
 */
export function firstNames(tree: HistoryTree, layer: number, entries: LayerEntries): Map<number, number> {
  const base = tree.entryBase[layer] as number;
  const names = new Map<number, number>();
  const counts = (index: number): boolean => {
    const revision = tree.revisionAt(entries.node[index] as number, layer);
    return (
      tree.isPresent(revision) &&
      tree.revisionKind(revision) === REVISION.ENTRY &&
      tree.revisionEntry(revision) === base + index
    );
  };
  for (const index of entries.hardLinks()) {
    if (!counts(index)) continue;
    const file = tree.inodeOf(base + index) - base;
    if (file < 0 || file >= entries.count) continue;
    const link = entries.node[index] as number;
    const known = names.get(file) ?? (counts(file) ? (entries.node[file] as number) : link);
    names.set(file, isListedBefore(tree.paths, link, known) ? link : known);
  }
  return names;
}

/** Whether one path comes before another in a report: directories before what is in them, names in bytewise order. */
function isListedBefore(paths: PathTable, one: number, other: number): boolean {
  let above = one;
  let otherAbove = other;
  let at = one;
  let otherAt = other;
  // The larger of two nodes is never above the smaller.
  while (above !== otherAbove) {
    if (above > otherAbove) {
      at = above;
      above = paths.parentOf(above);
    } else {
      otherAt = otherAbove;
      otherAbove = paths.parentOf(otherAbove);
    }
  }
  if (above === one || above === other) return above === one && one !== other;
  return paths.compareNames(at, otherAt) < 0;
}
