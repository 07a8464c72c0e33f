import type { Budget, BudgetLimit, BudgetVerdict } from "./budget.ts";
import type { CheckContext } from "./check-context.ts";
import { undecided } from "./verdict.ts";

type DiveLimit = Extract<
  BudgetLimit,
  { readonly kind: "diveLowestEfficiency" | "diveHighestWastedBytes" | "diveHighestUserWastedPercent" }
>;

export function checkDiveRule(_context: CheckContext, budget: Budget, _limit: DiveLimit): BudgetVerdict {
  return undecided(budget, "not built yet");
}
