/** What there is to say about a verdict besides its row, as Markdown. */
import type { BudgetFinding, ScannedLayer } from "@layerscope/core";
import { formatBytes, type Units } from "../../output/bytes.ts";
import { fitMiddle } from "../../output/terminal.ts";
import type { CheckedImage, LocatedVerdict } from "../check-run.ts";
import { mendText } from "../mend-text.ts";
import {
  findingParts,
  layerCommand,
  limitText,
  marginText,
  originText,
  plainText,
  scopeText,
  shareInBytes,
  valueText,
} from "../verdict-text.ts";
import { codeMarkdown, plainMarkdown } from "./markdown-text.ts";

/** A title, findings, what would mend it, notes; empty when there is nothing to say. */
export function verdictDetails(verdict: LocatedVerdict, image: CheckedImage, sign: string, units: Units): string {
  const { budget, status, reason, notes, findings, findingCount, ignoredBytes } = verdict;
  const { layers } = image.analysis.image;
  const parts: string[] = [];
  if (status === "failed") {
    const measured = [valueText(verdict, units), `limit ${limitText(verdict, units)}`, marginText(verdict, units)];
    const scope = plainMarkdown(scopeText(budget, image.base, layers.length));
    parts.push(`${measured.filter(Boolean).join(", ")} (${scope})`, plainMarkdown(shareInBytes(verdict, units)));
    const items = findings.map((finding) => findingItem(finding, layers, units));
    const more = findingCount - findings.length;
    parts.push([...items, ...(more > 0 ? [`- and ${more.toLocaleString("en")} more`] : [])].join("\n"));
    parts.push(`**To mend it:** ${plainMarkdown(mendText(verdict, image))}`);
    if (ignoredBytes > 0) parts.push(`${formatBytes(ignoredBytes, units)} are in paths that do not count.`);
  }
  if (reason !== undefined) parts.push(`Reason: ${plainMarkdown(plainText(reason))}`);
  parts.push(...notes.map((note) => `Note: ${plainMarkdown(plainText(note))}`));
  if (parts.length === 0) return "";
  const title = `#### ${sign} ${plainMarkdown(plainText(budget.name))}`;
  return [title, ...parts.filter(Boolean), `Set by ${codeMarkdown(originText(budget))}`].join("\n\n");
}

/** A finding as an item of a list. */
export function findingItem(finding: BudgetFinding, layers: readonly ScannedLayer[], units: Units): string {
  const { size, change, fate, ...parts } = findingParts(finding, layers, units);
  const { path, layer, pattern, isDirectory } = finding;
  const command = layer === undefined ? "" : layerCommand(layer, layers, COMMAND);
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
