/** The waste view as rows of text: the sum, the groups and records, and what is to be said of the one under the cursor. */
import { formatBytes, formatShare } from "../../output/bytes.ts";
import { plural } from "../../output/plural.ts";
import { cellWidth } from "../../output/terminal.ts";
import { CAUSE_MEANING, CAUSE_REMEDY } from "../../output/waste-text.ts";
import { splitHeight } from "../state/detail-rows.ts";
import type { Marks } from "../state/marks.ts";
import type { WasteState } from "../state/waste.ts";
import { isBaseLayer, layerCommand, layerName } from "../view-model/layer-names.ts";
import type { WasteModel } from "../view-model/waste.ts";
import type { WasteGroupRow, WasteRecordRow, WasteRow } from "../view-model/waste-row.ts";
import { describeWaste } from "../view-model/waste-sentence.ts";
import { presentDetails } from "./detail-strip.ts";
import { Line, plainLine } from "./line.ts";
import type { Look, Size, Tone } from "./look.ts";

const BYTES = 8;
const SHARE = 8;
const BAR = 10;
/** Columns from which on there are bars, and from which on each record says what became of it. */
const WITH_BARS = 60;
const WITH_FATE = 110;
/** Columns of the longest name of a cause, and how many must be left for meanings to stand below each other. */
const LONGEST_NAME = 16;
const BESIDE = 50;
/** Where a record says what became of it: the part of the row that its path has; columns of the sentence but for commands. */
const NAME_PART = 0.35;
const SENTENCE = 75;
const SHORTEST_COMMAND = 8;
/** Deeper groups are not indented further. */
const DEEPEST = 12;

const BY: Readonly<Record<WasteModel["group"], string>> = {
  cause: "by cause",
  layer: "by layer",
  path: "by directory",
};

/** The whole view. `focused`: whether it has the keys. `found`: by node, 1 for the paths that are searched for. */
export function presentWaste(
  model: WasteModel,
  { position }: Pick<WasteState, "position">,
  focused: boolean,
  size: Size,
  look: Look,
  marks: Marks,
  found?: Uint8Array,
): string[] {
  if (size.height <= 0) return [];
  const head = presentHead(model, size.width, look);
  if (model.count === 0) return [head, ...presentNothing(model, size.width, look)].slice(0, size.height);
  const { list, details } = splitHeight(size.height, 1);
  const lines = [head];
  for (let index = position.top; index < Math.min(model.count, position.top + list); index++) {
    const row = model.at(index, marks);
    if (!row) break;
    const isSelected = index === position.cursor;
    const line = look.plain
      ? plainRow(row, isSelected, model, size.width, look, found)
      : presentRow(row, model, size.width, look, found);
    lines.push(isSelected ? line.cursor(focused) : line.toString());
  }
  while (details > 0 && lines.length < 1 + list) lines.push("");
  const current = model.at(position.cursor);
  if (current) {
    const { heading, text } = detailsOf(current, model, look);
    lines.push(...presentDetails(heading, text, details, size.width, look));
  }
  return lines.slice(0, size.height);
}

function presentHead(model: WasteModel, width: number, look: Look): string {
  const line = new Line(look, width).space(look.plain ? 0 : 1);
  if (model.phase === "unknown") return line.text("not known yet", "muted").toString();
  const { wastedBytes, storedBytes, group, records } = model;
  line.text(`${formatBytes(wastedBytes, look.units)} wasted`, "wasted");
  const share = formatShare(wastedBytes, storedBytes);
  const rest = [
    ...(model.count > 0 ? [BY[group]] : []),
    width < WITH_BARS ? `${share} of stored` : `${share} of ${formatBytes(storedBytes, look.units)} stored`,
    ...(model.count > 0 ? [plural(records, "file")] : []),
  ];
  const separator = look.plain ? ", " : ` ${look.glyphs.separator} `;
  for (const part of rest) {
    if (cellWidth(separator) + cellWidth(part) > line.left) break;
    line.text(separator, "line").text(part, "muted");
  }
  return line.toString();
}

