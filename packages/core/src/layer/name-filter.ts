/** Tells by a few bytes of a name, without a text of it, whether it may be one of those that somebody looks for. */
import type { PathTable } from "./path-table.ts";

/**
 * A name that is looked for: the whole of it, `*` and its end, its beginning and `*`, or `/` and the name of the directory
 * that it is in. It has at least two bytes.
 */
export type NamePattern = string;

/** Lets all names through that fit one of the patterns, and few others. */
export class NameFilter {
  /** By a name's last two bytes. */
  readonly #endings = new Uint8Array(1 << 16);
  /** By a name's first two bytes. */
  readonly #beginnings = new Uint8Array(1 << 16);
  readonly #directories = new Set<string>();
  /** By the last two bytes of a directory's name. */
  readonly #directoryEndings = new Uint8Array(1 << 16);

  constructor(patterns: Iterable<NamePattern>) {
    for (const pattern of patterns) {
      const bytes = Buffer.from(pattern);
      const ending = bytes.readUInt16BE(bytes.length - 2);
      if (pattern.startsWith("/")) {
        this.#directories.add(pattern.slice(1));
        this.#directoryEndings[ending] = 1;
      } else if (pattern.endsWith("*")) this.#beginnings[bytes.readUInt16BE(0)] = 1;
      else this.#endings[ending] = 1;
    }
  }

  mayFit(paths: PathTable, node: number): boolean {
    if (this.#endings[paths.nameEndingOf(node)] === 1) return true;
    if (this.#beginnings[paths.nameBeginningOf(node)] === 1) return true;
    const directory = paths.parentOf(node);
    if (this.#directoryEndings[paths.nameEndingOf(directory)] === 0) return false;
    return this.#directories.has(paths.plainNameOf(directory) ?? "");
  }
}
