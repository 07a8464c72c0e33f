/** What many verdicts come to. */
import type { BudgetVerdict } from "./budget.ts";

/** Whether images are within their budgets. */
export type OverallVerdict = "passed" | "failed" | "undecided";

/**
 * `failed` when a budget that counts as an error failed, whatever else could not be told; else `undecided` when one of those
 * is undecided or the image was not read to its end; else `passed`.
 *
 * @param verdicts those of one image, or of all that were checked
 * @param complete whether every layer of every image was read to its end
 */
export function overallVerdict(
  verdicts: readonly Pick<BudgetVerdict, "budget" | "status">[],
  complete: boolean,
): OverallVerdict {
  const counting = verdicts.filter(({ budget }) => budget.severity === "error");
  if (counting.some(({ status }) => status === "failed")) return "failed";
  return complete && counting.every(({ status }) => status !== "undecided") ? "passed" : "undecided";
}
