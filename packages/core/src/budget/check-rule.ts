import type { Finding } from "../advice/rule.ts";
import type { Budget, BudgetFinding, BudgetVerdict } from "./budget.ts";
import type { CheckContext } from "./check-context.ts";
import { decided, undecided } from "./verdict.ts";

/** Checks that a rule of advice has nothing to say about the layers of the budget. */
export function checkRule(context: CheckContext, budget: Budget, rule: string): BudgetVerdict {
  const { advice } = context;
  if (!advice) return undecided(budget, "what rules find was not asked for");
  const found = advice.findings.filter((finding) => finding.rule.id === rule && isAbout(finding, budget));
  const { paths } = context;
  const findings = found
    .flatMap((finding) => findingsOf(finding))
    .sort((one, other) => (other.bytes ?? 0) - (one.bytes ?? 0));
  return decided(budget, {
    unit: "count",
    value: found.length,
    limit: 0,
    isWithin: found.length === 0,
    findings,
    notes: found.map(({ what }) => what),
  });

  function findingsOf({ parts, layers }: Finding): BudgetFinding[] {
    const [layer] = layers;
    return parts.map(({ node, isDirectory, value }) => ({
      path: paths.pathOf(node),
      isDirectory,
      ...(value > 0 && { bytes: value }),
      ...(layer !== undefined && { layer }),
    }));
  }
}

function isAbout({ scope, layers }: Finding, budget: Budget): boolean {
  if (budget.layers === "image") return true;
  return typeof budget.layers === "number" ? layers.includes(budget.layers) : scope === budget.layers;
}
