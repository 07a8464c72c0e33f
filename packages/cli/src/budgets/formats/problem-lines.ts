/** What is to be said of a verdict, for formats that show a few lines of plain text. */
import type { Budget } from "@layerscope/core";
import type { Units } from "../../output/bytes.ts";
import type { CheckedImage, LocatedVerdict } from "../check-run.ts";
import { mendText } from "../mend-text.ts";
import { findingText, limitText, marginText, originText, plainText, scopeText, valueText } from "../verdict-text.ts";

/**
 * Lines that are safe to print; the first says how it is: `312 MB; expected ≤ 300 MB, 12.0 MB over`. None when the budget
 * passed and there is nothing to note.
 */
export function problemLines(verdict: LocatedVerdict, image: CheckedImage, units: Units): string[] {
  const { budget, status, findings, findingCount } = verdict;
  const notes = verdict.notes.map((note) => `Note: ${plainText(note)}.`);
  if (status === "passed") return notes.length > 0 ? [measuredText(verdict, units), ...notes] : [];
  const where = `Set by ${originText(budget)}.`;
  if (status !== "failed") return [measuredText(verdict, units), ...notes, where];
  const { layers } = image.analysis.image;
  const more = findingCount - findings.length;
  return [
    `${budget.severity === "warn" ? "Warning: " : ""}${measuredText(verdict, units)}`,
    ...(isAboutAll(budget) ? [] : [`Counted: ${scopeText(budget, image.base, layers.length)}.`]),
    ...findings.map((finding) => `- ${findingText(finding, image.analysis.image, units)}`),
    ...(more > 0 ? [`- and ${more.toLocaleString("en")} more`] : []),
    mendText(verdict, image),
    ...notes,
    where,
  ];
}

/** The same in short: how it is, and what would mend it. */
export function problemSentence(verdict: LocatedVerdict, image: CheckedImage, units: Units): string {
  const measured = measuredText(verdict, units);
  return verdict.status === "failed" ? `${measured}. ${mendText(verdict, image)}` : measured;
}

function isAboutAll({ layers, paths = [], ignore = [] }: Budget): boolean {
  return layers === "image" && paths.length === 0 && ignore.length === 0;
}

function measuredText(verdict: LocatedVerdict, units: Units): string {
  if (verdict.reason !== undefined) return plainText(verdict.reason);
  const expected = `${valueText(verdict, units)}; expected ${limitText(verdict, units)}`;
  const margin = marginText(verdict, units);
  return margin === "" ? expected : `${expected}, ${margin}`;
}
