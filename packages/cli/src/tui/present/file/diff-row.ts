/** One row of a comparison: the line's number on either side, what happened to it, its text. */
import { plural } from "../../../output/plural.ts";
import type { DiffRow, FileDiff } from "../../view-model/file/compare.ts";
import { layoutRow } from "../../view-model/file/row-layout.ts";
import { searchTextOf, sideAt } from "../../view-model/file/search-text.ts";
import { overlay, type Span } from "../../view-model/file/spans.ts";
import { changedWords } from "../../view-model/file/words.ts";
import { Line } from "../line.ts";
import type { Look } from "../look.ts";
import type { RowShape } from "./body.ts";
import { addRuns, farthest, matchesWithin, scrolledStart } from "./text-rows.ts";

export function diffRow(diff: FileDiff, index: number, shape: RowShape, width: number, look: Look): string {
  const row = diff.rows[index];
  const side = sideAt(diff, index);
  const line = new Line(look, width);
  if (row?.kind === "fold") return foldRow(line, row.count, look).toString();
  if (!row || !side) return "";
  lineNumbers(line, row, shape);
  const tone = row.kind === "same" ? "muted" : row.kind;
  if (look.plain) line.text(row.kind === "same" ? "" : `${row.kind}: `);
  else line.text(SIGNS[row.kind], tone).space();
  const { lines, line: number } = side;
  const end = lines.endOf(number);
  const { start, skip } = scrolledStart(lines, number, shape.left);
  const to = Math.min(end, farthest(start, skip + shape.columns));
  const words = changedWords(diff, row);
  const whole: Span[] = row.kind === "same" || words.length > 0 ? [] : [{ start: start.offset, end, tone: row.kind }];
  const spans = overlay(words.length > 0 ? words : whole, matchesInRow(diff, index, lines.startOf(number), to, shape));
  const part = layoutRow({ text: lines.text, end, from: start, skip, width: shape.columns, spans, wraps: false });
  addRuns(line, part, shape, look);
  if (!part.hasMore && isUnended(diff, row)) line.text(" (no line end)", "muted");
  return line.toString();
}

const SIGNS = { same: " ", added: "+", removed: "-" } as const;

function foldRow(line: Line, count: number, look: Look): Line {
  const text = `${plural(count, "line")} without changes`;
  return look.plain ? line.text(text) : line.text(`${look.glyphs.ellipsis} ${text}`, "muted");
}

function lineNumbers(line: Line, row: Exclude<DiffRow, { kind: "fold" }>, { numbers }: RowShape): void {
  if (numbers === 0) return;
  const before = row.kind === "added" ? "" : String(row.before + 1);
  const after = row.kind === "removed" ? "" : String(row.after + 1);
  for (const number of [before, after]) line.column(number, numbers, { align: "right", tone: "line" }).space();
}

/** Matches as spans of the side that the row shows. */
function matchesInRow(diff: FileDiff, index: number, start: number, to: number, { search }: RowShape): Span[] {
  const target = search && searchTextOf(diff);
  if (!target) return [];
  const from = target.startOf(index);
  const shift = start - from;
  const found = matchesWithin(search, target, from, to - shift);
  return found.map((span) => ({ ...span, start: span.start + shift, end: span.end + shift }));
}

/** A last line without an end differs from the same line with one: then it has to be said. */
function isUnended({ before, after }: FileDiff, row: DiffRow): boolean {
  if (row.kind === "removed") return !before.endsWithNewline && row.before === before.count - 1;
  return row.kind === "added" && !after.endsWithNewline && row.after === after.count - 1;
}
