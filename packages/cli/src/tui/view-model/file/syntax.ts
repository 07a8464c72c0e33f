/** Asks a thread for the colours of a text; they come when they are ready, or never. */
import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import type { SpanTable } from "./spans.ts";

export interface SyntaxTask {
  readonly id: number;
  readonly language: string;
  readonly text: string;
}

export interface SyntaxReply {
  readonly id: number;
  readonly spans: SpanTable;
}

/** How much of a text is coloured, in UTF-16 units. */
const MOST_TEXT = 512 * 1024;
/** Longer lines are not written by people, and the grammars take very long on them. */
const LONGEST_LINE = 10_000;
/** A grammar that takes longer than this is stuck. */
const PATIENCE_MS = 10_000;

export class SyntaxThread {
  #worker: Worker | undefined;
  #failed = false;
  #nextId = 0;
  readonly #waiting = new Map<number, (spans: SpanTable) => void>();
  #alarm: NodeJS.Timeout | undefined;

  /**
   * The spans of a text that have a tone. Calls `use` later, and not at all when there are none to be had.
   */
  request(language: string, text: string, use: (spans: SpanTable) => void): void {
    const part = coloredPart(text);
    const worker = part === "" ? undefined : this.#start();
    if (!worker) return;
    const task: SyntaxTask = { id: this.#nextId++, language, text: part };
    this.#waiting.set(task.id, use);
    worker.postMessage(task);
    this.#watch();
  }

  /** Ends the thread. */
  close(): void {
    clearTimeout(this.#alarm);
    this.#waiting.clear();
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  #start(): Worker | undefined {
    if (this.#worker || this.#failed) return this.#worker;
    try {
      // By the package's own name, so that the compiled module is found from the sources and from a bundle too.
      const file = createRequire(import.meta.url).resolve("layerscope/syntax-worker");
      // Without the process's own options: some, such as --input-type, are none for a thread.
      const worker = new Worker(file, { execArgv: [], stdout: true, stderr: true });
      worker.unref();
      worker.on("message", ({ id, spans }: SyntaxReply) => this.#receive(id, spans));
      worker.on("error", () => this.#giveUp());
      this.#worker = worker;
      return worker;
    } catch {
      this.#giveUp();
      return undefined;
    }
  }

  #receive(id: number, spans: SpanTable): void {
    const use = this.#waiting.get(id);
    this.#waiting.delete(id);
    this.#watch();
    use?.(spans);
  }

  #watch(): void {
    clearTimeout(this.#alarm);
    if (this.#waiting.size > 0) this.#alarm = setTimeout(() => this.close(), PATIENCE_MS).unref();
  }

  /** Colours are no reason to bother anybody: without the thread there are none. */
  #giveUp(): void {
    this.#failed = true;
    this.close();
  }
}

/** Whole lines up to the limit, and up to the first that is too long. */
function coloredPart(text: string): string {
  let end = 0;
  while (end < text.length && end < MOST_TEXT) {
    const newline = text.indexOf("\n", end);
    const next = newline < 0 ? text.length : newline + 1;
    if (next - end > LONGEST_LINE || next > MOST_TEXT) break;
    end = next;
  }
  return text.slice(0, end);
}
