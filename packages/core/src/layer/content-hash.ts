/**
 * Hashes of file contents, to tell within one scan whether two files are the same. xxHash64 with a random seed: as fast
 * as memory, and good against chance (two files of one size and path: 2^-64). It is no proof against someone who builds
 * an image to fool it; all that could be got that way is a wrong word for a wasted byte ("metadata" for "rewritten"),
 * never a wrong number. Where both files can be read again they are compared byte by byte instead.
 */

import type { XXHash, XXHashAPI } from "xxhash-wasm";
import { SparseExpander, type SparseLayout } from "../archive/sparse.ts";

const SEED = BigInt(Math.floor(Math.random() * 2 ** 53));
let loading: Promise<XXHashAPI> | undefined;

/** One content after the other: `update` any number of times, then `digest`. */
export class ContentHash {
  readonly #api: XXHashAPI;
  #stream: XXHash<bigint> | undefined;
  /** A content that came in one piece is hashed at once, which is much faster for small files. */
  #only: bigint | undefined;

  private constructor(api: XXHashAPI) {
    this.#api = api;
  }

  static async create(): Promise<ContentHash> {
    // Compiling the WebAssembly takes longer than scanning a small image, and many need no hash.
    loading ??= import("xxhash-wasm").then(({ default: xxhash }) => xxhash());
    return new ContentHash(await loading);
  }

  /** Takes a piece; `whole` when it is the entire content. */
  update(bytes: Uint8Array, whole: boolean): void {
    if (whole) {
      this.#only = this.#api.h64Raw(bytes, SEED);
      return;
    }
    this.#stream ??= this.#api.create64(SEED);
    this.#stream.update(bytes);
  }

  /** The hash of what came since the last digest. */
  digest(): bigint {
    const only = this.#only;
    if (only !== undefined) {
      this.#only = undefined;
      return only;
    }
    const stream = this.#stream ?? this.#api.create64(SEED);
    this.#stream = undefined;
    return stream.digest();
  }
}

/** Holes of up to so many bytes are hashed as the zeros they are, a quarter of a second's work. */
const HOLES_HASHED = 2 ** 30;

/**
 * Hashes a file that is stored with holes. It gets the hash of the same file stored without them, unless the holes are
 * very large: then what is stored and where is hashed, which tells such files apart all the same, but does not know one
 * that is stored in another way.
 */
export class SparseHash {
  readonly #hash: ContentHash;
  readonly #expander: SparseExpander | undefined;

  /** @param size of the file, holes included; `storedSize` without them */
  constructor(hash: ContentHash, layout: SparseLayout, size: number, storedSize: number) {
    this.#hash = hash;
    if (size - storedSize <= HOLES_HASHED) this.#expander = new SparseExpander(layout, size);
    else hash.update(Buffer.from(JSON.stringify([size, layout.form === "map" ? layout.chunks : []])), false);
  }

  /** Takes stored bytes, in order. */
  update(bytes: Uint8Array): void {
    if (!this.#expander) this.#hash.update(bytes, false);
    else for (const part of this.#expander.push(bytes)) this.#hash.update(part, false);
  }

  digest(): bigint {
    for (const part of this.#expander?.finish() ?? []) this.#hash.update(part, false);
    return this.#hash.digest();
  }
}
