import type { FileBytes } from "../../layer/file-inspector.ts";

/**
 * Gives the header of each package in a database file to `take`, in no particular order; the bytes are the caller's to
 * keep. Answers what was wrong with the file, if anything was.
 */
export type HeaderBlobs = (bytes: FileBytes, take: (blob: Uint8Array) => void) => string | undefined;

/**
 * What may still be read. In a sound database no byte belongs to two headers, so all of them together are not larger than
 * the file; a broken one may point to the same bytes again and again.
 */
export class ReadBudget {
  #left: number;

  constructor(bytes: FileBytes) {
    this.#left = bytes.size;
  }

  /** Whether `length` more bytes may be read; counts them if so. */
  take(length: number): boolean {
    if (!(length <= this.#left)) return false;
    this.#left -= length;
    return true;
  }
}

/** Bytes as numbers. Shares memory. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
