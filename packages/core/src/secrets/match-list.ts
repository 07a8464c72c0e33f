/** Collects what is found in one text. */
import type { SecretKind, SecretMatch } from "./secret.ts";
import { matchOf } from "./secret-value.ts";

/** A file with more is a list of examples or a password database: more lines would not help anybody. */
const MOST_MATCHES = 50;

export class MatchList {
  readonly bytes: Buffer;
  #text: string | undefined;
  readonly #hasLines: boolean;
  readonly #matches: SecretMatch[] = [];
  readonly #fingerprints = new Set<string>();
  readonly #ranges: { readonly start: number; readonly end: number }[] = [];

  /** @param bytes are not copied */
  constructor(bytes: Buffer, { hasLines }: { readonly hasLines: boolean }) {
    this.bytes = bytes;
    this.#hasLines = hasLines;
  }

  /** Text that is no file, such as a variable. */
  static of(text: string): MatchList {
    return new MatchList(Buffer.from(text, "utf8"), { hasLines: false });
  }

  /** One character a byte, so that an offset is an offset of the file, whatever its encoding. */
  get text(): string {
    this.#text ??= this.bytes.toString("latin1");
    return this.#text;
  }

  get isFull(): boolean {
    return this.#matches.length >= MOST_MATCHES;
  }

  /**
   * Adds what stands from `start` to `end`, unless that is part of something found before. A value that a text has several
   * times counts at its first place.
   */
  add(kind: SecretKind, title: string, start: number, end: number, value: string = this.text.slice(start, end)): void {
    if (this.isFull || this.#ranges.some((range) => range.start < end && start < range.end)) return;
    const match = matchOf(kind, title, value, this.#hasLines ? this.#lineAt(start) : undefined);
    if (this.#fingerprints.has(match.fingerprint)) return;
    this.#fingerprints.add(match.fingerprint);
    this.#ranges.push({ start, end });
    this.#matches.push(match);
  }

  /** What was found, as the text has it: for whoever hides it. */
  get values(): readonly string[] {
    return this.#ranges.map(({ start, end }) => Buffer.from(this.text.slice(start, end), "latin1").toString("utf8"));
  }

  /** By line; undefined when there is none. */
  result(): readonly SecretMatch[] | undefined {
    if (this.#matches.length === 0) return undefined;
    return this.#matches.sort((one, other) => (one.line ?? 0) - (other.line ?? 0));
  }

  #lineAt(offset: number): number {
    let line = 1;
    for (let at = this.text.indexOf("\n"); at >= 0 && at < offset; at = this.text.indexOf("\n", at + 1)) line++;
    return line;
  }
}
