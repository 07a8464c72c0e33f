/** A decompressing stream of node:zlib, written to and read in turns, so that nothing it has given is lost to an error. */
import type { Transform } from "node:stream";

export class ZlibStream {
  readonly #stream: Transform & { readonly bytesWritten?: number };
  #failure: Error | undefined;
  #ended = false;
  #wake = (): void => {};

  constructor(stream: Transform) {
    this.#stream = stream;
    stream.on("readable", () => this.#wake());
    stream.on("end", () => {
      this.#ended = true;
      this.#wake();
    });
    stream.on("error", (error) => {
      this.#failure = error;
      this.#wake();
    });
  }

  /** Bytes of input that it has used. What follows the end of the compressed data is left. */
  get used(): number {
    return this.#stream.bytesWritten ?? 0;
  }

  /** Takes input and gives what it makes of it. @throws the stream's own error */
  async *write(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    let taken = false;
    this.#stream.write(bytes, () => {
      taken = true;
      this.#wake();
    });
    yield* this.#output(() => taken);
  }

  /** Says that nothing more comes, and gives the rest. @throws the stream's own error when that is too early */
  async *end(): AsyncGenerator<Uint8Array> {
    this.#stream.end();
    yield* this.#output(() => this.#ended);
  }

  destroy(): void {
    this.#stream.destroy();
  }

  async *#output(until: () => boolean): AsyncGenerator<Uint8Array> {
    for (;;) {
      const output = this.#stream.read() as Uint8Array | null;
      if (output) yield output;
      else if (this.#failure) throw this.#failure;
      else if (until()) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
