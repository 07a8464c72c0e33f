import type { Budget, BudgetLimit, BudgetVerdict } from "./budget.ts";
import type { CheckContext } from "./check-context.ts";
import { undecided } from "./verdict.ts";

type GrowthLimit = Extract<BudgetLimit, { readonly kind: "maxGrowth" }>;

export function checkGrowth(_context: CheckContext, budget: Budget, _limit: GrowthLimit): BudgetVerdict {
  return undecided(budget, "not built yet");
}
