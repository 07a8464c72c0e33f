/** Text in rows of so many columns. */
import { cellWidth } from "../../output/terminal.ts";

const ASCII = /^[\x20-\x7e]*$/;
const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * The text in rows of at most so many columns, broken at blanks; a longer word goes on in the next row, for nothing of a
 * digest or a path may be lost.
 * @param text escaped, without line breaks
 */
export function wrapCells(text: string, width: number): string[] {
  const most = Math.max(1, width);
  if (text.length <= most && ASCII.test(text)) return [text];
  return ASCII.test(text) ? wrapAscii(text, most) : wrapGraphemes(text, most);
}

function wrapAscii(text: string, width: number): string[] {
  const rows: string[] = [];
  let start = 0;
  while (text.length - start > width) {
    const blank = text.lastIndexOf(" ", start + width);
    if (blank > start) {
      rows.push(text.slice(start, blank));
      start = blank + 1;
    } else {
      rows.push(text.slice(start, start + width));
      start += width;
    }
  }
  rows.push(text.slice(start));
  return rows;
}

function wrapGraphemes(text: string, width: number): string[] {
  const rows: string[] = [];
  let row = "";
  let used = 0;
  /** Length of the row up to its last blank, and the columns from there on. */
  let blank = -1;
  let sinceBlank = 0;
  for (const segment of graphemes(text)) {
    const cells = widthOf(segment);
    if (used + cells > width && used > 0) {
      if (segment === " ") {
        rows.push(row);
        row = "";
        used = 0;
        blank = -1;
        continue;
      }
      const rest = blank > 0 ? row.slice(blank + 1) : "";
      rows.push(blank > 0 ? row.slice(0, blank) : row);
      row = rest;
      used = blank > 0 ? sinceBlank : 0;
      blank = -1;
    }
    if (segment === " ") {
      blank = row.length;
      sinceBlank = 0;
    } else sinceBlank += cells;
    row += segment;
    used += cells;
  }
  rows.push(row);
  return rows;
}

/** The time the segmenter takes grows with the square of what it is given, so it gets a long text piece by piece. */
const PIECE = 256;

function* graphemes(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const segments = Array.from(segmenter.segment(text.slice(start, start + PIECE)), ({ segment }) => segment);
    // The last one may go on in the next piece.
    if (start + PIECE < text.length && segments.length > 1) segments.pop();
    for (const segment of segments) {
      yield segment;
      start += segment.length;
    }
  }
}

const MOST_WIDTHS = 5000;
const widths = new Map<string, number>();

/** Measuring is slow, and most texts have few different characters. */
function widthOf(grapheme: string): number {
  const known = widths.get(grapheme);
  if (known !== undefined) return known;
  if (widths.size >= MOST_WIDTHS) widths.clear();
  const width = cellWidth(grapheme);
  widths.set(grapheme, width);
  return width;
}