function presentNothing({ phase }: WasteModel, width: number, look: Look): string[] {
  const text =
    phase === "unknown"
      ? "What is wasted is known when all layers are read."
      : "Nothing is wasted: a container sees every byte that is stored.";
  return [
    "",
    new Line(look, width)
      .space(look.plain ? 0 : 1)
      .text(text, phase === "none" ? "good" : "muted")
      .toString(),
  ];
}

function presentRow(row: WasteRow, model: WasteModel, width: number, look: Look, found: Uint8Array | undefined): Line {
  const { glyphs } = look;
  const line = new Line(look, width);
  const bytes = row.kind === "group" ? row.bytes : row.record.bytes;
  const isMarked = row.kind === "group" ? row.marked === row.count : row.marked;
  line.column(isMarked ? glyphs.marked : "", cellWidth(glyphs.marked), { tone: "marked" });
  line.column(formatBytes(bytes, look.units), BYTES, {
    align: "right",
    tone: row.kind === "group" ? "wasted" : "text",
  });
  line.column(formatShare(bytes, model.wastedBytes), SHARE, { align: "right", tone: "muted" }).space();
  if (width >= WITH_BARS) {
    if (row.kind === "group") bar(line, row.share, look);
    else line.column(`${row.record.storedIn} ${glyphs.arrow} ${row.record.hiddenBy}`, BAR, { tone: "muted" });
    line.space();
  }
  line.space(Math.min(row.depth, DEEPEST) * 2);
  return row.kind === "group" ? groupName(line, row, model, look) : recordName(line, row, model, width, look, found);
}

function isFound({ node }: WasteRecordRow, found: Uint8Array | undefined): boolean {
  return found?.[node] === 1;
}

function bar(line: Line, share: number, { glyphs }: Look): void {
  const { wasted, empty } = glyphs.bar;
  const filled = Math.min(BAR, Math.max(1, Math.round(share * BAR)));
  line.fill(wasted, "wasted", filled).fill(empty, "line", BAR - filled);
}

function groupName(line: Line, row: WasteGroupRow, model: WasteModel, look: Look): Line {
  line.text(row.open ? look.glyphs.open : look.glyphs.closed, "line").space();
  const end = countText(row);
  const endWidth = cellWidth(end) + 2;
  const { name, meaning } = groupTexts(row, model, look);
  // The count goes before the name is cut.
  const hasEnd = line.left - endWidth >= cellWidth(name);
  const room = line.left - (hasEnd ? endWidth : 0);
  const isNarrow = line.left < BESIDE || row.of.by === "path";
  const nameWidth = Math.min(Math.max(cellWidth(name), isNarrow ? 0 : LONGEST_NAME), room);
  line.column(name, nameWidth, { tone: row.of.by === "path" ? "directory" : "strong", cut: "middle" });
  const meaningWidth = Math.min(cellWidth(meaning), room - nameWidth - 2);
  if (meaningWidth > 8) line.space(2).column(meaning, meaningWidth, { tone: "muted" });
  return hasEnd ? line.atEnd(end, "muted") : line;
}

function recordName(
  line: Line,
  row: WasteRecordRow,
  model: WasteModel,
  width: number,
  look: Look,
  found: Uint8Array | undefined,
): Line {
  const tone: Tone = isFound(row, found) ? "match" : "text";
  // A sign's width where groups have theirs, so that names stand below each other.
  line.space(cellWidth(look.glyphs.closed) + 1);
  if (width < WITH_FATE) return line.text(row.name, tone, "middle");
  line.column(row.name, Math.floor(line.left * NAME_PART), { tone, cut: "middle" }).space(2);
  const commandWidth = Math.max(SHORTEST_COMMAND, Math.floor((line.left - SENTENCE) / 2));
  return line.text(withoutBytes(describeWaste(row.record, model.subject, look.units, commandWidth)), "muted");
}

