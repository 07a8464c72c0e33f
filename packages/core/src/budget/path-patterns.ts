/** Which paths a pattern of a budget means. */
import picomatch from "picomatch";
import { type PathTable, ROOT } from "../layer/path-table.ts";
import { decodeName } from "../model/path-text.ts";

/** By node of a path table: 1 where one of the patterns, or one of its kind, matches the path or a directory above it. */
export type PathMask = Uint8Array;

/**
 * The paths that patterns mean.
 *
 * A pattern is a path from the root (`/usr/share/doc`; the first slash may be left out) or a glob (`*`, `**`, `?`, `[a-z]`,
 * `{a,b}`; names that begin with a dot are no exception). Without any slash it is a name, wherever it is (`*.pem`). What it
 * matches counts with everything below.
 */
export function pathMask(paths: PathTable, patterns: readonly string[]): PathMask {
  const mask = new Uint8Array(paths.size);
  const { whole, names } = splitPatterns(patterns);
  const matchesPath = whole.length > 0 ? picomatch(whole, OPTIONS) : undefined;
  const matchesName = names.length > 0 ? picomatch(names, OPTIONS) : undefined;
  for (let node = ROOT + 1; node < mask.length; node++) {
    if (mask[paths.parentOf(node)] === 1) mask[node] = 1;
    else if (matchesName?.(decodeName(paths.nameOf(node)).text)) mask[node] = 1;
    else if (matchesPath?.(decodeName(paths.pathOf(node)).text)) mask[node] = 1;
  }
  return mask;
}

/** The first of the patterns that matches the path itself, not only a directory above it. */
export function matchingPattern(path: Uint8Array, patterns: readonly string[]): string | undefined {
  const { text } = decodeName(path);
  const name = text.slice(text.lastIndexOf("/") + 1);
  return patterns.find((pattern) => {
    const { whole, names } = splitPatterns([pattern]);
    return picomatch(whole, OPTIONS)(text) || picomatch(names, OPTIONS)(name);
  });
}

const OPTIONS = { dot: true, nonegate: true } as const;

function splitPatterns(patterns: readonly string[]): { readonly whole: string[]; readonly names: string[] } {
  const whole: string[] = [];
  const names: string[] = [];
  for (const pattern of patterns) {
    const trimmed = pattern.replace(/\/+$/, "");
    if (trimmed.includes("/")) whole.push(trimmed.replace(/^\/+/, ""));
    else names.push(trimmed);
  }
  return { whole, names };
}
