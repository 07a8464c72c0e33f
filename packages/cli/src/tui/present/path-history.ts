/** The history of a path as rows of text: two for each layer that touched it. */
import type { FileEntry } from "@layerscope/core";
import { formatBytes } from "../../output/bytes.ts";
import { plural } from "../../output/plural.ts";
import { insetWidth } from "../layout.ts";
import { splitHeight } from "../state/detail-rows.ts";
import type { ListPosition } from "../state/list.ts";
import { HISTORY_HEAD, historyListHeight } from "../state/path-history.ts";
import type { HistoryRow, PathHistoryModel, Stored } from "../view-model/path-history.ts";
import { presentDetails } from "./detail-strip.ts";
import { inset } from "./inset.ts";
import { Line, plainLine } from "./line.ts";
import type { Look, Size, Tone } from "./look.ts";

const LAYER = 4;
const WHAT = 10;
/** Columns before what a layer's second row says. */
const INDENT = LAYER + 1;

/** The whole view, which has the keys as long as it is shown. */
export function presentPathHistory(model: PathHistoryModel, position: ListPosition, size: Size, look: Look): string[] {
  const { width, height } = size;
  const inner = insetWidth(width, look);
  const titles = [
    new Line(look, inner).text(model.path, "title", "middle").toString(),
    new Line(look, inner).text(sumText(model, look), "muted").toString(),
  ];
  const head = inset(titles, look);
  const { list, details } = splitHeight(height, HISTORY_HEAD);
  const rows: string[] = [];
  const end = Math.min(model.count, position.top + historyListHeight(height));
  for (let index = position.top; index < end; index++) {
    const row = model.at(index);
    if (!row) break;
    const isSelected = index === position.cursor;
    const lines = [firstLine(row, isSelected, width, look), secondLine(row, width, look)];
    rows.push(...lines.map((line) => (isSelected ? line.cursor(true) : line.toString())));
  }
  if (model.count === 0)
    rows.push(
      "",
      new Line(look, width)
        .space(look.plain ? 0 : 1)
        .text("No layer that is read yet touched it.", "muted")
        .toString(),
    );
  const current = details > 0 ? model.at(position.cursor) : undefined;
  if (!current) return [...head, ...rows].slice(0, height);
  while (rows.length < list) rows.push("");
  const heading = `${layerText(current)}${current.command === "" ? "" : `: ${current.command}`}`;
  return [...head, ...rows, ...presentDetails(heading, sentence(current, look), details, width, look)].slice(0, height);
}

function sumText({ sum, complete, count }: PathHistoryModel, look: Look): string {
  const { files, bytes, wastedBytes, below } = sum;
  const soFar = complete ? "" : " so far; layers are still being read";
  if (files === 0) return count === 0 ? "" : `no bytes stored${soFar}`;
  const what = below ? `${plural(files, "file")} stored in it` : `stored ${plural(files, "time")}`;
  const some = wastedBytes === bytes ? "all of it wasted" : `of which ${formatBytes(wastedBytes, look.units)} wasted`;
  const wasted = wastedBytes === 0 ? "nothing of it wasted" : some;
  return `${what}, ${formatBytes(bytes, look.units)}, ${wasted}${soFar}`;
}

function firstLine(row: HistoryRow, isSelected: boolean, width: number, look: Look): Line {
  if (look.plain) return plainLine(look, width, isSelected).text([layerText(row), sentence(row, look)].join(", "));
  const line = new Line(look, width);
  line.column(String(row.layer), LAYER, { align: "right", tone: row.isBase ? "base" : "strong" }).space();
  line.text(look.glyphs.marks[row.change ?? "unchanged"], row.change ?? "muted").space();
  line.column(whatText(row), WHAT, { tone: row.change ?? "muted" }).space();
  let first = true;
  for (const [text, tone] of [
    [sizeText(row, look), "text"],
    [storedText(row, look), wastesAny(row) ? "wasted" : "muted"],
    [row.isBase ? "base image" : "", "base"],
  ] satisfies [string, Tone][]) {
    if (text === "") continue;
    line.space(first ? 0 : 2).text(text, tone);
    first = false;
  }
  return line;
}

function secondLine(row: HistoryRow, width: number, look: Look): Line {
  const line = new Line(look, width).space(look.plain ? 0 : INDENT);
  if (look.plain) return line.text(row.command === "" ? "" : `command ${row.command}`);
  const fields = fieldsText(row, look);
  if (fields !== "") line.text(fields, "metadata").space(2);
  return line.text(row.command, "muted");
}

function layerText({ layer, isBase }: HistoryRow): string {
  return `${isBase ? "base " : ""}layer ${layer}`;
}

function whatText({ change, hidden, below }: HistoryRow): string {
  if (change === "removed" && hidden) return "hidden";
  return change ?? (below ? "below it" : "never seen");
}

/** Everything about a row but its layer. */
function sentence(row: HistoryRow, look: Look): string {
  const names = row.names !== undefined && row.names > 1 ? `one file with ${row.names} names` : "";
  const what = row.change === "identical" ? "stored again, nothing changed" : whatText(row);
  return [what, sizeText(row, look), fieldsText(row, look), storedText(row, look), names].filter(Boolean).join(", ");
}

function sizeText({ before, after, change }: HistoryRow, look: Look): string {
  if (change === undefined) return "";
  const was = sizeOf(before, look);
  const is = sizeOf(after, look);
  if (was === "" || is === "") return is || was;
  return before?.size === after?.size ? is : `${was} ${look.glyphs.arrow} ${is}`;
}

function sizeOf(entry: FileEntry | undefined, look: Look): string {
  return entry?.type === "file" ? formatBytes(entry.size, look.units) : "";
}

function fieldsText({ fields }: HistoryRow, look: Look): string {
  return fields.map(({ name, before, after }) => `${name} ${before} ${look.glyphs.arrow} ${after}`).join(", ");
}

function storedText({ stored, below }: HistoryRow, look: Look): string {
  const parts: string[] = [];
  if (stored) {
    if (stored.files > 1) parts.push(`stored ${plural(stored.files, "time")}`);
    parts.push(...wasteText(stored, look));
  }
  if (below) {
    if (below.files > 0) parts.push(`${plural(below.files, "file")} below, ${formatBytes(below.bytes, look.units)}`);
    if (below.removed > 0) parts.push(`${plural(below.removed, "path")} below removed`);
    parts.push(...wasteText(below, look));
  }
  return parts.join(", ");
}

/** How many layers are named before the rest is counted. */
const NAMED = 4;

function wasteText({ bytes, wastedBytes, lostIn }: Stored, look: Look): string[] {
  if (wastedBytes === 0) return [];
  const named = lostIn.slice(0, NAMED).join(", ");
  const more = lostIn.length > NAMED ? ` and ${lostIn.length - NAMED} more` : "";
  const much = wastedBytes === bytes ? "wasted" : `${formatBytes(wastedBytes, look.units)} wasted`;
  return [`${much} by layer${lostIn.length === 1 ? "" : "s"} ${named}${more}`];
}

function wastesAny({ stored, below }: HistoryRow): boolean {
  return (stored?.wastedBytes ?? 0) + (below?.wastedBytes ?? 0) > 0;
}
