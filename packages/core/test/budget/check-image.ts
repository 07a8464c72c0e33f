/** One budget, checked on an image made of tar members. */
import type { Member } from "../../../../fixtures/build/tar.ts";
import type { Budget, BudgetFinding, BudgetLimit, BudgetVerdict } from "../../src/budget/budget.ts";
import { type CheckOptions, checkBudgets } from "../../src/budget/check-budgets.ts";
import type { Analysis } from "../../src/metrics/analyse.ts";
import type { BaseLayers } from "../../src/metrics/base-layers.ts";
import { scanLayers } from "../tree/scan-layers.ts";

export function budgetOf(limit: BudgetLimit, changes: Partial<Budget> = {}): Budget {
  return { name: "a budget", limit, layers: "image", severity: "error", ...changes };
}

/** The base image has so many of the oldest layers. */
export const baseOf = (layers: number): BaseLayers => ({ layers, foundBy: "given-number", certainty: "certain" });

export function check(
  analysis: Analysis,
  limit: BudgetLimit,
  changes: Partial<Budget> = {},
  options: CheckOptions = {},
): BudgetVerdict {
  const [verdict] = checkBudgets(analysis, [budgetOf(limit, changes)], options);
  if (!verdict) throw new Error("there is no verdict");
  return verdict;
}

/** Layers oldest first. */
export async function checkLayers(
  layers: Member[][],
  limit: BudgetLimit,
  changes: Partial<Budget> = {},
  options: CheckOptions = {},
): Promise<BudgetVerdict> {
  return check(await scanLayers(...layers), limit, changes, options);
}

/** The finding's path as text, with a slash behind directories. */
export function pathOf({ path, isDirectory }: BudgetFinding): string {
  return Buffer.from(path ?? []).toString() + (isDirectory ? "/" : "");
}
