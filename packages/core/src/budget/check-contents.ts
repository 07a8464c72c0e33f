/** Budgets of what is there: number of files, required paths, setuid files; and of what must not be stored at all. */

import { largestParts } from "../metrics/largest-parts.ts";
import type { Budget, BudgetFinding, BudgetLimit, BudgetVerdict } from "./budget.ts";
import { MOST_FINDINGS } from "./budget.ts";
import type { CheckContext, LayerSpan } from "./check-context.ts";
import { checkForbidden } from "./check-forbidden.ts";
import { forEachSeenFile, forEachSeenPath, type SeenFile } from "./seen-paths.ts";
import { decided } from "./verdict.ts";

type ContentsLimit = Extract<BudgetLimit, { readonly kind: "maxFiles" | "forbidden" | "required" | "allowedSetuid" }>;

/** Checks a budget of which paths there are. */
export function checkContents(context: CheckContext, budget: Budget, limit: ContentsLimit): BudgetVerdict {
  const span = context.layersOf(budget.layers) ?? { from: 0, to: 0 };
  switch (limit.kind) {
    case "maxFiles":
      return checkNumberOfFiles(context, budget, span, limit.count);
    case "forbidden":
      return checkForbidden(context, budget, span, limit.patterns);
    case "required":
      return checkRequired(context, budget, span, limit.patterns);
    case "allowedSetuid":
      return checkSetuid(context, budget, span, limit.patterns);
  }
}

function checkNumberOfFiles(context: CheckContext, budget: Budget, span: LayerSpan, limit: number): BudgetVerdict {
  const { paths } = context;
  const filter = context.filterOf(budget);
  const counts = new Float64Array(paths.size);
  let value = 0;
  let ignoredBytes = 0;
  forEachSeenFile(context.analysis.image.tree, span, ({ node, bytes, isLink }) => {
    if (!filter.isWanted(node)) return;
    if (filter.isIgnored(node)) {
      if (!isLink) ignoredBytes += bytes;
      return;
    }
    counts[node] = 1;
    value++;
  });
  const findings = largestParts(paths, counts, MOST_FINDINGS).map(
    (part): BudgetFinding => ({ path: paths.pathOf(part.node), isDirectory: part.isDirectory, files: part.value }),
  );
  return decided(budget, { unit: "count", value, limit, isWithin: value <= limit, findings, ignoredBytes });
}

/** An ignored path does not count as one that is there; since that is easily overlooked, a note says so. */
function checkRequired(
  context: CheckContext,
  budget: Budget,
  span: LayerSpan,
  patterns: readonly string[],
): BudgetVerdict {
  const filter = context.filterOf(budget);
  const seen: number[] = [];
  const ignored: number[] = [];
  forEachSeenPath(context.analysis.image.tree, span, (node) => {
    if (filter.isWanted(node)) (filter.isIgnored(node) ? ignored : seen).push(node);
  });
  const findings: BudgetFinding[] = [];
  const notes: string[] = [];
  for (const pattern of patterns) {
    const mask = context.maskOf([pattern]);
    if (seen.some((node) => mask[node] === 1)) continue;
    findings.push({ pattern });
    if (ignored.some((node) => mask[node] === 1)) notes.push(`what ${pattern} matches is there, but ignored`);
  }
  const value = findings.length;
  return decided(budget, { unit: "count", value, limit: 0, isWithin: value === 0, findings, notes });
}

const SETUID_OR_SETGID = 0o6000;

/** setgid on a directory hands no rights to a program, so only files count. */
function checkSetuid(
  context: CheckContext,
  budget: Budget,
  span: LayerSpan,
  allowedPatterns: readonly string[],
): BudgetVerdict {
  const { paths } = context;
  const filter = context.filterOf(budget);
  const allowed = context.maskOf(allowedPatterns);
  const offences: SeenFile[] = [];
  let ignoredBytes = 0;
  forEachSeenFile(context.analysis.image.tree, span, (file) => {
    if ((file.mode & SETUID_OR_SETGID) === 0 || allowed[file.node] === 1 || !filter.isWanted(file.node)) return;
    if (!filter.isIgnored(file.node)) offences.push(file);
    else if (!file.isLink) ignoredBytes += file.bytes;
  });
  const value = offences.length;
  const findings = offences
    .sort((one, other) => other.bytes - one.bytes || paths.comparePaths(one.node, other.node))
    .slice(0, MOST_FINDINGS)
    .map(({ node, bytes, layer }): BudgetFinding => ({ path: paths.pathOf(node), bytes, layer }));
  const isWithin = value === 0;
  return decided(budget, { unit: "count", value, limit: 0, isWithin, findings, findingCount: value, ignoredBytes });
}
