/** Bytes by what they have in common: by one number, and within that by the next. */
export class Tally {
  #bytes = 0;
  readonly #parts = new Map<number, Tally>();

  /** Counts bytes under a number, and under it by the numbers that follow. */
  add(bytes: number, ...[key, ...rest]: readonly number[]): void {
    this.#bytes += bytes;
    if (key === undefined) return;
    let part = this.#parts.get(key);
    if (!part) {
      part = new Tally();
      this.#parts.set(key, part);
    }
    part.add(bytes, ...rest);
  }

  /** The number that has the most bytes, the smallest of equal ones; then that which has most of these, and so on. */
  largest(): number[] {
    let best: readonly [number, Tally] | undefined;
    for (const [key, part] of this.#parts) {
      const lead = best ? part.#bytes - best[1].#bytes || best[0] - key : 1;
      if (lead > 0) best = [key, part];
    }
    return best ? [best[0], ...best[1].largest()] : [];
  }
}
