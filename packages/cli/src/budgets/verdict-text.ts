/** Verdicts in words, for every format: plain text, safe to print on a terminal. A format still escapes it for itself. */
import {
  type BaseLayers,
  type Budget,
  type BudgetFinding,
  type BudgetVerdict,
  escapeText,
  printableName,
  type ScannedImage,
  secretMask,
  shortCommand,
} from "@layerscope/core";
import { describeBase } from "../base-layers.ts";
import type { Units } from "../output/bytes.ts";
import { plural } from "../output/plural.ts";
import { fitEnd, fitMiddle } from "../output/terminal.ts";
import { CAUSE_HOW, CAUSE_MEANING } from "../output/waste-text.ts";
import { bytesBeside, limitBeside, pointsText, roundedBytes, shareBeside, shareLimit } from "./amount-text.ts";

export type StatusText = "ok" | "FAILED" | "warning" | "undecided" | "skipped";

/** One word for a verdict. */
export function statusText({ status, budget }: Pick<BudgetVerdict, "status" | "budget">): StatusText {
  if (status === "passed") return "ok";
  if (status !== "failed") return status;
  return budget.severity === "warn" ? "warning" : "FAILED";
}

/** What was measured: `280 MB`, `54.3 %`, `+1.20 MB`, `2 paths`; `–` when nothing was. */
export function valueText({ budget, unit, value, limit = 0 }: BudgetVerdict, units: Units): string {
  if (value === undefined) return "–";
  switch (budget.limit.kind) {
    case "forbidden":
      return value === 0 ? "none" : plural(value, "path");
    case "required":
      return value === 0 ? "all there" : `${value.toLocaleString("en")} missing`;
    case "allowedSetuid":
      return value === 0 ? "none" : plural(value, "file");
    case "nonRoot":
      return value === 0 ? "not root" : "root";
    case "rule":
      return value === 0 ? "none" : plural(value, "finding");
  }
  const sign = budget.limit.kind === "maxGrowth" && value > 0 ? "+" : "";
  if (unit === "bytes") return sign + bytesBeside(value, limit, units);
  return sign + (unit === "share" ? shareBeside(value, limit) : value.toLocaleString("en"));
}

/** What a budget allows: `≤ 300 MB`, `≥ 95 %`, `≤ 10 %, but at least 20 MB`, `none`. */
export function limitText({ budget, unit, value }: BudgetVerdict, units: Units): string {
  const { limit } = budget;
  const bytes = (most: number): string => limitBeside(most, unit === "bytes" ? value : undefined, units);
  switch (limit.kind) {
    case "forbidden":
    case "allowedSetuid":
    case "rule":
      return "none";
    case "required":
      return "all there";
    case "nonRoot":
      return "not root";
    case "minEfficiency":
      return `≥ ${shareLimit(limit.share)}${floorText(limit.butAtLeast, "wasted", units)}`;
    case "diveLowestEfficiency":
      return `≥ ${shareLimit(limit.ratio)}`;
    case "diveHighestUserWastedPercent":
      return `≤ ${shareLimit(limit.ratio)}`;
    case "maxLayers":
    case "maxFiles":
      return `≤ ${limit.count.toLocaleString("en")}`;
    default:
      return "share" in limit
        ? `≤ ${shareLimit(limit.share)}${floorText(limit.butAtLeast, "", units)}`
        : `≤ ${bytes(limit.bytes)}`;
  }
}

/** Of an efficiency it is the waste that may be so much, whatever the share is. */
function floorText(bytes: number | undefined, of: string, units: Units): string {
  if (bytes === undefined) return "";
  const size = limitBeside(bytes, undefined, units);
  return of === "" ? `, but at least ${size}` : `, but ${size} may be ${of}`;
}

