/** Advice for people: what could go, why, and what to change. */
import {
  type Advice,
  type Analysis,
  escapeText,
  type Finding,
  printableName,
  type Rule,
  type ScannedImage,
} from "@layerscope/core";
import pc from "picocolors";
import { formatBytes, formatShare, type Units } from "./bytes.ts";
import { plural } from "./plural.ts";
import { stepCommand } from "./step-command.ts";
import { cellWidth, fitEnd, fitMiddle, type TerminalStyle, wrapText } from "./terminal.ts";
import { unreadText } from "./unread-text.ts";

export interface AdviceTextOptions extends TerminalStyle {
  readonly reference: string;
  readonly units: Units;
}

/** What stands before a finding: its bytes. */
const AMOUNT = 12;
const INDENT = " ".repeat(AMOUNT + 2);
/** Paths that are listed of a finding. */
const MOST_PATHS = 5;
/** Layers whose commands are listed of a finding. */
const MOST_LAYERS = 4;

type Colors = ReturnType<typeof pc.createColors>;

interface Look extends AdviceTextOptions {
  readonly colors: Colors;
  readonly image: ScannedImage;
}

/** All findings, in full: what gives something away, what can be changed, what only another base image would change. */
export function formatAdvice(analysis: Analysis, advice: Advice, options: AdviceTextOptions): string {
  const colors = pc.createColors(options.color);
  const look: Look = { ...options, colors, image: analysis.image };
  const own = advice.findings.filter(({ scope }) => scope === "own");
  const parts: readonly (readonly [title: string, findings: readonly Finding[]])[] = [
    ["Security", own.filter(isAboutSecurity)],
    ["What this image can change", own.filter((finding) => !isAboutSecurity(finding))],
    ["What only another base image would change", advice.findings.filter(({ scope }) => scope === "base")],
  ];
  const sections = [formatHead(analysis, advice, look)];
  for (const [title, findings] of parts) {
    if (findings.length === 0) continue;
    sections.push(colors.bold(colors.underline(title)), ...byRule(findings).map((group) => formatRule(group, look)));
  }
  if (advice.findings.length === 0) sections.push("There is nothing to say.");
  return `${sections.join("\n\n")}\n`;
}

function isAboutSecurity({ rule }: Pick<Finding, "rule">): boolean {
  return rule.category === "security";
}

/** What one rule found. */
export interface RuleFindings extends Pick<Finding, "bytes" | "estimate"> {
  readonly rule: Rule;
  readonly findings: readonly Finding[];
}

/** Findings by rule, those about security first, then errors, then by what is saved; what is equal stays in the order of the findings. */
export function byRule(findings: readonly Finding[]): RuleFindings[] {
  const groups = new Map<Rule, Finding[]>();
  for (const finding of findings) {
    const known = groups.get(finding.rule);
    if (known) known.push(finding);
    else groups.set(finding.rule, [finding]);
  }
  const found = Array.from(groups, ([rule, ofRule]): RuleFindings => {
    const estimated = ofRule.flatMap(({ estimate }) => estimate ?? []);
    const [first] = estimated;
    return {
      rule,
      findings: ofRule,
      bytes: sumOf(ofRule),
      estimate: first && { ...first, bytes: sumOf(estimated) },
    };
  });
  return found.sort(
    (one, other) =>
      Number(isAboutSecurity(other)) - Number(isAboutSecurity(one)) ||
      Number(isError(other)) - Number(isError(one)) ||
      other.bytes - one.bytes ||
      (other.estimate?.bytes ?? 0) - (one.estimate?.bytes ?? 0),
  );
}

function isError({ findings }: RuleFindings): boolean {
  return findings.some(({ level }) => level === "error");
}

function sumOf(items: readonly { readonly bytes: number }[]): number {
  return items.reduce((sum, { bytes }) => sum + bytes, 0);
}

function formatHead({ accounts, image }: Analysis, { savedBytes, unreadLayers }: Advice, look: Look): string {
  const { reference, units, width, colors } = look;
  const share = `${formatBytes(savedBytes.own, units)} (${formatShare(savedBytes.own, accounts.storedBytes)})`;
  const base = savedBytes.base > 0 ? `, and ${formatBytes(savedBytes.base, units)} of its base image` : "";
  const text = `${share} of ${formatBytes(accounts.storedBytes, units)} need not be stored${base}`;
  const lines = [colors.bold(fitEnd(escapeText(reference), width)), ...indented(text, "  ", width)];
  if (!image.complete) {
    lines.push(...indented("incomplete: what follows is about what could be read", "  ", width).map(colors.red));
  }
  const unread = unreadText(unreadLayers);
  if (unread !== "") lines.push(...indented(`not known: ${unread}`, "  ", width).map(colors.red));
  return lines.join("\n");
}

