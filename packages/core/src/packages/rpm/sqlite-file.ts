/**
 * Reads the rows of a table out of an SQLite database file: no indexes, no queries, no changes. Node 20 has no SQLite of
 * its own. What a write-ahead log next to the file has is not seen.
 */
import type { FileBytes } from "../../layer/file-inspector.ts";
import { bufferOf, ReadBudget } from "./header-blobs.ts";
import { type ColumnValue, readColumns, readVarint } from "./sqlite-record.ts";

const MAGIC = Buffer.from("SQLite format 3\0");
const FILE_HEADER = 100;
const SMALLEST_PAGE = 512;
/** Of a page there are at least these bytes for content, whatever is reserved at its end. */
const SMALLEST_USABLE = 480;
const SCHEMA_PAGE = 1;
const INTERIOR = 0x05;
const LEAF = 0x0d;
const INTERIOR_HEADER = 12;
const LEAF_HEADER = 8;

export class SqliteFile {
  readonly #bytes: FileBytes;
  readonly #pageSize: number;
  /** Bytes of a page without those that are reserved. */
  readonly #usable: number;
  readonly #pageCount: number;
  readonly #budget: ReadBudget;

  private constructor(bytes: FileBytes, pageSize: number, reserved: number) {
    this.#bytes = bytes;
    this.#pageSize = pageSize;
    this.#usable = pageSize - reserved;
    this.#pageCount = Math.floor(bytes.size / pageSize);
    this.#budget = new ReadBudget(bytes);
  }

  /** Undefined when it is no SQLite database. */
  static open(bytes: FileBytes): SqliteFile | undefined {
    const header = bufferOf(bytes.read(0, FILE_HEADER));
    if (header.length < FILE_HEADER || !header.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
    const stored = header.readUInt16BE(16);
    const pageSize = stored === 1 ? 65536 : stored;
    const reserved = header.readUInt8(20);
    if (pageSize < SMALLEST_PAGE || (pageSize & (pageSize - 1)) !== 0) return undefined;
    return pageSize - reserved < SMALLEST_USABLE ? undefined : new SqliteFile(bytes, pageSize, reserved);
  }

  /** The page at which a table begins; undefined when there is no such table. */
  rootOf(table: string): number | undefined {
    let root: number | undefined;
    this.forEachRow(SCHEMA_PAGE, 4, ([type, name, , page]) => {
      if (isText(type, "table") && isText(name, table) && typeof page === "number") root ??= page;
    });
    return root;
  }

  /**
   * Calls `take` with the first columns of each row that can be read; a number that is the key of its row is undefined
   * there. Whether all could be read.
   */
  forEachRow(root: number, columns: number, take: (row: readonly ColumnValue[]) => void): boolean {
    const pending = [root];
    const seen = new Set<number>(pending);
    let isWhole = true;
    for (let number = pending.pop(); number !== undefined; number = pending.pop()) {
      const page = this.#page(number);
      const start = number === SCHEMA_PAGE ? FILE_HEADER : 0;
      const type = page?.[start];
      if (!page || (type !== INTERIOR && type !== LEAF)) isWhole = false;
      else if (type === INTERIOR) {
        for (const child of childrenOf(page, start).reverse()) {
          // The tree of a broken database may lead back into itself.
          if (seen.has(child)) return false;
          seen.add(child);
          pending.push(child);
        }
      } else {
        for (const cell of cellsOf(page, start, LEAF_HEADER)) {
          const payload = this.#payload(page, cell);
          if (payload) take(readColumns(payload, columns));
          else isWhole = false;
        }
      }
    }
    return isWhole;
  }

  /** A copy of a page; they are counted from 1. */
  #page(number: number): Buffer | undefined {
    if (number < 1 || number > this.#pageCount) return undefined;
    const page = Buffer.from(this.#bytes.read((number - 1) * this.#pageSize, this.#pageSize));
    return page.length === this.#pageSize ? page : undefined;
  }

  /** What a cell of a leaf holds: the beginning is in it, the rest in a chain of overflow pages. */
  #payload(page: Buffer, cell: number): Uint8Array | undefined {
    const length = readVarint(page, cell);
    const start = readVarint(page, length.end).end;
    const local = this.#localLength(length.value);
    if (start + local > page.length || !this.#budget.take(length.value)) return undefined;
    const payload = Buffer.alloc(length.value);
    page.copy(payload, 0, start, start + local);
    if (local === length.value) return payload;
    if (start + local + 4 > page.length) return undefined;
    let next = page.readUInt32BE(start + local);
    for (let filled = local; filled < payload.length; ) {
      if (next < 1 || next > this.#pageCount) return undefined;
      const part = bufferOf(this.#bytes.read((next - 1) * this.#pageSize, this.#usable));
      if (part.length < this.#usable) return undefined;
      next = part.readUInt32BE(0);
      filled += part.copy(payload, filled, 4);
    }
    return payload;
  }

  /** How much of a payload is in its cell; the names of the numbers in the file format are X, M and K. */
  #localLength(payload: number): number {
    const most = this.#usable - 35;
    if (payload <= most) return payload;
    const least = Math.floor(((this.#usable - 12) * 32) / 255) - 23;
    const filling = least + ((payload - least) % (this.#usable - 4));
    return filling <= most ? filling : least;
  }
}

function isText(value: ColumnValue, text: string): boolean {
  return value instanceof Uint8Array && bufferOf(value).equals(Buffer.from(text));
}

/** Where the cells of a page begin. */
function cellsOf(page: Buffer, start: number, header: number): number[] {
  const cells: number[] = [];
  const count = page.readUInt16BE(start + 3);
  for (let index = 0, at = start + header; index < count && at + 2 <= page.length; index++, at += 2) {
    cells.push(page.readUInt16BE(at));
  }
  return cells;
}

function childrenOf(page: Buffer, start: number): number[] {
  const children: number[] = [];
  for (const cell of cellsOf(page, start, INTERIOR_HEADER)) {
    if (cell + 4 <= page.length) children.push(page.readUInt32BE(cell));
  }
  children.push(page.readUInt32BE(start + 8));
  return children;
}
