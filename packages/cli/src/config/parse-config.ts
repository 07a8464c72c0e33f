/** YAML text → the user's configuration, or what is wrong with it and where. Loaded only where there is a file. */
import { LayerscopeError } from "@layerscope/core";
import { type Document, isAlias, isMap, isNode, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import * as z from "zod";
import { COLUMNS, SHOWN, SORTS } from "../tui/state/files-state.ts";
import { didYouMean } from "./nearest-name.ts";
import { parseBindings } from "./parse-bindings.ts";
import { DEFAULT_CONFIG, THEME_SETTINGS, type UserConfig } from "./user-config.ts";

/** `keys` is a table of its own, see parse-bindings.ts. */
const configSchema = z.strictObject({
  theme: z.enum(THEME_SETTINGS).optional(),
  mouse: z.boolean().optional(),
  view: z.enum(SHOWN).optional(),
  sort: z.enum(SORTS).optional(),
  units: z.enum(["si", "iec"]).optional(),
  columns: z.array(z.enum(COLUMNS)).optional(),
  preview: z.boolean().optional(),
  screenReader: z.boolean().optional(),
  keys: z.record(z.string(), z.unknown()).nullish(),
});

type Path = readonly PropertyKey[];

/** Something wrong; `atKey` when it is the key at the path that is wrong, not its value. */
export interface Problem {
  readonly path: Path;
  readonly atKey?: boolean;
  /** Starts with what it is about. */
  readonly text: string;
}

/** More would only bury the first. */
const MOST_PROBLEMS = 20;
/** Aliases that may stand for others: a few lines can otherwise become gigabytes. */
const MOST_ALIASES = 100;

/**
 * Reads a configuration. What it does not set has its default.
 * @param file its name, for errors
 * @throws LayerscopeError `invalid-config`: the message has `file:line:column` of the first problem, the choices are the others
 */
export function parseConfig(text: string, file: string): UserConfig {
  const lines = new LineCounter();
  const fail = (problems: readonly { readonly offset: number; readonly text: string }[], cause?: unknown): never => {
    const located = [...problems]
      .sort((a, b) => a.offset - b.offset)
      .slice(0, MOST_PROBLEMS)
      .map((problem) => {
        const { line, col } = lines.linePos(problem.offset);
        return `${file}:${Math.max(1, line)}:${Math.max(1, col)}: ${problem.text}`;
      });
    const [first = file, ...others] = located;
    throw new LayerscopeError("invalid-config", first, {
      choices: others,
      hint: "docs/configuration.md has every setting. Without the file, the defaults are used.",
      cause,
    });
  };

  let document: Document.Parsed;
  let value: unknown;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  } catch (thrown) {
    // Nested so deeply that the parser gives up.
    return fail([{ offset: 0, text: `not a configuration: ${(thrown as Error).message}` }], thrown);
  }
  const malformed = [...document.errors, ...document.warnings];
  if (malformed.length > 0)
    return fail(malformed.map(({ message, pos }) => ({ offset: pos[0], text: oneLine(message) })));
  try {
    value = document.toJS({ maxAliasCount: MOST_ALIASES }) ?? {};
  } catch (thrown) {
    return fail([{ offset: 0, text: oneLine((thrown as Error).message) }], thrown);
  }
  const placed = (problems: readonly Problem[]): { offset: number; text: string }[] =>
    problems.map(({ path, atKey, text: said }) => ({ offset: offsetOf(document, path, atKey === true), text: said }));

  const parsed = configSchema.safeParse(value);
  const bindings = parseBindings(keysTable(value), (path) => sourceAt(document, path));
  const problems = parsed.success ? [] : parsed.error.issues.flatMap((issue) => problemsOf(issue, value));
  if (!parsed.success || bindings.problems.length > 0) return fail(placed([...problems, ...bindings.problems]));
  const { keys: _, ...settings } = parsed.data;
  return { ...DEFAULT_CONFIG, ...definedOnly(settings), keys: bindings.overrides };
}

/** The table of keys, where there is one: the keys are looked at even if something else is wrong. */
function keysTable(value: unknown): Record<string, unknown> {
  const { keys } = value as { readonly keys?: unknown };
  return typeof keys === "object" && keys !== null && !Array.isArray(keys) ? { ...keys } : {};
}

function definedOnly<T extends object>(settings: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const defined = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  return defined as { [K in keyof T]: Exclude<T[K], undefined> };
}

function problemsOf(issue: z.core.$ZodIssue, root: unknown): Problem[] {
  const { path } = issue;
  const name = path.length === 0 ? "the configuration" : path.map(String).join(".");
  const found = path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], root);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...path, key],
        atKey: true,
        text: `there is no setting "${shortened(key)}"${didYouMean(key, Object.keys(configSchema.shape))}`,
      }));
    case "invalid_value": {
      const names = issue.values.map(String);
      return [
        { path, text: `${name}: ${shown(found)} is none of ${names.join(", ")}${didYouMean(String(found), names)}` },
      ];
    }
    case "invalid_type":
      return [{ path, text: `${name}: ${shown(found)} is not ${EXPECTED[issue.expected] ?? issue.expected}` }];
    default:
      return [{ path, text: `${name}: ${issue.message}` }];
  }
}

const EXPECTED: Readonly<Record<string, string>> = {
  boolean: "true or false",
  array: "a list",
  record: "a table of commands and their keys",
  object: "a table of settings",
};

function shown(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a table" : JSON.stringify(shortened(String(value)));
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** Where the value at a path, or the nearest that is around it, starts in the text. */
function offsetOf(document: Document.Parsed, path: Path, atKey: boolean): number {
  for (let length = path.length; length > 0; length--) {
    const at = path.slice(0, length);
    const node = atKey && length === path.length ? keyAt(document, at) : valueAt(document, at);
    const start = node?.range?.[0];
    if (start !== undefined) return start;
  }
  return document.contents?.range?.[0] ?? 0;
}

function valueAt(document: Document.Parsed, path: Path): Node | undefined {
  let node: unknown = document.contents;
  for (const key of path) {
    const inside = isAlias(node) ? node.resolve(document) : node;
    node =
      isMap(inside) || (isNode(inside) && "get" in inside)
        ? (inside as { get: (key: unknown, keep: true) => unknown }).get(key, true)
        : undefined;
  }
  return isNode(node) ? node : undefined;
}

function keyAt(document: Document.Parsed, path: Path): Node | undefined {
  const around = path.length === 1 ? document.contents : valueAt(document, path.slice(0, -1));
  const table = isAlias(around) ? around.resolve(document) : around;
  if (!isMap(table)) return undefined;
  const pair = table.items.find(({ key }) => isScalar(key) && String(key.value) === path.at(-1));
  return isNode(pair?.key) ? pair.key : undefined;
}

/** What stands in the text for a single value, before YAML made something of it. */
function sourceAt(document: Document.Parsed, path: Path): string | undefined {
  const node = valueAt(document, path);
  const scalar = isAlias(node) ? node.resolve(document) : node;
  return isScalar(scalar) ? scalar.source : undefined;
}
