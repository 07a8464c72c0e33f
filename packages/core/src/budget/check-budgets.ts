/** Checks budgets. */
import type { Advice } from "../advice/rule.ts";
import type { Analysis } from "../metrics/analyse.ts";
import { type BaseLayers, findBaseLayers } from "../metrics/base-layers.ts";
import type { Baseline } from "./baseline.ts";
import type { Budget, BudgetLimit, BudgetVerdict } from "./budget.ts";
import { checkContents } from "./check-contents.ts";
import { CheckContext } from "./check-context.ts";
import { checkDiveRule } from "./check-dive-rule.ts";
import { checkGrowth } from "./check-growth.ts";
import { checkRule, dependsOnLayers } from "./check-rule.ts";
import { checkSize } from "./check-size.ts";
import { checkUser } from "./check-user.ts";
import { checkWaste } from "./check-waste.ts";
import { undecided } from "./verdict.ts";

export interface CheckOptions {
  /** Which layers are the base image's; found by {@link findBaseLayers} when left out. */
  readonly base?: BaseLayers | undefined;
  /** What growth is measured against; budgets of growth are skipped without. */
  readonly baseline?: Baseline | undefined;
  /** What rules find, with the same `base`; budgets of rules are undecided without. */
  readonly advice?: Advice | undefined;
}

/**
 * Checks budgets on an image, in their order. Of an image that was not read to its end nothing passes: its numbers would
 * be too small. What is exceeded already fails.
 *
 * @example
 * const [verdict] = checkBudgets(analyse(image), [
 *   { name: "total size", limit: { kind: "maxSize", bytes: 300e6 }, layers: "image", severity: "error" },
 * ]);
 */
export function checkBudgets(
  analysis: Analysis,
  budgets: readonly Budget[],
  options: CheckOptions = {},
): BudgetVerdict[] {
  const base = options.base ?? findBaseLayers(analysis.image.document);
  const context = new CheckContext(analysis, base, options.baseline, options.advice);
  return budgets.map((budget) => {
    const verdict = check(context, budget);
    if (analysis.image.complete || !dependsOnTheRest(verdict, options.advice)) return verdict;
    return { ...verdict, status: "undecided", reason: "the image could not be read to its end" };
  });
}

/** Whether layers that could not be read might change a verdict. What they store only adds to what is stored. */
function dependsOnTheRest({ budget, status }: BudgetVerdict, advice: Advice | undefined): boolean {
  if (budget.limit.kind === "nonRoot") return false;
  if (budget.limit.kind === "rule" && !dependsOnLayers(budget.limit.rule, status, advice)) return false;
  if (status !== "failed") return status === "passed";
  switch (budget.limit.kind) {
    case "maxSize":
    case "maxCompressedSize":
    case "maxLayers":
    case "maxLayerSize":
    case "maxFileSize":
    case "maxWastedBytes":
    case "maxGrowth":
    case "forbidden":
      return false;
    default:
      return true;
  }
}

function check(context: CheckContext, budget: Budget): BudgetVerdict {
  const { limit, layers } = budget;
  if (hasLayers(limit) && !context.layersOf(layers)) {
    const { length } = context.analysis.image.layers;
    return undecided(budget, `there is no layer ${layers}: the image has ${length}, counted from 0`);
  }
  switch (limit.kind) {
    case "maxSize":
    case "maxCompressedSize":
    case "maxLayers":
    case "maxLayerSize":
    case "maxFileSize":
      return checkSize(context, budget, limit);
    case "maxWastedBytes":
    case "maxWastedShare":
    case "minEfficiency":
      return checkWaste(context, budget, limit);
    case "maxGrowth":
      return checkGrowth(context, budget, limit);
    case "maxFiles":
    case "forbidden":
    case "required":
    case "allowedSetuid":
      return checkContents(context, budget, limit);
    case "nonRoot":
      return checkUser(context, budget);
    case "rule":
      return checkRule(context, budget, limit.rule);
    case "diveLowestEfficiency":
    case "diveHighestWastedBytes":
    case "diveHighestUserWastedPercent":
      return checkDiveRule(context, budget, limit);
  }
}

/** Whether a limit is of some of the layers; the others are of the image as such. */
function hasLayers({ kind }: BudgetLimit): boolean {
  return kind !== "nonRoot" && !kind.startsWith("dive");
}
