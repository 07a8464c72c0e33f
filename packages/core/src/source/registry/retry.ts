/** Trying again, and not for ever. */
import { setTimeout as sleep } from "node:timers/promises";
import { type ErrorCode, type ErrorDetails, LayerscopeError } from "../../model/errors.ts";
import { ALL_PAUSES_MS, FIRST_PAUSE_MS } from "./timeouts.ts";

/** A failure that may be over soon: a connection that broke, a server that has too much to do. */
export class PassingError extends LayerscopeError {
  /** How long the server asks us to wait, in milliseconds. */
  readonly waitMs: number | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails & { readonly waitMs?: number | undefined } = {}) {
    super(code, message, details);
    this.waitMs = details.waitMs;
  }
}

/** Attempts that may fail one after the other without a byte of progress. */
const MOST_ATTEMPTS = 5;

/** How often something is still tried. */
export class Patience {
  #failures = 0;
  #pausesMs = 0;
  readonly #signal: AbortSignal | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** Something came: the count of failures begins again. The time of all pauses does not. */
  progressed(): void {
    this.#failures = 0;
  }

  /**
   * Waits before the next attempt: as long as the server asks, else ever longer, a little by chance so that not all come
   * back at once.
   * @throws what was thrown, when there is no point in trying again, or it was tried enough; LayerscopeError `aborted`
   */
  async pauseAfter(thrown: unknown): Promise<void> {
    if (!(thrown instanceof PassingError)) throw thrown;
    this.#failures++;
    const backoff = FIRST_PAUSE_MS * 2 ** (this.#failures - 1) * (0.5 + Math.random() / 2);
    const pause = Math.max(backoff, thrown.waitMs ?? 0);
    if (this.#failures >= MOST_ATTEMPTS || this.#pausesMs + pause > ALL_PAUSES_MS) throw thrown;
    this.#pausesMs += pause;
    try {
      await sleep(pause, undefined, this.#signal && { signal: this.#signal });
    } catch (reason) {
      throw new LayerscopeError("aborted", "stopped on request", { cause: reason });
    }
  }
}

/** Retry-After in milliseconds: seconds, or a date. Undefined when it is neither. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
