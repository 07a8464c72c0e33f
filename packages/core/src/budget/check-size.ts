import type { Budget, BudgetLimit, BudgetVerdict } from "./budget.ts";
import type { CheckContext } from "./check-context.ts";
import { undecided } from "./verdict.ts";

type SizeLimit = Extract<
  BudgetLimit,
  { readonly kind: "maxSize" | "maxCompressedSize" | "maxLayers" | "maxLayerSize" | "maxFileSize" }
>;

export function checkSize(_context: CheckContext, budget: Budget, _limit: SizeLimit): BudgetVerdict {
  return undecided(budget, "not built yet");
}
