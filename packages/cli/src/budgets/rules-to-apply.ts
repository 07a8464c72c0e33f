/** Rules of advice as the configuration and the command line set them: for what they find, and as budgets. */
import {
  type AllowedSecrets,
  didYouMean,
  LayerscopeError,
  RULES,
  type RuleLevel,
  type RuleSetting,
} from "@layerscope/core";
import type { LocatedBudget } from "./check-run.ts";
import type { BudgetSettings, RuleConfig } from "./settings.ts";

/** How what is found is to be looked for. */
export interface RulesToApply {
  /** By the rule's id. */
  readonly rules: Readonly<Record<string, RuleSetting>>;
  /** Patterns of paths that no rule counts. */
  readonly ignore: readonly string[];
  readonly allowedSecrets: AllowedSecrets | undefined;
}

export interface RuleOptions {
  readonly rule?: readonly string[];
  readonly ignore?: readonly string[];
}

const LEVELS: readonly RuleLevel[] = ["off", "warn", "error"];

/**
 * Settings of the command line come after those of the configuration, and before them where they are about the same rule.
 * @throws LayerscopeError `invalid-option`
 */
export function rulesToApply({ rule, ignore = [] }: RuleOptions, settings: BudgetSettings | undefined): RulesToApply {
  const configs = ruleConfigs(rule, settings);
  return {
    rules: Object.fromEntries(configs.map((config) => [config.rule, config])),
    ignore: [...(settings?.ignore ?? []), ...ignore],
    allowedSecrets: settings?.allowedSecrets,
  };
}

/** The rules that have a level, each a budget. */
export function ruleBudgets({ rule }: RuleOptions, settings: BudgetSettings | undefined): LocatedBudget[] {
  return ruleConfigs(rule, settings).flatMap(({ rule: id, level, layers, origin }) =>
    level === undefined || level === "off"
      ? []
      : [{ name: id, limit: { kind: "rule", rule: id }, layers, severity: level, origin }],
  );
}

function ruleConfigs(words: readonly string[] = [], settings: BudgetSettings | undefined): readonly RuleConfig[] {
  const configs = new Map((settings?.rules ?? []).map((config) => [config.rule, config] as const));
  for (const word of words) {
    const { rule, level } = parseRuleOption(word);
    const option = { kind: "option", option: `--rule ${word}` } as const;
    configs.set(rule, { layers: "own", ...configs.get(rule), rule, level, origin: option });
  }
  return [...configs.values()];
}

/** `apt-lists`, which is an error, or `apt-lists=warn`. */
function parseRuleOption(word: string): { readonly rule: string; readonly level: RuleLevel } {
  const [rule = "", level = "error"] = word.split("=", 2);
  const ids = RULES.map(({ id }) => id);
  if (!ids.includes(rule)) {
    throw new LayerscopeError("invalid-option", `--rule ${word}: there is no rule "${rule}"${didYouMean(rule, ids)}`, {
      hint: "docs/rules.md has all of them.",
    });
  }
  const known = LEVELS.find((one) => one === level);
  if (known) return { rule, level: known };
  throw new LayerscopeError(
    "invalid-option",
    `--rule ${word}: "${level}" is none of ${LEVELS.join(", ")}${didYouMean(level, LEVELS)}`,
  );
}
