/** Rules of advice as the configuration and the command line set them: for what they find, and as budgets. */
import {
  type AllowedSecrets,
  didYouMean,
  type LayerGroup,
  LayerscopeError,
  RULES,
  type RuleLevel,
  type RuleSetting,
} from "@layerscope/core";
import { layersOf } from "./budget-options.ts";
import type { LocatedBudget } from "./check-run.ts";
import { patternProblem } from "./config/patterns.ts";
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
  /** Whose findings the rules of the command line are about, as budgets. */
  readonly layers?: string;
}

const LEVELS: readonly RuleLevel[] = ["off", "warn", "error"];
/** Stands for every rule. */
const ALL_RULES = "*";

/**
 * What the command line says of a rule counts, before what the configuration does; patterns of both do.
 * @throws LayerscopeError `invalid-option`
 */
export function rulesToApply(options: RuleOptions, settings: BudgetSettings | undefined): RulesToApply {
  const { ignore = [] } = options;
  const problem = ignore.map(patternProblem).find((one) => one !== undefined);
  if (problem !== undefined) throw invalid(`--ignore: ${problem}`);
  return {
    rules: Object.fromEntries(ruleConfigs(options, settings).map((config) => [config.rule, config])),
    ignore: [...(settings?.ignore ?? []), ...ignore],
    allowedSecrets: settings?.allowedSecrets,
  };
}

/**
 * The rules that have a level, each a budget.
 * @throws LayerscopeError `invalid-option`
 */
export function ruleBudgets(options: RuleOptions, settings: BudgetSettings | undefined): LocatedBudget[] {
  return ruleConfigs(options, settings).flatMap(({ rule, level, layers, ignore = [], origin }): LocatedBudget[] => {
    if (level === undefined || level === "off") return [];
    const ignored = [...ignore, ...(settings?.ignore ?? [])];
    return [
      {
        name: rule,
        limit: { kind: "rule", rule },
        layers,
        ...(ignored.length > 0 && { ignore: ignored }),
        severity: level,
        origin,
      },
    ];
  });
}

function ruleConfigs(
  { rule: words = [], layers }: RuleOptions,
  settings: BudgetSettings | undefined,
): readonly RuleConfig[] {
  const configs = new Map((settings?.rules ?? []).map((config) => [config.rule, config] as const));
  const group: { readonly layers?: LayerGroup } = layers === undefined ? {} : { layers: layersOf(layers) };
  for (const word of words) {
    const { rules, level } = parseRuleOption(word);
    const origin = { kind: "option", option: `--rule ${word}` } as const;
    for (const rule of rules) configs.set(rule, { layers: "own", ...configs.get(rule), ...group, rule, level, origin });
  }
  return [...configs.values()];
}

/** `apt-lists`, which is an error, `apt-lists=warn`, or `*=warn` for all. */
function parseRuleOption(word: string): { readonly rules: readonly string[]; readonly level: RuleLevel } {
  const equals = word.indexOf("=");
  const rule = equals < 0 ? word : word.slice(0, equals);
  const level = equals < 0 ? "error" : word.slice(equals + 1);
  const ids = RULES.map(({ id }) => id);
  if (rule !== ALL_RULES && !ids.includes(rule)) {
    throw invalid(
      `--rule ${word}: there is no rule "${rule}"${didYouMean(rule, ids)}`,
      "docs/rules.md has all of them; * stands for every one.",
    );
  }
  const known = LEVELS.find((one) => one === level);
  if (known) return { rules: rule === ALL_RULES ? ids : [rule], level: known };
  throw invalid(`--rule ${word}: "${level}" is none of ${LEVELS.join(", ")}${didYouMean(level, LEVELS)}`);
}

function invalid(message: string, hint?: string): LayerscopeError {
  return new LayerscopeError("invalid-option", message, { hint });
}
