/** What a configuration says about rules of advice. */
import { RULES } from "@layerscope/core";
import type { Path } from "../../config/located-yaml.ts";
import type { LocatedBudget } from "../check-run.ts";
import type { RuleConfig } from "../settings.ts";
import { ALL_RULES, type WrittenRule } from "./config-schema.ts";
import type { Parsed } from "./quantities.ts";

export interface RuleParsing {
  readonly size: (written: string | number, path: Path) => Parsed<number>;
  readonly origin: (path: Path) => LocatedBudget["origin"];
}

/** The settings of each rule that is named, or of all when all are. */
export function parseRules(
  written: Readonly<Record<string, WrittenRule | undefined>>,
  { size, origin }: RuleParsing,
): RuleConfig[] {
  return RULES.flatMap(({ id }): RuleConfig[] => {
    const key = written[id] === undefined ? ALL_RULES : id;
    const setting = written[key];
    if (setting === undefined) return [];
    const path: Path = ["rules", key];
    if (typeof setting === "string") return [{ rule: id, level: setting, layers: "own", origin: origin(path) }];
    const { level, layers = "own", ignore = [], ignoreLayers, butAtLeast } = setting;
    const bytes = butAtLeast === undefined ? undefined : size(butAtLeast, [...path, "butAtLeast"]);
    return [
      {
        rule: id,
        level,
        layers,
        ignore: typeof ignore === "string" ? [ignore] : ignore,
        ...(ignoreLayers && { ignoreLayers }),
        ...(bytes && "value" in bytes && { butAtLeast: bytes.value }),
        origin: origin(path),
      },
    ];
  });
}
