/** What is said of mistakes in a configuration. */
import { didYouMean } from "@layerscope/core";
import type { Path } from "../../config/located-yaml.ts";
import { shown, type Wording } from "../../config/schema-problems.ts";
import { LAYER_GROUPS, RULE_LEVELS, SETTINGS } from "./config-schema.ts";
import { LIMIT_KINDS, type LimitKind } from "./limit-kinds.ts";
import { patternProblem } from "./patterns.ts";
import { type Parsed, parseCount, parseGrowth, parseShare, parseSize } from "./quantities.ts";

export const CONFIG_HINT = "docs/ci.md has every setting.";

type ValueKind = LimitKind["value"] | "layers";

const VALUE_OF: ReadonlyMap<unknown, ValueKind> = new Map<unknown, ValueKind>([
  ...LIMIT_KINDS.map(({ key, value }) => [key, value] as const),
  ["butAtLeast", "size"],
  ["baseLayers", "count"],
  ["paths", "patterns"],
  ["ignore", "patterns"],
  ["layers", "layers"],
]);

const QUANTITIES: Readonly<
  Partial<Record<ValueKind, { readonly parse: (written: string | number) => Parsed<unknown>; readonly what: string }>>
> = {
  size: { parse: parseSize, what: "a size such as 300 MB" },
  share: { parse: parseShare, what: "a share such as 10 %" },
  count: { parse: parseCount, what: "a whole number" },
  growth: { parse: parseGrowth, what: "a size such as 5 MB or a share such as 3 %" },
};

export const WORDING: Wording = {
  settingsAt: (path) => SETTINGS[tableAt(path)],
  explainUnknown,
  explain,
  expected: {
    array: "a list",
    object: "a table of settings",
    string: "text",
    int: "a whole number",
    number: "a whole number",
  },
};

function tableAt(path: Path): keyof typeof SETTINGS {
  if (path.length === 0) return "config";
  if (path[0] === "rules") return path.length === 1 ? "rules" : "rule";
  if (path[0] === "secrets") return path.length === 1 ? "secrets" : "allow";
  return path.at(-2) === "budgets" ? "budget" : "image";
}

const DIVE_RULES = /^(?:lowest|highest)[-A-Z]/;

function explainUnknown(path: Path): string | undefined {
  const key = String(path.at(-1));
  if (tableAt(path.slice(0, -1)) === "budget") return undefined;
  if (LIMIT_KINDS.some((kind) => kind.key === key)) return ` here; it is one for the list of budgets`;
  if (path[0] !== "rules" || path.length !== 2) return undefined;
  if (DIVE_RULES.test(key)) return "; a file of dive's rules is called .dive-ci";
  return didYouMean(key, SETTINGS.rules) || "; docs/rules.md has every rule";
}

function explain(path: Path, found: unknown): string | undefined {
  if (path[0] === "rules" && path.length === 2) return ruleProblem(found);
  const key = path.findLast((one) => typeof one === "string");
  if (key === "fingerprints" && typeof path.at(-1) === "number") return fingerprintProblem(found);
  const kind = VALUE_OF.get(key);
  if (kind === undefined) return found === "" ? "nothing is written there" : undefined;
  if (kind === "layers" && path[0] !== "rules") return layersProblem(found);
  if (kind === "flag") return `${shown(found)} is not true; leave the budget out if it is not wanted`;
  if (kind === "patterns") return patternsProblem(found);
  const quantity = QUANTITIES[kind];
  if (quantity === undefined) return undefined;
  const parsed = typeof found === "string" || typeof found === "number" ? quantity.parse(found) : undefined;
  return parsed && "problem" in parsed ? parsed.problem : `${shown(found)} is not ${quantity.what}`;
}

function ruleProblem(found: unknown): string {
  const levels = RULE_LEVELS.join(", ");
  if (typeof found === "string") return `${shown(found)} is none of ${levels}${didYouMean(found, RULE_LEVELS)}`;
  return `${shown(found)} is neither one of ${levels} nor a table of settings`;
}

function fingerprintProblem(found: unknown): string {
  const what = "16 hexadecimal digits, as reports give them";
  return typeof found === "number"
    ? `${shown(found)} is read as a number; put it in quotes`
    : `${shown(found)} is no fingerprint: those are ${what}`;
}

function layersProblem(found: unknown): string {
  if (typeof found === "number") return `${found} is no layer; they are counted from 0`;
  const nearest = typeof found === "string" ? didYouMean(found, LAYER_GROUPS) : "";
  return `${shown(found)} is none of ${LAYER_GROUPS.join(", ")}, nor the number of a layer${nearest}`;
}

function patternsProblem(found: unknown): string {
  if (typeof found === "string") return patternProblem(found) ?? "that is no pattern";
  if (Array.isArray(found) && found.length === 0) return "an empty list";
  return `${shown(found)} is neither a pattern nor a list of them`;
}
