/** YAML text → a value, and where each part of it stands. Loaded only where there is a file. */
import { LayerscopeError } from "@layerscope/core";
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  visit,
} from "yaml";

export type Path = readonly PropertyKey[];

/** Something wrong; `atKey` when it is the key at the path that is wrong, not its value. */
export interface Problem {
  readonly path: Path;
  readonly atKey?: boolean;
  /** Starts with what it is about. */
  readonly text: string;
}

export interface YamlSource {
  /** Its name, for errors. */
  readonly file: string;
  /** What to do about any mistake in it; one sentence or two. */
  readonly hint: string;
  /** The text is a JSON document, and only what is under this key is looked at. */
  readonly within?: string | undefined;
}

/** More would only bury the first. */
export const MOST_PROBLEMS = 20;
/** To find a place takes a while; so many are looked up to find the first. */
const MOST_LOCATED = 10 * MOST_PROBLEMS;
/** Aliases that may stand for others: a few lines can otherwise become gigabytes. */
const MOST_ALIASES = 100;

interface LocatedText {
  readonly offset: number;
  readonly text: string;
}

export class LocatedYaml {
  /** Null when nothing is there, undefined when there is no key to look {@link YamlSource.within}. */
  readonly value: unknown;
  readonly #source: YamlSource;
  readonly #lines = new LineCounter();
  /** Undefined where only the value is known. */
  readonly #document: Document<ParsedNode> | undefined;

  /** @throws LayerscopeError `invalid-config`, as {@link refuse} says, when it is no YAML */
  constructor(text: string, source: YamlSource) {
    this.#source = source;
    const { within } = source;
    this.value = within === undefined ? undefined : this.#jsonValue(text, within);
    try {
      this.#document = parseDocument(text, {
        lineCounter: this.#lines,
        prettyErrors: false,
        schema: "core",
        resolveKnownTags: false,
        // In time by the square of the keys; duplicateKeys does the same.
        uniqueKeys: false,
        logLevel: "error",
      });
    } catch (thrown) {
      if (within !== undefined) return;
      // Nested so deeply that the parser gives up.
      const why = thrown instanceof RangeError ? "it is nested too deeply" : oneLine((thrown as Error).message);
      this.#fail([{ offset: 0, text: `not a configuration: ${why}` }], thrown);
    }
    const duplicates = duplicateKeys(within === undefined ? this.#document : this.#nodeAt([]));
    // That JSON outside of the key is no YAML does not matter.
    const malformed = within === undefined ? [...this.#document.errors, ...this.#document.warnings] : [];
    const deep = malformed.find(({ message }) => message.includes("call stack"));
    if (deep) this.#fail([{ offset: deep.pos[0], text: "not a configuration: it is nested too deeply" }]);
    if (malformed.length + duplicates.length > 0) {
      this.#fail([...malformed.map(({ message, pos }) => ({ offset: pos[0], text: oneLine(message) })), ...duplicates]);
    }
    if (within !== undefined) return;
    try {
      this.value = this.#document.toJS({ maxAliasCount: MOST_ALIASES });
    } catch (thrown) {
      this.#fail([{ offset: 0, text: oneLine((thrown as Error).message) }], thrown);
    }
  }

  /** The line, counted from 1, where the value at a path starts, or the nearest that is around it. */
  lineOf(path: Path, atKey = false): number {
    return Math.max(1, this.#lines.linePos(this.#offsetOf(path, atKey)).line);
  }

  /** What stands in the text for a single value, before YAML made something of it. */
  sourceAt(path: Path): string | undefined {
    const node = this.#nodeAt(path);
    const scalar = isAlias(node) && this.#document ? node.resolve(this.#document) : node;
    return isScalar(scalar) ? scalar.source : undefined;
  }

  /** @throws LayerscopeError `invalid-config`: the message has `file:line:column` of the first problem, the choices are the others */
  refuse(problems: readonly Problem[]): never {
    return this.#fail(
      problems.slice(0, MOST_LOCATED).map(({ path, atKey, text }) => ({
        offset: this.#offsetOf(path, atKey === true),
        text,
      })),
    );
  }

  #fail(problems: readonly LocatedText[], cause?: unknown): never {
    const { file, hint } = this.#source;
    const [first = file, ...others] = [...problems]
      .sort((a, b) => a.offset - b.offset)
      .slice(0, MOST_PROBLEMS)
      .map(({ offset, text }) => {
        const { line, col } = this.#lines.linePos(offset);
        return `${file}:${Math.max(1, line)}:${Math.max(1, col)}: ${text}`;
      });
    throw new LayerscopeError("invalid-config", first, { choices: others, hint, cause });
  }

  #jsonValue(text: string, key: string): unknown {
    try {
      const value: unknown = JSON.parse(text);
      return value !== null && Object.hasOwn(value as object, key)
        ? (value as Record<string, unknown>)[key]
        : undefined;
    } catch (thrown) {
      const { message } = thrown as Error;
      this.#lines.addNewLine(0);
      for (const { index } of text.matchAll(/\n/g)) this.#lines.addNewLine(index + 1);
      const offset = Number(/position (\d+)/.exec(message)?.[1] ?? 0);
      return this.#fail([{ offset, text: `not JSON: ${oneLine(message)}` }], thrown);
    }
  }

  #offsetOf(path: Path, atKey: boolean): number {
    for (let length = path.length; length >= 0; length--) {
      const at = path.slice(0, length);
      const node = atKey && length === path.length ? this.#keyAt(at) : this.#nodeAt(at);
      const start = node?.range?.[0];
      if (start !== undefined) return start;
    }
    return 0;
  }

  #nodeAt(path: Path): Node | undefined {
    const { within } = this.#source;
    let node: unknown = this.#document?.contents;
    for (const key of within === undefined ? path : [within, ...path]) {
      const inside = isAlias(node) && this.#document ? node.resolve(this.#document) : node;
      node =
        isMap(inside) || (isNode(inside) && "get" in inside)
          ? (inside as { get: (key: unknown, keep: true) => unknown }).get(key, true)
          : undefined;
    }
    return isNode(node) ? node : undefined;
  }

  #keyAt(path: Path): Node | undefined {
    const around = this.#nodeAt(path.slice(0, -1));
    const table = isAlias(around) && this.#document ? around.resolve(this.#document) : around;
    if (!isMap(table)) return undefined;
    const pair = table.items.find(({ key }) => isScalar(key) && String(key.value) === path.at(-1));
    return isNode(pair?.key) ? pair.key : undefined;
  }
}

function duplicateKeys(node: Document<ParsedNode> | Node | undefined): LocatedText[] {
  const problems: LocatedText[] = [];
  if (node === undefined) return problems;
  visit(node, {
    Map(_, { items }) {
      const seen = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (seen.has(name)) {
          const text = `the keys of a table must be unique, and ${JSON.stringify(shortened(name))} is there already`;
          problems.push({ offset: key.range?.[0] ?? 0, text });
        }
        seen.add(name);
      }
    },
  });
  return problems;
}

/** Few enough letters for a message. */
export function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
