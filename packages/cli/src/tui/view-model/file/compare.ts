/** The difference of two texts, line by line. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { ChangeObject } from "diff";
import type { LoadedContent } from "../../effects/load-content.ts";
import { isBinary, Lines, linesOf } from "./lines.ts";
import { loadDiff } from "./words.ts";

/** One row of a comparison. Lines count from 0. */
export type DiffRow =
  /** Lines that both texts have, folded away: so many, from these lines on. */
  | { readonly kind: "fold"; readonly before: number; readonly after: number; readonly count: number }
  | { readonly kind: "same"; readonly before: number; readonly after: number }
  /** `pair` is the line of the other text that it took the place of. */
  | { readonly kind: "removed"; readonly before: number; readonly pair: number | undefined }
  | { readonly kind: "added"; readonly after: number; readonly pair: number | undefined };

export interface FileDiff {
  readonly kind: "diff";
  readonly before: Lines;
  readonly after: Lines;
  readonly rows: readonly DiffRow[];
  /** Rows at which a stretch of changes begins. */
  readonly changes: readonly number[];
  readonly added: number;
  readonly removed: number;
}

/** Two contents that are not compared line by line, and why. */
export interface Unlike {
  readonly kind: "unlike";
  readonly reason: "binary" | "too-large" | "too-different";
  readonly beforeBytes: number;
  readonly afterBytes: number;
  /** Offset of the first byte that differs, if it was among those that were read. */
  readonly firstDifference: number | undefined;
}

export type Compared = FileDiff | Unlike | { readonly kind: "equal" };

/** Contents with more than this are not compared line by line. */
const MOST_BYTES = 4 * 1024 * 1024;
const MOST_LINES = 100_000;
const MOST_EDITS = 4000;
const MOST_MS = 2000;
/** So long the comparison may hold up everything else. */
const AT_ONCE_MS = 8;
/** Lines shown around a change. */
const CONTEXT = 3;

/** A side on which there is no file. */
export const NOTHING: LoadedContent = { node: -1, layer: -1, bytes: new Uint8Array(0), size: 0, error: undefined };

/** Compares two contents. Gives up, and says so, when they are too large or too different. */
export async function compareContents(before: LoadedContent, after: LoadedContent): Promise<Compared> {
  const beforeBytes = before.size;
  const afterBytes = after.size;
  const firstDifference = differsAt(before, after);
  const isWhole = [before, after].every(({ bytes, size }) => bytes.length >= size);
  if (isWhole && firstDifference === undefined) return { kind: "equal" };
  const unlike = (reason: Unlike["reason"]): Unlike => ({
    kind: "unlike",
    reason,
    beforeBytes,
    afterBytes,
    firstDifference,
  });
  if (isBinary(before) || isBinary(after)) return unlike("binary");
  if (!isWhole || Math.max(beforeBytes, afterBytes) > MOST_BYTES) return unlike("too-large");
  // Each step of this takes some time for large texts; keys come first.
  const one = linesOf(before);
  await nextTurn();
  const other = linesOf(after);
  if (Math.max(one.count, other.count) > MOST_LINES) return unlike("too-large");
  await nextTurn();
  const pairs = await commonLines(one, other);
  if (!pairs) return unlike("too-different");
  if (one.crlf === other.crlf) return diffOf(one, other, pairs);
  // The ends of the lines are what differs, so they have to be seen.
  return diffOf(new Lines(one.text, true), new Lines(other.text, true), pairs);
}

/** Where two contents differ first, as far as both were read. */
function differsAt(before: LoadedContent, after: LoadedContent): number | undefined {
  const one = before.bytes;
  const other = after.bytes;
  const shorter = Math.min(one.length, other.length);
  const STEP = 4096;
  for (let at = 0; at < shorter; at += STEP) {
    const end = Math.min(shorter, at + STEP);
    if (Buffer.compare(one.subarray(at, end), other.subarray(at, end)) === 0) continue;
    for (let index = at; index < end; index++) if (one[index] !== other[index]) return index;
  }
  // The shorter one ends there, if all of it was read.
  return before.size !== after.size && shorter === Math.min(before.size, after.size) ? shorter : undefined;
}

