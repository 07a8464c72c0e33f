/** The contents of stored files, as far as they can be compared: where they can be read at any offset, or passed by. */
import { crc32 } from "node:zlib";
import { type ContentHash, SparseHash } from "../layer/content-hash.ts";
import { storedSize } from "../layer/layer-content.ts";
import { FLAG } from "../layer/layer-entries.ts";
import type { FileRange } from "../source/open-file.ts";
import { BodyComparer } from "./compare-bodies.ts";
import type { HistoryTree } from "./history-tree.ts";

/** By layer: the uncompressed tar, where bodies can be read at any offset. */
export type Tars = readonly (FileRange | undefined)[];

/** Most files of one size differ in so many bytes. */
const START = 512;
const HASH_CHUNK = 128 * 1024;

/** Bodies in uncompressed tars, and the hashes of those that passed by. */
export class Bodies {
  readonly #tree: HistoryTree;
  readonly #tars: Tars;
  readonly #comparer = new BodyComparer();
  #memory: Uint8Array | undefined;
  #bytesHashed = 0;

  constructor(tree: HistoryTree, tars: Tars) {
    this.#tree = tree;
    this.#tars = tars;
  }

  get bytesCompared(): number {
    return this.#comparer.bytesCompared + this.#bytesHashed;
  }

  /** Whether a body lies in a file as a program reads it. */
  isPlain(inode: number): boolean {
    const { entries, index, layer } = this.#tree.locate(inode);
    return this.#tars[layer] !== undefined && !entries.sparse.has(index);
  }

  /** Whether the hash of a file's content is known without reading it. */
  isHashed(inode: number): boolean {
    const { entries, index } = this.#tree.locate(inode);
    return ((entries.flags[index] as number) & FLAG.HASHED) !== 0;
  }

  /** A checksum of the first {@link START} bytes of a plain body: files whose sums differ do. Undefined when it ends before. */
  startOf(inode: number): number | undefined {
    const { entries, index, layer } = this.#tree.locate(inode);
    this.#memory ??= Buffer.allocUnsafeSlow(HASH_CHUNK);
    const got = this.#tars[layer]?.readSync(this.#memory, 0, START, entries.body[index] as number);
    if (got !== START) return undefined;
    this.#bytesHashed += START;
    return crc32(this.#memory.subarray(0, START));
  }

  /** Whether two files of one size are equal; undefined when they do not both lie in files as a program reads them. */
  equal(one: number, other: number): boolean | undefined {
    const tree = this.#tree;
    const tar = this.#tars[tree.layerOf(one)];
    const otherTar = this.#tars[tree.layerOf(other)];
    if (!tar || !otherTar) return undefined;
    const a = tree.entriesOf(one);
    const b = tree.entriesOf(other);
    const at = tree.indexOf(one);
    const bt = tree.indexOf(other);
    if (a.sparse.has(at) || b.sparse.has(bt)) return undefined;
    return this.#comparer.equal(tar, a.body[at] as number, otherTar, b.body[bt] as number, a.size[at] as number);
  }

  /** The hash of a file's content; undefined when it neither passed by nor can be read. */
  hash(inode: number, hash: ContentHash): bigint | undefined {
    const { entries, index, layer } = this.#tree.locate(inode);
    if (((entries.flags[index] as number) & FLAG.HASHED) !== 0) return entries.hash[index];
    const body = this.#tars[layer]?.slice(entries.body[index] as number, storedSize(entries, index));
    if (!body) return undefined;
    this.#memory ??= Buffer.allocUnsafeSlow(HASH_CHUNK);
    const sparse = entries.sparse.get(index);
    const sparseHash = sparse && new SparseHash(hash, sparse, entries.size[index] as number, body.size);
    for (let position = 0; position < body.size; ) {
      const length = body.readSync(this.#memory, 0, HASH_CHUNK, position);
      if (length === 0) return undefined;
      const bytes = this.#memory.subarray(0, length);
      if (sparseHash) sparseHash.update(bytes);
      else hash.update(bytes, length === body.size);
      position += length;
      this.#bytesHashed += length;
    }
    return (sparseHash ?? hash).digest();
  }
}
