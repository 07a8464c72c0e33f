/** Which words of a changed line changed. */
import type { Tone } from "../../present/look.ts";
import type { DiffRow, FileDiff } from "./compare.ts";
import type { Span } from "./spans.ts";

type DiffLibrary = Pick<typeof import("diff"), "diffArrays" | "diffWordsWithSpace">;

let library: DiffLibrary | undefined;

/** The library that compares; most users never look at a difference. */
export async function loadDiff(): Promise<DiffLibrary> {
  library ??= await import("diff");
  return library;
}

const LONGEST = 1000;
const MOST_EDITS = 200;
const MOST_MS = 3;
/** Lines that have less in common were not changed, but replaced. */
const LEAST_COMMON = 0.3;

const known = new WeakMap<FileDiff, Map<DiffRow, readonly Span[]>>();

/** The words of a row that the other line does not have; offsets in the text of the row's own side. */
export function changedWords(diff: FileDiff, row: DiffRow): readonly Span[] {
  let rows = known.get(diff);
  if (!rows) {
    rows = new Map();
    known.set(diff, rows);
  }
  let spans = rows.get(row);
  if (!spans) {
    spans = compareLine(diff, row);
    rows.set(row, spans);
  }
  return spans;
}

function compareLine({ before, after }: FileDiff, row: DiffRow): readonly Span[] {
  if ((row.kind !== "added" && row.kind !== "removed") || row.pair === undefined || !library) return [];
  const isAdded = row.kind === "added";
  const beforeLine = isAdded ? row.pair : row.before;
  const afterLine = isAdded ? row.after : row.pair;
  const one = before.line(beforeLine);
  const other = after.line(afterLine);
  if (Math.max(one.length, other.length) > LONGEST) return [];
  const changes = library.diffWordsWithSpace(one, other, { maxEditLength: MOST_EDITS, timeout: MOST_MS });
  if (!changes) return [];
  const tone: Tone = row.kind;
  const spans: Span[] = [];
  let common = 0;
  let at = isAdded ? after.startOf(afterLine) : before.startOf(beforeLine);
  for (const { added, removed, value } of changes) {
    if (isAdded ? removed : added) continue;
    if (added || removed) spans.push({ start: at, end: at + value.length, tone });
    else common += value.trim().length;
    at += value.length;
  }
  return common < Math.max(one.length, other.length) * LEAST_COMMON ? [] : spans;
}
