/** Reads a tar that can seek: headers only, jumping over the bodies. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { LayerscopeError, throwIfAborted } from "../model/errors.ts";
import type { Limits } from "../model/limits.ts";
import type { FileRange } from "../source/open-file.ts";
import { TarDecoder, type TarSink } from "./tar-decoder.ts";
import { BLOCK_SIZE } from "./tar-header.ts";

/** Bytes that may be requested for each entry, on average. Small files lie close together: one request serves many. */
const BYTES_PER_ENTRY = 8 * 1024;
const SMALLEST_WINDOW = 4 * 1024;
const LARGEST_WINDOW = 64 * 1024;
/** How long the event loop may be held, in milliseconds: less than a frame at 60 per second. */
const TURN_MILLISECONDS = 10;

export interface TarWalkOptions {
  readonly limits: Limits;
  readonly signal?: AbortSignal | undefined;
  /** Called between turns with the offset reached in the range. */
  readonly onProgress?: ((position: number) => void) | undefined;
}

/**
 * Shows every member of the tar in `range` to `sink`, which gets no bodies.
 *
 * Requests at most 8 KiB an entry from the file, on average.
 * @throws LayerscopeError `truncated` or `corrupt` with the offset in the tar, `limit-exceeded`, `aborted`
 */
export async function walkTar(range: FileRange, sink: TarSink, options: TarWalkOptions): Promise<void> {
  const walk = new TarWalk(range, sink, options.limits);
  for (let turnStart = performance.now(); !walk.advance(); ) {
    if (performance.now() - turnStart < TURN_MILLISECONDS) continue;
    options.onProgress?.(walk.position);
    await nextTurn();
    throwIfAborted(options.signal);
    turnStart = performance.now();
  }
}

/** Headers between two looks at the clock. */
const HEADERS_AT_A_TIME = 128;

/** A walk that goes on a little with each call. (A loop that awaits is slow: it leaves its optimised code each time.) */
class TarWalk {
  position = 0;
  readonly #range: FileRange;
  readonly #sink: TarSink;
  readonly #decoder: TarDecoder;
  readonly #window: HeaderWindow;

  constructor(range: FileRange, sink: TarSink, limits: Limits) {
    this.#range = range;
    this.#sink = sink;
    this.#decoder = new TarDecoder(limits);
    this.#window = new HeaderWindow(range);
  }

  /** Takes some headers. @returns whether the end was reached */
  advance(): boolean {
    for (let count = 0; count < HEADERS_AT_A_TIME; count++) if (this.#header()) return true;
    return false;
  }

  #header(): boolean {
    const decoder = this.#decoder;
    const window = this.#window;
    const start = this.position;
    if (start >= this.#range.size) {
      // A tar may end without its two blocks of zeros, but not between a header and what belongs to it.
      if (decoder.expectsMember) throw truncated(this.#range.size);
      return true;
    }
    const offset = window.hold(start, BLOCK_SIZE);
    const step = decoder.header(window.bytes, window.words, offset, start);
    this.position = start + BLOCK_SIZE;
    if (step === "member") this.#member();
    else if (step === "extension") this.#extension(decoder.extensionSize);
    else if (step === "sparse") this.#sparse();
    return step === "end";
  }

  #extension(size: number): void {
    const offset = this.#window.hold(this.position, size);
    this.#decoder.extension(this.#window.bytes.subarray(offset, offset + size));
    this.position = behind(this.position + size, this.#range);
  }

  #sparse(): void {
    for (let more = true; more; ) {
      const offset = this.#window.hold(this.position, BLOCK_SIZE);
      more = this.#decoder.sparseBlock(this.#window.bytes, offset, this.position) === "sparse";
      this.position += BLOCK_SIZE;
    }
    this.#member();
  }

  #member(): void {
    const { member } = this.#decoder;
    const end = this.position + member.storedSize;
    this.#sink.member(member);
    if (end > this.#range.size) throw truncated(this.#range.size);
    this.#sink.memberEnd();
    this.position = behind(end, this.#range);
    this.#window.entries++;
  }
}

function padded(size: number): number {
  return Math.ceil(size / BLOCK_SIZE) * BLOCK_SIZE;
}

/** Behind the padding, which the last member of some archives does not have. */
function behind(end: number, range: FileRange): number {
  return Math.min(padded(end), range.size);
}

function truncated(offset: number): LayerscopeError {
  return new LayerscopeError("truncated", `the tar ends too early, at byte ${offset}`, { where: { offset } });
}

/** The part of the file that is in memory. Grows where headers lie close together and shrinks where they do not. */
class HeaderWindow {
  bytes: Uint8Array;
  words: Uint32Array;
  /** Members seen, which is what the budget of bytes grows with. */
  entries = 0;
  readonly #range: FileRange;
  #start = 0;
  #length = 0;
  #requested = 0;
  #next = SMALLEST_WINDOW;

  constructor(range: FileRange) {
    this.#range = range;
    const memory = new ArrayBuffer(LARGEST_WINDOW);
    this.bytes = new Uint8Array(memory);
    this.words = new Uint32Array(memory);
  }

  /** Makes sure that `size` bytes from `position` on are in the window. @returns their offset in it. */
  hold(position: number, size: number): number {
    const offset = position - this.#start;
    if (offset >= 0 && offset + size <= this.#length) return offset;
    // Close behind the window's end: headers are dense here, so a larger window pays.
    const gap = offset - this.#length;
    this.#next = gap < this.#length ? Math.min(this.#next * 2, LARGEST_WINDOW) : SMALLEST_WINDOW;
    const budget = (this.entries + 1) * BYTES_PER_ENTRY - this.#requested;
    const affordable = Math.floor(budget / SMALLEST_WINDOW) * SMALLEST_WINDOW;
    const wanted = Math.max(size, Math.min(this.#next, Math.max(SMALLEST_WINDOW, affordable)));
    const length = Math.min(wanted, this.#range.size - position);
    if (length < size) throw truncated(this.#range.size);
    if (length > this.bytes.length) {
      const memory = new ArrayBuffer(padded(length));
      this.bytes = new Uint8Array(memory);
      this.words = new Uint32Array(memory);
    }
    this.#requested += length;
    this.#start = position;
    this.#length = this.#range.readSync(this.bytes, 0, length, position);
    if (this.#length < size) throw truncated(position + this.#length);
    return 0;
  }
}