/** How far the value is from the limit: `12.0 MB left`, `3.20 MB over`, `at the limit`; empty where that says nothing. */
export function marginText(verdict: BudgetVerdict, units: Units): string {
  const { budget, status, unit, margin, bytes } = verdict;
  if (margin === undefined || isAboutPaths(budget) || (status !== "passed" && status !== "failed")) return "";
  const side = status === "passed" ? "left" : isMinimum(budget) && !bytes ? "short" : "over";
  const distance = unit === "share" && bytes ? bytes.limit - bytes.value : margin;
  if (distance === 0 && status === "passed") return "at the limit";
  if (unit === "bytes" || bytes) return `${roundedBytes(Math.abs(distance), units)} ${side}`;
  return unit === "share" ? `${pointsText(distance)} ${side}` : `${Math.abs(distance).toLocaleString("en")} ${side}`;
}

/**
 * What decides about a share: `≥ 95 %: 64.0 kB may be wasted, 586 kB are`. Empty for what is no share, and for dive's, which
 * know no bytes.
 */
export function shareInBytes(verdict: BudgetVerdict, units: Units): string {
  const { unit, bytes, budget } = verdict;
  if (unit !== "share" || !bytes) return "";
  const most = bytesBeside(bytes.limit, bytes.value, units);
  const [may, are] = budget.limit.kind === "maxGrowth" ? ["come in addition", "did"] : ["be wasted", "are"];
  return `${limitText(verdict, units)}: ${most} may ${may}, ${bytesBeside(bytes.value, bytes.limit, units)} ${are}`;
}

function isMinimum({ limit }: Budget): boolean {
  return limit.kind === "minEfficiency" || limit.kind === "diveLowestEfficiency";
}

/** Whether each single finding is an offence. */
function isAboutPaths({ limit: { kind } }: Budget): boolean {
  return (
    kind === "forbidden" || kind === "required" || kind === "allowedSetuid" || kind === "nonRoot" || kind === "rule"
  );
}

/** Which layers and paths count: `own layers (4 to 7; base by the history, a guess), only /app`. @param layers of the image */
export function scopeText(budget: Budget, base: BaseLayers, layers: number): string {
  const { paths, ignore } = budget;
  if (budget.limit.kind === "nonRoot" || budget.limit.kind.startsWith("dive")) return "the whole image";
  const parts = [
    layersText(budget, base, layers),
    paths && paths.length > 0 && `only ${listText(paths)}`,
    ignore && ignore.length > 0 && `without ${listText(ignore)}`,
  ];
  return parts.filter(Boolean).join(", ");
}

function layersText({ layers: group }: Budget, base: BaseLayers, layers: number): string {
  if (group === "image") return "all layers";
  if (typeof group === "number") return `layer ${group}`;
  const [from, to] = group === "own" ? [base.layers, layers] : [0, base.layers];
  return `${group} layers (${rangeText(from, to)}; ${baseText(base)})`;
}

/** `4 to 7`. @param to not included */
export function rangeText(from: number, to: number): string {
  if (to <= from) return "none";
  return to === from + 1 ? String(from) : `${from} to ${to - 1}`;
}

/** How the base image's layers were found: `base by the history, a guess`. */
export function baseText(base: BaseLayers): string {
  const text = fitEnd(escapeText(describeBase(base)), LONG);
  return base.foundBy === "none" ? text : `base ${text}`;
}

/** Columns that a name, a path or a note may have; there are some without end. */
const LONG = 300;
const FEW = 3;

/** Patterns, not more than a sentence can bear. */
function listText(patterns: readonly string[]): string {
  const shown = patterns.slice(0, FEW).map((pattern) => fitMiddle(escapeText(pattern), 60));
  const more = patterns.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}

/** Text from a configuration, an image or an error: harmless, on one line and of a bearable length. */
export function plainText(text: string): string {
  return fitEnd(escapeText(text), LONG);
}

/** Where a budget is written: `layerscope.yaml:4`, `--max-size 300MB`. */
export function originText({ origin }: Budget): string {
  if (!origin) return "";
  return plainText(origin.kind === "file" ? `${origin.file}:${origin.line}` : origin.option);
}

