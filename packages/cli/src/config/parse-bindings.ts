/** The `keys` of a configuration: which commands get which keys. */
import { didYouMean } from "@layerscope/core";
import { COMMANDS, CONTEXT_TITLES, type Command, type Context } from "../tui/keymap/commands.ts";
import { KEY_NAMES, parseKeyName } from "../tui/keymap/key-names.ts";
import { ALWAYS_QUITS, type KeyOverride } from "../tui/keymap/keymap.ts";
import type { Problem } from "./located-yaml.ts";

export interface Bindings {
  readonly overrides: readonly KeyOverride[];
  readonly problems: readonly Problem[];
}

/** What a user could call a command: its name, for all contexts it has, or its context and name. */
const NAMES = new Map<string, Command[]>();
for (const command of COMMANDS) {
  for (const name of [command.name, `${command.context}.${command.name}`]) {
    NAMES.set(name, [...(NAMES.get(name) ?? []), command]);
  }
}

/**
 * Reads the table of keys. What is said of a command in one context beats what is said of it everywhere.
 * @param sourceAt what stands in the file for a single value
 */
export function parseBindings(
  table: Readonly<Record<string, unknown>>,
  sourceAt: (path: readonly PropertyKey[]) => string | undefined,
): Bindings {
  const problems: Problem[] = [];
  const overrides = new Map<string, KeyOverride & { readonly path: readonly PropertyKey[] }>();
  const settings = Object.entries(table).sort(([a], [b]) => Number(a.includes(".")) - Number(b.includes(".")));
  for (const [written, value] of settings) {
    const path = ["keys", written];
    const commands = NAMES.get(written);
    if (commands === undefined) {
      problems.push({ path, atKey: true, text: `keys: ${noSuchCommand(written)}` });
      continue;
    }
    const keys = readKeys(value, path, sourceAt, problems);
    for (const { context, name } of commands) {
      // With its own keys elsewhere, a line that is there for an alias only loses the alias.
      overrides.set(`${context}.${name}`, { context, name, keys, path });
    }
  }
  problems.push(...conflicts([...overrides.values()]));
  return { overrides: [...overrides.values()].map(({ context, name, keys }) => ({ context, name, keys })), problems };
}

function noSuchCommand(written: string): string {
  const [context = "", name] = written.split(".", 2);
  if (name === undefined) return `there is no command "${written.slice(0, 60)}"${didYouMean(written, NAMES.keys())}`;
  if (!Object.hasOwn(CONTEXT_TITLES, context)) {
    const contexts = Object.keys(CONTEXT_TITLES);
    return `"${context.slice(0, 60)}" is none of ${contexts.join(", ")}${didYouMean(context, contexts)}`;
  }
  const inContext = COMMANDS.filter((command) => command.context === (context as Context)).map((each) => each.name);
  return `there is no command "${name.slice(0, 60)}" in ${context}${didYouMean(name, inContext)}`;
}

function readKeys(
  value: unknown,
  path: readonly PropertyKey[],
  sourceAt: (path: readonly PropertyKey[]) => string | undefined,
  problems: Problem[],
): string[] {
  const keys: string[] = [];
  const items: readonly (readonly [readonly PropertyKey[], unknown])[] = Array.isArray(value)
    ? value.map((item, index) => [[...path, index], item] as const)
    : [[path, value]];
  for (const [at, item] of items) {
    const result = readKey(item, sourceAt(at), !Array.isArray(value));
    if (result === undefined) continue;
    if ("problem" in result) problems.push({ path: at, text: `${path.join(".")}: ${result.problem}` });
    else if (!keys.includes(result.key)) keys.push(result.key);
  }
  return keys;
}

/** @returns undefined for a value that says that there is no key */
function readKey(
  value: unknown,
  source: string | undefined,
  mayBeNone: boolean,
): { readonly key: string } | { readonly problem: string } | undefined {
  if (value === null) {
    if (source === "~") return { problem: 'write "~" in quotes for the key, or null for no key' };
    // `#` starts a comment, and leaves nothing.
    if (source !== "null" || !mayBeNone)
      return { problem: 'nothing is there; write the key in quotes ("#"), or null for no key' };
    return undefined;
  }
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string") return { problem: "that is neither a key nor a list of keys" };
  const parsed = parseKeyName(text);
  if ("key" in parsed) return parsed;
  return { problem: `${JSON.stringify(text.slice(0, 60))} ${parsed.problem}${suggestion(text)}` };
}

function suggestion(written: string): string {
  const start = /^(?:[a-z]+[+-](?=.))*/i.exec(written)?.[0] ?? "";
  return didYouMean(
    written,
    KEY_NAMES.map((name) => start + name),
  );
}

/** One key cannot mean two things at one place. That a pane's key hides one of everywhere is what panes are for. */
function conflicts(overrides: readonly (KeyOverride & { readonly path: readonly PropertyKey[] })[]): Problem[] {
  const problems = new Map<string, Problem>();
  const taken = new Map<string, string>();
  for (const { context, name, keys, path } of overrides) {
    for (const key of keys) {
      if (key === ALWAYS_QUITS && name !== "quit") {
        problems.set(`${path.join(".")} ${key}`, { path, text: `${path.join(".")}: ${ALWAYS_QUITS} always quits` });
        continue;
      }
      const other = taken.get(`${context} ${key}`);
      if (other === undefined) taken.set(`${context} ${key}`, name);
      else if (other !== name) {
        const where = CONTEXT_TITLES[context];
        problems.set(`${path.join(".")} ${key}`, {
          path,
          text: `${path.join(".")}: "${key}" is also the key of "${other}" (${where})`,
        });
      }
    }
  }
  return [...problems.values()];
}
