/** dive's rules as budgets by exact numbers, each with a word on how the two differ. */
import type { BudgetLimit, BudgetOrigin, BudgetVerdict, LayerGroup } from "@layerscope/core";
import { formatBytes, formatShare, type Units } from "../../output/bytes.ts";
import type { LocatedBudget } from "../check-run.ts";
import type { Probe } from "./probe.ts";
import { efficiencyLimit, exactShare, exactSize, shareLimit, sizeLimit } from "./round-limits.ts";
import type { Section } from "./section.ts";

type DiveLimit = Extract<BudgetLimit, { readonly kind: `dive${string}` }>;

/** What a rule of dive becomes. */
interface Translation {
  readonly limit: BudgetLimit;
  /** The limit as the configuration has it. */
  readonly written: string;
  /** How a limit is written that a value keeps to. */
  readonly writtenFor: (value: number) => string;
  readonly layers: LayerGroup;
  /** How dive's arithmetic differs. */
  readonly words: readonly string[];
  /** Lines of YAML that only an example has. */
  readonly more: readonly string[];
}

const RULES: Readonly<Record<DiveLimit["kind"], string>> = {
  diveLowestEfficiency: "lowestEfficiency",
  diveHighestWastedBytes: "highestWastedBytes",
  diveHighestUserWastedPercent: "highestUserWastedPercent",
};

/**
 * The budgets that dive's rules become.
 * @param rules those that are not disabled
 * @param file where they are from; not escaped
 * @param probe of an image that is to pass where dive passes it
 */
export function diveSections(
  rules: readonly LocatedBudget[],
  file: string,
  probe: Probe | undefined,
  units: Units,
): Section[] {
  return Object.entries(RULES).map(([kind, name]) => {
    const rule = rules.find(({ limit }) => limit.kind === kind);
    return rule && isDiveLimit(rule.limit)
      ? sectionOf(rule.limit, name, rule.origin, probe, units)
      : { comment: [`dive's ${name}: ${file} sets no limit.`], lines: [], isActive: false };
  });
}

function isDiveLimit(limit: BudgetLimit): limit is DiveLimit {
  return Object.hasOwn(RULES, limit.kind);
}

function sectionOf(
  rule: DiveLimit,
  name: string,
  origin: BudgetOrigin,
  probe: Probe | undefined,
  units: Units,
): Section {
  const { limit, written, writtenFor, layers, words, more } = translate(rule, !probe || probe.hasOwnLayers, units);
  const value = rule.kind === "diveHighestWastedBytes" ? exactSize(rule.bytes) : rule.ratio;
  const here = probe?.check(limit, layers);
  const dives = probe?.check(rule);
  const isLoosened = here?.status === "failed" && dives?.status === "passed";
  const loosened = isLoosened && here.value !== undefined ? writtenFor(here.value) : written;
  return {
    comment: [
      `dive's ${name}: ${value}${whereOf(origin)}`,
      ...words,
      ...(here && dives ? [`Now ${valueText(here, units)} here, ${valueText(dives, units)} by dive.`] : []),
      ...(isLoosened ? [`The limit would be ${written}, but the image, which passes dive's rule, has to pass.`] : []),
      ...(here?.status === "failed" && !isLoosened ? ["The image fails, as it does by dive."] : []),
    ],
    lines: [`- ${limit.kind}: ${loosened}`, ...(layers === "image" ? [] : [`  layers: ${layers}`]), ...more],
    isActive: true,
  };
}

/** A default stands nowhere; it is given for the first line. */
function whereOf(origin: BudgetOrigin): string {
  if (origin.kind !== "file") return "";
  return origin.line === 1 ? ` (${origin.file})` : ` (${origin.file}, line ${origin.line})`;
}

function translate(rule: DiveLimit, hasOwnLayers: boolean, units: Units): Translation {
  switch (rule.kind) {
    case "diveLowestEfficiency":
      return {
        limit: { kind: "minEfficiency", share: rule.ratio },
        written: exactShare(rule.ratio),
        writtenFor: efficiencyLimit,
        layers: "image",
        words: [
          "dive adds up the smallest copy of each path and divides by all copies; it takes nothing for wasted that goes",
          "with its directory. Here it is what a container sees, by what is stored.",
        ],
        more: [],
      };
    case "diveHighestWastedBytes":
      return {
        limit: { kind: "maxWastedBytes", bytes: rule.bytes },
        written: exactSize(rule.bytes),
        writtenFor: (value) => sizeLimit(value, units),
        layers: "image",
        words: [
          "dive counts every copy of a path that several layers have, the one that is kept too, and nothing that goes",
          "with its directory. Here it is what is stored and no container sees.",
        ],
        more: [],
      };
    case "diveHighestUserWastedPercent":
      return {
        limit: { kind: "maxWastedShare", share: rule.ratio },
        written: exactShare(rule.ratio),
        writtenFor: shareLimit,
        layers: hasOwnLayers ? "own" : "image",
        words: [
          "dive divides its wasted bytes, of all layers, by the bytes of all layers but the first. Here it is what is stored",
          `and no container sees by what is stored, of ${hasOwnLayers ? "the own layers" : "all layers"}.`,
        ],
        more: ["  # So little passes, whatever share it is.", "  # butAtLeast: 1 MB"],
      };
  }
}

function valueText({ value, unit }: BudgetVerdict, units: Units): string {
  if (value === undefined) return "no number";
  return unit === "bytes" ? formatBytes(value, units) : formatShare(value, 1);
}
