/** Tells by a few bytes of a name, without a text of it, whether it may be one of those that somebody looks for. */
import type { PathTable } from "./path-table.ts";

/**
 * A name that is looked for: the whole of it, `*` and its end, its beginning and `*`, or `/` and the name of the directory
 * that it is in. It has at least two bytes.
 */
export type NamePattern = string;

/** Entries of a table of names by two of their bytes: few enough to stay in the processor's nearest memory. */
const ENTRIES = 1 << 12;

function entryOf(twoBytes: number): number {
  return (twoBytes ^ (twoBytes >>> 4)) & (ENTRIES - 1);
}

/** Some groups of patterns. Lets all names through that fit one of a group, and few others. */
export class NameFilter {
  /** Of whole names, by their last two bytes and by their lengths: a bit for each group. */
  readonly #wholeEndings = new Uint16Array(ENTRIES);
  readonly #wholeLengths = new Uint16Array(ENTRIES);
  /** By a name's last two bytes, its first two, and the last two of the directory's name. */
  readonly #endings = new Uint16Array(ENTRIES);
  readonly #beginnings = new Uint16Array(ENTRIES);
  readonly #directoryEndings = new Uint16Array(ENTRIES);
  /** By a directory's name: a bit for each group. */
  readonly #directories = new Map<string, number>();

  /** @throws RangeError for more than sixteen groups, of which there would be no bits */
  constructor(...groups: readonly (readonly NamePattern[])[]) {
    if (groups.length > 16) throw new RangeError(`${groups.length} groups of names, more than 16`);
    for (const [place, patterns] of groups.entries()) {
      for (const pattern of patterns) this.#add(pattern, 1 << place);
    }
  }

  #add(pattern: NamePattern, bit: number): void {
    const bytes = Buffer.from(pattern);
    const addTo = (table: Uint16Array, key: number): void => {
      table[key] = (table[key] as number) | bit;
    };
    const ending = entryOf(bytes.readUInt16BE(bytes.length - 2));
    if (pattern.startsWith("/")) {
      const name = pattern.slice(1);
      this.#directories.set(name, (this.#directories.get(name) ?? 0) | bit);
      addTo(this.#directoryEndings, ending);
    } else if (pattern.endsWith("*")) addTo(this.#beginnings, entryOf(bytes.readUInt16BE(0)));
    else if (pattern.startsWith("*")) addTo(this.#endings, ending);
    else {
      addTo(this.#wholeEndings, ending);
      addTo(this.#wholeLengths, bytes.length % ENTRIES);
    }
  }

  /** Of which groups a name may fit a pattern: the first is bit 0. */
  groupsOf(paths: PathTable, node: number): number {
    const ending = entryOf(paths.nameEndingOf(node));
    const length = paths.nameEndOf(node) - paths.nameStartOf(node);
    const byName =
      (this.#endings[ending] as number) |
      (this.#beginnings[entryOf(paths.nameBeginningOf(node))] as number) |
      ((this.#wholeEndings[ending] as number) & (this.#wholeLengths[length % ENTRIES] as number));
    const directory = paths.parentOf(node);
    if (this.#directoryEndings[entryOf(paths.nameEndingOf(directory))] === 0) return byName;
    return byName | (this.#directories.get(paths.plainNameOf(directory) ?? "") ?? 0);
  }
}
