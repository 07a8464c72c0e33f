/**
 * dive's rules. Its numbers decide, and its way to compare them: equality passes, what is not a number passes, the
 * infinite fails. What the numbers leave out is said in notes, from the exact accounting.
 */
import { NONE } from "../layer/path-table.ts";
import type { ScannedImage } from "../tree/scan-image.ts";
import { type Budget, type BudgetFinding, type BudgetLimit, type BudgetVerdict, MOST_FINDINGS } from "./budget.ts";
import type { CheckContext } from "./check-context.ts";
import { efficiencyNotes, userShareNotes, wastedBytesNotes } from "./dive-notes.ts";
import { decided, type Measured, undecided } from "./verdict.ts";

type DiveLimit = Extract<
  BudgetLimit,
  { readonly kind: "diveLowestEfficiency" | "diveHighestWastedBytes" | "diveHighestUserWastedPercent" }
>;

type DiveMeasured = Pick<Measured, "unit" | "value" | "limit" | "isWithin" | "margin" | "notes">;

/** Checks one of dive's rules. The findings are dive's inefficient paths, with the bytes of all their copies. */
export function checkDiveRule(context: CheckContext, budget: Budget, limit: DiveLimit): BudgetVerdict {
  if (isFromReport(context.analysis.image)) {
    return undecided(
      budget,
      "dive's numbers depend on markers that a saved report does not have; check the image itself",
    );
  }
  const measured = measure(context, limit);
  const { inefficient } = context.dive;
  const findings = inefficient
    .slice(0, MOST_FINDINGS)
    .filter(({ bytes }) => bytes > 0)
    .map(({ node, bytes }): BudgetFinding => {
      const isDirectory = wasDirectory(context, node);
      return { path: context.paths.pathOf(node), bytes, ...(isDirectory && { isDirectory }) };
    });
  const verdict = decided(budget, {
    ...measured,
    findings,
    findingCount: inefficient.filter(({ bytes }) => bytes > 0).length,
  });
  return Number.isFinite(measured.value) ? verdict : { ...verdict, value: undefined, margin: undefined };
}

function measure(context: CheckContext, limit: DiveLimit): DiveMeasured {
  const { dive } = context;
  switch (limit.kind) {
    case "diveLowestEfficiency": {
      const value = dive.efficiency;
      const margin = value - limit.ratio;
      const isWithin = !(value < limit.ratio);
      return { unit: "share", value, limit: limit.ratio, isWithin, margin, notes: efficiencyNotes(context) };
    }
    case "diveHighestWastedBytes": {
      const value = dive.wastedBytes;
      const isWithin = !(value > limit.bytes);
      return { unit: "bytes", value, limit: limit.bytes, isWithin, notes: wastedBytesNotes(context) };
    }
    case "diveHighestUserWastedPercent": {
      const value = dive.userWastedShare;
      const isWithin = !(value > limit.ratio);
      return { unit: "share", value, limit: limit.ratio, isWithin, notes: userShareNotes(context) };
    }
  }
}

/** A report has the layers' lists, but no place of their contents. */
function isFromReport({ layers, contents }: ScannedImage): boolean {
  return layers.some(({ index, status }) => status !== "absent" && contents[index] === undefined);
}

/** Whether a path was a directory when it was last there. */
function wasDirectory({ analysis }: CheckContext, node: number): boolean {
  const { tree } = analysis.image;
  let revision = tree.newestRevision(node);
  while (revision !== NONE && !tree.isPresent(revision)) revision = tree.previousRevision(revision);
  return revision !== NONE && tree.isDirectory(revision);
}
