/** The write-ahead log of an SQLite database: what was committed and is maybe not in the database yet ("WAL-mode File Format"). */
import type { FileBytes } from "../../layer/file-inspector.ts";
import { bufferOf } from "./header-blobs.ts";

const MAGIC = 0x377f0682;
const HEADER = 32;
const FRAME_HEADER = 24;
const SMALLEST_PAGE = 512;
const LARGEST_PAGE = 65536;

/**
 * Whether the log has a transaction that was finished. One that was not counts for nothing, nor do frames that are left over
 * from before the log was begun anew: their salts or checksums are others.
 */
export function hasCommit(bytes: FileBytes): boolean {
  const header = Buffer.from(bytes.read(0, HEADER));
  if (header.length < HEADER) return false;
  const magic = header.readUInt32BE(0);
  // The last bit says how the numbers lie that checksums are made of.
  if ((magic & ~1) >>> 0 !== MAGIC) return false;
  const checksum = new Checksum((magic & 1) === 1);
  checksum.add(header.subarray(0, HEADER - 8));
  const pageSize = header.readUInt32BE(8);
  const isSound = pageSize >= SMALLEST_PAGE && pageSize <= LARGEST_PAGE && (pageSize & (pageSize - 1)) === 0;
  if (!isSound || !checksum.isAt(header, HEADER - 8)) return false;
  for (let at = HEADER; at + FRAME_HEADER + pageSize <= bytes.size; at += FRAME_HEADER + pageSize) {
    const frame = bufferOf(bytes.read(at, FRAME_HEADER + pageSize));
    if (frame.length < FRAME_HEADER + pageSize) return false;
    if (!frame.subarray(8, 16).equals(header.subarray(16, 24))) return false;
    checksum.add(frame.subarray(0, 8));
    checksum.add(frame.subarray(FRAME_HEADER));
    if (!checksum.isAt(frame, 16)) return false;
    // How many pages the database has then; 0 where more of the transaction follows.
    if (frame.readUInt32BE(4) > 0) return true;
  }
  return false;
}

/** Over all frames so far. */
class Checksum {
  readonly #isBigEndian: boolean;
  #first = 0;
  #second = 0;

  constructor(isBigEndian: boolean) {
    this.#isBigEndian = isBigEndian;
  }

  /** A multiple of eight bytes. */
  add(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at + 8 <= bytes.length; at += 8) {
      this.#first = (this.#first + view.getUint32(at, !this.#isBigEndian) + this.#second) >>> 0;
      this.#second = (this.#second + view.getUint32(at + 4, !this.#isBigEndian) + this.#first) >>> 0;
    }
  }

  isAt(bytes: Buffer, offset: number): boolean {
    return bytes.readUInt32BE(offset) === this.#first && bytes.readUInt32BE(offset + 4) === this.#second;
  }
}
