/** What a container sees, as columns: made once for all questions about every path. */
import { NONE, ROOT } from "../layer/path-table.ts";
import { finishAtOnce, ITEMS_A_STEP, type Steps } from "../model/turns.ts";
import { type HistoryTree, REVISION } from "./history-tree.ts";

/** What a path is: the values of {@link LastSnapshot.kind}. */
export const KIND = { ABSENT: 0, DIRECTORY: 1, FILE: 2, SYMLINK: 3, OTHER: 4 } as const;

/** By `TYPE`. A hard link that names nothing counts as an empty file. */
const KINDS: readonly number[] = [
  KIND.FILE,
  KIND.DIRECTORY,
  KIND.SYMLINK,
  KIND.OTHER,
  KIND.OTHER,
  KIND.OTHER,
  KIND.FILE,
];

const known = new WeakMap<HistoryTree, LastSnapshot>();

/** Of the tree as it is when this is made. */
export class LastSnapshot {
  readonly tree: HistoryTree;
  /** By node: one of {@link KIND}. */
  readonly kind: Uint8Array;
  /** By node: the entry that stores it; `NONE` where nothing is there, or a directory that is only implied. */
  readonly inode: Uint32Array;
  /** By entry: a path that names it, the one with the smallest number; `NONE` for what no path names. */
  readonly name: Uint32Array;
  readonly #revisions: number;

  /** Made only once for a tree, unless that has changed. */
  static of(tree: HistoryTree): LastSnapshot {
    return finishAtOnce(LastSnapshot.inSteps(tree));
  }

  /** The same, with pauses. */
  static *inSteps(tree: HistoryTree): Steps<LastSnapshot> {
    let snapshot = known.get(tree);
    if (!snapshot || snapshot.#revisions !== tree.revisionCount) {
      snapshot = new LastSnapshot(tree);
      yield* snapshot.#fill();
      known.set(tree, snapshot);
    }
    return snapshot;
  }

  private constructor(tree: HistoryTree) {
    const nodes = tree.paths.size;
    this.tree = tree;
    this.#revisions = tree.revisionCount;
    this.kind = new Uint8Array(nodes);
    this.inode = new Uint32Array(nodes).fill(NONE);
    this.name = new Uint32Array(tree.entryCount).fill(NONE);
  }

  *#fill(): Steps<void> {
    const { tree, kind: kinds, inode: inodes, name: names } = this;
    for (let node = ROOT; node < kinds.length; node++) {
      if (node % ITEMS_A_STEP === 0) yield;
      const revision = tree.newestRevision(node);
      if (!tree.isPresent(revision)) continue;
      if (tree.revisionKind(revision) === REVISION.IMPLICIT) {
        kinds[node] = KIND.DIRECTORY;
        continue;
      }
      const entry = tree.revisionEntry(revision);
      const inode = tree.inodeOf(entry);
      // Only a hard link has its inode in a layer that has to be looked for.
      const layer = inode === entry ? tree.revisionLayer(revision) : tree.layerOf(inode);
      kinds[node] = KINDS[tree.layers[layer]?.type[inode - (tree.entryBase[layer] as number)] as number] as number;
      inodes[node] = inode;
      if (names[inode] === NONE) names[inode] = node;
    }
    kinds[ROOT] = KIND.DIRECTORY;
  }

  /** Whether a path names a file. */
  isFile(node: number): boolean {
    return this.kind[node] === KIND.FILE;
  }

  /** Target of a symlink. Shares memory. */
  linkTargetOf(node: number): Uint8Array {
    const { entries, index } = this.tree.locate(this.inode[node] as number);
    return entries.linkTextOf(index);
  }
}
