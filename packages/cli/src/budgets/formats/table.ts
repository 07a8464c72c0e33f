/** A run for people at a terminal: what was checked, and of what failed what makes it up and what would mend it. */
import { escapeText } from "@layerscope/core";
import pc from "picocolors";
import { formatBytes } from "../../output/bytes.ts";
import { plural } from "../../output/plural.ts";
import { formatTable } from "../../output/table.ts";
import { cellWidth, fitEnd, fitMiddle, type TerminalStyle, wrapText } from "../../output/terminal.ts";
import { limitBeside } from "../amount-text.ts";
import {
  type CheckedImage,
  type CheckRun,
  type ImageResult,
  isChecked,
  type LocatedVerdict,
  type UnreadImage,
} from "../check-run.ts";
import { mendText } from "../mend-text.ts";
import { packageChangesText } from "../package-changes-text.ts";
import { countedText, ignoredText, splitText, summaryText } from "../summary-text.ts";
import {
  findingParts,
  limitText,
  marginText,
  originText,
  plainText,
  type StatusText,
  shareInBytes,
  statusText,
  valueText,
} from "../verdict-text.ts";

export interface TableOptions extends TerminalStyle {
  /** Only what keeps the run from passing; nothing at all when it passes. */
  readonly quiet: boolean;
}

interface Look extends TableOptions {
  readonly units: CheckRun["units"];
  readonly colors: ReturnType<typeof pc.createColors>;
}

/** The report of a run as lines of text; empty when there is nothing to say. */
export function formatTableReport(run: CheckRun, options: TableOptions): string {
  if (options.quiet && run.verdict === "passed") return "";
  const look: Look = { ...options, units: run.units, colors: pc.createColors(options.color) };
  const images = run.images.map((image) => formatImage(image, look)).filter(Boolean);
  const color = { passed: look.colors.green, failed: look.colors.red, undecided: look.colors.yellow }[run.verdict];
  const last = wrapText(summaryText(run.images, run.verdict), look.width).map((line) => look.colors.bold(color(line)));
  return `${[...images, last.join("\n")].join("\n\n")}\n`;
}

function formatImage(image: ImageResult, look: Look): string {
  if (!isChecked(image)) return formatUnread(image, look);
  const verdicts = image.verdicts.filter((verdict) => !look.quiet || keepsFromPassing(verdict));
  if (look.quiet && verdicts.length === 0 && image.analysis.image.complete) return "";
  const shown = { ...image, verdicts };
  const blocks = verdicts.map((verdict) => formatBlock(verdict, shown, look)).filter(Boolean);
  const table = verdicts.length > 0 ? [formatVerdicts(verdicts, look)] : [];
  return [formatHead(shown, look), ...table, ...blocks].join("\n\n");
}

function keepsFromPassing({ budget, status }: LocatedVerdict): boolean {
  return budget.severity === "error" && (status === "failed" || status === "undecided");
}

function formatUnread({ name, reference, error }: UnreadImage, look: Look): string {
  const lines = [titleLine(name, reference, "", look)];
  lines.push(...indented(`? could not be read: ${escapeText(error.message)}`, 2, look).map(look.colors.red));
  if (error.hint) lines.push(...indented(escapeText(error.hint), 4, look));
  return lines.join("\n");
}

function formatHead(checked: CheckedImage, look: Look): string {
  const { name, reference, analysis, baseline, found } = checked;
  const { image, accounts } = analysis;
  const size = `${formatBytes(accounts.storedBytes, look.units)} in ${plural(image.layers.length, "layer")}`;
  const lines = [titleLine(name, reference, size, look)];
  if (!image.complete) {
    lines.push(...indented("incomplete: the numbers are of what could be read", 2, look).map(look.colors.red));
  }
  const facts = [
    splitText(checked),
    baseline && `compared with ${plainText(baseline.name)}`,
    found?.packageChanges && packageChangesText(found.packageChanges, look.units),
    ignoredText(checked, look.units),
  ];
  for (const fact of facts) if (fact) lines.push(...indented(fact, 2, look).map(look.colors.dim));
  return lines.join("\n");
}

function titleLine(name: string, reference: string, size: string, { width, colors }: Look): string {
  const title = escapeText(name === reference ? name : `${name} (${reference})`);
  const rest = size === "" ? width : Math.max(Math.ceil(width / 2), width - size.length - 2);
  const text = fitEnd(title, rest);
  const sizeText = fitEnd(size, Math.max(0, width - cellWidth(text) - 2));
  return size === "" ? colors.bold(text) : `${colors.bold(text)}  ${sizeText}`;
}

const SIGNS: Readonly<Record<StatusText, string>> = {
  ok: "✓",
  FAILED: "✗",
  warning: "!",
  undecided: "?",
  skipped: "-",
};

function signed(verdict: LocatedVerdict, { colors }: Look): string {
  const word = statusText(verdict);
  const color = {
    ok: colors.green,
    FAILED: colors.red,
    skipped: colors.dim,
    warning: colors.yellow,
    undecided: colors.yellow,
  };
  return color[word](`${SIGNS[word]} ${word}`);
}

/** What stands beside a command on its line: sizes, and the number of its layer. */
const COMMAND_INDENT = 34;

