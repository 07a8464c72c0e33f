import type { FileBytes } from "../../layer/file-inspector.ts";
import { bufferOf, type HeaderBlobs, ReadBudget } from "./header-blobs.ts";

const HASH_MAGIC = 0x00061561;
const META = 512;
const META_TYPE = 8;
const SMALLEST_PAGE = 512;
const LARGEST_PAGE = 65536;
const PAGE_HEADER = 26;
const OVERFLOW_PAGE = 7;
/** Pages with entries of the hash, sorted or not. */
const HASH_PAGES: readonly number[] = [13, 2];
/** An entry that is on the page itself. */
const KEY_OR_DATA = 1;
/** An entry that says at which overflow page it begins and how long it is. */
const OFF_PAGE = 3;
const OFF_PAGE_LENGTH = 12;
/** What is shorter is no header, but the number that the next package gets. */
const SMALLEST_HEADER = 16;

/**
 * `Packages`, a Berkeley DB hash: each page has its kind, so all are looked at in a row instead of by their hashes; numbers
 * are in the byte order of the machine that wrote it.
 */
export const berkeleyBlobs: HeaderBlobs = (bytes, take) => {
  const pages = BerkeleyPages.open(bytes);
  if (!pages) return "the rpm database is no Berkeley DB hash that can be read";
  let isWhole = pages.isWhole;
  for (let number = 1; number < pages.count; number++) {
    if (!pages.isHash(number)) continue;
    isWhole = pages.forEachData(number, take) && isWhole;
  }
  return isWhole ? undefined : "the rpm database is damaged, not all of its packages are known";
};

class BerkeleyPages {
  readonly count: number;
  /** Whether no page is missing at the end of the file. */
  readonly isWhole: boolean;
  readonly #bytes: FileBytes;
  readonly #size: number;
  readonly #isLittle: boolean;
  readonly #budget: ReadBudget;
  /** An overflow page belongs to one chain only; a broken chain may go round in a circle, a byte at a time. */
  #overflowPagesLeft: number;

  private constructor(bytes: FileBytes, size: number, lastPage: number, isLittle: boolean) {
    this.#bytes = bytes;
    this.#size = size;
    this.#isLittle = isLittle;
    this.count = Math.floor(bytes.size / size);
    this.isWhole = lastPage < this.count;
    this.#budget = new ReadBudget(bytes);
    this.#overflowPagesLeft = this.count;
  }

  static open(bytes: FileBytes): BerkeleyPages | undefined {
    const meta = bufferOf(bytes.read(0, META));
    if (meta.length < META) return undefined;
    const isLittle = meta.readUInt32LE(12) === HASH_MAGIC;
    if (!isLittle && meta.readUInt32BE(12) !== HASH_MAGIC) return undefined;
    const long = (at: number): number => (isLittle ? meta.readUInt32LE(at) : meta.readUInt32BE(at));
    const size = long(20);
    const isEncrypted = meta[24] !== 0;
    if (isEncrypted || meta[25] !== META_TYPE || (size & (size - 1)) !== 0) return undefined;
    return size < SMALLEST_PAGE || size > LARGEST_PAGE ? undefined : new BerkeleyPages(bytes, size, long(32), isLittle);
  }

  isHash(number: number): boolean {
    const head = this.#bytes.read(number * this.#size, PAGE_HEADER);
    return head.length === PAGE_HEADER && HASH_PAGES.includes(head[25] as number);
  }

  /** Calls `take` with each value on a page that may be a header; keys and values take turns. Whether all could be read. */
  forEachData(number: number, take: (blob: Uint8Array) => void): boolean {
    const page = Buffer.from(this.#bytes.read(number * this.#size, this.#size));
    const places = Math.min(this.#short(page, 20), Math.floor((this.#size - PAGE_HEADER) / 2));
    let isWhole = true;
    for (let index = 1; index < places; index += 2) {
      const start = this.#short(page, PAGE_HEADER + 2 * index);
      // Entries fill the page from its end.
      const end = this.#short(page, PAGE_HEADER + 2 * (index - 1));
      const type = page[start];
      let blob: Uint8Array | undefined;
      if (type === KEY_OR_DATA && start < end && end <= page.length) {
        if (end - start - 1 < SMALLEST_HEADER) continue;
        blob = this.#budget.take(end - start) ? page.subarray(start + 1, end) : undefined;
      } else if (type === OFF_PAGE && start + OFF_PAGE_LENGTH <= page.length) {
        blob = this.#chain(this.#long(page, start + 4), this.#long(page, start + 8));
      }
      if (blob) take(blob);
      else isWhole = false;
    }
    return isWhole;
  }

  #chain(first: number, length: number): Uint8Array | undefined {
    if (!this.#budget.take(length)) return undefined;
    const blob = Buffer.alloc(length);
    let next = first;
    for (let filled = 0; filled < length; ) {
      if (next < 1 || next >= this.count || this.#overflowPagesLeft-- <= 0) return undefined;
      const page = bufferOf(this.#bytes.read(next * this.#size, this.#size));
      const used = page.length === this.#size && page[25] === OVERFLOW_PAGE ? this.#short(page, 22) : 0;
      if (used === 0 || PAGE_HEADER + used > page.length) return undefined;
      filled += page.copy(blob, filled, PAGE_HEADER, PAGE_HEADER + used);
      next = this.#long(page, 16);
    }
    return blob;
  }

  #short(page: Buffer, at: number): number {
    return this.#isLittle ? page.readUInt16LE(at) : page.readUInt16BE(at);
  }

  #long(page: Buffer, at: number): number {
    return this.#isLittle ? page.readUInt32LE(at) : page.readUInt32BE(at);
  }
}
