/**
 * Finds paths by their names. All names lie one after the other in the path table, so a search for a piece of text is
 * one search through one long string, whatever the number of paths.
 */
import { constants, isAscii } from "node:buffer";
import { NONE, type PathTable, ROOT } from "../layer/path-table.ts";
import { LayerscopeError } from "../model/errors.ts";
import { decodeName } from "../model/path-text.ts";

/** Paths between two chances for the caller to stop. */
const SLICE = 1024;
/** Characters of directories' paths that are kept at a time. */
const KEPT_CHARACTERS = 4 * 1024 * 1024;
const SLASH = 0x2f;
const UPPER_CASE = /\p{Lu}/u;

/** Whether a search for this makes a difference between upper and lower case: when it has an upper-case letter. */
export function isCaseSensitive(pattern: string): boolean {
  return UPPER_CASE.test(pattern);
}

export class NameSearcher {
  readonly #paths: PathTable;
  /** Paths that were there when the text was made. */
  #size = 0;
  /** The bytes of all names, a character each; and the same with the letters A to Z lower-cased, once that is wanted. */
  #text = "";
  #lowerText: string | undefined;

  constructor(paths: PathTable) {
    this.#paths = paths;
  }

  /**
   * The paths that a piece of text is found in. Without a slash it must be in the name, the last segment. With one it
   * must be in the absolute path, and reach the name: `lib/py` is in `/usr/lib/python`, but not in what is below that.
   * Capital A to Z and small ones are the same unless the pattern {@link isCaseSensitive}.
   * @returns by node, 1 for each that matches
   * @throws LayerscopeError `limit-exceeded` when all names together are longer than a text can be
   */
  find(pattern: string): Uint8Array {
    this.#refresh();
    const matches = new Uint8Array(this.#size);
    if (pattern === "") return matches.fill(1);
    const text = isCaseSensitive(pattern) ? this.#text : this.#lower();
    const segments = pattern.split("/").map((segment) => Buffer.from(segment).toString("latin1"));
    if (segments.length === 1) this.#findInNames(text, segments[0] as string, matches);
    else new PathSearch(this.#paths, text, segments).find(matches);
    return matches;
  }

  /**
   * The paths whose name, or absolute path, passes a test, as text. Yields now and then, so that the caller can stop.
   * @param among by node, 1 for those that are to be tested
   * @returns by node, 1 for each that passes
   */
  *test(
    subject: "name" | "path",
    among: Uint8Array,
    passes: (text: string) => boolean,
  ): Generator<void, Uint8Array, void> {
    const matches = new Uint8Array(among.length);
    const directories = new DirectoryTexts(this.#paths);
    for (let start = ROOT; start < among.length; start += SLICE) {
      const end = Math.min(among.length, start + SLICE);
      const names = new NameTexts(this.#paths, start, end);
      for (let node = start; node < end; node++) {
        if (among[node] !== 1) continue;
        const name = names.of(node);
        if (passes(subject === "name" ? name : directories.of(node) + name)) matches[node] = 1;
      }
      yield;
    }
    return matches;
  }

  #findInNames(text: string, pattern: string, matches: Uint8Array): void {
    const paths = this.#paths;
    let node = ROOT;
    for (let found = text.indexOf(pattern); found >= 0; ) {
      while (paths.nameEndOf(node) <= found) node++;
      const end = paths.nameEndOf(node);
      // What reaches into the next name is in neither.
      const isInside = found + pattern.length <= end;
      if (isInside) matches[node] = 1;
      found = text.indexOf(pattern, isInside ? end : found + 1);
    }
  }

  #refresh(): void {
    if (this.#size === this.#paths.size) return;
    const { nameBytes, size } = this.#paths;
    if (nameBytes.length > constants.MAX_STRING_LENGTH) {
      throw new LayerscopeError("limit-exceeded", `${nameBytes.length} bytes of path names are too many to search`);
    }
    this.#size = size;
    this.#text = nameBytes.toString("latin1");
    this.#lowerText = undefined;
  }

  #lower(): string {
    this.#lowerText ??= isAscii(this.#paths.nameBytes) ? this.#text.toLowerCase() : lowerAscii(this.#paths.nameBytes);
    return this.#lowerText;
  }
}

function textOf(bytes: Uint8Array): string {
  if (!isAscii(bytes)) return decodeName(bytes).text;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

function lowerAscii(bytes: Uint8Array): string {
  const lower = Buffer.from(bytes);
  for (let index = 0; index < lower.length; index++) {
    const byte = lower[index] as number;
    if (byte >= 0x41 && byte <= 0x5a) lower[index] = byte | 0x20;
  }
  return lower.toString("latin1");
}

/** A search for text with slashes: the last segment begins the name, those between are names, the first ends one. */
class PathSearch {
  readonly #paths: PathTable;
  readonly #text: string;
  readonly #last: string;
  /** The segments before the last, the last of them first. */
  readonly #above: readonly string[];
  /** By node: 1 when it and what is above it end with {@link #above}, 2 when they do not, 0 while that is not known. */
  readonly #verdicts: Uint8Array;

  constructor(paths: PathTable, text: string, segments: readonly string[]) {
    this.#paths = paths;
    this.#text = text;
    this.#last = segments.at(-1) ?? "";
    this.#above = segments.slice(0, -1).reverse();
    this.#verdicts = new Uint8Array(paths.size);
  }

  find(matches: Uint8Array): void {
    for (let node = this.#next(ROOT + 1); node !== NONE; node = this.#next(node + 1)) {
      const parent = this.#paths.parentOf(node);
      if (this.#verdicts[parent] === 0) this.#verdicts[parent] = this.#isAbove(parent) ? 1 : 2;
      if (this.#verdicts[parent] === 1) matches[node] = 1;
    }
  }

  /** The first node from `node` on whose name begins with the last segment. */
  #next(node: number): number {
    const paths = this.#paths;
    for (let at = node; at < paths.size; at++) {
      const start = paths.nameStartOf(at);
      if (this.#text.startsWith(this.#last, start) && start + this.#last.length <= paths.nameEndOf(at)) return at;
    }
    return NONE;
  }

  #isAbove(directory: number): boolean {
    const paths = this.#paths;
    let at = directory;
    for (const [index, segment] of this.#above.entries()) {
      const start = paths.nameStartOf(at);
      const end = paths.nameEndOf(at);
      const length = end - start;
      const isFirst = index === this.#above.length - 1;
      if (isFirst) return length >= segment.length && this.#text.startsWith(segment, end - segment.length);
      if (at === ROOT || length !== segment.length || !this.#text.startsWith(segment, start)) return false;
      at = paths.parentOf(at);
    }
    return true;
  }
}

/** The names of a stretch of nodes as text, decoded at one go where all are ASCII. */
class NameTexts {
  readonly #paths: PathTable;
  readonly #start: number;
  /** The names one after the other; undefined where some are not ASCII. */
  readonly #text: string | undefined;

  constructor(paths: PathTable, start: number, end: number) {
    this.#paths = paths;
    this.#start = paths.nameStartOf(start);
    const bytes = paths.nameBytes.subarray(this.#start, paths.nameEndOf(end - 1));
    this.#text = isAscii(bytes) ? bytes.toString("latin1") : undefined;
  }

  of(node: number): string {
    const paths = this.#paths;
    if (this.#text === undefined) return textOf(paths.nameOf(node));
    return this.#text.slice(paths.nameStartOf(node) - this.#start, paths.nameEndOf(node) - this.#start);
  }
}

/** What stands before a name in its absolute path, as text that ends with a slash. */
class DirectoryTexts {
  readonly #paths: PathTable;
  readonly #texts = new Map<number, string>();
  #characters = 0;
  /** Neighbours are mostly of one directory. */
  #last: number = ROOT;
  #lastText = "/";

  constructor(paths: PathTable) {
    this.#paths = paths;
  }

  of(node: number): string {
    const parent = this.#paths.parentOf(node);
    if (parent === this.#last) return this.#lastText;
    this.#last = parent;
    this.#lastText = this.#texts.get(parent) ?? this.#make(parent);
    return this.#lastText;
  }

  #make(directory: number): string {
    if (directory === ROOT) return "/";
    // Many deep directories would be much text.
    if (this.#characters > KEPT_CHARACTERS) {
      this.#texts.clear();
      this.#characters = 0;
    }
    const path = this.#paths.pathOf(directory);
    const absolute = new Uint8Array(path.length + 2).fill(SLASH);
    absolute.set(path, 1);
    // Decoded as one: text put together of pieces would be put together again for each name below.
    const text = textOf(absolute);
    this.#texts.set(directory, text);
    this.#characters += text.length;
    return text;
  }
}
