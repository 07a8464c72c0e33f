/** Budgets as options of the command line: one for each limit of the table, and what can be said besides. */
import { didYouMean, type LayerGroup, LayerscopeError, WASTE_CAUSES, type WasteCause } from "@layerscope/core";
import type { Command } from "commander";
import type { LocatedBudget } from "./check-run.ts";
import { defaultBudgetName, LIMIT_KINDS, type LimitKind } from "./config/limit-kinds.ts";
import { type LimitDetails, parseLimit, type WrittenLimit } from "./config/parse-limit.ts";
import { patternProblem } from "./config/patterns.ts";
import { type Parsed, parseSize } from "./config/quantities.ts";

/** What commander makes of the options: lists of what was typed, by the key of the limit, and `true` for a flag. */
export interface BudgetOptions {
  readonly layers?: string;
  readonly cause?: string;
  readonly butAtLeast?: string;
  readonly ignore?: readonly string[];
  /** Rules of advice; {@link ./rules-to-apply.ts} makes budgets of them. */
  readonly rule?: readonly string[];
}

const PLACEHOLDERS: Readonly<Record<LimitKind["value"], string>> = {
  size: "size",
  share: "share",
  count: "n",
  growth: "size|share",
  patterns: "pattern",
  flag: "",
};

/** Other options that only make sense where budgets are checked. */
const BESIDES = ["--layers", "--cause", "--but-at-least", "--ignore", "--baseline", "--format", "--rule"];

export function addBudgetOptions(command: Command): Command {
  for (const kind of LIMIT_KINDS) {
    const { value, description } = kind;
    const flags = [optionOf(kind), placeholderOf(kind)].join(" ").trim();
    if (value === "flag") command.option(flags, lowerFirst(description));
    else command.option(flags, lowerFirst(description), collect);
  }
  return command
    .option(
      "--rule <id[=level]>",
      "a rule of advice that must find nothing, * for all; level: error, warn, off",
      collect,
    )
    .option("--layers <image|own|base|n>", "the layers that the budgets given as options are about")
    .option("--cause <cause>", `with --max-wasted-bytes, --max-wasted-share: waste by ${WASTE_CAUSES.join(", ")}`)
    .option("--but-at-least <size>", "with shares: the limit is never less than so many bytes")
    .option("--ignore <pattern>", "paths that no budget and no rule counts", collect);
}

/** Whether a word of the command line is an option that only a check of budgets has. */
export function isBudgetOption(word: string): boolean {
  const [option = ""] = word.split("=", 1);
  return BESIDES.includes(option) || LIMIT_KINDS.some((kind) => option === optionOf(kind));
}

/**
 * The budgets that options set, in the order of the table.
 * @throws LayerscopeError `invalid-option`
 */
export function budgetsOf(options: BudgetOptions): LocatedBudget[] {
  const layers = layersOf(options.layers);
  const details: LimitDetails = {
    cause: options.cause === undefined ? undefined : causeOf(options.cause),
    butAtLeast: floorOf(options.butAtLeast),
  };
  const typed = options as Readonly<Record<string, unknown>>;
  const budgets = LIMIT_KINDS.flatMap((kind) => {
    const value = typed[kind.key];
    if (value === undefined) return [];
    return writtenLimits(kind, value as true | readonly string[]).map(({ written, path, option }): LocatedBudget => {
      const limit = parsed(option, parseLimit(kind.key, written, details));
      const paths = path === undefined ? undefined : [path];
      const group = kind.layers === "none" ? "image" : layers;
      if (typeof group === "number" && kind.layers === "groups") {
        throw invalid(`--layers ${group}: ${optionOf(kind)} takes image, own or base`);
      }
      const name = defaultBudgetName(limit, { paths, layers: group });
      return { name, limit, layers: group, paths, severity: "error", origin: { kind: "option", option } };
    });
  });
  requireUse(budgets, options);
  return budgets;
}

