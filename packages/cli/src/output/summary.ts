/** The report for people. */
import {
  type Advice,
  type Analysis,
  accountForLayers,
  type BaseLayers,
  escapeText,
  type Finding,
  formatPlatform,
  largestFiles,
  printableName,
  type ScannedImage,
  type ScannedLayer,
  WASTE_CAUSES,
  type WasteRecord,
} from "@layerscope/core";
import pc from "picocolors";
import { describeBase } from "../base-layers.ts";
import { amountText, byRule } from "./advice-text.ts";
import { formatBytes, formatShare, type Units } from "./bytes.ts";
import { plural } from "./plural.ts";
import { stepCommand } from "./step-command.ts";
import { formatTable } from "./table.ts";
import { fitEnd, fitMiddle, type TerminalStyle, wrapText } from "./terminal.ts";
import { CAUSE_HOW, CAUSE_MEANING } from "./waste-text.ts";

export interface SummaryOptions extends TerminalStyle {
  readonly reference: string;
  readonly units: Units;
  /** Which layers are the base image's. */
  readonly base: BaseLayers;
  readonly advice: Advice;
  /** How many waste records and files are listed. */
  readonly top: number;
}

const BAR = 10;

/** The summary of an image as lines of text. */
export function formatSummary(analysis: Analysis, options: SummaryOptions): string {
  const colors = pc.createColors(options.color);
  const title = (text: string): string => colors.bold(text);
  const sections = [
    formatHead(analysis, options, colors),
    `${title("Layers")}${colors.dim(`  (█ visible, ░ wasted)`)}\n${formatLayers(analysis, options)}`,
  ];
  const { waste, wastedBytes } = analysis.accounts;
  if (wastedBytes > 0) {
    sections.push(`${title("Wasted bytes by cause")}\n${formatCauses(analysis, options)}`);
    const shown = Math.min(options.top, waste.length);
    sections.push(`${title("Largest waste")}${ofAll(shown, waste.length)}\n${formatWaste(analysis, options)}`);
  }
  const files = formatFiles(analysis, options);
  if (files) sections.push(`${title("Largest files")}\n${files}`);
  const advice = formatFindings(options);
  if (advice) sections.push(advice.replace("Advice", title("Advice")));
  const notes = formatDiagnostics(analysis, options, colors);
  if (notes) sections.push(`${title("Notes")}\n${notes}`);
  return `${sections.join("\n\n")}\n`;
}

function ofAll(shown: number, all: number): string {
  return shown < all ? `  (${shown} of ${all}; all with --json)` : "";
}

function formatHead(analysis: Analysis, options: SummaryOptions, colors: ReturnType<typeof pc.createColors>): string {
  const { image, accounts } = analysis;
  const { document } = image;
  const { units, width } = options;
  const name = escapeText(imageTitle(document.names[0], options.reference));
  const facts = [
    document.platform && escapeText(formatPlatform(document.platform)),
    plural(image.layers.length, "layer"),
    `${plural(accounts.paths.files, "file")} in ${plural(accounts.paths.directories, "directory", "directories")}`,
    document.config.created && `created ${escapeText(document.config.created.slice(0, 10))}`,
  ].filter(Boolean);
  const lines = [colors.bold(fitEnd(name, width))];
  const more = document.names.slice(1).map((other) => fitEnd(`  also ${escapeText(other)}`, width));
  lines.push(
    ...more,
    ...(document.id ? [fitEnd(`  ${document.id}`, width)] : []),
    fitEnd(`  ${facts.join(", ")}`, width),
  );
  if (!image.complete) lines.push(colors.red("  incomplete: the numbers below are of what could be read"));
  const { storedBytes, finalBytes, wastedBytes, efficiency } = accounts;
  const filled = Math.floor(efficiency * BAR * 2);
  const bar = "█".repeat(filled) + "░".repeat(BAR * 2 - filled);
  lines.push(
    "",
    `  stored      ${formatBytes(storedBytes, units).padStart(9)}  all files in all layers`,
    `  visible     ${formatBytes(finalBytes, units).padStart(9)}  what a container sees`,
    `  wasted      ${formatBytes(wastedBytes, units).padStart(9)}  ${formatShare(wastedBytes, storedBytes)} of what is stored`,
    `  efficiency  ${formatShare(efficiency, 1).padStart(9)}  ${bar}`,
    ...formatOwn(analysis, options),
    ...formatSavings(options),
  );
  return lines.join("\n");
}

