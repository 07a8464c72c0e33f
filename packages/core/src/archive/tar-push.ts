/** Reads a tar from chunks as they come, bodies included. */
import { LayerscopeError } from "../model/errors.ts";
import type { Limits } from "../model/limits.ts";
import { type Step, TarDecoder, type TarSink } from "./tar-decoder.ts";
import { BLOCK_SIZE } from "./tar-header.ts";

type State = "header" | "extension" | "sparse" | "body" | "padding" | "end";

/**
 * A tar that is fed chunks of any size. What follows the end of the archive is counted and ignored: eStargz keeps its
 * table of contents there.
 */
export class TarPush {
  readonly #decoder: TarDecoder;
  readonly #sink: TarSink;
  readonly #scratch = new Uint8Array(BLOCK_SIZE);
  readonly #scratchWords = new Uint32Array(this.#scratch.buffer);
  #state: State = "header";
  /** Offset in the tar of the next byte. */
  #position = 0;
  /** Bytes still to come of what the state is about. */
  #remaining = BLOCK_SIZE;
  #collected: Uint8Array | undefined;
  #filled = 0;
  #bodyPadding = 0;
  #endOffset: number | undefined;

  constructor(sink: TarSink, limits: Limits) {
    this.#decoder = new TarDecoder(limits);
    this.#sink = sink;
  }

  /** Bytes taken so far: the size of the uncompressed tar once everything was written. */
  get position(): number {
    return this.#position;
  }

  /** Whether the archive's own end was seen. */
  get ended(): boolean {
    return this.#state === "end";
  }

  /** Offset behind the archive's own end, once it was seen. */
  get endOffset(): number | undefined {
    return this.#endOffset;
  }

  /** @throws LayerscopeError `corrupt`, `limit-exceeded`, with the offset in the tar */
  write(chunk: Uint8Array): void {
    const aligned = (chunk.byteOffset & 3) === 0;
    const words = aligned ? new Uint32Array(chunk.buffer, chunk.byteOffset, chunk.length >>> 2) : this.#scratchWords;
    let cursor = 0;
    while (cursor < chunk.length) {
      const available = chunk.length - cursor;
      switch (this.#state) {
        case "header":
        case "sparse": {
          if (this.#filled === 0 && available >= BLOCK_SIZE && aligned && (cursor & 3) === 0) {
            this.#position += BLOCK_SIZE;
            const at = cursor;
            cursor += BLOCK_SIZE;
            this.#block(chunk, words, at);
          } else {
            const take = Math.min(available, BLOCK_SIZE - this.#filled);
            this.#scratch.set(chunk.subarray(cursor, cursor + take), this.#filled);
            this.#filled += take;
            this.#position += take;
            cursor += take;
            if (this.#filled === BLOCK_SIZE) {
              this.#filled = 0;
              this.#block(this.#scratch, this.#scratchWords, 0);
            }
          }
          break;
        }
        case "extension": {
          const take = Math.min(available, this.#remaining);
          this.#collected?.set(chunk.subarray(cursor, cursor + take), this.#filled);
          this.#filled += take;
          this.#advance(take);
          cursor += take;
          if (this.#remaining === 0) this.#extensionDone();
          break;
        }
        case "body": {
          const take = Math.min(available, this.#remaining);
          this.#sink.body(chunk, cursor, cursor + take);
          this.#advance(take);
          cursor += take;
          if (this.#remaining === 0) this.#bodyDone();
          break;
        }
        case "padding": {
          const take = Math.min(available, this.#remaining);
          this.#advance(take);
          cursor += take;
          if (this.#remaining === 0) this.#state = "header";
          break;
        }
        case "end":
          this.#position += available;
          return;
      }
    }
  }

  /** Says that nothing more comes. @throws LayerscopeError `truncated` */
  end(): void {
    // A tar may end without its two blocks of zeros, and without the last padding, but not inside anything else.
    const between = this.#state === "padding" || (this.#state === "header" && this.#filled === 0);
    const complete = this.#state === "end" || (between && !this.#decoder.expectsMember);
    if (!complete) {
      throw new LayerscopeError("truncated", `the tar ends too early, at byte ${this.#position}`, {
        where: { offset: this.#position },
      });
    }
  }

  #advance(bytes: number): void {
    this.#remaining -= bytes;
    this.#position += bytes;
  }

  #block(block: Uint8Array, words: Uint32Array, offset: number): void {
    const at = this.#position - BLOCK_SIZE;
    const step =
      this.#state === "sparse"
        ? this.#decoder.sparseBlock(block, offset, at)
        : this.#decoder.header(block, words, offset, at);
    this.#begin(step);
  }

  #begin(step: Step): void {
    switch (step) {
      case "header":
        this.#state = "header";
        return;
      case "sparse":
        this.#state = "sparse";
        return;
      case "end":
        this.#state = "end";
        this.#endOffset = this.#position;
        return;
      case "extension":
        this.#state = "extension";
        this.#remaining = this.#decoder.extensionSize;
        this.#collected = new Uint8Array(this.#remaining);
        this.#filled = 0;
        if (this.#remaining === 0) this.#extensionDone();
        return;
      case "member": {
        const { member } = this.#decoder;
        this.#sink.member(member);
        this.#remaining = member.storedSize;
        this.#bodyPadding = (BLOCK_SIZE - (member.storedSize % BLOCK_SIZE)) % BLOCK_SIZE;
        this.#state = "body";
        if (this.#remaining === 0) this.#bodyDone();
      }
    }
  }

  #extensionDone(): void {
    const body = this.#collected ?? new Uint8Array(0);
    this.#collected = undefined;
    this.#filled = 0;
    this.#remaining = (BLOCK_SIZE - (body.length % BLOCK_SIZE)) % BLOCK_SIZE;
    this.#state = this.#remaining === 0 ? "header" : "padding";
    this.#decoder.extension(body);
  }

  #bodyDone(): void {
    this.#sink.memberEnd();
    this.#remaining = this.#bodyPadding;
    this.#state = this.#remaining === 0 ? "header" : "padding";
  }
}
