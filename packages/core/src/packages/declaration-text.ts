/** Texts of the files that declare packages. Anyone may have written them, so all that is kept of them has bounds. */
import { isObject, type JsonObject } from "../archive/json-document.ts";
import type { FileBytes } from "../layer/file-inspector.ts";
import type { PathBudget } from "./path-budget.ts";

/** The longest name, version or license that is taken for one, in UTF-16 units. */
const LONGEST_TEXT = 1000;
const MOST_NAMES = 10_000;

export const MEBIBYTE = 1 << 20;

/** The first `most` bytes as text, without a byte-order mark; what is not UTF-8 is U+FFFD. */
export function startAsText(bytes: FileBytes, most: number): string {
  const start = bytes.read(0, Math.min(bytes.size, most));
  return Buffer.from(start.buffer, start.byteOffset, start.length)
    .toString("utf8")
    .replace(/^\ufeff/, "");
}

/** A whole document, or what is wrong with it. */
export type JsonText = { readonly value: unknown } | { readonly problem: string };

/** Parses a JSON file that has at most so many bytes; `what` names it in the problem. */
export function parseJsonFile(bytes: FileBytes, most: number, what: string): JsonText {
  if (bytes.size > most) return { problem: `${what} is larger than ${most / MEBIBYTE} MiB, it is not read` };
  try {
    return { value: JSON.parse(startAsText(bytes, most)) };
  } catch {
    return { problem: `${what} is not JSON` };
  }
}

/** A name, version or license: text of a sound length on one line, without blanks at its ends. */
export function declaredText(value: unknown): string | undefined {
  if (typeof value !== "string" || value.length > LONGEST_TEXT) return undefined;
  const text = value.trim();
  return text === "" || /[\0\r\n]/.test(text) ? undefined : text;
}

/** The names that are sound, each once; undefined when there is none. */
export function declaredNames(values: readonly unknown[]): readonly string[] | undefined {
  const names = new Set<string>();
  for (const value of values) {
    const name = declaredText(value);
    if (name !== undefined) names.add(name);
    if (names.size === MOST_NAMES) break;
  }
  return names.size > 0 ? [...names] : undefined;
}

/** The keys of an object; none of anything else. */
export function keysOf(value: unknown): readonly string[] {
  return isObject(value) ? Object.keys(value) : [];
}

/** The field when it is an object, else an empty one. */
export function objectIn(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isObject(value) ? value : {};
}

/** The path without its last segment; empty at the root. */
export function directoryOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** The last segment of a path. */
export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/**
 * A path from the root that a file gives from a directory, or from the root with a leading slash. Undefined of the root itself,
 * of what is above it, of what can be no path, and when the budget is spent.
 */
export function resolvedFrom(directory: string, path: string, budget: PathBudget): string | undefined {
  if (path.includes("\0")) return undefined;
  const isPlain =
    path !== "" && !path.startsWith("/") && !path.startsWith(".") && !path.includes("/.") && !path.includes("//");
  if (isPlain && !path.endsWith("/")) return budget.join(directory, path);
  const segments = path.startsWith("/") || directory === "" ? [] : directory.split("/");
  for (const segment of path.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment !== "..") segments.push(segment);
    else if (segments.pop() === undefined) return undefined;
  }
  return segments.length > 0 ? budget.join("", segments.join("/")) : undefined;
}

/** A path below a directory, which is empty at the root. */
export function below(directory: string, path: string): string {
  return directory === "" ? path : `${directory}/${path}`;
}