/** A rule with all that it found; why it matters and what to do in general are said once. */
function formatRule(group: RuleFindings, look: Look): string {
  const { rule, findings } = group;
  const { width, colors } = look;
  const [first = "", ...rest] = wrapText(`${rule.id}${isError(group) ? " (error)" : ""}: ${rule.title}`, width - 4);
  const id = (isError(group) ? colors.red : colors.yellow)(rule.id);
  const fixes = new Set(findings.map(({ fix }) => fix));
  const isOneFix = fixes.size === 1;
  return [
    `  ${first.startsWith(rule.id) ? `${id}${colors.bold(first.slice(rule.id.length))}` : colors.bold(first)}`,
    ...rest.map((line) => `    ${colors.bold(line)}`),
    ...findings.flatMap((finding) => formatFinding(finding, look, isOneFix)),
    ...labelled("Why", rule.reason, look),
    ...(isOneFix ? [...fixes].flatMap((fix) => labelled("Fix", fix, look)) : []),
  ].join("\n");
}

function formatFinding(finding: Finding, look: Look, isFixSaidBelow: boolean): string[] {
  const { width, units, colors } = look;
  const room = Math.max(16, width - INDENT.length);
  const { what, fix, snippet, estimate } = finding;
  const [first = "", ...rest] = wrapText(escapeText(what), room);
  const more = [
    ...rest,
    ...placesOf(finding, look, room).map((line) => colors.dim(line)),
    ...(estimate ? wrapText(`About ${formatBytes(estimate.bytes, units)}: ${escapeText(estimate.how)}`, room) : []),
    ...(isFixSaidBelow ? [] : wrapText(escapeText(fix), room)),
    // Never cut or broken anew: it is there to be copied.
    ...(snippet?.split("\n").map((line) => `  ${colors.cyan(escapeText(line))}`) ?? []),
  ];
  return [`${amountText(finding, units).padStart(AMOUNT)}  ${first}`, ...more.map((line) => INDENT + line)];
}

/** Bytes that would be saved; of estimates about how many. */
export function amountText({ bytes, estimate }: Pick<Finding, "bytes" | "estimate">, units: Units): string {
  if (bytes > 0) return formatBytes(bytes, units);
  return estimate && estimate.bytes > 0 ? `~${formatBytes(estimate.bytes, units)}` : "-";
}

/** Lines about the layers and paths that show a finding; escaped. */
function placesOf({ layers, steps, parts }: Finding, { image, units }: Look, room: number): string[] {
  const lines = layers
    .slice(0, MOST_LAYERS)
    .map((layer) => fitEnd(`layer ${layer}  ${stepCommand(image.layers[layer]?.step, image)}`, room));
  if (layers.length > MOST_LAYERS) lines.push(`and ${plural(layers.length - MOST_LAYERS, "more layer")}`);
  for (const step of layers.length > 0 ? [] : steps.slice(0, MOST_LAYERS)) {
    lines.push(fitEnd(`step ${step}  ${stepCommand(image.document.config.history[step], image)}`, room));
  }
  for (const { node, isDirectory, value } of parts.slice(0, MOST_PATHS)) {
    const size = value > 0 ? `${formatBytes(value, units).padStart(9)}  ` : "";
    const path = `/${printableName(image.tree.paths.pathOf(node))}${isDirectory && node !== 0 ? "/" : ""}`;
    lines.push(`${size}${fitMiddle(path, room - cellWidth(size))}`);
  }
  if (parts.length > MOST_PATHS) lines.push("and more");
  return lines;
}

function labelled(label: string, text: string, { width, colors }: Look): string[] {
  const start = `    ${label}: `;
  return wrapText(escapeText(text), Math.max(16, width - start.length)).map((line, index) =>
    index === 0 ? `    ${colors.bold(`${label}:`)} ${line}` : `${" ".repeat(start.length)}${line}`,
  );
}

function indented(text: string, indent: string, width: number): string[] {
  return wrapText(text, Math.max(16, width - indent.length)).map((line) => indent + line);
}
