import { type LayerscopeError, throwIfAborted, toLayerscopeError } from "../model/errors.ts";
import type { Limits } from "../model/limits.ts";
import { TarPush } from "./tar-push.ts";
import { TrailingBytesError } from "./trailing-bytes.ts";

/**
 * Passes on the chunks of a tar as long as it is sound by our own reading. tar-stream would keep an extension header of
 * any size in memory, takes what follows the end for members, and loses the members before damage.
 */
export class SoundTar {
  /** Why it stopped before the end of the archive. */
  problem: LayerscopeError | undefined;
  /** Whether everything was passed on. */
  done = false;
  readonly #guard: TarPush;

  constructor(limits: Limits) {
    this.#guard = new TarPush({ member: () => {}, body: () => {}, memberEnd: () => {} }, limits);
  }

  async *pass(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    const guard = this.#guard;
    try {
      for await (const chunk of chunks) {
        throwIfAborted(signal);
        // Behind the end the rest is still read, so that whoever writes it is not cut off.
        if (guard.ended) continue;
        const start = guard.position;
        this.#check(chunk);
        const end = this.problem?.where.offset ?? guard.endOffset ?? guard.position;
        if (end > start) yield chunk.subarray(0, end - start);
        if (this.problem) return;
      }
      guard.end();
    } catch (thrown) {
      if (!(guard.ended && thrown instanceof TrailingBytesError)) this.problem ??= toLayerscopeError(thrown);
    } finally {
      this.done = true;
    }
  }

  #check(chunk: Uint8Array): void {
    try {
      this.#guard.write(chunk);
    } catch (thrown) {
      this.problem = toLayerscopeError(thrown);
    }
  }
}
