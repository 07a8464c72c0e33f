/** One row of the screen made of one line of a text: what of it fits, and in which tones. */
import type { Tone } from "../../present/look.ts";
import { LineColumns, type Place, type Unit, unitAt } from "./columns.ts";
import type { LinedText } from "./lines.ts";
import type { Span } from "./spans.ts";

interface Run {
  readonly text: string;
  readonly tone: Tone | undefined;
}

export interface TextRow {
  readonly runs: readonly Run[];
  /** What comes behind the row; the end of the line when all of it is shown. */
  readonly next: Place;
  readonly hasMore: boolean;
}

export interface RowQuestion {
  readonly text: string;
  /** Offset behind the line. */
  readonly end: number;
  /** What the row begins with. */
  readonly from: Place;
  /** Columns of what it begins with that are cut off on the left. */
  readonly skip: number;
  readonly width: number;
  /** Sorted, none over another. */
  readonly spans: readonly Span[];
  /** Whether a character that has not enough room is left for the next row. */
  readonly wraps: boolean;
}

/** Lays out one row. Takes time by its width, not by the length of the line. */
export function layoutRow({ text, end, from, skip, width, spans, wraps }: RowQuestion): TextRow {
  const runs: { text: string; tone: Tone | undefined }[] = [];
  const add = (part: string, tone: Tone | undefined): void => {
    const last = runs.at(-1);
    if (last && last.tone === tone) last.text += part;
    else runs.push({ text: part, tone });
  };
  let place = from;
  let hidden = skip;
  let used = 0;
  let span = 0;
  while (place.offset < end && used < width) {
    while (span < spans.length && (spans[span]?.end ?? 0) <= place.offset) span++;
    const current = spans[span];
    const inside = current !== undefined && current.start <= place.offset;
    const boundary = current === undefined ? end : inside ? current.end : current.start;
    const room = width - used;
    const unit = unitAt(text, place, end, Math.min(room + hidden, boundary - place.offset));
    if (wraps && unit.kind === "single" && unit.width > room && used > 0) break;
    const columns = Math.max(0, Math.min(unit.width - hidden, room));
    if (columns > 0) add(visiblePart(unit, hidden, columns), inside ? current.tone : undefined);
    hidden = Math.max(0, hidden - unit.width);
    used += columns;
    place = { offset: unit.next, column: place.column + unit.width };
  }
  return { runs, next: place, hasMore: place.offset < end };
}

function visiblePart({ text, width, plain }: Unit, hidden: number, columns: number): string {
  if (columns === width) return text;
  // Half of a wide character cannot be shown.
  return plain ? text.slice(hidden, hidden + columns) : " ".repeat(columns);
}

/** Lines whose columns are remembered; of short ones there is nothing to remember. */
const MOST_KEPT = 32;
const kept = new WeakMap<LinedText, Map<number, LineColumns>>();

/** The columns of a line, for asking more than once. */
export function columnsOfLine(lines: LinedText & { endOf(line: number): number }, line: number): LineColumns {
  let known = kept.get(lines);
  if (!known) {
    known = new Map();
    kept.set(lines, known);
  }
  let columns = known.get(line);
  if (!columns) {
    columns = new LineColumns(lines.text, lines.startOf(line), lines.endOf(line));
    if (known.size >= MOST_KEPT) for (const oldest of [...known.keys()].slice(0, MOST_KEPT / 2)) known.delete(oldest);
    known.set(line, columns);
  }
  return columns;
}
