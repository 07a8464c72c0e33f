/** The header of a package as rpm keeps it: an index of tags, and what they say behind it; highest byte first. */
import { decodeName } from "../../model/path-text.ts";
import { bufferOf } from "./header-blobs.ts";

const ENTRY = 16;
const COUNTS = 8;
/** As rpm bounds them. */
const MOST_ENTRIES = 0xffff;
/** Of one tag; no package has as many files. */
const MOST_VALUES = 1_000_000;

/** How many bytes a number of each type has. */
const NUMBER_LENGTHS: ReadonlyMap<number, 1 | 2 | 4 | 8> = new Map([
  [1, 1],
  [2, 1],
  [3, 2],
  [4, 4],
  [5, 8],
]);
/** One text, several, one that is translated; each ends with a zero. */
const TEXT_TYPES: ReadonlySet<number> = new Set([6, 8, 9]);

interface Entry {
  readonly type: number;
  readonly start: number;
  readonly count: number;
}

export class RpmHeader {
  readonly #blob: Buffer;
  readonly #entries: ReadonlyMap<number, Entry>;

  private constructor(blob: Buffer, entries: ReadonlyMap<number, Entry>) {
    this.#blob = blob;
    this.#entries = entries;
  }

  /** Undefined when it is none. */
  static read(bytes: Uint8Array): RpmHeader | undefined {
    const blob = bufferOf(bytes);
    if (blob.length < COUNTS) return undefined;
    const count = blob.readUInt32BE(0);
    const dataStart = COUNTS + count * ENTRY;
    if (count > MOST_ENTRIES || dataStart + blob.readUInt32BE(4) > blob.length) return undefined;
    const entries = new Map<number, Entry>();
    for (let at = COUNTS; at < dataStart; at += ENTRY) {
      entries.set(blob.readUInt32BE(at), {
        type: blob.readUInt32BE(at + 4),
        start: dataStart + blob.readUInt32BE(at + 8),
        count: blob.readUInt32BE(at + 12),
      });
    }
    return new RpmHeader(blob, entries);
  }

  /** The first text of a tag; undefined when there is none or it is empty. */
  text(tag: number): string | undefined {
    const entry = this.#entries.get(tag);
    return (entry && this.#texts(entry, 1)[0]) || undefined;
  }

  texts(tag: number): readonly string[] {
    const entry = this.#entries.get(tag);
    return entry ? this.#texts(entry, entry.count) : [];
  }

  /** What is above 2^53 is not exact. */
  numbers(tag: number): readonly number[] {
    const entry = this.#entries.get(tag);
    const length = entry && NUMBER_LENGTHS.get(entry.type);
    if (!entry || !length || entry.count > MOST_VALUES || entry.start + entry.count * length > this.#blob.length)
      return [];
    const numbers: number[] = [];
    for (let index = 0, at = entry.start; index < entry.count; index++, at += length) {
      numbers.push(length === 8 ? Number(this.#blob.readBigUInt64BE(at)) : this.#blob.readUIntBE(at, length));
    }
    return numbers;
  }

  #texts(entry: Entry, count: number): string[] {
    if (!TEXT_TYPES.has(entry.type) || count === 0 || count > MOST_VALUES) return [];
    const blob = this.#blob;
    let end = entry.start;
    // A loop over bytes is quicker than a call for each of many short texts.
    for (let left = count; left > 0; end++) {
      if (end >= blob.length) return [];
      if (blob[end] === 0) left--;
    }
    // All of them at once, which is a lot quicker than one by one.
    return decodeName(blob.subarray(entry.start, end - 1)).text.split("\0");
  }
}
