/** Which entries of a report are names of one file, or files with one content: numbers that those share. */
import type { FileEntry } from "../model/entry.ts";
import type { ContentClasses } from "../tree/content-classes.ts";
import { type HistoryTree, REVISION } from "../tree/history-tree.ts";

/** Says of an inode, or of a class of contents, that more than one has it. */
const SHARED = 2;

/** Numbers are given in the order in which entries are asked about, so that equal reports have equal numbers. */
export class Sharing {
  readonly #classes: ContentClasses;
  /** By inode: the names it has in all layers, up to {@link SHARED}. */
  readonly #names: Uint8Array;
  /** By the first inode of a class: the inodes with names in it, up to {@link SHARED}. */
  readonly #likes: Uint8Array;
  readonly #inodes = new Map<number, number>();
  readonly #contents = new Map<number, number>();

  constructor(tree: HistoryTree, classes: ContentClasses) {
    this.#classes = classes;
    this.#names = new Uint8Array(tree.entryCount);
    this.#likes = new Uint8Array(tree.entryCount);
    for (let revision = 0; revision < tree.revisionCount; revision++) {
      if (tree.revisionKind(revision) !== REVISION.ENTRY) continue;
      const inode = tree.inodeOf(tree.revisionEntry(revision));
      if (this.#names[inode] === 0) countUp(this.#likes, classes.leaderOf(inode));
      countUp(this.#names, inode);
    }
  }

  /** `inode` and `content` where others share them. */
  fields({ type, inode }: FileEntry): { inode?: number; content?: number } {
    if (type === "directory") return {};
    const fields: { inode?: number; content?: number } = {};
    if (this.#names[inode] === SHARED) fields.inode = numberOf(this.#inodes, inode);
    const leader = this.#classes.leaderOf(inode);
    if (this.#likes[leader] === SHARED) fields.content = numberOf(this.#contents, leader);
    return fields;
  }
}

function countUp(counts: Uint8Array, index: number): void {
  counts[index] = Math.min((counts[index] as number) + 1, SHARED);
}

function numberOf(numbers: Map<number, number>, key: number): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, numbers.size);
  return numbers.size - 1;
}
