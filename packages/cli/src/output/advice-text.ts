/** Advice for people: what could go, why, and what to change. */
import { type Advice, type Analysis, escapeText, type Finding, printableName } from "@layerscope/core";
import pc from "picocolors";
import { formatBytes, formatShare, type Units } from "./bytes.ts";
import { plural } from "./plural.ts";
import { stepCommand } from "./step-command.ts";
import { fitEnd, fitMiddle, type TerminalStyle, wrapText } from "./terminal.ts";

export interface AdviceTextOptions extends TerminalStyle {
  readonly reference: string;
  readonly units: Units;
}

const INDENT = 12;
/** Paths that are listed of a finding. */
const MOST_PATHS = 5;
/** Layers whose commands are listed of a finding. */
const MOST_LAYERS = 4;

/** All findings, in full. */
export function formatAdvice(analysis: Analysis, advice: Advice, options: AdviceTextOptions): string {
  const colors = pc.createColors(options.color);
  const own = advice.findings.filter(({ scope }) => scope === "own");
  const base = advice.findings.filter(({ scope }) => scope === "base");
  const sections = [colors.bold(fitEnd(savingsText(analysis, advice, options), options.width))];
  const section = (title: string, findings: readonly Finding[]): void => {
    if (findings.length === 0) return;
    sections.push(colors.bold(title));
    for (const finding of findings) sections.push(formatFinding(analysis, finding, options));
  };
  section("What this image can change", own);
  section("What only another base image would change", base);
  if (advice.findings.length === 0) sections.push("There is nothing to say.");
  return `${sections.join("\n\n")}\n`;
}

/** How much less would be stored; not escaped. */
function savingsText({ accounts }: Analysis, { savedBytes }: Advice, { reference, units }: AdviceTextOptions): string {
  const share = `${formatBytes(savedBytes.own, units)} (${formatShare(savedBytes.own, accounts.storedBytes)})`;
  const more = savedBytes.base > 0 ? `, and ${formatBytes(savedBytes.base, units)} of its base image` : "";
  return `${escapeText(reference)}: ${share} of ${formatBytes(accounts.storedBytes, units)} need not be stored${more}`;
}

function formatFinding(analysis: Analysis, finding: Finding, options: AdviceTextOptions): string {
  const { width, color } = options;
  const colors = pc.createColors(color);
  const room = width - INDENT;
  const { rule, level, what, fix, snippet, estimate } = finding;
  const id = level === "error" ? colors.red(rule.id) : colors.yellow(rule.id);
  const lines = [
    `${amountText(finding, options.units).padStart(INDENT - 2)}  ${id}  ${colors.bold(fitEnd(rule.title, Math.max(8, room - rule.id.length - 2)))}`,
    ...paragraph(`${what}.`, room),
    ...placesOf(analysis, finding, options).map((line) => colors.dim(line)),
    ...paragraph(rule.reason, room),
    ...paragraph(fix, room),
  ];
  if (estimate) lines.push(...paragraph(`About ${formatBytes(estimate.bytes, options.units)}: ${estimate.how}.`, room));
  if (snippet !== undefined)
    lines.push(...snippet.split("\n").map((line) => `    ${fitEnd(escapeText(line), room - 4)}`));
  return lines.map((line, index) => (index === 0 ? line : `${" ".repeat(INDENT)}${line}`)).join("\n");
}

/** Bytes that would be saved; of estimates about how many. */
export function amountText({ bytes, estimate }: Finding, units: Units): string {
  if (bytes > 0) return formatBytes(bytes, units);
  return estimate && estimate.bytes > 0 ? `~${formatBytes(estimate.bytes, units)}` : "-";
}

/** Lines about the layers and paths that show a finding; escaped. */
function placesOf({ image }: Analysis, { layers, steps, parts }: Finding, options: AdviceTextOptions): string[] {
  const room = options.width - INDENT;
  const lines = layers.slice(0, MOST_LAYERS).map((layer) => {
    const command = stepCommand(image.layers[layer]?.step);
    return fitEnd(`layer ${layer}  ${command}`, room);
  });
  if (layers.length > MOST_LAYERS) lines.push(`and ${plural(layers.length - MOST_LAYERS, "more layer")}`);
  for (const step of layers.length > 0 ? [] : steps.slice(0, MOST_LAYERS)) {
    lines.push(fitEnd(`step ${step}  ${stepCommand(image.document.config.history[step])}`, room));
  }
  for (const { node, isDirectory, value } of parts.slice(0, MOST_PATHS)) {
    const size = value > 0 ? `${formatBytes(value, options.units).padStart(9)}  ` : "";
    const path = `/${printableName(image.tree.paths.pathOf(node))}${isDirectory ? "/" : ""}`;
    lines.push(`${size}${fitMiddle(path, room - size.length)}`);
  }
  if (parts.length > MOST_PATHS) lines.push("and more");
  return lines;
}

function paragraph(text: string, width: number): string[] {
  return wrapText(escapeText(text), width);
}
