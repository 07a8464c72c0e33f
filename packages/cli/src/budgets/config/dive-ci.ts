/** A `.dive-ci` → the budgets that dive makes of it. Loaded only where there is such a file. */
import { didYouMean } from "@layerscope/core";
import { LocatedYaml, type Path, type Problem } from "../../config/located-yaml.ts";
import { shown } from "../../config/schema-problems.ts";
import type { LocatedBudget } from "../check-run.ts";
import type { BudgetSettings } from "../settings.ts";
import { DIVE_RULES, type DiveRule } from "./dive-rules.ts";

/**
 * Reads dive's rules. A rule that is not set has dive's default; settings that dive does not know it ignores without a word,
 * so there is only a warning of each. Of the two spellings of a rule, the one of dive's options counts.
 * @throws LayerscopeError `invalid-config`, like a configuration of our own
 */
export function parseDiveCi(text: string, file: string): BudgetSettings {
  const yaml = new LocatedYaml(text, {
    file,
    hint: "docs/ci.md says what a .dive-ci may have. `layerscope init --from-dive` writes a layerscope.yaml instead.",
  });
  const problems: Problem[] = [];
  const warnings: string[] = [];
  const warn = (path: Path, said: string): void => {
    if (warnings.length < MOST_WARNINGS) warnings.push(`${file}:${yaml.lineOf(path, true)}: ${said}`);
  };
  const top = tableOf(yaml.value, [], problems);
  for (const key of Object.keys(top)) {
    if (key === "rules") continue;
    const nearest = ALL_NAMES.includes(key) ? "; it belongs below rules" : didYouMean(key, ["rules"]);
    warn([key], `dive knows no ${JSON.stringify(key)}, so it has no effect${nearest}`);
  }
  const rules = tableOf(top.rules, ["rules"], problems);
  for (const key of Object.keys(rules)) {
    if (ALL_NAMES.includes(key)) continue;
    warn(["rules", key], `dive knows no rule ${JSON.stringify(key)}, so it has no effect${didYouMean(key, ALL_NAMES)}`);
  }
  const budgets = DIVE_RULES.flatMap((rule): LocatedBudget[] => {
    const [name, unused] = [rule.name, rule.otherName].filter((one) => Object.hasOwn(rules, one));
    if (unused !== undefined) warn(["rules", unused], `${rule.name} is set too, so ${unused} has no effect`);
    const path = name === undefined ? undefined : ["rules", name];
    const written = name === undefined ? undefined : rules[name];
    const limit = limitOf(rule, written);
    if ("problem" in limit) problems.push({ path: path ?? [], text: `rules.${name}: ${limit.problem}` });
    if ("problem" in limit || limit.value === undefined) return [];
    const line = path === undefined ? 1 : yaml.lineOf(path, true);
    return [
      { name: rule.name, limit: limit.value, layers: "image", severity: "error", origin: { kind: "file", file, line } },
    ];
  });
  if (problems.length > 0) return yaml.refuse(problems);
  return { file, images: [], budgets, warnings };
}

/** More would say nothing new. */
const MOST_WARNINGS = 20;

const ALL_NAMES = DIVE_RULES.flatMap(({ name, otherName }) => [name, otherName]);

/** An empty table where there is nothing. */
function tableOf(value: unknown, path: Path, problems: Problem[]): Readonly<Record<string, unknown>> {
  if (value === null || value === undefined) return {};
  if (typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
  const what = path.length === 0 ? "the configuration" : path.join(".");
  problems.push({ path, text: `${what}: ${shown(value)} is not a table of settings` });
  return {};
}

function limitOf(rule: DiveRule, written: unknown): ReturnType<DiveRule["parse"]> {
  // What says nothing leaves the default.
  if (written === null || written === undefined) return rule.parse(rule.default);
  if (typeof written === "object") return { problem: `${shown(written)} is not a limit` };
  return rule.parse(String(written));
}
