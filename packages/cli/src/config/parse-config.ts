/** YAML text → the user's configuration, or what is wrong with it and where. Loaded only where there is a file. */
import * as z from "zod";
import { COLUMNS, SHOWN, SORTS } from "../tui/state/files-state.ts";
import { LocatedYaml } from "./located-yaml.ts";
import { parseBindings } from "./parse-bindings.ts";
import { problemsOf, shown, type Wording } from "./schema-problems.ts";
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
  mirrors: z.record(z.string(), z.array(z.string())).optional(),
  keys: z.record(z.string(), z.unknown()).nullish(),
});

const WORDING: Wording = {
  settingsAt: () => Object.keys(configSchema.shape),
  expected: {
    boolean: "true or false",
    array: "a list",
    string: "text",
    record: "a table of commands and their keys",
    object: "a table of settings",
  },
  explain: ([setting, ...below], found) =>
    setting === "mirrors" && below.length === 0
      ? `${shown(found)} is not a table of registries and the lists of their mirrors`
      : undefined,
};

/**
 * Reads a configuration. What it does not set has its default.
 * @param file its name, for errors
 * @throws LayerscopeError `invalid-config`: the message has `file:line:column` of the first problem, the choices are the others
 */
export function parseConfig(text: string, file: string): UserConfig {
  const yaml = new LocatedYaml(text, {
    file,
    hint: "docs/configuration.md has every setting. Without the file, the defaults are used.",
  });
  const value = yaml.value ?? {};
  const parsed = configSchema.safeParse(value);
  const bindings = parseBindings(keysTable(value), (path) => yaml.sourceAt(path));
  const problems = parsed.success ? [] : problemsOf(parsed.error.issues, value, WORDING);
  if (!parsed.success || bindings.problems.length > 0) return yaml.refuse([...problems, ...bindings.problems]);
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
