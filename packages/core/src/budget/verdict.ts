/** Makes verdicts: the one place that says what passes. */
import type { Budget, BudgetFinding, BudgetVerdict } from "./budget.ts";
import { MOST_FINDINGS } from "./budget.ts";

/** What was measured for a budget. */
export interface Measured {
  readonly unit: BudgetVerdict["unit"];
  readonly value: number;
  readonly limit: number;
  /** Whether the value is on the good side; a value at the limit is. */
  readonly isWithin: boolean;
  /** See {@link BudgetVerdict.margin}; the difference to the limit when left out, which fits whatever has a maximum. */
  readonly margin?: number | undefined;
  readonly bytes?: BudgetVerdict["bytes"];
  readonly growth?: BudgetVerdict["growth"];
  /** In the order in which they are to be listed; all of them or at least {@link MOST_FINDINGS}. */
  readonly findings?: readonly BudgetFinding[] | undefined;
  /** The number of findings, when not all are given. */
  readonly findingCount?: number | undefined;
  readonly ignoredBytes?: number | undefined;
  readonly notes?: readonly string[] | undefined;
}

/** The verdict on what was measured. */
export function decided(budget: Budget, measured: Measured): BudgetVerdict {
  const { unit, value, limit, isWithin, bytes, growth, findings = [], notes = [] } = measured;
  return {
    budget,
    status: isWithin ? "passed" : "failed",
    unit,
    value,
    limit,
    margin: measured.margin ?? limit - value,
    ...(bytes && { bytes }),
    ...(growth && { growth }),
    findings: findings.slice(0, MOST_FINDINGS),
    findingCount: measured.findingCount ?? findings.length,
    ignoredBytes: measured.ignoredBytes ?? 0,
    notes,
  };
}

/** The verdict where nothing could be measured. @param reason one sentence without a full stop, not escaped */
export function undecided(budget: Budget, reason: string): BudgetVerdict {
  return { ...unmeasured(budget, reason), status: "undecided" };
}

/** The verdict where there is nothing to measure. */
export function skipped(budget: Budget, reason: string): BudgetVerdict {
  return { ...unmeasured(budget, reason), status: "skipped" };
}

function unmeasured(budget: Budget, reason: string): Omit<BudgetVerdict, "status"> {
  return {
    budget,
    unit: "count",
    value: undefined,
    limit: undefined,
    margin: undefined,
    reason,
    findings: [],
    findingCount: 0,
    ignoredBytes: 0,
    notes: [],
  };
}
