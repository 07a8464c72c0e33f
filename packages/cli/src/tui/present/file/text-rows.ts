/** Lines of text as rows. */
import type { FileSearch } from "../../state/file-state.ts";
import type { Place } from "../../view-model/file/columns.ts";
import type { LinedText, Lines } from "../../view-model/file/lines.ts";
import type { FileBody } from "../../view-model/file/model.ts";
import { columnsOfLine, layoutRow, type TextRow } from "../../view-model/file/row-layout.ts";
import { firstEndingAfter, overlay, type Span, spansWithin } from "../../view-model/file/spans.ts";
import { Line } from "../line.ts";
import type { Look, Size } from "../look.ts";
import type { RowShape } from "./body.ts";

type TextBody = Extract<FileBody, { kind: "text" }>;

export function textRows(body: TextBody, shape: RowShape, { width, height }: Size, look: Look): string[] {
  const { lines } = body;
  const rows: string[] = [];
  for (let line = shape.top; line < Math.min(shape.top + height, lines.count); line++) {
    const row = new Line(look, width);
    lineNumber(row, line, shape);
    const { start, skip } = scrolledStart(lines, line, shape.left);
    const part = rowOf(body, line, start, skip, false, shape);
    addRuns(row, part, shape, look);
    rows.push(row.toString());
  }
  return rows;
}

export function wrappedRows(body: TextBody, shape: RowShape, { width, height }: Size, look: Look): string[] {
  const { lines } = body;
  const rows: string[] = [];
  let line = shape.top;
  let { start } = scrolledStart(lines, line, shape.left);
  let isFirst = start.column === 0;
  while (rows.length < height && line < lines.count) {
    const row = new Line(look, width);
    if (isFirst) lineNumber(row, line, shape);
    else if (shape.numbers > 0) row.space(shape.numbers + 1);
    const part = rowOf(body, line, start, 0, true, shape);
    for (const { text, tone } of part.runs) row.text(text, tone);
    rows.push(row.toString());
    isFirst = !part.hasMore;
    if (part.hasMore) start = part.next;
    else start = { offset: lines.startOf(++line), column: 0 };
  }
  return rows;
}

/** What stands at the left edge of the screen, and how much of it is cut off. */
export function scrolledStart(lines: Lines, line: number, left: number): { start: Place; skip: number } {
  if (left === 0) return { start: { offset: lines.startOf(line), column: 0 }, skip: 0 };
  const start = columnsOfLine(lines, line).placeAt(left);
  return { start, skip: left - start.column };
}

function rowOf(
  { lines, colors }: TextBody,
  line: number,
  from: Place,
  skip: number,
  wraps: boolean,
  { columns, search }: RowShape,
): TextRow {
  const end = lines.endOf(line);
  const to = Math.min(end, farthest(from, skip + columns));
  const spans = colors ? spansWithin(colors, from.offset, to) : [];
  const matches = matchesWithin(search, lines, from.offset, to);
  return layoutRow({ text: lines.text, end, from, skip, width: columns, spans: overlay(spans, matches), wraps });
}

/** No character takes more of the text than this for each of its columns. */
const LONGEST = 16;

/** An offset that so many columns cannot go beyond. */
export function farthest(from: Place, columns: number): number {
  return from.offset + columns * LONGEST;
}

/** The matches of a search as spans, if it was a search in this text. */
export function matchesWithin(search: FileSearch | undefined, target: LinedText, from: number, to: number): Span[] {
  if (!search || search.target !== target) return [];
  const spans: Span[] = [];
  for (let index = firstEndingAfter(search.matches, 2, from); index * 2 < search.matches.length; index++) {
    const start = search.matches[index * 2] ?? 0;
    if (start >= to) break;
    spans.push({ start, end: search.matches[index * 2 + 1] ?? 0, tone: "match" });
  }
  return spans;
}

function lineNumber(row: Line, line: number, { numbers }: RowShape): void {
  if (numbers > 0) row.column(String(line + 1), numbers, { align: "right", tone: "line" }).space();
}

/** The text of a row, with a sign at its end when the line goes on. */
export function addRuns(row: Line, { runs, hasMore }: TextRow, { columns }: RowShape, look: Look): void {
  const end = row.left - columns;
  for (const { text, tone } of runs) row.text(text, tone);
  if (hasMore && !look.plain && end > 0) row.space(row.left - end).text(">", "line");
}
