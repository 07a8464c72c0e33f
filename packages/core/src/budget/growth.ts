/** How much more an image stores than its baseline, and which paths that is. */
import type { Analysis } from "../metrics/analyse.ts";
import type { BaseLayers } from "../metrics/base-layers.ts";
import { LayerscopeError } from "../model/errors.ts";
import { type PathMask, pathMask } from "../tree/path-patterns.ts";
import type { Baseline } from "./baseline.ts";
import type { Budget } from "./budget.ts";
import { CheckContext, layerSpan } from "./check-context.ts";
import type { GrowthPaths } from "./growth-paths.ts";
import { type PathGrowth, pathGrowth } from "./path-growth.ts";

/** What growth is asked of; see {@link Budget}. */
export type GrowthScope = Pick<Budget, "layers" | "paths" | "ignore">;

export interface Growth {
  /** Bytes that the baseline stores. */
  readonly before: number;
  /** Bytes that the image stores. */
  readonly now: number;
  /** Bytes that the image stores and `ignore` leaves out. */
  readonly ignoredBytes: number;
  /** Which paths grew; undefined where the baseline has no lists of files. */
  readonly paths: PathGrowth | undefined;
}

/** Why growth cannot be told: one sentence without a full stop, not escaped. */
export interface Untold {
  readonly reason: string;
}

/**
 * How much more an image stores than its baseline.
 * @param base which layers of the image are its base's
 * @returns undefined where it cannot be told
 * @example
 * const growth = growthOf(analysis, base, baseline);
 * for (const { path, bytes } of growth?.paths?.findings ?? []) console.log(path, bytes);
 */
export function growthOf(
  analysis: Analysis,
  base: BaseLayers,
  baseline: Baseline,
  scope: GrowthScope = { layers: "image" },
): Growth | undefined {
  if (!analysis.image.complete) return undefined;
  const growth = measureGrowth(new CheckContext(analysis, base, baseline), baseline, scope);
  return "reason" in growth ? undefined : growth;
}

/** The same for a context of which this is the baseline. Of an image that is not complete it tells what was read. */
export function measureGrowth(context: CheckContext, baseline: Baseline, scope: GrowthScope): Growth | Untold {
  const { name } = baseline;
  const { layers, paths, ignore = [] } = scope;
  if (!baseline.complete) return { reason: `not all of the baseline ${name} could be read` };
  if (typeof layers === "number") {
    return { reason: `layers move, so nothing tells which one of the baseline ${name} was layer ${layers}` };
  }
  const unknown = layers === "image" ? undefined : unknownSplit(context, baseline);
  if (unknown !== undefined) return { reason: `nothing tells which layers of ${unknown} are its base image's` };
  try {
    const files = context.growthPaths;
    if (files) return byPath(files, context, baseline, scope);
  } catch (thrown) {
    if (!(thrown instanceof LayerscopeError)) throw thrown;
    return { reason: `the files of the baseline ${name} cannot be compared: ${thrown.message}` };
  }
  if (paths || ignore.length > 0) {
    return { reason: `the baseline ${name} was saved without its lists of files, so paths cannot be compared` };
  }
  const sizes = context.analysis.accounts.layers.map(({ storedBytes }) => storedBytes);
  const before = sumOf(baseline.layers, layers, baseline.base);
  return { before, now: sumOf(sizes, layers, context.base), ignoredBytes: 0, paths: undefined };
}

/**
 * Which of the two nothing tells the base layers of, where the other has some: its own layers compared with all of this one
 * would let anything pass.
 */
function unknownSplit({ base }: CheckContext, baseline: Baseline): string | undefined {
  const isUnknown = ({ layers, foundBy }: BaseLayers): boolean => layers === 0 && foundBy !== "given-number";
  if (isUnknown(base) && baseline.base.layers > 0) return "the image";
  return isUnknown(baseline.base) && base.layers > 0 ? `the baseline ${baseline.name}` : undefined;
}

function sumOf(sizes: readonly number[], layers: GrowthScope["layers"], base: BaseLayers): number {
  const { from = 0, to = 0 } = layerSpan(layers, base, sizes.length) ?? {};
  return sizes.slice(from, to).reduce((sum, bytes) => sum + bytes, 0);
}

function byPath(
  files: GrowthPaths,
  { base, analysis }: CheckContext,
  baseline: Baseline,
  { layers, paths, ignore = [] }: GrowthScope,
): Growth {
  const mask = (patterns: readonly string[] | undefined): PathMask | undefined =>
    patterns && pathMask(files.paths, patterns);
  const wanted = mask(paths);
  const ignored = mask(ignore.length > 0 ? ignore : undefined);
  const before = files.before.sums(layerSpan(layers, baseline.base, baseline.layers.length), wanted, ignored);
  const now = files.now.sums(layerSpan(layers, base, analysis.image.layers.length), wanted, ignored);
  return {
    before: before.total,
    now: now.total,
    ignoredBytes: now.ignored,
    paths: pathGrowth(files.paths, before, now),
  };
}