/** The bytes stand in a column of their own. */
function withoutBytes(sentence: string): string {
  return sentence.slice(sentence.indexOf("stored"));
}

/** For screen readers: what it is comes first. */
function plainRow(
  row: WasteRow,
  isSelected: boolean,
  model: WasteModel,
  width: number,
  look: Look,
  found: Uint8Array | undefined,
): Line {
  const line = plainLine(look, width, isSelected);
  const parts = row.kind === "group" ? plainGroup(row, model, look) : plainRecord(row, model, look, found);
  return line.text([`level ${row.depth + 1}`, ...parts].filter((part) => part !== "").join(", "));
}

function plainGroup(row: WasteGroupRow, model: WasteModel, look: Look): string[] {
  const { name, meaning } = groupTexts(row, model, look);
  const size = `${formatBytes(row.bytes, look.units)}, ${formatShare(row.bytes, model.wastedBytes)} of the waste`;
  return [name, row.open ? "open" : "closed", size, countText(row), meaning];
}

function plainRecord(
  row: WasteRecordRow,
  { subject }: WasteModel,
  look: Look,
  found: Uint8Array | undefined,
): string[] {
  const sentence = withoutBytes(describeWaste(row.record, subject, look.units));
  const signs = [row.marked ? "marked" : "", isFound(row, found) ? "match" : ""];
  return [formatBytes(row.record.bytes, look.units), row.name, ...signs, sentence];
}

function countText({ count, marked }: WasteGroupRow): string {
  const files = plural(count, "file");
  if (marked === 0) return files;
  return marked === count ? `${files}, all marked` : `${files}, ${marked.toLocaleString("en")} marked`;
}

function groupTexts(row: WasteGroupRow, { subject }: WasteModel, look: Look): { name: string; meaning: string } {
  const { of } = row;
  switch (of.by) {
    case "cause":
      return { name: of.cause, meaning: CAUSE_MEANING[of.cause] };
    case "layer": {
      const name = `${isBaseLayer(subject, of.layer) ? "base " : ""}layer ${of.layer}`;
      return {
        name,
        meaning: [layersText(of.layer, of.hiddenBy), layerCommand(subject, of.layer)]
          .filter(Boolean)
          .join(look.plain ? ", " : `  `),
      };
    }
    case "path":
      return {
        name: of.isDirectory ? `${row.name}/` : row.name,
        meaning: of.isDirectory ? "" : "stored again and again",
      };
  }
}

/** How many layers are named before the rest is counted. */
const NAMED = 3;

function layersText(storedIn: number, hiddenBy: readonly number[]): string {
  const names = hiddenBy.slice(0, NAMED).map((layer) => (layer === storedIn ? "itself" : String(layer)));
  const more = hiddenBy.length - names.length;
  return `lost to ${hiddenBy.length === 1 ? "layer " : "layers "}${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function detailsOf(row: WasteRow, model: WasteModel, look: Look): { heading: string; text: string } {
  const { subject } = model;
  if (row.kind === "record") return { heading: row.path, text: describeWaste(row.record, subject, look.units) };
  const { of } = row;
  const sum = `${formatBytes(row.bytes, look.units)} in ${plural(row.count, "file")}`;
  switch (of.by) {
    case "cause":
      return { heading: `${of.cause}: ${CAUSE_MEANING[of.cause]}`, text: `${sum}. ${CAUSE_REMEDY[of.cause]}` };
    case "layer": {
      const first = of.hiddenBy[0];
      const most = first === undefined || first === of.layer ? "" : `, most of it lost to ${layerName(subject, first)}`;
      return { heading: layerName(subject, of.layer, 1000), text: `${sum} stored here for nothing${most}` };
    }
    case "path":
      return {
        heading: row.name,
        text: of.isDirectory
          ? `${sum} wasted below it`
          : `${sum.replace(/ in .*/, "")} wasted: stored ${row.count} times too often`,
      };
  }
}
