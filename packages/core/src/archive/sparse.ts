/** Sparse files: which stretches of the file a program reads have bytes in the archive; the rest is zeros. */
import { parseNumeric } from "./tar-header.ts";

export interface SparseChunk {
  /** Offset in the file. */
  readonly offset: number;
  /** Bytes that are stored, one chunk behind the other. */
  readonly size: number;
}

/** How a sparse body is to be read. `map-in-body` is pax format 1.0: the map precedes the data in the body. */
export type SparseLayout =
  | { readonly form: "map"; readonly chunks: readonly SparseChunk[] }
  | { readonly form: "map-in-body" };

/**
 * The (offset, size) pairs of an old GNU sparse header or extension block.
 * @returns false when a number is malformed. An empty pair ends the list.
 */
export function readGnuSparsePairs(block: Uint8Array, offset: number, pairs: number, chunks: SparseChunk[]): boolean {
  for (let index = 0; index < pairs; index++) {
    const at = offset + index * 24;
    if (block[at] === 0) return true;
    const chunk = { offset: parseNumeric(block, at, 12), size: parseNumeric(block, at + 12, 12) };
    if (!(chunk.offset >= 0 && chunk.size >= 0)) return false;
    chunks.push(chunk);
  }
  return true;
}

/** Whether the chunks are in order, do not overlap, stay inside the file, and add up to what is stored. */
export function isSoundSparseMap(chunks: readonly SparseChunk[], realSize: number, storedSize: number): boolean {
  return isOrdered(chunks, realSize) && chunks.reduce((sum, { size }) => sum + size, 0) === storedSize;
}

/** Reads the map of pax format 1.0 off the start of a body: decimal lines, padded to 512 bytes. */
export class SparseMapReader {
  readonly chunks: SparseChunk[] = [];
  #remaining = -1;
  #offset: number | undefined;
  #number = -1;
  #consumed = 0;
  /** Bytes that belong to the map, padding included, once it is complete. */
  mapSize = 0;

  /**
   * Takes bytes of the body.
   * @returns "more" when the map is not complete, "malformed", or how many of these bytes belong to the map.
   */
  push(bytes: Uint8Array): "more" | "malformed" | number {
    for (let index = 0; index < bytes.length; index++) {
      const byte = bytes[index] as number;
      if (this.mapSize === 0) {
        if (byte >= 0x30 && byte <= 0x39) {
          this.#number = Math.max(0, this.#number) * 10 + (byte - 0x30);
          if (this.#number > Number.MAX_SAFE_INTEGER) return "malformed";
        } else if (byte !== 0x0a || this.#number < 0 || !this.#line()) return "malformed";
      }
      this.#consumed++;
      if (this.#remaining === 0 && this.mapSize === 0) this.mapSize = Math.ceil(this.#consumed / 512) * 512;
      if (this.mapSize > 0 && this.#consumed === this.mapSize) return index + 1;
    }
    return "more";
  }

  #line(): boolean {
    const value = this.#number;
    this.#number = -1;
    if (this.#remaining < 0) {
      // A map of a million chunks takes over 4 MiB of text: nothing real comes near.
      if (value > 1_000_000) return false;
      this.#remaining = value;
    } else if (this.#offset === undefined) {
      this.#offset = value;
    } else {
      this.chunks.push({ offset: this.#offset, size: value });
      this.#offset = undefined;
      this.#remaining--;
    }
    return true;
  }
}

const ZEROS = new Uint8Array(64 * 1024);

/** Writes out a sparse file's holes: feed it the stored bytes, it gives the bytes a program reads. */
export class SparseExpander {
  readonly #realSize: number;
  readonly #map: SparseMapReader | undefined;
  #chunks: readonly SparseChunk[] | undefined;
  #chunk = 0;
  #used = 0;
  #position = 0;
  /** Whether the map turned out to be unreadable; nothing more is given then. */
  malformed = false;

  constructor(layout: SparseLayout, realSize: number) {
    this.#realSize = realSize;
    if (layout.form === "map") this.#chunks = layout.chunks;
    else this.#map = new SparseMapReader();
  }

  /** Takes stored bytes, in order, and gives what they make of the file so far. The slices share the input's memory. */
  *push(bytes: Uint8Array): Generator<Uint8Array> {
    let data = bytes;
    if (this.#chunks === undefined) {
      const used = this.#map?.push(data) ?? "malformed";
      if (used === "more") return;
      const chunks = this.#map?.chunks ?? [];
      this.malformed = used === "malformed" || !isOrdered(chunks, this.#realSize);
      this.#chunks = this.malformed ? [] : chunks;
      if (used !== "malformed") data = data.subarray(used);
    }
    while (data.length > 0) {
      const chunk = this.#chunks[this.#chunk];
      if (!chunk) return;
      yield* this.#zerosUpTo(chunk.offset);
      const take = Math.min(data.length, chunk.size - this.#used);
      if (take > 0) yield data.subarray(0, take);
      this.#position += take;
      this.#used += take;
      data = data.subarray(take);
      if (this.#used === chunk.size) {
        this.#chunk++;
        this.#used = 0;
      }
    }
  }

  /** The hole at the end. */
  *finish(): Generator<Uint8Array> {
    if (!this.malformed) yield* this.#zerosUpTo(this.#realSize);
  }

  *#zerosUpTo(offset: number): Generator<Uint8Array> {
    while (this.#position < offset) {
      const take = Math.min(ZEROS.length, offset - this.#position);
      yield ZEROS.subarray(0, take);
      this.#position += take;
    }
  }
}

function isOrdered(chunks: readonly SparseChunk[], realSize: number): boolean {
  let end = 0;
  for (const { offset, size } of chunks) {
    if (offset < end || offset + size > realSize) return false;
    end = offset + size;
  }
  return true;
}
