/** What the layers store under a path: found by going through the entries once. */
import { type HistoryTree, ROOT } from "@layerscope/core";

/** What one layer stores. */
export interface StoredIn {
  /** How many files it stores. */
  files: number;
  bytes: number;
  /** Those of the bytes that no container sees, as far as the layers are read. */
  wastedBytes: number;
  /** The layers that made them invisible, in order. */
  readonly lostIn: Set<number>;
  /** How many paths it removes. */
  removed: number;
}

/** By layer, what is stored at the path itself. A layer may have a path several times. */
export function storedAt(tree: HistoryTree, node: number): Map<number, StoredIn> {
  const stored = new Map<number, StoredIn>();
  for (const [layer, entries] of tree.layers.entries()) {
    for (let index = entries.node.indexOf(node); index >= 0 && index < entries.count; ) {
      addFile(stored, tree, layer, index);
      index = entries.node.indexOf(node, index + 1);
    }
  }
  return stored;
}

/** By layer, what is stored and removed below the path. Linear in the entries. */
export function storedBelow(tree: HistoryTree, node: number): Map<number, StoredIn> {
  const below = nodesBelow(tree, node);
  const stored = new Map<number, StoredIn>();
  for (const [layer, entries] of tree.layers.entries()) {
    for (let index = 0; index < entries.count; index++) {
      if (below[entries.node[index] ?? ROOT] === 1) addFile(stored, tree, layer, index);
    }
  }
  for (let revision = 0; revision < tree.revisionCount; revision++) {
    if (tree.isPresent(revision) || below[tree.revisionNode(revision)] !== 1) continue;
    of(stored, tree.revisionLayer(revision)).removed++;
  }
  return stored;
}

/** By inode, how many names the layers give to it: 1 for a file without hard links. */
export function countNames(tree: HistoryTree, inodes: readonly number[]): Map<number, number> {
  const names = new Map(inodes.map((inode) => [inode, 1]));
  for (let entry = 0; entry < tree.entryCount; entry++) {
    const inode = tree.inodeOf(entry);
    const known = inode === entry ? undefined : names.get(inode);
    if (known !== undefined) names.set(inode, known + 1);
  }
  return names;
}

/** Only regular files have a size; those that are empty store nothing. */
function addFile(stored: Map<number, StoredIn>, tree: HistoryTree, layer: number, index: number): void {
  const bytes = tree.layers[layer]?.size[index] ?? 0;
  if (bytes === 0) return;
  const inode = (tree.entryBase[layer] ?? 0) + index;
  const sums = of(stored, layer);
  sums.files++;
  sums.bytes += bytes;
  if (!tree.isLostBy(inode, tree.layers.length - 1)) return;
  sums.wastedBytes += bytes;
  sums.lostIn.add(tree.lossLayerOf(inode));
}

function of(stored: Map<number, StoredIn>, layer: number): StoredIn {
  const known = stored.get(layer);
  if (known) return known;
  const sums: StoredIn = { files: 0, bytes: 0, wastedBytes: 0, lostIn: new Set(), removed: 0 };
  stored.set(layer, sums);
  return sums;
}

/** By node, 1 for what is below a path; not for the path itself. */
function nodesBelow({ paths }: HistoryTree, node: number): Uint8Array {
  const below = new Uint8Array(paths.size);
  // A directory's number is smaller than those of what is below it.
  for (let at = node + 1; at < below.length; at++) {
    const parent = paths.parentOf(at);
    if (parent === node || below[parent] === 1) below[at] = 1;
  }
  return below;
}
