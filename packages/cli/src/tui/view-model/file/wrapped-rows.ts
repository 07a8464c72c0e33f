/** Going through wrapped lines row by row, without wrapping more of them than are gone through. */
import type { Lines } from "./lines.ts";
import { columnsOfLine, layoutRow } from "./row-layout.ts";

/** A row: a line, and the column of it that the row begins with. */
export interface WrappedRow {
  readonly line: number;
  readonly column: number;
}

/** @returns undefined behind the last row */
export function rowAfter(lines: Lines, { line, column }: WrappedRow, width: number): WrappedRow | undefined {
  const end = lines.endOf(line);
  const from = column === 0 ? { offset: lines.startOf(line), column } : columnsOfLine(lines, line).placeAt(column);
  const { next, hasMore } = layoutRow({ text: lines.text, end, from, skip: 0, width, spans: [], wraps: true });
  if (hasMore) return { line, column: next.column };
  return line + 1 < lines.count ? { line: line + 1, column: 0 } : undefined;
}

/** @returns undefined before the first row */
export function rowBefore(lines: Lines, { line, column }: WrappedRow, width: number): WrappedRow | undefined {
  // Where wide characters made rows shorter this is a column off, which nobody minds.
  if (column > 0) return { line, column: snapped(lines, line, Math.max(0, column - width)) };
  if (line === 0) return undefined;
  const columns = columnsOfLine(lines, line - 1).width;
  return { line: line - 1, column: snapped(lines, line - 1, Math.floor(Math.max(0, columns - 1) / width) * width) };
}

function snapped(lines: Lines, line: number, column: number): number {
  return column === 0 ? 0 : columnsOfLine(lines, line).placeAt(column).column;
}

/** The first row of the last page. */
export function lastPage(lines: Lines, width: number, height: number): WrappedRow {
  let row = rowBefore(lines, { line: lines.count, column: 0 }, width) ?? { line: 0, column: 0 };
  for (let count = 1; count < height; count++) row = rowBefore(lines, row, width) ?? row;
  return row;
}
