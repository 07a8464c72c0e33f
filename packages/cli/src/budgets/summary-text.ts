/** What images and runs come to, in words. */
import { overallVerdict } from "@layerscope/core";
import { formatBytes, type Units } from "../output/bytes.ts";
import { plural } from "../output/plural.ts";
import { type CheckedImage, type CheckRun, type ImageResult, isChecked, type LocatedVerdict } from "./check-run.ts";
import { baseText, rangeText, type StatusText, scopeText, statusText } from "./verdict-text.ts";

/** One line with the verdict in front: `FAILED: 2 of 9 budgets failed, 1 warning`, `passed: 9 budgets`. */
export function summaryText(images: readonly ImageResult[], verdict: CheckRun["verdict"]): string {
  const { main, others } = tally(images, verdict);
  const word = { passed: "passed", failed: "FAILED", undecided: "UNDECIDED" }[verdict];
  return `${word}: ${[`${main}${verdict === "failed" ? " failed" : ""}`, ...others].join(", ")}`;
}

/** The same as a title: `2 of 9 budgets failed, 1 warning`, `9 budgets passed`. */
export function titleText(images: readonly ImageResult[], verdict: CheckRun["verdict"]): string {
  const { main, others } = tally(images, verdict);
  return [verdict === "undecided" ? main : `${main} ${verdict}`, ...others].join(", ");
}

interface Tally {
  readonly main: string;
  readonly others: readonly string[];
}

function tally(images: readonly ImageResult[], verdict: CheckRun["verdict"]): Tally {
  const verdicts = images.filter(isChecked).flatMap((image) => image.verdicts);
  const count = (word: StatusText): number => verdicts.filter((one) => statusText(one) === word).length;
  const ofAll = (some: number): string =>
    some === verdicts.length ? plural(some, "budget") : `${some} of ${plural(verdicts.length, "budget")}`;
  const undecided = count("undecided");
  const unread = images.filter((image) => !isChecked(image)).length;
  const partial = images.filter((image) => isChecked(image) && !image.analysis.image.complete).length;
  const others = [
    verdict !== "undecided" && undecided > 0 && `${undecided} undecided`,
    count("warning") > 0 && plural(count("warning"), "warning"),
    count("skipped") > 0 && `${count("skipped")} skipped`,
    unread > 0 && `${plural(unread, "image")} could not be read`,
    partial > 0 && `${plural(partial, "image")} could not be read to the end`,
  ].filter((text) => text !== false);
  if (verdict === "failed") return { main: ofAll(count("FAILED")), others };
  if (verdicts.length === 0) return { main: "nothing could be checked", others };
  if (verdict === "passed" || undecided === 0) return { main: ofAll(count("ok")), others };
  return { main: `${ofAll(undecided)} could not be decided`, others };
}

/** What the verdicts of one image come to. */
export function imageVerdict(image: ImageResult): CheckRun["verdict"] {
  return isChecked(image) ? overallVerdict(image.verdicts, image.analysis.image.complete) : "undecided";
}

/** Which layers are whose and how that is known; empty when no budget asks for it. */
export function splitText({ verdicts, base, analysis }: CheckedImage): string {
  if (!verdicts.some(({ budget }) => budget.layers === "own" || budget.layers === "base")) return "";
  const own = `own layers: ${rangeText(base.layers, analysis.image.layers.length)}`;
  return `${own}; base layers: ${rangeText(0, base.layers)} (${baseText(base)})`;
}

/** How much was left out; empty when nothing was. */
export function ignoredText({ verdicts }: CheckedImage, units: Units): string {
  const amounts = new Set(verdicts.map(({ ignoredBytes }) => ignoredBytes).filter((bytes) => bytes > 0));
  if (amounts.size === 0) return "";
  const most = formatBytes(Math.max(...amounts), units);
  return `${amounts.size > 1 ? "up to " : ""}${most} in ignored paths do not count`;
}

/** What one verdict counted, and how much it left out. */
export function countedText(
  { budget, ignoredBytes }: LocatedVerdict,
  { base, analysis }: CheckedImage,
  units: Units,
): string {
  const scope = scopeText(budget, base, analysis.image.layers.length);
  return ignoredBytes > 0 ? `${scope}; ${formatBytes(ignoredBytes, units)} in ignored paths do not count` : scope;
}