interface WrittenOption {
  readonly written: WrittenLimit;
  readonly path: string | undefined;
  /** As it was typed. */
  readonly option: string;
}

/** All patterns are one limit; any other may be set for several paths. */
function writtenLimits(kind: LimitKind, value: true | readonly string[]): WrittenOption[] {
  const name = optionOf(kind);
  if (value === true) return [{ written: true, path: undefined, option: name }];
  if (kind.value === "patterns") {
    const option = value.map((pattern) => `${name} ${pattern}`).join(" ");
    return [{ written: value, path: undefined, option }];
  }
  return value.map((word) => ({ ...splitPath(kind, word), option: `${name} ${word}` }));
}

/** `/usr/share/doc=5MB` is a limit for a path; no quantity has an equals sign. */
function splitPath(kind: LimitKind, word: string): Pick<WrittenOption, "written" | "path"> {
  const at = word.lastIndexOf("=");
  if (at < 0) return { written: word, path: undefined };
  const path = word.slice(0, at);
  const problem = kind.paths ? patternProblem(path) : "this limit is not about paths";
  if (problem !== undefined) throw invalid(`${optionOf(kind)} ${word}: ${problem}`);
  return { written: word.slice(at + 1), path };
}

/** An option that changes no budget would silently have no effect. */
function requireUse(
  budgets: readonly LocatedBudget[],
  { layers, cause, butAtLeast, ignore = [], rule = [] }: BudgetOptions,
): void {
  const isUsed = (key: "cause" | "butAtLeast"): boolean =>
    budgets.some(({ limit }) => key in limit && limit[key as keyof typeof limit] !== undefined);
  if (cause !== undefined && !isUsed("cause")) {
    throw invalid("--cause needs --max-wasted-bytes or --max-wasted-share");
  }
  if (butAtLeast !== undefined && !isUsed("butAtLeast")) {
    throw invalid("--but-at-least needs --max-wasted-share, --min-efficiency, or --max-growth with a share");
  }
  if (layers !== undefined && rule.length === 0 && !budgets.some(({ limit }) => limit.kind !== "nonRoot")) {
    throw invalid(
      "--layers needs a budget that is given as an option, too",
      "In a configuration each budget has its own.",
    );
  }
  const problem = ignore.map(patternProblem).find((one) => one !== undefined);
  if (problem !== undefined) throw invalid(`--ignore: ${problem}`);
}

function floorOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parsed(`--but-at-least ${text}`, parseSize(text));
}

/** @throws LayerscopeError `invalid-option` */
export function layersOf(text: string | undefined): LayerGroup {
  if (text === undefined || text === "image") return "image";
  if (text === "own" || text === "base") return text;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw invalid(
    `--layers ${text} is none of image, own, base or a number${didYouMean(text, ["image", "own", "base"])}`,
  );
}

function causeOf(text: string): WasteCause {
  const cause = WASTE_CAUSES.find((one) => one === text);
  if (cause) return cause;
  throw invalid(`--cause ${text} is none of ${WASTE_CAUSES.join(", ")}${didYouMean(text, WASTE_CAUSES)}`);
}

function parsed<T>(option: string, result: Parsed<T>): T {
  if ("problem" in result) throw invalid(`${option}: ${result.problem}`);
  return result.value;
}

function invalid(message: string, hint?: string): LayerscopeError {
  return new LayerscopeError("invalid-option", message, { hint });
}

/** Gathers what an option was given, however often. */
export function collect(word: string, before: readonly string[] = []): string[] {
  return [...before, word];
}

/** `--max-size` for `maxSize`. */
function optionOf({ key }: LimitKind): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function placeholderOf({ value, paths }: LimitKind): string {
  const placeholder = PLACEHOLDERS[value];
  if (placeholder === "") return "";
  return paths && value !== "patterns" ? `<[path=]${placeholder}>` : `<${placeholder}>`;
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
