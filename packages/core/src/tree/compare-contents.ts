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
const CHUNK = 128 * 1024;
/** What is read where nothing says that more will be wanted, and what may lie between two stretches that follow. */
const SMALLEST_READ = 4 * 1024;
const LARGEST_GAP = 4 * 1024;
const TURN_MILLISECONDS = 10;

/** Compares what the tree asks for. @throws LayerscopeError `unreadable`, `aborted` */
export async function compareContents(tree: HistoryTree, options: CompareOptions): Promise<ComparedContents> {
  const classes = new ContentClasses();
  classes.grow(tree.entryCount);
  const { pairs, groups } = findEqualSizes(tree);
  const reader = new BodyReader(tree, options.tars);
  const needsHash = groups.length > 0 || reader.needsHash(pairs);
  if (needsHash) await reader.loadHash();
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
  readonly #one = new ReadAhead();
  readonly #other = new ReadAhead();
  #hash: ContentHash | undefined;

  constructor(tree: HistoryTree, tars: CompareOptions["tars"]) {
    this.#tree = tree;
    this.#tars = tars;
  }

  /** Whether some pair cannot be compared byte by byte. */
  needsHash(pairs: readonly number[]): boolean {
    return pairs.some((inode) => !this.#isPlain(inode));
  }

  async loadHash(): Promise<void> {
    this.#hash = await ContentHash.create();
  }

  /** Whether two files of one size have the same content. */
  equal(one: number, other: number): boolean {
    if (this.#isPlain(one) && this.#isPlain(other)) return this.#equalBytes(one, other);
    const hash = this.hash(one);
    return hash !== undefined && hash === this.hash(other);
  }

  /** The hash of a file's content; undefined when it neither passed by nor can be read. */
  hash(inode: number): bigint | undefined {
    const { entries, index, layer } = this.#tree.locate(inode);
    if (((entries.flags[index] as number) & FLAG.HASHED) !== 0) return entries.hash[index];
    const tar = this.#tars[layer];
    const hash = this.#hash;
    if (!tar || !hash) return undefined;
    const body = entries.body[index] as number;
    const size = storedSize(entries, index);
    const sparse = entries.sparse.get(index);
    const expander = sparse && new SparseExpander(sparse, entries.size[index] as number);
    for (let position = 0; position < size; ) {
      const bytes = this.#one.read(tar, body + position, Math.min(CHUNK, size - position));
      if (bytes.length === 0) return undefined;
      if (expander) for (const part of expander.push(bytes)) hash.update(part, false);
      else hash.update(bytes, bytes.length === size);
      position += bytes.length;
      this.bytesRead += bytes.length;
    }
    if (expander) for (const part of expander.finish()) hash.update(part, false);
    return hash.digest();
  }

  /** Whether the body lies in a file just as a program reads it. */
  #isPlain(inode: number): boolean {
    const tree = this.#tree;
    return this.#tars[tree.layerOf(inode)] !== undefined && !tree.entriesOf(inode).sparse.has(tree.indexOf(inode));
  }

  #equalBytes(one: number, other: number): boolean {
    const tree = this.#tree;
    const a = tree.entriesOf(one);
    const b = tree.entriesOf(other);
    const at = tree.indexOf(one);
    const bt = tree.indexOf(other);
    const tar = this.#tars[tree.layerOf(one)] as FileRange;
    const otherTar = this.#tars[tree.layerOf(other)] as FileRange;
    const size = a.size[at] as number;
    for (let position = 0, chunk = FIRST_LOOK; position < size; chunk = CHUNK) {
      const length = Math.min(chunk, size - position);
      const bytes = this.#one.read(tar, (a.body[at] as number) + position, length);
      const others = this.#other.read(otherTar, (b.body[bt] as number) + position, length);
      this.bytesRead += bytes.length + others.length;
      if (bytes.length !== length || others.length !== length || Buffer.compare(bytes, others) !== 0) return false;
      position += length;
    }
    return true;
  }
}

/**
 * Reads stretches of files that mostly follow one another with small gaps, as the bodies of a copied or re-owned tree do:
 * after a few in a row it reads further than it was asked to.
 */
class ReadAhead {
  readonly #memory = Buffer.allocUnsafeSlow(CHUNK);
  #tar: FileRange | undefined;
  #start = 0;
  #length = 0;
  #next = SMALLEST_READ;

  /** The bytes, fewer at the end of the file. They are overwritten by the next call. */
  read(tar: FileRange, position: number, size: number): Uint8Array {
    const offset = position - this.#start;
    if (tar !== this.#tar || offset < 0 || offset + size > this.#length) {
      const follows = tar === this.#tar && offset >= 0 && offset < this.#length + LARGEST_GAP;
      this.#next = follows ? Math.min(this.#next * 2, CHUNK) : SMALLEST_READ;
      this.#tar = tar;
      this.#start = position;
      this.#length = tar.readSync(this.#memory, 0, Math.max(size, this.#next), position);
      return this.#memory.subarray(0, Math.min(size, this.#length));
    }
    return this.#memory.subarray(offset, offset + size);
  }
}
