/** What the repository sets: its configuration, found and read. */
import { existsSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import type { BudgetSettings } from "../settings.ts";
import { type ConfigFile, findConfig, namedConfig, shownFrom } from "./find-config.ts";

export interface ConfigOptions {
  readonly cwd: string;
  /** A file, or false for none; the nearest that is found when left out. */
  readonly config?: string | false | undefined;
}

/**
 * The settings of the configuration; undefined when there is none. Nothing in it is executed.
 * @throws LayerscopeError `not-found`, `unreadable`, or `invalid-config` with file, line and column of the first mistake and
 * the others as choices
 */
export async function loadBudgetSettings({ cwd, config }: ConfigOptions): Promise<BudgetSettings | undefined> {
  if (config === false) return undefined;
  const found = config === undefined ? findConfig(cwd) : namedConfig(cwd, config);
  if (found === undefined) return undefined;
  const settings = await read(found, cwd);
  return { ...settings, warnings: [...found.warnings, ...settings.warnings] };
}

// What reads YAML takes a while to load.
async function read({ text, file, kind, directory }: ConfigFile, cwd: string): Promise<BudgetSettings> {
  if (kind === "dive") return (await import("./dive-ci.ts")).parseDiveCi(text, file);
  const { parseBudgets } = await import("./parse-budgets.ts");
  return parseBudgets(text, {
    file,
    within: kind === "package" ? "layerscope" : undefined,
    resolve: (reference) => resolveReference(reference, directory, cwd),
  });
}

/** What exists in the directory of the configuration is meant from there, whatever the working directory is. */
function resolveReference(reference: string, directory: string, cwd: string): string {
  if (isAbsolute(reference) || directory === resolve(cwd)) return reference;
  const path = join(directory, reference);
  return existsSync(path) ? shownFrom(cwd, path) : reference;
}
