/** All paths by the first and the last bytes of their names: what finds the few with some name among very many. */
import { NONE, type PathTable, ROOT } from "../layer/path-table.ts";
import { decodeName } from "../model/path-text.ts";
import { matchesName, parsePattern, type Segment, type Token } from "./glob.ts";

/** Of the path table as it is when this is made. */
export class NameIndex {
  readonly #paths: PathTable;
  /** By {@link PathTable.nameEndingOf}. */
  readonly #byEnding: NodeLists;
  #beginnings: NodeLists | undefined;

  constructor(paths: PathTable) {
    this.#paths = paths;
    this.#byEnding = new NodeLists(paths.size, (node) => paths.nameEndingOf(node));
  }

  /** By {@link PathTable.nameBeginningOf}; few ask for it. */
  get #byBeginning(): NodeLists {
    this.#beginnings ??= new NodeLists(this.#paths.size, (node) => this.#paths.nameBeginningOf(node));
    return this.#beginnings;
  }

  /** The nodes whose name ends with some bytes, at least two, in the order of nodes. */
  endingWith(ending: Uint8Array): number[] {
    const paths = this.#paths;
    return this.#byEnding.nodes(twoBytes(ending.at(-2), ending.at(-1)), (node) => paths.nameEndsWith(node, ending));
  }

  /** The nodes whose name is as a pattern without slashes says, by its alternatives and of each in the order of nodes. */
  like(pattern: string): number[] {
    return parsePattern(pattern).flatMap(({ segments }) => this.named(segments.at(-1) ?? { kind: "depth" }));
  }

  /** The nodes whose name is as a segment of a pattern says, in the order of nodes. */
  named(segment: Segment): number[] {
    const paths = this.#paths;
    if (segment.kind === "depth") return [];
    if (segment.kind === "name") {
      const { bytes } = segment;
      const isNamed = (node: number): boolean =>
        paths.nameEndOf(node) - paths.nameStartOf(node) === bytes.length && paths.nameEndsWith(node, bytes);
      return this.#byEnding.nodes(twoBytes(bytes.at(-2), bytes.at(-1)), isNamed);
    }
    const { tokens } = segment;
    const matches = (node: number): boolean => matchesName(tokens, nameText(paths, node));
    const ending = twoCharacters(tokens.at(-2), tokens.at(-1));
    if (ending !== undefined) return this.#byEnding.nodes(ending, matches);
    const beginning = twoCharacters(tokens[0], tokens[1]);
    if (beginning !== undefined) return this.#byBeginning.nodes(beginning, matches);
    return Array.from({ length: paths.size }, (_, node) => node).filter((node) => node !== ROOT && matches(node));
  }
}

/** Lists of nodes by numbers of 16 bits, without an object for any. */
class NodeLists {
  readonly #first = new Uint32Array(1 << 16).fill(NONE);
  readonly #next: Uint32Array;

  constructor(size: number, keyOf: (node: number) => number) {
    this.#next = new Uint32Array(size);
    for (let node = size - 1; node > ROOT; node--) {
      const key = keyOf(node);
      this.#next[node] = this.#first[key] as number;
      this.#first[key] = node;
    }
  }

  nodes(key: number, isMeant: (node: number) => boolean): number[] {
    const found: number[] = [];
    for (let node = this.#first[key] as number; node !== NONE; node = this.#next[node] as number) {
      if (isMeant(node)) found.push(node);
    }
    return found;
  }
}

/** As the path table has them: one byte alone counts as the second. */
function twoBytes(first = 0, second = 0): number {
  return (first << 8) | second;
}

/** Undefined where they are not just two characters of ASCII. */
function twoCharacters(first: Token | undefined, second: Token | undefined): number | undefined {
  return isAscii(first) && isAscii(second) ? twoBytes(first, second) : undefined;
}

function isAscii(token: Token | undefined): token is number {
  return typeof token === "number" && token >= 0 && token < 0x80;
}

/** The last segment of a path; what is not UTF-8 in it is U+FFFD. Not escaped. */
export function nameText(paths: PathTable, node: number): string {
  return paths.plainNameOf(node) ?? decodeName(paths.nameOf(node)).text;
}
