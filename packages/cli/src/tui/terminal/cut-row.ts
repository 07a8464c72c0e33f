/** Rows of coloured text, cut to what the terminal has room for. */
import { cellWidth } from "../../output/terminal.ts";

export interface CutRow {
  readonly text: string;
  /** Cells it takes. Of text that is not `certain` some terminals may think otherwise. */
  readonly cells: number;
  readonly certain: boolean;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what colours are made of
const SGR = /\x1b\[[\d;:]*m/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const PIECE = /\x1b\[[\d;:]*m|[^\x1b]+|\x1b/g;
/** Signs that take one cell everywhere: ASCII, letters with accents, arrows, lines, blocks, braille. */
const PLAIN = /^[\x20-\x7e·À-ɏ…←-⇿─-◼⠀-⣿]*$/;
/** The most that any text takes: two cells for each of these, one for the others. */
const MAYBE_WIDE = /[\u1100-\uffff]/g;

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The cells `from` to `from + width` of a row of text and colours; a wide character that is cut in two is left out. */
export function cutRow(row: string, from: number, width: number): CutRow {
  const bare = row.includes("\x1b") ? row.replace(SGR, "") : row;
  const certain = PLAIN.test(bare);
  if (from === 0) {
    if (certain && bare.length <= width) return { text: row, cells: bare.length, certain };
    const most = certain ? bare.length : bare.length + (bare.match(MAYBE_WIDE)?.length ?? 0);
    if (most <= width) return { text: row, cells: most, certain };
  }
  let text = "";
  let at = 0;
  let cells = 0;
  for (const [piece] of row.matchAll(PIECE)) {
    if (piece.startsWith("\x1b")) {
      text += piece;
      continue;
    }
    for (const { segment } of segmenter.segment(piece)) {
      const taken = cellWidth(segment);
      const start = at - from;
      at += taken;
      if (start < 0 || start + taken > width) continue;
      // What was left out before it.
      text += " ".repeat(start - cells) + segment;
      cells = start + taken;
    }
    if (at > from + width) break;
  }
  return { text, cells, certain };
}
