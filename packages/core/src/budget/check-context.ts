/** What all budgets of one check share, computed when first wanted. */
import type { Advice } from "../advice/rule.ts";
import type { PathTable } from "../layer/path-table.ts";
import type { Analysis } from "../metrics/analyse.ts";
import type { BaseLayers } from "../metrics/base-layers.ts";
import { type DiveCompat, diveCompat } from "../metrics/dive-compat.ts";
import { PathMasks } from "../tree/path-masks.ts";
import type { PathMask } from "../tree/path-patterns.ts";
import type { Baseline } from "./baseline.ts";
import type { Budget, LayerGroup } from "./budget.ts";
import { GrowthPaths } from "./growth-paths.ts";

export class CheckContext {
  readonly analysis: Analysis;
  readonly base: BaseLayers;
  readonly baseline: Baseline | undefined;
  readonly advice: Advice | undefined;
  #masks: PathMasks | undefined;
  #dive: DiveCompat | undefined;
  #growthPaths: GrowthPaths | undefined;

  constructor(analysis: Analysis, base: BaseLayers, baseline: Baseline | undefined, advice?: Advice) {
    this.analysis = analysis;
    this.base = base;
    this.baseline = baseline;
    this.advice = advice;
  }

  get paths(): PathTable {
    return this.analysis.image.tree.paths;
  }

  /** The first layer of a group and the one after its last; undefined when the image has no such layer. */
  layersOf(group: LayerGroup): LayerSpan | undefined {
    return layerSpan(group, this.base, this.analysis.image.layers.length);
  }

  /** dive's numbers of the image. */
  get dive(): DiveCompat {
    this.#dive ??= diveCompat(this.analysis.image);
    return this.#dive;
  }

  /**
   * What the image and its baseline store, by path; undefined where the baseline has no lists of files.
   * @throws LayerscopeError when they are too many
   */
  get growthPaths(): GrowthPaths | undefined {
    if (this.baseline?.files) this.#growthPaths ??= new GrowthPaths(this.analysis.image.tree, this.baseline.files());
    return this.#growthPaths;
  }

  /** The paths that patterns mean. */
  maskOf(patterns: readonly string[]): PathMask {
    this.#masks ??= new PathMasks(this.analysis.image.tree);
    return this.#masks.of(patterns);
  }

  /** Which paths a budget is about. */
  filterOf({ paths, ignore }: Budget): PathFilter {
    const wanted = paths && this.maskOf(paths);
    const ignored = ignore && ignore.length > 0 ? this.maskOf(ignore) : undefined;
    return {
      isWanted: (node) => !wanted || wanted[node] === 1,
      isIgnored: (node) => ignored?.[node] === 1,
    };
  }
}

/** Layers from `from` up to, but not including, `to`. */
export interface LayerSpan {
  readonly from: number;
  readonly to: number;
}

/** The layers of a group in an image of so many; undefined when there is no such layer. */
export function layerSpan(group: LayerGroup, base: BaseLayers, layers: number): LayerSpan | undefined {
  if (group === "image") return { from: 0, to: layers };
  const end = Math.min(base.layers, layers);
  if (group === "own") return { from: end, to: layers };
  if (group === "base") return { from: 0, to: end };
  return Number.isInteger(group) && group >= 0 && group < layers ? { from: group, to: group + 1 } : undefined;
}

export interface PathFilter {
  /** Whether the budget's own patterns want the path. */
  readonly isWanted: (node: number) => boolean;
  /** Whether it is left out all the same. */
  readonly isIgnored: (node: number) => boolean;
}
