import type { Budget, BudgetVerdict } from "./budget.ts";
import type { CheckContext } from "./check-context.ts";
import { undecided } from "./verdict.ts";

export function checkUser(_context: CheckContext, budget: Budget): BudgetVerdict {
  return undecided(budget, "not built yet");
}