/** What the image adds to its base; nothing where no layer is known to be the base's. */
function formatOwn(analysis: Analysis, { base, units, width }: SummaryOptions): string[] {
  const last = analysis.image.layers.length;
  if (base.layers === 0 || base.layers >= last) return [];
  const { storedBytes, wastedBytes } = accountForLayers(analysis, base.layers, last);
  const text = `${formatBytes(wastedBytes, units)} wasted; from layer ${base.layers} on, ${describeBase(base)}`;
  return beside(`  own layers  ${formatBytes(storedBytes, units).padStart(9)}  `, escapeText(text), width);
}

/** How much less could be stored; nothing where no rule finds any. */
function formatSavings({ advice, units, width }: SummaryOptions): string[] {
  const { own } = advice.savedBytes;
  if (own === 0) return [];
  const label = `  savings     ${formatBytes(own, units).padStart(9)}  `;
  return beside(label, "need not be stored; layerscope advise says how", width);
}

/** A text in lines to the right of a label. */
function beside(label: string, text: string, width: number): string[] {
  return wrapText(text, width - label.length).map((line, index) =>
    index === 0 ? `${label}${line}` : `${" ".repeat(label.length)}${line}`,
  );
}

/** How many rules the summary lists besides those about security. */
const RULES_LISTED = 5;

/** What can be changed, in short: a row for each rule. */
function formatFindings({ advice, units, width }: SummaryOptions): string {
  const rules = byRule(advice.findings.filter(({ scope }) => scope === "own"));
  if (rules.length === 0) return "";
  const others = rules.filter(({ rule }) => rule.category !== "security").slice(0, RULES_LISTED);
  const shown = rules.filter((one) => one.rule.category === "security" || others.includes(one));
  const rows = shown.map((one) => [
    amountText(one, units),
    fitEnd(`${one.rule.title}${whereText(one.findings)}`, width - 14),
  ]);
  const more = rules.length > shown.length ? `${shown.length} of ${rules.length} rules; ` : "";
  return `${fitEnd(`Advice  (${more}more with layerscope advise)`, width)}\n${formatTable([{ title: "bytes", align: "right" }, { title: "what" }], rows)}`;
}

/** ` (layer 4)`, ` (3 times)`; nothing where one finding is about several layers or none. */
function whereText(findings: readonly Finding[]): string {
  if (findings.length > 1) return ` (${findings.length.toLocaleString("en")} times)`;
  const layers = findings[0]?.layers ?? [];
  return layers.length === 1 ? ` (layer ${layers[0]})` : "";
}

/** What to call the image: its name; an archive may know only its tag, or nothing. */
function imageTitle(name: string | undefined, reference: string): string {
  if (name === undefined) return reference;
  return /[:/]/.test(name) ? name : `${reference} (${name})`;
}

function formatLayers({ image, accounts }: Analysis, { units, width }: SummaryOptions): string {
  const most = Math.max(1, ...accounts.layers.map(({ storedBytes }) => storedBytes));
  const rows = image.layers.map((layer, index) => {
    const { storedBytes = 0, wastedBytes = 0 } = accounts.layers[index] ?? {};
    return [
      String(index),
      formatBytes(storedBytes, units),
      wastedBytes === 0 ? "" : formatBytes(wastedBytes, units),
      layerBar(storedBytes, wastedBytes, most),
      commandOf(layer, image),
    ];
  });
  // What the other columns and the gaps take is at most this; the command gets the rest.
  const rest = Math.max(16, width - 2 - 3 - 9 - 9 - BAR - 4 * 2);
  return formatTable(
    [
      { title: "#", align: "right" },
      { title: "stored", align: "right" },
      { title: "wasted", align: "right" },
      { title: "" },
      { title: "command" },
    ],
    rows.map((row) => [...row.slice(0, -1), fitEnd(row.at(-1) ?? "", rest)]),
  );
}

