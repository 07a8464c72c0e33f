/** Long work on the main thread, in turns: the event loop goes round now and then. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { throwIfAborted } from "./errors.ts";

const TURN_MILLISECONDS = 10;

export interface TurnOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called at the end of each turn. */
  readonly onProgress?: (() => void) | undefined;
}

/** A long computation that can stop now and then; its value comes with the last step. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Paths or entries that are gone through in one step where each takes less than some microseconds. */
export const ITEMS_A_STEP = 4096;

/** Goes through all steps at once. */
export function finishAtOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

export class Turns {
  readonly #options: TurnOptions;
  #start = performance.now();

  constructor(options: TurnOptions) {
    this.#options = options;
  }

  /** Whether the event loop has been held long enough. */
  isLong(): boolean {
    return performance.now() - this.#start > TURN_MILLISECONDS;
  }

  /** Lets the event loop go round. @throws LayerscopeError `aborted` */
  async next(): Promise<void> {
    this.#options.onProgress?.();
    await nextTurn();
    throwIfAborted(this.#options.signal);
    this.#start = performance.now();
  }

  /** Goes through all steps of a long computation. @throws LayerscopeError `aborted` */
  async finish<T>(steps: Steps<T>): Promise<T> {
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
      if (this.isLong()) await this.next();
    }
  }

  /** Calls `work` for parts of a list, one after the other. (A loop that awaits at each item would be slow.) */
  async inParts<T>(items: readonly T[], work: (item: T, index: number) => void): Promise<void> {
    for (let start = 0; start < items.length; start += PART) {
      const end = Math.min(start + PART, items.length);
      for (let index = start; index < end; index++) work(items[index] as T, index);
      if (this.isLong()) await this.next();
    }
  }
}

/** One of them may be a large file that is looked into. */
const PART = 16;