/** Pairs of lines that both texts have, in order: before, after, before, after, … @returns undefined when it takes too long */
async function commonLines(before: Lines, after: Lines): Promise<readonly number[] | undefined> {
  const numbers = new Map<string, number>();
  const one = numbered(before, numbers);
  const other = numbered(after, numbers);
  const pairs: number[] = [];
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) pairs.push(start, start++);
  let end = 0;
  const most = Math.min(one.length, other.length) - start;
  while (end < most && one[one.length - 1 - end] === other[other.length - 1 - end]) end++;
  // A line that only one text has cannot be part of what they have in common.
  const left = shared(one, other, start, end);
  const right = shared(other, one, start, end);
  const middle = await longestCommon(left.ids, right.ids);
  if (!middle) return undefined;
  for (const [i, j] of middle) pairs.push(left.lines[i] as number, right.lines[j] as number);
  for (let at = end; at > 0; at--) pairs.push(one.length - at, other.length - at);
  return pairs;
}

/** Each line as a number, the same for equal lines. The end of a line is part of it. */
function numbered(lines: Lines, numbers: Map<string, number>): number[] {
  const ids: number[] = [];
  for (let line = 0; line < lines.count; line++) {
    const text = lines.text.slice(lines.startOf(line), lines.rawEndOf(line));
    const id = numbers.get(text) ?? numbers.size;
    numbers.set(text, id);
    ids.push(id);
  }
  return ids;
}

function shared(ids: readonly number[], others: readonly number[], start: number, end: number) {
  const there = new Set(others.slice(start, others.length - end));
  const lines: number[] = [];
  for (let line = start; line < ids.length - end; line++) if (there.has(ids[line] as number)) lines.push(line);
  return { lines, ids: lines.map((line) => ids[line] as number) };
}

async function longestCommon(one: number[], other: number[]): Promise<[number, number][] | undefined> {
  if (one.length === 0 || other.length === 0) return [];
  const { diffArrays } = await loadDiff();
  const changes =
    diffArrays(one, other, { maxEditLength: MOST_EDITS, timeout: AT_ONCE_MS }) ??
    (await new Promise<ChangeObject<number[]>[] | undefined>((resolve) => {
      diffArrays(one, other, { maxEditLength: MOST_EDITS, timeout: MOST_MS, callback: resolve });
    }));
  if (!changes) return undefined;
  const pairs: [number, number][] = [];
  let i = 0;
  let j = 0;
  for (const { added, removed, value } of changes) {
    if (removed) i += value.length;
    else if (added) j += value.length;
    else for (let step = 0; step < value.length; step++) pairs.push([i++, j++]);
  }
  return pairs;
}

function diffOf(before: Lines, after: Lines, pairs: readonly number[]): FileDiff {
  const rows: DiffRow[] = [];
  const changes: number[] = [];
  let i = 0;
  let j = 0;
  let common = 0;
  const flushCommon = (isLast: boolean): void => {
    const lead = rows.length === 0 ? 0 : CONTEXT;
    const tail = isLast ? 0 : CONTEXT;
    // One folded line would take as much room as the fold.
    const folded = common - lead - tail > 1 ? common - lead - tail : 0;
    const first = common - (folded > 0 ? folded + tail : 0);
    const row = (by: number): DiffRow => ({ kind: "same", before: i - common + by, after: j - common + by });
    for (let by = 0; by < first; by++) rows.push(row(by));
    if (folded > 0) rows.push({ kind: "fold", before: i - common + first, after: j - common + first, count: folded });
    for (let by = first + folded; by < common; by++) rows.push(row(by));
    common = 0;
  };
  const change = (toBefore: number, toAfter: number): void => {
    if (toBefore === i && toAfter === j) return;
    flushCommon(false);
    changes.push(rows.length);
    const paired = Math.min(toBefore - i, toAfter - j);
    for (let by = 0; i + by < toBefore; by++) {
      rows.push({ kind: "removed", before: i + by, pair: by < paired ? j + by : undefined });
    }
    for (let by = 0; j + by < toAfter; by++) {
      rows.push({ kind: "added", after: j + by, pair: by < paired ? i + by : undefined });
    }
    i = toBefore;
    j = toAfter;
  };
  for (let at = 0; at < pairs.length; at += 2) {
    change(pairs[at] as number, pairs[at + 1] as number);
    i++;
    j++;
    common++;
  }
  change(before.count, after.count);
  flushCommon(true);
  const kept = pairs.length / 2;
  return { kind: "diff", before, after, rows, changes, added: after.count - kept, removed: before.count - kept };
}
