/** Stretches of a text that mean something: as triples of numbers, since a file can have very many. */
import type { Tone } from "../../present/look.ts";

/** The tones that a text can have besides its own, by their number in spans. */
export const SPAN_TONES = [
  "keyword",
  "string",
  "number",
  "comment",
  "name",
  "added",
  "removed",
  "match",
  "strong",
] as const satisfies readonly Tone[];

export type SpanTone = (typeof SPAN_TONES)[number];

export interface Span {
  readonly start: number;
  /** Behind its last character. */
  readonly end: number;
  readonly tone: Tone | undefined;
}

/** Start, end and tone of each span one after the other; sorted, none over another. */
export type SpanTable = Uint32Array;

/** The spans that have a part between two offsets. */
export function spansWithin(table: SpanTable, from: number, to: number): Span[] {
  const spans: Span[] = [];
  for (let index = firstEndingAfter(table, 3, from); index * 3 < table.length; index++) {
    const start = table[index * 3] ?? 0;
    if (start >= to) break;
    spans.push({ start, end: table[index * 3 + 1] ?? 0, tone: SPAN_TONES[table[index * 3 + 2] ?? 0] });
  }
  return spans;
}

/** Number of the first of sorted stretches, each of `stride` numbers, that ends behind an offset. */
export function firstEndingAfter(table: Uint32Array, stride: number, offset: number): number {
  let low = 0;
  let high = table.length / stride;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((table[middle * stride + 1] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Spans with others laid over them; both sorted, none over another of its own list. */
export function overlay(below: readonly Span[], above: readonly Span[]): Span[] {
  if (above.length === 0) return [...below];
  const spans: Span[] = [...above];
  for (const span of below) {
    let start = span.start;
    for (const over of above) {
      if (over.end <= start) continue;
      if (over.start >= span.end) break;
      if (over.start > start) spans.push({ start, end: over.start, tone: span.tone });
      start = Math.max(start, over.end);
    }
    if (start < span.end) spans.push({ start, end: span.end, tone: span.tone });
  }
  return spans.sort((one, other) => one.start - other.start);
}
