/** Reading the bodies of files that lie in a tar as they are. */
import { BytesInMemory, BytesInRange, type FileBytes } from "../layer/file-inspector.ts";
import type { FileRange } from "../source/open-file.ts";

/** Larger files are read by themselves, and only as far as somebody wants. */
const SMALL = 64 * 1024;
const WINDOW = 256 * 1024;
/** It takes longer to ask twice than to read so much for nothing. */
const GAP = 16 * 1024;

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Reads files that lie close together at once. They have to be asked for in their order. */
export class BodyWindow {
  readonly #range: FileRange;
  readonly #files: readonly Span[];
  #memory: Uint8Array | undefined;
  #start = 0;
  #end = 0;

  constructor(range: FileRange, files: readonly Span[]) {
    this.#range = range;
    this.#files = files;
  }

  bytesOf(place: number): FileBytes {
    const { start, end } = this.#files[place] as Span;
    if (end - start > SMALL) return new BytesInRange(this.#range.slice(start, end - start));
    if (start < this.#start || end > this.#end) this.#read(place);
    const memory = this.#memory as Uint8Array;
    const from = start - this.#start;
    return new BytesInMemory(memory.subarray(from, Math.max(from, Math.min(end, this.#end) - this.#start)));
  }

  /** As many files as fit, beginning with this one. */
  #read(place: number): void {
    this.#memory ??= Buffer.allocUnsafeSlow(WINDOW);
    const { start, end } = this.#files[place] as Span;
    let last = end;
    for (let next = place + 1; next < this.#files.length; next++) {
      const file = this.#files[next] as Span;
      if (file.start - last > GAP || file.end - start > WINDOW || file.end - file.start > SMALL) break;
      last = Math.max(last, file.end);
    }
    this.#start = start;
    this.#end = start + this.#range.readSync(this.#memory, 0, last - start, start);
  }
}
