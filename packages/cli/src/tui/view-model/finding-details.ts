/** Everything about one finding, line by line. */
import { absolutePath, decodeName, type Finding } from "@layerscope/core";
import { formatBytes, type Units } from "../../output/bytes.ts";
import { plural } from "../../output/plural.ts";
import type { Subject } from "../subject.ts";
import type { AdviceRow } from "./advice.ts";
import { type DetailLine, fact, section } from "./detail-line.ts";
import { layerCommand } from "./image-facts.ts";
import { isBaseLayer } from "./layer-names.ts";

/** Layers, or steps, that are listed of a finding. */
const MOST_LAYERS = 20;
/** Of a command so much is shown, in UTF-16 units: the layer's own details have all of it. */
const LONGEST_COMMAND = 300;

let last:
  | {
      readonly row: AdviceRow;
      readonly subject: Subject;
      readonly units: Units;
      readonly lines: readonly DetailLine[];
    }
  | undefined;

/** What is said of a row; the same lines for the same row, so that what is made of them can be kept. */
export function adviceDetails(row: AdviceRow | undefined, subject: Subject, units: Units): readonly DetailLine[] {
  if (!row) return [];
  if (last && isSameRow(last.row, row) && last.subject === subject && last.units === units) return last.lines;
  const lines = row.kind === "finding" ? findingLines(row.finding, subject, units) : baseLines(row, subject, units);
  last = { row, subject, units, lines };
  return lines;
}

function isSameRow(one: AdviceRow, other: AdviceRow): boolean {
  if (one.kind === "finding" && other.kind === "finding") return one.finding === other.finding;
  return one.kind === other.kind;
}

function findingLines(finding: Finding, subject: Subject, units: Units): DetailLine[] {
  const { rule, level, scope, what, fix, snippet, bytes, estimate } = finding;
  const some = [
    fact("Saves", bytes > 0 ? formatBytes(bytes, units) : undefined, { tone: "wasted" }),
    estimate && fact(bytes > 0 ? "And about" : "About", `${formatBytes(estimate.bytes, units)}: ${estimate.how}`),
    fact("Rule", `${rule.id}${level === "error" ? ", an error" : ""}`, level === "error" ? { tone: "error" } : {}),
    scope === "base" ? fact("Whose", "the base image's: only another one would change it") : undefined,
  ];
  return [
    { kind: "heading", text: rule.title },
    { kind: "paragraph", text: `${what}.` },
    ...section("Why it matters", [{ kind: "paragraph", text: rule.reason }]),
    ...section("What to do", [{ kind: "paragraph", text: fix }]),
    ...section("In the Dockerfile", snippet === undefined ? [] : snippetLines(snippet)),
    ...section("What it is about", [...some, ...layerLines(finding, subject)]),
    ...section("Files", fileLines(finding, subject, units)),
  ];
}

function snippetLines(snippet: string): DetailLine[] {
  return snippet.split("\n").map((line): DetailLine => {
    const text = line.trimStart();
    return { kind: "code", text, indent: Math.ceil((line.length - text.length) / 2) };
  });
}

function layerLines({ layers, steps }: Finding, subject: Subject): (DetailLine | undefined)[] {
  const lines = layers.slice(0, MOST_LAYERS).map((layer) => {
    const label = `${isBaseLayer(subject, layer) ? "Base layer" : "Layer"} ${layer}`;
    return fact(label, layerCommand(subject, layer).slice(0, LONGEST_COMMAND) || "its command is not known");
  });
  if (layers.length > 0) return [...lines, moreOf(layers.length - MOST_LAYERS, "layer")];
  const history = subject.document?.config.history ?? [];
  const commands = steps.slice(0, MOST_LAYERS).map((step) => {
    const { createdBy, comment } = history[step] ?? {};
    return fact(`Step ${step}`, (createdBy ?? comment ?? "").slice(0, LONGEST_COMMAND));
  });
  return [...commands, moreOf(steps.length - MOST_LAYERS, "step")];
}

function moreOf(count: number, what: string): DetailLine | undefined {
  return count > 0 ? { kind: "text", text: `… and ${plural(count, `more ${what}`)}`, tone: "muted" } : undefined;
}

function fileLines({ parts, inodes }: Finding, { tree }: Subject, units: Units): (DetailLine | undefined)[] {
  if (!tree) return [];
  const lines = parts.map(({ node, isDirectory, value }): DetailLine | undefined => {
    const path = `${decodeName(absolutePath(tree.paths.pathOf(node))).text}${isDirectory ? "/" : ""}`;
    return value > 0 ? fact(formatBytes(value, units), path) : { kind: "text", text: path };
  });
  const all = inodes.length > parts.length ? plural(inodes.length, "file") : undefined;
  return [...lines, all ? { kind: "text", text: `${all} in all`, tone: "muted" } : undefined];
}

function baseLines(
  { findings, bytes }: Extract<AdviceRow, { kind: "base" }>,
  { base }: Subject,
  units: Units,
): DetailLine[] {
  const text =
    "What follows is in layers of the base image. A Dockerfile that begins with it cannot take bytes away from them: only another base image, or another version of it, can.";
  const lines = [
    fact("Findings", findings.toLocaleString("en")),
    fact("Bytes", bytes > 0 ? formatBytes(bytes, units) : undefined, { tone: "wasted" }),
    base && fact("Base image", `the first ${plural(base.layers, "layer")}: ${base.foundBy}`),
  ];
  return [
    { kind: "heading", text: "Only another base image would change this" },
    { kind: "paragraph", text },
    { kind: "gap" },
    ...lines.filter((line) => line !== undefined),
  ];
}
