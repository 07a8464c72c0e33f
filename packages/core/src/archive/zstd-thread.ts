/** The decoder for Node versions whose zlib has no zstd: WebAssembly in a worker thread. */
import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { type Reply, SENT, TAKEN, type Task } from "./zstd-messages.ts";

/** Threads that have finished a stream and wait for the next. */
const idle: ZstdThread[] = [];

/** Slices sent but not yet decoded; more would only use memory. */
const MOST_PENDING_BYTES = 1024 * 1024;

export class ZstdThread {
  readonly #worker: Worker;
  readonly #counters = new Int32Array(new SharedArrayBuffer(8));
  #replies: Reply[] = [];
  #wake: (() => void) | undefined;
  #pendingBytes = 0;
  #failure: Error | undefined;

  private constructor() {
    // By the package's own name, so that the compiled worker is found from the sources and from a bundle too.
    const file = createRequire(import.meta.url).resolve("@layerscope/core/zstd-worker");
    // Without the process's own options: some, such as --input-type, are none for a thread.
    this.#worker = new Worker(file, { workerData: this.#counters, execArgv: [] });
    this.#worker.unref();
    this.#worker.on("message", (reply: Reply) => this.#receive(reply));
    this.#worker.on("error", (error) => this.#fail(error));
    this.#worker.on("exit", () => this.#fail(new Error("the decoder stopped")));
  }

  static acquire(): ZstdThread {
    return idle.pop() ?? new ZstdThread();
  }

  async *write(bytes: Uint8Array, last: boolean): AsyncGenerator<Uint8Array> {
    this.#pendingBytes += bytes.length;
    // A copy of its own, since sending takes the memory away.
    this.#send({ bytes: new Uint8Array(bytes), last });
    yield* this.#output(MOST_PENDING_BYTES);
  }

  async *finish(): AsyncGenerator<Uint8Array> {
    yield* this.#output(0);
  }

  release(reusable: boolean): void {
    this.#worker.unref();
    if (reusable) idle.push(this);
    else void this.#worker.terminate();
  }

  /** Gives output until at most so many bytes of input wait to be decoded. */
  async *#output(pendingBytes: number): AsyncGenerator<Uint8Array> {
    for (;;) {
      const replies = this.#replies;
      this.#replies = [];
      for (const reply of replies) {
        if (reply.kind === "consumed") this.#pendingBytes -= reply.bytes;
        else if (reply.kind === "failed") throw new Error(reply.message);
        else {
          this.#acknowledge();
          yield reply.bytes;
        }
      }
      if (this.#failure) throw this.#failure;
      if (this.#pendingBytes <= pendingBytes && this.#replies.length === 0) return;
      if (this.#replies.length === 0) {
        this.#worker.ref();
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#worker.unref();
      }
    }
  }

  #send(task: Task): void {
    this.#worker.postMessage(task, [task.bytes.buffer as ArrayBuffer]);
    Atomics.add(this.#counters, SENT, 1);
    Atomics.notify(this.#counters, SENT);
  }

  /** Lets the thread produce again: it stops when too many chunks were not taken. */
  #acknowledge(): void {
    Atomics.add(this.#counters, TAKEN, 1);
    Atomics.notify(this.#counters, TAKEN);
  }

  #receive(reply: Reply): void {
    this.#replies.push(reply);
    this.#wakeUp();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wakeUp();
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
