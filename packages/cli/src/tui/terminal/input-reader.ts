/** Bytes to events as they come, with the moment in which ESC turns out to be a key of its own. */
import type { InputEvent } from "./input.ts";
import { InputDecoder } from "./input-decoder.ts";

/** After so many milliseconds without anything more, ESC was a key. */
const ESCAPE_DELAY = 30;

export class InputReader {
  readonly #decoder = new InputDecoder();
  readonly #deliver: (event: InputEvent) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(deliver: (event: InputEvent) => void) {
    this.#deliver = deliver;
  }

  readonly push = (chunk: Buffer): void => {
    this.stop();
    this.#pass(this.#decoder.push(chunk));
    if (this.#decoder.isWaiting) this.#flushLater();
  };

  /** No more events. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #flushLater(): void {
    const timer = setTimeout(() => {
      // The rest may have come while something else was done: then it is read before this.
      setImmediate(() => {
        if (this.#timer === timer) this.#pass(this.#decoder.flush());
      });
    }, ESCAPE_DELAY);
    this.#timer = timer;
  }

  #pass(events: readonly InputEvent[]): void {
    for (const event of events) this.#deliver(event);
  }
}