function layerBar(storedBytes: number, wastedBytes: number, most: number): string {
  const length = Math.ceil((storedBytes / most) * BAR);
  const wasted = Math.min(length, Math.ceil((wastedBytes / most) * BAR));
  return "█".repeat(length - wasted) + "░".repeat(wasted);
}

function commandOf({ status, step }: ScannedLayer, image: ScannedImage): string {
  const command = stepCommand(step, image);
  return status === "complete" ? command : `[${status}] ${command}`;
}

function formatCauses({ accounts }: Analysis, { units, width }: SummaryOptions): string {
  const causes = WASTE_CAUSES.filter((cause) => accounts.wastedByCause[cause] > 0).sort(
    (one, other) => accounts.wastedByCause[other] - accounts.wastedByCause[one],
  );
  return formatTable(
    [{ title: "cause" }, { title: "bytes", align: "right" }, { title: "share", align: "right" }, { title: "" }],
    causes.map((cause) => {
      const bytes = accounts.wastedByCause[cause];
      const meaning = fitEnd(CAUSE_MEANING[cause], width - 42);
      return [cause, formatBytes(bytes, units), formatShare(bytes, accounts.wastedBytes), meaning];
    }),
  );
}

function formatWaste({ image, accounts }: Analysis, { units, width, top }: SummaryOptions): string {
  const rows: string[][] = [];
  for (let index = 0; index < Math.min(top, accounts.waste.length); index++) {
    const record = accounts.waste.at(index) as WasteRecord;
    const path = `/${printableName(image.tree.paths.pathOf(record.node))}`;
    rows.push(
      [formatBytes(record.bytes, units), fitMiddle(path, width - 14)],
      ["", fitEnd(`  ${describeWaste(record)}`, width - 14)],
    );
  }
  return formatTable([{ title: "bytes", align: "right" }, { title: "path" }], rows);
}

function describeWaste({ storedIn, hiddenBy, cause, fields }: WasteRecord): string {
  const what = cause === "metadata" ? `only ${fields.join(", ")} changed` : CAUSE_HOW[cause];
  const where =
    storedIn === hiddenBy
      ? `stored and lost in layer ${storedIn}`
      : `stored in layer ${storedIn}, hidden by layer ${hiddenBy}`;
  return `${where}: ${what}`;
}

function formatFiles({ image }: Analysis, { units, width, top }: SummaryOptions): string {
  const rows = largestFiles(image.tree, image.layers.length - 1, top).map(({ node, entry }) => [
    formatBytes(entry.size, units),
    String(entry.layer),
    fitMiddle(`/${printableName(image.tree.paths.pathOf(node))}`, width - 22),
  ]);
  if (rows.length === 0) return "";
  return formatTable([{ title: "bytes", align: "right" }, { title: "layer", align: "right" }, { title: "path" }], rows);
}

function formatDiagnostics(
  { image }: Analysis,
  { width }: SummaryOptions,
  colors: ReturnType<typeof pc.createColors>,
): string {
  return image.diagnostics
    .filter(({ severity }) => severity !== "info")
    .flatMap(({ severity, message }) => {
      const color = severity === "error" ? colors.red : colors.yellow;
      return wrapText(`${severity}: ${escapeText(message)}`, width - 4).map(
        (line, index) => `${index === 0 ? "  " : "    "}${color(line)}`,
      );
    })
    .join("\n");
}
