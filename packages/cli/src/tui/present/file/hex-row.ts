/** Sixteen bytes as a row: where they stand, their values in two groups, their characters. */
import { BYTES_A_ROW, HEX_WIDTH } from "../../view-model/file/model.ts";
import { layoutRow } from "../../view-model/file/row-layout.ts";
import { searchTextOf } from "../../view-model/file/search-text.ts";
import { overlay, type Span } from "../../view-model/file/spans.ts";
import { Line } from "../line.ts";
import type { Look } from "../look.ts";
import type { RowShape } from "./body.ts";
import { matchesWithin } from "./text-rows.ts";

const VALUES_AT = 10;
const CHARACTERS_AT = HEX_WIDTH - BYTES_A_ROW;

/** The column of a byte's value, counted from the row's first byte. */
const valueColumn = (index: number): number => VALUES_AT + index * 3 + (index >= BYTES_A_ROW / 2 ? 1 : 0);

export function hexRow(bytes: Uint8Array, row: number, shape: RowShape, width: number, look: Look): string {
  const start = row * BYTES_A_ROW;
  const part = bytes.subarray(start, start + BYTES_A_ROW);
  let text = start.toString(16).padStart(8, "0");
  let characters = "";
  for (const [index, byte] of part.entries()) {
    text = text.padEnd(valueColumn(index)) + byte.toString(16).padStart(2, "0");
    characters += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".";
  }
  text = text.padEnd(CHARACTERS_AT) + characters;
  const spans = overlay(
    [{ start: 0, end: 8, tone: "line" }, ...unseen(part)],
    matched(bytes, start, part.length, shape),
  );
  const { runs } = layoutRow({
    text,
    end: text.length,
    from: { offset: Math.min(shape.left, text.length), column: 0 },
    skip: 0,
    width,
    spans,
    wraps: false,
  });
  const line = new Line(look, width);
  for (const run of runs) line.text(run.text, run.tone);
  return line.toString();
}

/** Points that stand for what is no character. */
function unseen(part: Uint8Array): Span[] {
  const spans: Span[] = [];
  for (const [index, byte] of part.entries()) {
    const at = CHARACTERS_AT + index;
    if (byte < 0x20 || byte >= 0x7f) spans.push({ start: at, end: at + 1, tone: "line" });
  }
  return spans;
}

/** Matches of a search: their values and their characters. */
function matched(bytes: Uint8Array, start: number, length: number, { search }: RowShape): Span[] {
  const target = search && searchTextOf({ kind: "hex", bytes });
  if (!target) return [];
  const found = matchesWithin(search, target, start, start + length);
  const first = (span: Span): number => Math.max(0, span.start - start);
  const last = (span: Span): number => Math.min(length, span.end - start) - 1;
  const values = found.map((span) => ({ ...span, start: valueColumn(first(span)), end: valueColumn(last(span)) + 2 }));
  const characters = found.map((span) => ({
    ...span,
    start: CHARACTERS_AT + first(span),
    end: CHARACTERS_AT + last(span) + 1,
  }));
  return [...values, ...characters];
}