/** A finding in pieces; all but the first may be empty. */
export interface FindingText {
  /** `/usr/share/doc/`, `layer 5 (RUN npm ci)`, `/app/server` for a pattern that nothing matches. */
  readonly subject: string;
  /** What it contributes: `4.10 kB`, `+2.20 MB`, `3 files`. */
  readonly size: string;
  /** Of growth: `1.20 MB → 3.40 MB`. */
  readonly change: string;
  /** Who stored it: `layer 0 (ADD rootfs.tar.xz /)`; of a directory `mostly layer 0`. */
  readonly made: string;
  /** `still stored though layer 5 removed it`, `matches .env`. */
  readonly fate: string;
}

/** @param commandWidth columns that the layer's command may have */
export function findingParts(
  finding: BudgetFinding,
  image: ScannedImage,
  units: Units,
  commandWidth?: number,
): FindingText {
  const { path, isDirectory, layer, pattern } = finding;
  const sizes = { size: sizeText(finding, units), change: changeText(finding, units) };
  const made = layer === undefined ? "" : layerText(layer, image, commandWidth);
  if (path === undefined) {
    if (pattern === undefined) return { subject: made, ...sizes, made: "", fate: fateText(finding) };
    return { subject: listText([pattern]), ...sizes, made: "", fate: "nothing matches it" };
  }
  const name = `/${printableName(path)}`;
  const fate = [fateText(finding), pattern === undefined ? "" : `matches ${listText([pattern])}`];
  return {
    subject: fitMiddle(isDirectory && name !== "/" ? `${name}/` : name, LONG),
    ...sizes,
    made: isDirectory && made !== "" ? `mostly ${made}` : made,
    fate: fate.filter(Boolean).join(", "),
  };
}

/** A finding on one line: `/app/.env: 120 B, layer 6 (COPY . .), still stored though layer 7 removed it`. */
export function findingText(finding: BudgetFinding, image: ScannedImage, units: Units): string {
  const { subject, size, change, made, fate } = findingParts(finding, image, units);
  const sizes = change === "" ? size : `${change} (${size})`;
  return [subject, [sizes, made, fate].filter(Boolean).join(", ")].filter(Boolean).join(": ");
}

function sizeText({ bytes, before, files }: BudgetFinding, units: Units): string {
  if (files !== undefined) return plural(files, "file");
  if (bytes === undefined) return "";
  return `${before !== undefined && bytes > 0 ? "+" : ""}${roundedBytes(bytes, units)}`;
}

function changeText({ bytes, before }: BudgetFinding, units: Units): string {
  if (bytes === undefined || before === undefined) return "";
  const now = before + bytes;
  return `${bytesBeside(before, now, units)} → ${bytesBeside(now, before, units)}`;
}

/** `layer 5 (RUN npm ci)`. */
function layerText(layer: number, image: ScannedImage, commandWidth = 48): string {
  const command = layerCommand(layer, image, commandWidth);
  return command === "" ? `layer ${layer}` : `layer ${layer} (${command})`;
}

/** What made a layer, with secrets masked; empty where the history does not tell. */
export function layerCommand(layer: number, { layers, document }: ScannedImage, width: number): string {
  const step = layers[layer]?.step;
  const mask = secretMask(document.config);
  const command = step?.createdBy ? shortCommand(mask(step.createdBy)) : mask(step?.comment ?? "").slice(0, LONG);
  return fitEnd(escapeText(command), width);
}

function fateText({ layer, hiddenBy, cause }: BudgetFinding): string {
  if (hiddenBy === undefined) return cause === undefined ? "" : CAUSE_HOW[cause] || CAUSE_MEANING[cause];
  if (cause === undefined) return `still stored though layer ${hiddenBy} removed or replaced it`;
  if (cause === "deleted") return `still stored though layer ${hiddenBy} removed it`;
  const by = hiddenBy === layer ? "hidden by the same layer" : `hidden by layer ${hiddenBy}`;
  return `${by}: ${CAUSE_HOW[cause] || CAUSE_MEANING[cause]}`;
}
