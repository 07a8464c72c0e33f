/** The file tree as rows of text. */
import { type Change, type FileEntry, printableName } from "@layerscope/core";
import { formatBytes, formatShare } from "../../output/bytes.ts";
import { modeText } from "../../output/mode-text.ts";
import { cellWidth } from "../../output/terminal.ts";
import type { Column } from "../state/files-state.ts";
import type { FileRow } from "../view-model/file-tree.ts";
import { Line, plainLine } from "./line.ts";
import type { Look, Size, Tone } from "./look.ts";

/** A row with what the user has to do with it. */
export interface ShownFileRow {
  readonly row: FileRow;
  readonly marked: boolean;
  /** It is what is searched for. */
  readonly matches: boolean;
}

export interface FilesOptions {
  readonly columns: readonly Column[];
  /** The row of the screen that the cursor is on. */
  readonly cursor: number;
  readonly focused: boolean;
  /** What the sizes are of: in the wasted tree the layer is the one that stored the bytes in vain. */
  readonly wasted: boolean;
}

const BAR = 8;
/** The tree is what one came for: columns go before it gets narrower than this. */
const NAME_MIN = 30;
/** What is left of the name however deep the path lies. */
const NAME_LEAST = 16;
/** Remarks stand at most so far from where names begin: over a wider gap no eye finds the row again. */
const NAME_AND_REMARKS = 84;
const GAP = 2;
const WIDTHS: Readonly<Record<Column, number>> = { size: 8, share: 7, bar: BAR, mode: 10, owner: 9 };
/** What goes first when it gets narrow. */
const FIRST_TO_GO: readonly Column[] = ["owner", "mode", "bar", "share"];

/** The columns there is room for. */
function columnsThatFit(columns: readonly Column[], width: number): readonly Column[] {
  let left = [...columns];
  for (const column of FIRST_TO_GO) {
    const used = left.reduce((sum, each) => sum + WIDTHS[each] + 1, 3);
    if (width - used >= NAME_MIN) break;
    left = left.filter((each) => each !== column);
  }
  return left;
}

export function presentFiles(rows: readonly ShownFileRow[], size: Size, look: Look, options: FilesOptions): string[] {
  const columns = columnsThatFit(options.columns, size.width);
  return rows.slice(0, size.height).map((shown, index) => {
    const isSelected = index === options.cursor;
    const line = look.plain
      ? plainRow(shown, isSelected, size.width, look, options)
      : fileRow(shown, size.width, look, columns, options);
    return isSelected ? line.cursor(options.focused) : line.toString();
  });
}

function fileRow(
  { row, marked, matches }: ShownFileRow,
  width: number,
  look: Look,
  columns: readonly Column[],
  { wasted }: FilesOptions,
): Line {
  const { entry, change, bytes, parentBytes, depth } = row;
  const { glyphs } = look;
  const line = new Line(look, width);
  const tone = toneOf(change);
  line
    .text(marked ? glyphs.marked : " ", "marked")
    .text(glyphs.marks[change ?? "unchanged"], tone)
    .space();
  for (const column of columns) {
    switch (column) {
      case "size":
        line.column(sizeText(row, look), WIDTHS.size, { align: "right", tone: wasted ? "wasted" : "strong" });
        break;
      case "share":
        line.column(bytes === 0 ? "" : formatShare(bytes, parentBytes), WIDTHS.share, {
          align: "right",
          tone: "muted",
        });
        break;
      case "bar":
        bar(line, row, look, wasted);
        break;
      case "mode":
        line.column(modeText(entry), WIDTHS.mode, { tone: row.fields.includes("mode") ? "metadata" : "muted" });
        break;
      case "owner":
        line.column(`${entry.uid}:${entry.gid}`, WIDTHS.owner, {
          tone: row.fields.includes("owner") ? "metadata" : "muted",
        });
        break;
    }
    line.space();
  }
  const spare = line.left - NAME_AND_REMARKS;
  line.space(Math.min(depth * 2, Math.max(0, line.left - NAME_LEAST)));
  if (row.hasChildren) line.text(row.open ? glyphs.open : glyphs.closed, "line");
  else line.space(cellWidth(glyphs.closed));
  line.space();
  const said = remarks(row, look, wasted);
  const nameWidth = cellWidth(nameText(row)) + 1;
  const least = Math.min(NAME_MIN, nameWidth) + GAP;
  // What is wasted is said as long as anything is.
  const end = [said, said.slice(-1)].find((parts) => widthOf(parts) + least <= line.left) ?? [];
  const endWidth = end.length === 0 ? 0 : widthOf(end) + GAP;
  const beyond = Math.max(0, Math.min(line.left - nameWidth - endWidth, spare));
  nameOf(line, row, line.left - endWidth, matches, look);
  if (end.length > 0) line.space(line.left - widthOf(end) - beyond);
  for (const [index, { text, tone }] of end.entries()) line.text(index === 0 ? "" : " ").text(text, tone);
  return line;
}

