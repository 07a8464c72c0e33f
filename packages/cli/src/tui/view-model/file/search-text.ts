/** What is searched in, for each way of showing a content. */
import type { FileDiff } from "./compare.ts";
import type { LinedText, Lines } from "./lines.ts";
import { BYTES_A_ROW, type FileBody } from "./model.ts";
import { columnsOfLine } from "./row-layout.ts";

/** The text of a body; rows of the body are its lines. @returns undefined when there is nothing to search in */
export function searchTextOf(body: FileBody): LinedText | undefined {
  switch (body.kind) {
    case "text":
      return body.lines;
    case "hex":
      return remembered(body.bytes, bytesAsText);
    case "diff":
      return remembered(body, rowsAsText);
    default:
      return undefined;
  }
}

/** The column in which a match begins; 0 where rows are never wider than the screen needs. */
export function columnOfMatch(body: FileBody, offset: number): number {
  const target = searchTextOf(body);
  if (!target) return 0;
  const row = target.lineAt(offset);
  if (body.kind === "text") return columnsOfLine(body.lines, row).columnOf(offset);
  const side = body.kind === "diff" ? sideAt(body, row) : undefined;
  if (!side) return 0;
  const { lines, line } = side;
  return columnsOfLine(lines, line).columnOf(lines.startOf(line) + offset - target.startOf(row));
}

/** The text and the line that a row of a comparison shows; undefined for a fold. */
export function sideAt(diff: FileDiff, row: number): { readonly lines: Lines; readonly line: number } | undefined {
  const shown = diff.rows[row];
  if (!shown || shown.kind === "fold") return undefined;
  return shown.kind === "removed"
    ? { lines: diff.before, line: shown.before }
    : { lines: diff.after, line: shown.after };
}

const known = new WeakMap<object, LinedText>();

function remembered<T extends object>(of: T, make: (of: T) => LinedText): LinedText {
  let text = known.get(of);
  if (!text) {
    text = make(of);
    known.set(of, text);
  }
  return text;
}

/** One character a byte. */
function bytesAsText(bytes: Uint8Array): LinedText {
  return {
    text: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1"),
    count: Math.ceil(bytes.length / BYTES_A_ROW),
    startOf: (row) => row * BYTES_A_ROW,
    lineAt: (offset) => Math.floor(offset / BYTES_A_ROW),
  };
}

/** The text of each row, a newline after it. */
function rowsAsText(diff: FileDiff): LinedText {
  const starts: number[] = [];
  const parts: string[] = [];
  let at = 0;
  for (let row = 0; row < diff.rows.length; row++) {
    const side = sideAt(diff, row);
    const text = side ? side.lines.line(side.line) : "";
    starts.push(at);
    parts.push(text);
    at += text.length + 1;
  }
  return {
    text: parts.join("\n"),
    count: starts.length,
    startOf: (row) => starts[row] ?? at,
    lineAt: (offset) =>
      Math.max(
        0,
        starts.findLastIndex((start) => start <= offset),
      ),
  };
}
