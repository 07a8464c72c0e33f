/** Compares bodies that lie in files as a program reads them, byte by byte. */
import type { FileRange } from "../source/open-file.ts";

/** The first look is short: files that differ mostly do so early. */
const FIRST_LOOK = 16 * 1024;
const CHUNK = 128 * 1024;
/** What is read where nothing says that more will be wanted, and what may lie between two bodies that follow. */
const SMALLEST_READ = 4 * 1024;
const LARGEST_GAP = 4 * 1024;

export class BodyComparer {
  /** Bytes of bodies that were read. */
  bytesCompared = 0;
  readonly #one = new ReadAhead();
  readonly #other = new ReadAhead();

  /** Whether the same bytes stand at two places. Blocks. */
  equal(one: FileRange, position: number, other: FileRange, otherPosition: number, size: number): boolean {
    for (let done = 0, chunk = FIRST_LOOK; done < size; chunk = CHUNK) {
      const length = Math.min(chunk, size - done);
      const bytes = this.#one.read(one, position + done, length);
      const others = this.#other.read(other, otherPosition + done, length);
      this.bytesCompared += bytes.length + others.length;
      if (bytes.length !== length || others.length !== length || Buffer.compare(bytes, others) !== 0) return false;
      done += length;
    }
    return true;
  }
}

/**
 * Reads stretches that mostly follow one another with small gaps, as the bodies of a copied or re-owned tree do: after a
 * few in a row it reads further than it was asked to.
 */
class ReadAhead {
  readonly #memory = Buffer.allocUnsafeSlow(CHUNK);
  #range: FileRange | undefined;
  #start = 0;
  #length = 0;
  #next = SMALLEST_READ;

  /** The bytes, fewer at the end of the file. They are overwritten by the next call. */
  read(range: FileRange, position: number, size: number): Uint8Array {
    const offset = position - this.#start;
    const isSame = range === this.#range && offset >= 0;
    if (isSame && offset + size <= this.#length) return this.#memory.subarray(offset, offset + size);
    this.#next = isSame && offset < this.#length + LARGEST_GAP ? Math.min(this.#next * 2, CHUNK) : SMALLEST_READ;
    this.#range = range;
    this.#start = position;
    this.#length = range.readSync(this.#memory, 0, Math.max(size, this.#next), position);
    return this.#memory.subarray(0, Math.min(size, this.#length));
  }
}
