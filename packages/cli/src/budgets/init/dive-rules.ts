/** The rules that a repository set for dive. */
import { statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { LayerscopeError } from "@layerscope/core";
import { readConfigFile } from "../../config/read-config-file.ts";
import type { LocatedBudget } from "../check-run.ts";
import { parseDiveCi } from "../config/dive-ci.ts";
import { shownFrom } from "../config/find-config.ts";

export interface DiveRules {
  /** As it is found from the working directory, with `/`. */
  readonly file: string;
  /** Those that are not disabled. */
  readonly rules: readonly LocatedBudget[];
  /** Not escaped. */
  readonly warnings: readonly string[];
}

const NAME = ".dive-ci";
/** Far more than three rules take. */
const LARGEST = 1024 * 1024;

/**
 * Reads the rules of a file.
 * @param named the file; true for the nearest `.dive-ci` from the working directory upwards
 * @throws LayerscopeError `not-found`, `unreadable`, `invalid-config`
 */
export function readDiveRules(named: string | true, cwd: string): DiveRules {
  const path = named === true ? nearest(cwd) : resolve(cwd, named);
  const file = path === undefined ? NAME : shownFrom(cwd, path);
  const text = path === undefined ? undefined : readText(path, file);
  if (text === undefined) {
    throw new LayerscopeError("not-found", `${file}: there are no rules of dive's`, {
      hint: "Name the file: layerscope init IMAGE --from-dive FILE",
    });
  }
  const { budgets: rules, warnings } = parseDiveCi(text, file);
  return { file, rules, warnings };
}

/** Whoever names only the image names it as the file of rules. */
function readText(path: string, file: string): string | undefined {
  const hint = "An image is named before the option: layerscope init IMAGE --from-dive";
  let text: string | undefined;
  try {
    text = readConfigFile(path, LARGEST, file);
  } catch (thrown) {
    if (!(thrown instanceof LayerscopeError)) throw thrown;
    throw new LayerscopeError(thrown.code, thrown.message, { cause: thrown, hint });
  }
  if (!text?.includes("\0")) return text;
  throw new LayerscopeError("invalid-config", `${file}: no rules of dive's, but bytes`, { hint });
}

function nearest(cwd: string): string | undefined {
  for (let directory = resolve(cwd); ; directory = dirname(directory)) {
    const path = join(directory, NAME);
    if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
    if (directory === dirname(directory)) return undefined;
  }
}
