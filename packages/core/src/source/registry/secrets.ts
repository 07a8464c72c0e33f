/** What must not be shown. A server may send back what we sent it, so its texts go through this before anyone sees them. */
export class Secrets {
  readonly #texts = new Set<string>();

  add(secret: string): void {
    if (secret === "") return;
    for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) this.#texts.add(form);
    this.#texts.add(Buffer.from(secret).toString("base64"));
  }

  /** The text with `***` for every secret. */
  strip(text: string): string {
    // Long ones first: a short one may be part of them.
    const longestFirst = [...this.#texts].sort((one, other) => other.length - one.length);
    return longestFirst.reduce((stripped, secret) => stripped.replaceAll(secret, "***"), text);
  }
}
