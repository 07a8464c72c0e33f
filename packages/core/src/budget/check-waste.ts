import type { Budget, BudgetLimit, BudgetVerdict } from "./budget.ts";
import type { CheckContext } from "./check-context.ts";
import { undecided } from "./verdict.ts";

type WasteLimit = Extract<BudgetLimit, { readonly kind: "maxWastedBytes" | "maxWastedShare" | "minEfficiency" }>;

export function checkWaste(_context: CheckContext, budget: Budget, _limit: WasteLimit): BudgetVerdict {
  return undecided(budget, "not built yet");
}
