import type { Rule, RuleCategory } from "./rule.ts";

/** Categories whose rules ask for paths, sizes, the history and the configuration only, but for those below. */
const FROM_THE_TREE: ReadonlySet<RuleCategory> = new Set(["waste", "leavings", "context", "order", "configuration"]);
const EXCEPTIONS: ReadonlySet<string> = new Set(["duplicate-content"]);

/** Whether a rule that finds nothing may have missed something where files could not be looked into. */
export function needsContents({ id, category }: Pick<Rule, "id" | "category">): boolean {
  return !FROM_THE_TREE.has(category) || EXCEPTIONS.has(id);
}
