/** What a container sees, by path, as columns: made once for all questions of the package inventory. */
import { ROOT } from "../layer/path-table.ts";
import type { HistoryTree } from "../tree/history-tree.ts";
import { RevisionReader } from "../tree/revision-reader.ts";

/** What a path is: the values of {@link LastSnapshot.kind}. */
export const KIND = { ABSENT: 0, DIRECTORY: 1, FILE: 2, SYMLINK: 3, OTHER: 4 } as const;

const KINDS = {
  directory: KIND.DIRECTORY,
  file: KIND.FILE,
  symlink: KIND.SYMLINK,
  char: KIND.OTHER,
  block: KIND.OTHER,
  fifo: KIND.OTHER,
} as const;

export class LastSnapshot {
  readonly tree: HistoryTree;
  /** By node: one of {@link KIND}. */
  readonly kind: Uint8Array;
  /** By node: the entry that stores it; means nothing where nothing is there, or a directory that is only implied. */
  readonly inode: Uint32Array;

  constructor(tree: HistoryTree) {
    const nodes = tree.paths.size;
    this.tree = tree;
    this.kind = new Uint8Array(nodes);
    this.inode = new Uint32Array(nodes);
    const reader = new RevisionReader(tree);
    for (let node = ROOT + 1; node < nodes; node++) {
      if (!reader.read(tree.newestRevision(node))) continue;
      this.inode[node] = reader.inode;
      this.kind[node] = KINDS[reader.type];
    }
    this.kind[ROOT] = KIND.DIRECTORY;
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
