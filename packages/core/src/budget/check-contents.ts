import type { Budget, BudgetLimit, BudgetVerdict } from "./budget.ts";
import type { CheckContext } from "./check-context.ts";
import { undecided } from "./verdict.ts";

type ContentsLimit = Extract<BudgetLimit, { readonly kind: "maxFiles" | "forbidden" | "required" | "allowedSetuid" }>;

export function checkContents(_context: CheckContext, budget: Budget, _limit: ContentsLimit): BudgetVerdict {
  return undecided(budget, "not built yet");
}
