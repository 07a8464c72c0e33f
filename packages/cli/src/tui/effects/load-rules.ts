/** How rules of advice are to be taken here: as `layerscope advise` and `layerscope ci` take them. */
import { escapeText, LayerscopeError } from "@layerscope/core";
import type { RulesToApply } from "../../budgets/rules-to-apply.ts";

/**
 * The rules of the repository's configuration; undefined where there is none. Never rejects: with a configuration that is
 * wrong, rules are as they are without one.
 * @param onProblem is told what is wrong with it, safe to print
 */
export async function loadRules(onProblem: (text: string) => void): Promise<RulesToApply | undefined> {
  try {
    const { loadBudgetSettings } = await import("../../budgets/config/load-settings.ts");
    const settings = await loadBudgetSettings({ cwd: process.cwd() });
    const { rulesToApply } = await import("../../budgets/rules-to-apply.ts");
    return settings && rulesToApply({}, settings);
  } catch (thrown) {
    const problem = thrown instanceof LayerscopeError ? thrown.message : String(thrown);
    onProblem(escapeText(`Advice goes without the configuration: ${problem}`));
    return undefined;
  }
}
