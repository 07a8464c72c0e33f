/** What one run of `layerscope ci` found: what all formats are made of. */
import type {
  Advice,
  Analysis,
  BaseLayers,
  Baseline,
  Budget,
  BudgetOrigin,
  BudgetVerdict,
  Inspection,
  LayerscopeError,
  PackageChange,
} from "@layerscope/core";
import type { Units } from "../output/bytes.ts";

export interface LocatedBudget extends Budget {
  readonly origin: BudgetOrigin;
}

export interface LocatedVerdict extends BudgetVerdict {
  readonly budget: LocatedBudget;
}

/** An image that could be read, at least in part. */
export interface CheckedImage {
  /** What the configuration calls it, else the reference; not escaped. */
  readonly name: string;
  readonly reference: string;
  readonly analysis: Analysis;
  readonly base: BaseLayers;
  readonly baseline: Baseline | undefined;
  readonly verdicts: readonly LocatedVerdict[];
  /** What its files show and what rules find, where somebody wants to know. */
  readonly found?: FoundInFiles | undefined;
}

export interface FoundInFiles {
  readonly inspection: Inspection;
  readonly advice: Advice;
  /** Since the baseline; undefined where nothing tells. */
  readonly packageChanges?: readonly PackageChange[] | undefined;
}

/** An image that could not be read at all. */
export interface UnreadImage {
  readonly name: string;
  readonly reference: string;
  readonly error: LayerscopeError;
}

export type ImageResult = CheckedImage | UnreadImage;

export function isChecked(result: ImageResult): result is CheckedImage {
  return "verdicts" in result;
}

export interface CheckRun {
  /** In the order in which they were asked for; never empty. */
  readonly images: readonly ImageResult[];
  /**
   * `failed` when a budget that counts as an error failed; `undecided` when instead one of those could not be decided, or
   * an image could not be read to its end; else `passed`.
   */
  readonly verdict: "passed" | "failed" | "undecided";
  readonly units: Units;
}

/** Exit codes 0, 1 and 2. An error of the tool hides behind no verdict: it is reported besides. */
export function exitCodeOf({ images, verdict }: CheckRun): 0 | 1 | 2 {
  if (images.some((image) => !isChecked(image))) return 2;
  return verdict === "passed" ? 0 : verdict === "failed" ? 1 : 2;
}

/** Makes the text of a report of a run, in pieces. */
export type Format = (run: CheckRun) => Iterable<string>;
