/** Where the keys come from. */
import { openSync } from "node:fs";
import { isatty, ReadStream } from "node:tty";

const CONTROLLING_TERMINAL = "/dev/tty";

export interface KeyboardListener {
  data(chunk: Buffer): void;
  /** The terminal is gone. */
  end(): void;
}

/** Standard input, or the controlling terminal when an image comes in through standard input. Has one reader at most. */
export class Keyboard {
  readonly #listener: KeyboardListener;
  readonly #isStdin = isatty(0);
  #stream: ReadStream | undefined;
  #isStarted = false;

  constructor(listener: KeyboardListener) {
    this.#listener = listener;
  }

  /** @returns false where there are no keys to be had; reads nothing yet */
  open(): boolean {
    try {
      this.#stream = this.#openStream();
      return true;
    } catch {
      return false;
    }
  }

  /** Sends every key as it is pressed, also Ctrl-C and Ctrl-Z, and without echo. */
  start(): void {
    const stream = this.#stream ?? this.#openStream();
    this.#stream = stream;
    this.#isStarted = true;
    stream.on("data", this.#listener.data);
    stream.setRawMode(true);
    stream.resume();
  }

  /** Leaves the keys to others: the mode as it was, and nothing is read from the next turn of the event loop on. */
  stop(): void {
    const stream = this.#stream;
    if (stream === undefined || !this.#isStarted) return;
    this.#isStarted = false;
    stream.off("data", this.#listener.data);
    stream.setRawMode(false);
    if (this.#isStdin) stream.pause();
    else {
      // Only standard input stops reading at once when it is paused; another stream would take the next keys.
      stream.destroy();
      this.#stream = undefined;
    }
  }

  #openStream(): ReadStream {
    // `process.stdin` is not even looked at when it is no terminal: that alone makes reading an image from it fail.
    // Node opens a terminal a second time. The first descriptor stays open: Node may use it after all.
    const stream = this.#isStdin
      ? (process.stdin as unknown as ReadStream)
      : new ReadStream(openSync(CONTROLLING_TERMINAL, "r+"));
    return stream.on("end", this.#ended).on("error", this.#ended);
  }

  /** Also when a mode cannot be set. Without anybody to hear of it, an error would end the process. */
  readonly #ended = (): void => {
    if (this.#isStarted) this.#listener.end();
  };
}
