/** Checks how much an image grew. */
import type { Budget, BudgetLimit, BudgetVerdict } from "./budget.ts";
import type { CheckContext } from "./check-context.ts";
import { bytesOfShare } from "./exact-share.ts";
import { type Growth, measureGrowth } from "./growth.ts";
import { decided, type Measured, skipped, undecided } from "./verdict.ts";

type GrowthLimit = Extract<BudgetLimit, { readonly kind: "maxGrowth" }>;

/**
 * The verdict on growth. Whole bytes decide. What grew from nothing has no share that it grew by: its verdict is in bytes,
 * and only `butAtLeast` allows any.
 */
export function checkGrowth(context: CheckContext, budget: Budget, limit: GrowthLimit): BudgetVerdict {
  const { baseline } = context;
  if (!baseline) return skipped(budget, "there is no baseline to compare with");
  const growth = measureGrowth(context, baseline, budget);
  if ("reason" in growth) return undecided(budget, growth.reason);
  const { before, now, ignoredBytes, paths } = growth;
  const value = now - before;
  return decided(budget, {
    ...measure(limit, value, before),
    growth: { before, now },
    findings: paths?.findings,
    findingCount: paths?.findingCount,
    ignoredBytes,
    notes: notesOn(growth, baseline.name),
  });
}

function measure(limit: GrowthLimit, value: number, before: number): Measured {
  if ("bytes" in limit) return inBytes(value, limit.bytes);
  const { share, butAtLeast = 0 } = limit;
  const allowedByShare = bytesOfShare(share, before);
  const measured = inBytes(value, Math.max(allowedByShare, butAtLeast));
  if (before === 0) return measured;
  const distance = share - value / before;
  return {
    ...measured,
    unit: "share",
    value: value / before,
    limit: share,
    // Rounding must not put a value on the other side of the limit.
    margin: value <= allowedByShare ? Math.max(0, distance) : Math.min(0, distance),
  };
}

function inBytes(value: number, limit: number): Measured {
  return { unit: "bytes", value, limit, isWithin: value <= limit, bytes: { value, limit } };
}

function notesOn({ paths }: Growth, name: string): string[] {
  if (!paths) return [`the baseline ${name} was saved without its lists of files, so which paths grew is not known`];
  const bytes = paths.othersShrank.toLocaleString("en-US");
  return paths.othersShrank > 0 ? [`other paths shrank by ${bytes} bytes`] : [];
}
