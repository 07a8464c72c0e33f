/** The list of findings as rows of text. */
import type { Finding } from "@layerscope/core";
import { amountText } from "../../output/advice-text.ts";
import { formatBytes, formatShare } from "../../output/bytes.ts";
import { plural } from "../../output/plural.ts";
import type { ListPosition } from "../state/list.ts";
import type { AdviceModel, AdviceRow } from "../view-model/advice.ts";
import { listHead } from "../view-model/list-views.ts";
import { Line, plainLine } from "./line.ts";
import { type ListHead, type NoListTexts, presentListHead, presentNoList } from "./list-head.ts";
import type { Look, Size, Tone } from "./look.ts";

const BYTES = 9;
const RULE = 28;
const LAYERS = 14;
const LAYERS_NARROW = 7;
/** Columns from which on a finding has its layers, and from which on it has the id of its rule. */
const WITH_LAYERS = 60;
const WITH_RULE = 90;
/** So many layers are named before the rest is counted. */
const NAMED = 3;

const NO_FINDINGS: NoListTexts = {
  unknown: "What could be done is known when all layers are read.",
  inspecting: "Looking into files, to say what could be done.",
  none: "There is nothing to say.",
};

const NONE_FOUND: ReadonlySet<number> = new Set();

/** `focused`: whether the list has the keys. `found`: rows that are searched for. */
export function presentAdvice(
  model: AdviceModel,
  position: ListPosition,
  focused: boolean,
  size: Size,
  look: Look,
  found: ReadonlySet<number> = NONE_FOUND,
): string[] {
  const { width, height } = size;
  const rows = presentListHead(headOf(model, look), width, look);
  if (model.count === 0)
    return [...rows, ...presentNoList(model, NO_FINDINGS, width, look)].slice(0, Math.max(0, height));
  const end = Math.min(model.count, position.top + Math.max(1, height - listHead(model)));
  for (let index = position.top; index < end; index++) {
    const row = model.at(index);
    if (!row) break;
    const isSelected = index === position.cursor;
    const isFound = found.has(index);
    const line = look.plain ? plainRow(row, isSelected, isFound, width, look) : presentRow(row, isFound, width, look);
    rows.push(isSelected ? line.cursor(focused) : line.toString());
  }
  return rows.slice(0, Math.max(0, height));
}

function headOf(
  { phase, savedBytes, storedBytes, findings, secrets, missing }: AdviceModel,
  { units }: Look,
): ListHead {
  if (phase !== "known")
    return { sum: phase === "failed" ? "not known" : "not known yet", tone: "muted", facts: [], missing };
  const share = formatShare(savedBytes.own, storedBytes);
  const ofBase = savedBytes.base > 0 ? `and ${formatBytes(savedBytes.base, units)} of the base image` : "";
  const facts: ListHead["facts"] = [
    { text: `${share} of ${formatBytes(storedBytes, units)}`, tone: "muted" },
    { text: secrets > 0 ? plural(secrets, "secret") : "", tone: "error" },
    { text: plural(findings, "finding"), tone: "muted" },
    { text: ofBase, tone: "muted" },
  ];
  return {
    sum: `${formatBytes(savedBytes.own, units)} need not be stored`,
    tone: savedBytes.own > 0 ? "wasted" : "good",
    facts: facts.filter(({ text }) => text !== ""),
    missing,
  };
}

function presentRow(row: AdviceRow, isFound: boolean, width: number, look: Look): Line {
  const line = new Line(look, width);
  if (row.kind === "base") {
    line.space(2).column(row.bytes > 0 ? formatBytes(row.bytes, look.units) : "", BYTES, { align: "right" });
    return line
      .space(2)
      .text("Only another base image would change this", "strong")
      .atEnd(`${plural(row.findings, "finding")} `, "muted");
  }
  const { finding } = row;
  const { rule, level, scope, bytes } = finding;
  const isGrave = level === "error" || rule.category === "security";
  const graveTone: Tone = level === "error" ? "error" : "warning";
  line.column(isGrave ? "!" : "", 2, { tone: graveTone });
  line.column(amountText(finding, look.units), BYTES, { align: "right", tone: bytes > 0 ? "wasted" : "muted" });
  line.space(2);
  const layersWidth = width >= WITH_RULE ? LAYERS : width >= WITH_LAYERS ? LAYERS_NARROW : 0;
  if (width >= WITH_RULE) line.column(rule.id, RULE, { tone: isGrave ? graveTone : "accent" }).space(2);
  const titleWidth = Math.max(0, line.left - layersWidth - (layersWidth > 0 ? 2 : 0));
  const tone: Tone = isFound ? "match" : isGrave ? graveTone : scope === "base" ? "base" : "text";
  line.column(level === "error" ? `error: ${rule.title}` : rule.title, titleWidth, { tone });
  const layers = width >= WITH_RULE ? layersText(finding) : layerNumbers(finding);
  if (layersWidth > 0) line.space(2).column(layers, layersWidth, { align: "right", tone: "muted" });
  return line;
}

function layersText(finding: Finding): string {
  const { length } = finding.layers;
  return length === 0 ? "" : `${length === 1 ? "layer" : "layers"} ${layerNumbers(finding)}`;
}

function layerNumbers({ layers }: Finding): string {
  if (layers.length <= NAMED) return layers.join(", ");
  return [...layers.slice(0, NAMED - 1), "…"].join(", ");
}

/** For screen readers: what it is comes first. */
function plainRow(row: AdviceRow, isSelected: boolean, isFound: boolean, width: number, look: Look): Line {
  const line = plainLine(look, width, isSelected);
  if (row.kind === "base") {
    return line.text(`Only another base image would change this: ${plural(row.findings, "finding")}`);
  }
  const { finding } = row;
  const { rule, level, scope, bytes, estimate } = finding;
  const about = estimate && estimate.bytes > 0 ? `saves about ${formatBytes(estimate.bytes, look.units)}` : "";
  const parts = [
    level === "error" ? "error" : "",
    rule.title,
    isFound ? "match" : "",
    bytes > 0 ? `saves ${formatBytes(bytes, look.units)}` : about,
    scope === "base" ? "of the base image" : "",
    layersText(finding),
    rule.id,
  ];
  return line.text(parts.filter((part) => part !== "").join(", "));
}
