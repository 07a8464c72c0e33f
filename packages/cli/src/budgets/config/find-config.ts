/** Where the configuration is: the nearest from the working directory upwards, or the one that was named. */
import { statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { LayerscopeError } from "@layerscope/core";
import { readConfigFile } from "../../config/read-config-file.ts";

export interface ConfigFile {
  /** As it is found from the working directory, with `/`. */
  readonly file: string;
  /** The directory that it is in. */
  readonly directory: string;
  /** `package`: the key `layerscope` of a package.json. `dive`: rules as dive reads them. */
  readonly kind: "yaml" | "package" | "dive";
  readonly text: string;
  readonly warnings: readonly string[];
}

/** In each directory the first that is there counts. */
const NAMES = ["layerscope.yaml", "layerscope.yml", "layerscope.json", ".layerscoperc", "package.json", ".dive-ci"];

/** Far more than any takes. */
const LARGEST = 1024 * 1024;

/**
 * The nearest configuration; undefined when no directory has one. Only regular files count, and of a package.json only one
 * with a key `layerscope`: one that cannot be read or understood, and does not name that key, is somebody else's matter.
 * @param cwd the directory to begin at
 * @throws LayerscopeError `unreadable` or `invalid-config` when the file is there, and no text of a sensible size
 */
export function findConfig(cwd: string): ConfigFile | undefined {
  for (let directory = resolve(cwd); ; directory = dirname(directory)) {
    const [first, ...others] = NAMES.map((name) => join(directory, name)).filter(isConfig);
    if (first !== undefined) {
      const file = shownFrom(cwd, first);
      const warnings = others.map((other) => `${shownFrom(cwd, other)} is not read: ${file} comes before it`);
      return { ...read(first, file), warnings };
    }
    if (directory === dirname(directory)) return undefined;
  }
}

/**
 * The configuration that was named, of whatever kind.
 * @throws LayerscopeError `not-found`, and as {@link findConfig}
 */
export function namedConfig(cwd: string, named: string): ConfigFile {
  const path = resolve(cwd, named);
  return { ...read(path, shownFrom(cwd, path) || named), warnings: [] };
}

function read(path: string, file: string): Omit<ConfigFile, "warnings"> {
  const text = readConfigFile(path, LARGEST, file);
  if (text === undefined) {
    throw new LayerscopeError("not-found", `${file}: no such configuration`, {
      hint: "Write one with `layerscope init IMAGE`, or leave out --config to look for one from here upwards.",
    });
  }
  return { file, directory: dirname(path), kind: kindOf(path), text };
}

function kindOf(path: string): ConfigFile["kind"] {
  const name = basename(path).toLowerCase();
  if (name === "package.json") return "package";
  return /^\.?dive-ci(\.ya?ml)?$/.test(name) ? "dive" : "yaml";
}

function isConfig(path: string): boolean {
  try {
    if (!statSync(path).isFile()) return false;
  } catch {
    return false;
  }
  return basename(path) !== "package.json" || hasOurKey(path);
}

function hasOurKey(path: string): boolean {
  let text: string | undefined;
  try {
    text = readConfigFile(path, LARGEST, path);
  } catch {
    return false;
  }
  if (!text?.includes('"layerscope"')) return false;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && Object.hasOwn(value, "layerscope");
  } catch {
    // Whoever reads it will say where it is wrong: budgets that nobody checks would look like budgets that are kept.
    return true;
  }
}

/** A path as it is found from a directory, with `/`. */
export function shownFrom(directory: string, path: string): string {
  return relative(directory, path).split(sep).join("/");
}