/** What a screen reader can read out: name first, words instead of signs, and last what matters least. */
function plainRow(
  { row, marked, matches }: ShownFileRow,
  isSelected: boolean,
  width: number,
  look: Look,
  { wasted }: FilesOptions,
): Line {
  const { entry, change, depth } = row;
  const parts = [
    `level ${depth + 1}`,
    `${nameText(row)}${entry.type === "directory" ? "/" : ""}`,
    sizeText(row, look),
    change ? look.glyphs.marks[change] : "",
    row.hasChildren ? (row.open ? "open" : "closed") : "",
    marked ? "marked" : "",
    matches ? "match" : "",
    ...remarks(row, look, wasted).map(({ text }) => text),
    modeText(entry),
    `owner ${entry.uid}:${entry.gid}`,
  ];
  return plainLine(look, width, isSelected).text(parts.filter((part) => part !== "").join(", "));
}

function bar(line: Line, { bytes, parentBytes, wastedBytes }: FileRow, look: Look, allWasted: boolean): void {
  if (bytes === 0) {
    line.space(BAR);
    return;
  }
  const { full, wasted, empty } = look.glyphs.bar;
  const share = parentBytes === 0 ? 0 : Math.min(1, bytes / parentBytes);
  const filled = Math.max(1, Math.round(share * BAR));
  // A bar of which all is wasted is hatched however short it is.
  const lost = allWasted ? filled : Math.round(filled * Math.min(1, (wastedBytes ?? 0) / bytes));
  line
    .fill(full, "bar", Math.min(filled - lost, BAR))
    .fill(wasted, "wasted", lost)
    .fill(empty, "line", BAR - filled);
}

/** Directories that have nothing to count show no size, so that the eye finds those that have. */
function sizeText({ entry, bytes }: FileRow, look: Look): string {
  return bytes === 0 && entry.type !== "file" ? "" : formatBytes(bytes, look.units);
}

function nameOf(line: Line, row: FileRow, room: number, matches: boolean, look: Look): void {
  const { entry, change, names } = row;
  const tone: Tone = matches ? "match" : change === "removed" ? "removed" : toneOfType(entry, change);
  const target = entry.linkTarget ? ` ${look.glyphs.arrow} ${printableName(entry.linkTarget)}` : "";
  const slash = entry.type === "directory" ? "/" : "";
  const last = `${printableName(names.at(-1) ?? new Uint8Array(0))}${slash}`;
  const before = names.length > 1 ? `${names.slice(0, -1).map(printableName).join("/")}/` : "";
  let left = room;
  const add = (text: string, textTone: Tone, cut: "end" | "middle"): void => {
    if (left <= 0 || text === "") return;
    const width = Math.min(left, cellWidth(text));
    line.column(text, width, { tone: textTone, cut });
    left -= width;
  };
  const lastWidth = cellWidth(last);
  if (before !== "" && lastWidth < left) {
    const width = Math.min(cellWidth(before), left - lastWidth);
    if (width > 2) {
      line.column(before, width, { tone: "muted", cut: "middle" });
      left -= width;
    }
  }
  add(last, tone, "middle");
  add(target, "link", "end");
}

function nameText({ names, entry }: FileRow): string {
  const name = names.map(printableName).join("/");
  return entry.linkTarget ? `${name} link to ${printableName(entry.linkTarget)}` : name;
}

interface Remark {
  readonly text: string;
  readonly tone: Tone;
}

function widthOf(remarks: readonly Remark[]): number {
  return remarks.reduce((sum, { text }) => sum + cellWidth(text) + 1, -1);
}

/** What stands at the end of a row: what changed below a directory, or who removed the path. What matters most is last. */
function remarks(row: FileRow, look: Look, wasted: boolean): Remark[] {
  const { entry, change, layer, fields, bytes, wastedBytes = 0 } = row;
  if (wasted) return change === undefined ? [] : [{ text: lossText(change, layer, fields), tone: "muted" }];
  const parts: Remark[] = [];
  if (change === "removed") parts.push({ text: `removed in layer ${layer}`, tone: "muted" });
  else if (entry.type === "directory") parts.push(...countsBelow(row, look));
  else if (change === "metadata") parts.push({ text: fields.join(", "), tone: "metadata" });
  // Of what is removed nobody expects anything else, and of a file its bar says enough.
  if (wastedBytes > 0 && entry.type === "directory" && change !== "removed") {
    const how = wastedBytes >= bytes ? "all" : formatBytes(wastedBytes, look.units);
    parts.push({ text: `${how} wasted`, tone: "wasted" });
  }
  return parts;
}

function lossText(change: Change, layer: number, fields: readonly string[]): string {
  const how = {
    removed: "removed",
    modified: "rewritten",
    metadata: fields.join(", "),
    identical: "stored again",
    added: "",
  };
  return `${how[change]} in layer ${layer}`;
}

const KINDS: readonly Change[] = ["added", "modified", "metadata", "identical", "removed"];

/** The directory itself is not below it: its own sign tells what happened to it. */
function countsBelow({ change, changes }: FileRow, { glyphs, plain }: Look): Remark[] {
  return KINDS.flatMap((kind) => {
    const count = changes[kind] - (kind === change ? 1 : 0);
    if (count <= 0) return [];
    const text = `${glyphs.marks[kind]}${count}`;
    return [{ text: plain ? `${count} ${glyphs.marks[kind]} below` : text, tone: kind }];
  });
}

function toneOf(change: Change | undefined): Tone {
  return change ?? "muted";
}

function toneOfType({ type }: FileEntry, change: Change | undefined): Tone {
  if (type === "directory") return "directory";
  if (type === "symlink") return "link";
  if (type !== "file") return "special";
  return change ?? "text";
}
