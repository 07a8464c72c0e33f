/**
 * Finds out which files that follow one another under a path, with equal sizes, have the same content: what tells a
 * rewritten file from one whose metadata changed. Only the bodies that this needs are read, and a difference ends the
 * comparison.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { SparseExpander } from "../archive/sparse.ts";
import { ContentHash } from "../layer/content-hash.ts";
import { storedSize } from "../layer/layer-content.ts";
import { FLAG } from "../layer/layer-entries.ts";
import { NONE } from "../layer/path-table.ts";
import { TYPE } from "../model/entry.ts";
import { throwIfAborted } from "../model/errors.ts";
import type { FileRange } from "../source/open-file.ts";
import { ContentClasses } from "./content-classes.ts";
import { type HistoryTree, REVISION } from "./history-tree.ts";

export interface CompareOptions {
  /** By layer: the uncompressed tar, where bodies can be read at any offset. */
  readonly tars: readonly (FileRange | undefined)[];
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the part that is done, 0 to 1. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

export interface ComparedContents {
  readonly classes: ContentClasses;
  /** Bytes of file contents that were read for it. */
  readonly bytesCompared: number;
}

/** The first look is short: files that differ mostly do so early. */
const FIRST_LOOK = 16 * 1024;
const CHUNK = 512 * 1024;
const TURN_MILLISECONDS = 10;

/** Compares what the tree asks for. @throws LayerscopeError `unreadable`, `aborted` */
export async function compareContents(tree: HistoryTree, options: CompareOptions): Promise<ComparedContents> {
  const classes = new ContentClasses();
  classes.grow(tree.entryCount);
  const { pairs, groups } = findEqualSizes(tree);
  const reader = new BodyReader(tree, options.tars, await ContentHash.create());
  let turnStart = performance.now();
  const pause = async (done: number): Promise<void> => {
    if (performance.now() - turnStart < TURN_MILLISECONDS) return;
    options.onProgress?.(done);
    await nextTurn();
    throwIfAborted(options.signal);
    turnStart = performance.now();
  };
  const total = pairs.length + groups.length;
  for (let index = 0; index < pairs.length; index += 2) {
    const one = pairs[index] as number;
    const other = pairs[index + 1] as number;
    if (reader.equal(one, other)) classes.join(one, other);
    await pause(index / total);
  }
  for (const [index, group] of groups.entries()) {
    const byHash = new Map<bigint, number>();
    for (const inode of group) {
      const hash = reader.hash(inode);
      if (hash === undefined) continue;
      const first = byHash.get(hash);
      if (first === undefined) byHash.set(hash, inode);
      else classes.join(first, inode);
      await pause((pairs.length + index) / total);
    }
  }
  return { classes, bytesCompared: reader.bytesRead };
}

/**
 * The inodes that one path had, by equal size. Two are compared with each other; three or more are hashed, so that
 * each is read once however many there are.
 */
function findEqualSizes(tree: HistoryTree): { pairs: number[]; groups: number[][] } {
  const pairs: number[] = [];
  const groups: number[][] = [];
  const known = new Set<number>();
  for (let revision = 0; revision < tree.revisionCount; revision++) {
    if (tree.previousRevision(revision) === NONE) continue;
    if (tree.newestRevision(tree.revisionNode(revision)) !== revision) continue;
    for (const inodes of inodesBySize(tree, revision).values()) {
      const [one, other, third] = inodes;
      if (one === undefined || other === undefined) continue;
      // Two inodes that share two names are compared once.
      const key = one * tree.entryCount + other;
      if (third !== undefined) groups.push([...inodes]);
      else if (!known.has(key)) pairs.push(one, other);
      known.add(key);
    }
  }
  return { pairs, groups };
}

function inodesBySize(tree: HistoryTree, newest: number): Map<number, Set<number>> {
  const bySize = new Map<number, Set<number>>();
  for (let revision = newest; revision !== NONE; revision = tree.previousRevision(revision)) {
    if (tree.revisionKind(revision) !== REVISION.ENTRY) continue;
    const inode = tree.inodeOf(tree.revisionEntry(revision));
    const size = sizeOfFile(tree, inode);
    if (size === 0) continue;
    const inodes = bySize.get(size);
    if (inodes) inodes.add(inode);
    else bySize.set(size, new Set([inode]));
  }
  return bySize;
}

function sizeOfFile(tree: HistoryTree, inode: number): number {
  const { entries, index } = tree.locate(inode);
  return entries.type[index] === TYPE.FILE ? (entries.size[index] as number) : 0;
}

/** Reads bodies out of uncompressed tars; what has a hash from passing by is not read. */
class BodyReader {
  bytesRead = 0;
  readonly #tree: HistoryTree;
  readonly #tars: CompareOptions["tars"];
  readonly #hash: ContentHash;
  readonly #one: Uint8Array = Buffer.allocUnsafeSlow(CHUNK);
  readonly #other: Uint8Array = Buffer.allocUnsafeSlow(CHUNK);

  constructor(tree: HistoryTree, tars: CompareOptions["tars"], hash: ContentHash) {
    this.#tree = tree;
    this.#tars = tars;
    this.#hash = hash;
  }

  /** Whether two files of one size have the same content. */
  equal(one: number, other: number): boolean {
    const first = this.#plainBody(one);
    const second = this.#plainBody(other);
    if (first && second) return this.#equalBytes(first, second);
    const hash = this.hash(one);
    return hash !== undefined && hash === this.hash(other);
  }

  /** The hash of a file's content; undefined when it neither passed by nor can be read. */
  hash(inode: number): bigint | undefined {
    const { entries, index, layer } = this.#tree.locate(inode);
    if (((entries.flags[index] as number) & FLAG.HASHED) !== 0) return entries.hash[index];
    const tar = this.#tars[layer];
    if (!tar) return undefined;
    const body = tar.slice(entries.body[index] as number, storedSize(entries, index));
    const sparse = entries.sparse.get(index);
    const expander = sparse && new SparseExpander(sparse, entries.size[index] as number);
    for (let position = 0; position < body.size; ) {
      const length = body.readSync(this.#one, 0, CHUNK, position);
      if (length === 0) return undefined;
      const bytes = this.#one.subarray(0, length);
      if (expander) for (const part of expander.push(bytes)) this.#hash.update(part, false);
      else this.#hash.update(bytes, length === body.size);
      position += length;
      this.bytesRead += length;
    }
    if (expander) for (const part of expander.finish()) this.#hash.update(part, false);
    return this.#hash.digest();
  }

  /** The body, when it lies in a file just as a program reads it. */
  #plainBody(inode: number): FileRange | undefined {
    const { entries, index, layer } = this.#tree.locate(inode);
    if (entries.sparse.has(index)) return undefined;
    return this.#tars[layer]?.slice(entries.body[index] as number, entries.size[index] as number);
  }

  #equalBytes(one: FileRange, other: FileRange): boolean {
    if (one.size !== other.size) return false;
    for (let position = 0, chunk = FIRST_LOOK; position < one.size; chunk = CHUNK) {
      const length = Math.min(chunk, one.size - position);
      const got = one.readSync(this.#one, 0, length, position);
      const gotOther = other.readSync(this.#other, 0, length, position);
      this.bytesRead += got + gotOther;
      if (got !== length || gotOther !== length) return false;
      if (Buffer.compare(this.#one.subarray(0, length), this.#other.subarray(0, length)) !== 0) return false;
      position += length;
    }
    return true;
  }
}
