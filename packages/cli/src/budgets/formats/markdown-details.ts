/** What there is to say about a verdict besides its row, as Markdown. */
import type { BudgetFinding, ScannedImage } from "@layerscope/core";
import type { Units } from "../../output/bytes.ts";
import { fitMiddle } from "../../output/terminal.ts";
import type { CheckedImage, LocatedVerdict } from "../check-run.ts";
import { mendText } from "../mend-text.ts";
import { countedText } from "../summary-text.ts";
import {
  findingParts,
  layerCommand,
  limitText,
  marginText,
  originText,
  plainText,
  shareInBytes,
  valueText,
} from "../verdict-text.ts";
import { codeMarkdown, plainMarkdown } from "./markdown-text.ts";

/** Whether there is anything to say. */
export function hasDetails({ status, notes }: LocatedVerdict): boolean {
  return status !== "passed" || notes.length > 0;
}

/** A title, findings, what would mend it, notes. */
export function verdictDetails(verdict: LocatedVerdict, image: CheckedImage, sign: string, units: Units): string {
  const { budget, status, reason, notes } = verdict;
  return [
    `#### ${sign} ${plainMarkdown(plainText(budget.name))}`,
    ...(status === "failed" ? failureParts(verdict, image, units) : []),
    ...(reason === undefined ? [] : [`Why: ${plainMarkdown(plainText(reason))}`]),
    ...notes.map((note) => `Note: ${plainMarkdown(plainText(note))}`),
    ...(status === "passed" ? [] : [`Set by ${codeMarkdown(originText(budget))}`]),
  ].join("\n\n");
}

function failureParts(verdict: LocatedVerdict, image: CheckedImage, units: Units): string[] {
  const { findings, findingCount } = verdict;
  const measured = [valueText(verdict, units), `limit ${limitText(verdict, units)}`, marginText(verdict, units)];
  const items = findings.map((finding) => findingItem(finding, image.analysis.image, units));
  const more = findingCount - findings.length;
  return [
    `${measured.filter(Boolean).join(", ")}. Counted: ${plainMarkdown(countedText(verdict, image, units))}.`,
    plainMarkdown(shareInBytes(verdict, units)),
    [...items, ...(more > 0 ? [`- and ${more.toLocaleString("en")} more`] : [])].join("\n"),
    `**To mend it:** ${plainMarkdown(mendText(verdict, image))}`,
  ].filter(Boolean);
}

/** A finding as an item of a list. */
export function findingItem(finding: BudgetFinding, image: ScannedImage, units: Units): string {
  const { size, change, fate, ...parts } = findingParts(finding, image, units);
  const { path, layer, pattern, isDirectory } = finding;
  const command = layer === undefined ? "" : layerCommand(layer, image, COMMAND);
  const subject = path !== undefined || pattern !== undefined ? parts.subject : "";
  const facts = [
    change,
    layer !== undefined && `${isDirectory ? "mostly " : ""}layer ${layer}${command && ` ${codeMarkdown(command)}`}`,
    plainMarkdown(fate),
  ];
  const what = [size, subject && codeMarkdown(fitMiddle(subject, PATH))].filter(Boolean).join(" ");
  return `- ${[what, ...facts].filter(Boolean).join(", ")}`;
}

/** Columns; a page wraps, but comments are read on telephones, too. */
const COMMAND = 60;
const PATH = 120;