/** A column for names is at least as wide as this; else each budget gets lines of its own. */
const NARROWEST_NAME = 12;
const GAP = 2;

function formatVerdicts(verdicts: readonly LocatedVerdict[], look: Look): string {
  const rows = verdicts.map((verdict) => ({
    sign: signed(verdict, look),
    name: plainText(verdict.budget.name),
    value: valueText(verdict, look.units),
    limit: shortLimit(verdict, look),
    margin: marginText(verdict, look.units),
  }));
  const taken = (column: "value" | "limit" | "margin"): number =>
    GAP + Math.max(column.length, ...rows.flatMap((row) => row[column].split("\n").map(cellWidth)));
  const sign = Math.max(...verdicts.map((verdict) => statusText(verdict).length), "verdict".length - 2) + 2;
  const rest = look.width - 2 - sign - GAP - taken("value") - taken("limit") - taken("margin");
  if (rest < NARROWEST_NAME) return formatStacked(verdicts, look);
  return formatTable(
    [
      { title: "verdict" },
      { title: "budget" },
      { title: "value", align: "right" },
      { title: "limit", align: "right" },
      { title: "margin", align: "right" },
    ],
    rows.map((row) => [row.sign, fitEnd(row.name, rest), row.value, row.limit, row.margin]),
  );
}

/** The floor of a share stands below it, where it costs no width; what it means is told where it matters. */
function shortLimit(verdict: LocatedVerdict, { units }: Look): string {
  const { limit } = verdict.budget;
  const [text = ""] = limitText(verdict, units).split(", ");
  return "butAtLeast" in limit && limit.butAtLeast !== undefined
    ? `${text}\nor ${limitBeside(limit.butAtLeast, undefined, units)}`
    : text;
}

function formatStacked(verdicts: readonly LocatedVerdict[], look: Look): string {
  return verdicts
    .flatMap((verdict) => {
      const word = statusText(verdict);
      const name = fitEnd(plainText(verdict.budget.name), Math.max(1, look.width - word.length - 6));
      const numbers = [valueText(verdict, look.units), limitText(verdict, look.units), marginText(verdict, look.units)];
      return [`  ${signed(verdict, look)}  ${name}`, ...indented(numbers.filter(Boolean).join("; "), 6, look)];
    })
    .join("\n");
}

/** All there is to say about a verdict besides its row; empty when that is nothing. */
function formatBlock(verdict: LocatedVerdict, image: CheckedImage, look: Look): string {
  const { budget, status, reason, notes } = verdict;
  const lines = status === "failed" ? formatFailure(verdict, image, look) : [];
  if (reason !== undefined) lines.push(...labelled("Why", plainText(reason), look));
  lines.push(...notes.flatMap((note) => labelled("Note", plainText(note), look)));
  if (lines.length === 0) return "";
  if (status !== "passed") lines.push(...labelled("Set by", originText(budget), look));
  const word = statusText(verdict);
  const name = fitEnd(plainText(budget.name), Math.max(1, look.width - word.length - 4));
  return [`${signed(verdict, look)}: ${look.colors.bold(name)}`, ...lines].join("\n");
}

function formatFailure(verdict: LocatedVerdict, image: CheckedImage, look: Look): string[] {
  const { budget, ignoredBytes } = verdict;
  const lines = formatFindings(verdict, image, look);
  const inBytes = shareInBytes(verdict, look.units);
  if (inBytes !== "") lines.push(...labelled("Limit", inBytes, look));
  lines.push(...labelled("Mend", mendText(verdict, image), look));
  const isNarrowed = budget.layers !== "image" || budget.paths !== undefined || ignoredBytes > 0;
  if (isNarrowed) lines.push(...labelled("Counts", countedText(verdict, image, look.units), look));
  return lines;
}

function formatFindings({ findings, findingCount }: LocatedVerdict, { analysis }: CheckedImage, look: Look): string[] {
  const commandWidth = Math.max(10, look.width - COMMAND_INDENT);
  const parts = findings.map((finding) => findingParts(finding, analysis.image, look.units, commandWidth));
  const sizes = Math.max(0, ...parts.map(({ size }) => cellWidth(size)));
  const indent = sizes > 0 ? 2 + sizes + GAP : 2;
  const lines = parts.flatMap(({ subject, size, change, made, fate }) => {
    const first = " ".repeat(indent - GAP - cellWidth(size)) + size + " ".repeat(GAP);
    const below = [change, made, fate].filter(Boolean).flatMap((text) => indented(text, indent, look));
    return [`${first}${fitMiddle(subject, look.width - indent)}`, ...below.map(look.colors.dim)];
  });
  const more = findingCount - findings.length;
  return more > 0 ? [...lines, `  and ${more.toLocaleString("en")} more`] : lines;
}

function labelled(label: string, text: string, look: Look): string[] {
  const start = `${label}: `;
  return wrapText(text, Math.max(1, look.width - 2 - start.length)).map((line, index) =>
    index === 0 ? `  ${look.colors.bold(start.trimEnd())} ${line}` : `${" ".repeat(2 + start.length)}${line}`,
  );
}

function indented(text: string, indent: number, { width }: Look): string[] {
  return wrapText(text, Math.max(1, width - indent)).map((line) => `${" ".repeat(indent)}${line}`);
}
