/** Pairs of images, the one before and the one now, and what is said of their growth. */
import { file, type Member } from "../../../../fixtures/build/tar.ts";
import { type Baseline, baselineOf } from "../../src/budget/baseline.ts";
import type { Budget, BudgetFinding, BudgetVerdict, ByteLimit } from "../../src/budget/budget.ts";
import { checkBudgets } from "../../src/budget/check-budgets.ts";
import type { Analysis } from "../../src/metrics/analyse.ts";
import { type BaseLayers, findBaseLayers } from "../../src/metrics/base-layers.ts";
import { scanLayers } from "../tree/scan-layers.ts";

export const bytes = (path: string, size: number): Member => file(path, "x".repeat(size));

/** A base image of so many layers; it is certain. */
export const baseOf = (layers: number): BaseLayers => ({ layers, foundBy: "given-number", certainty: "certain" });

export interface Comparison {
  readonly limit?: ByteLimit;
  readonly scope?: Partial<Pick<Budget, "layers" | "paths" | "ignore">>;
  readonly base?: BaseLayers;
}

/** The verdict on the growth of an image. Without a limit nothing may grow. */
export function growthVerdict(
  now: Analysis,
  baseline: Baseline | undefined,
  { limit = { bytes: 0 }, scope = {}, base }: Comparison = {},
): BudgetVerdict {
  const budget: Budget = {
    name: "growth",
    limit: { kind: "maxGrowth", ...limit },
    layers: "image",
    severity: "error",
    ...scope,
  };
  const [verdict] = checkBudgets(now, [budget], { base, baseline });
  if (!verdict) throw new Error("no verdict");
  return verdict;
}

export function asBaseline(analysis: Analysis, base?: BaseLayers): Baseline {
  return baselineOf(analysis, base ?? findBaseLayers(analysis.image.document), "before.tar");
}

/** The verdict on an image of these layers, against one of those. */
export async function compared(before: Member[][], now: Member[][], comparison?: Comparison): Promise<BudgetVerdict> {
  return growthVerdict(await scanLayers(...now), asBaseline(await scanLayers(...before)), comparison);
}

/** `path before+growth layer`, directories with a slash at the end. */
export function findingLines({ findings }: Pick<BudgetVerdict, "findings">): string[] {
  return findings.map((finding) => `${pathOf(finding)} ${finding.before}+${finding.bytes} in ${finding.layer}`);
}

function pathOf({ path, isDirectory }: BudgetFinding): string {
  return `${Buffer.from(path ?? []).toString()}${isDirectory ? "/" : ""}`;
}
