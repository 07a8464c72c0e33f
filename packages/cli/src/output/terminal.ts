/** What the terminal can do, and how text is fitted to it. */
import stringWidth from "string-width";

export interface TerminalStyle {
  /** Columns that may be used. */
  readonly width: number;
  readonly color: boolean;
}

const DEFAULT_WIDTH = 80;
const WIDEST = 120;

/**
 * The width of a stream, and whether to colour: --no-color beats all, FORCE_COLOR beats NO_COLOR, and a dumb terminal or
 * none means no colour.
 */
export function terminalStyle(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  env: NodeJS.ProcessEnv,
  colorOption: boolean,
): TerminalStyle {
  const width = Math.min(stream.columns || DEFAULT_WIDTH, WIDEST);
  const forced = env.FORCE_COLOR;
  if (forced !== undefined && forced !== "0" && forced !== "false") return { width, color: colorOption };
  const refused = forced !== undefined || Boolean(env.NO_COLOR) || env.TERM === "dumb" || !colorOption;
  return { width, color: !refused && stream.isTTY === true };
}

/** ASCII, Latin letters with accents, and our own signs: one column each, and no part of anything that is drawn as one. */
const NARROW = /^[\x20-\x7e\xa1-\xac\xae-\xff\u2013\u2014\u2026\u2190-\u2193\u2500-\u259f\u25b8\u25be]*$/;

/** Columns a text takes on a terminal. */
export function cellWidth(text: string): number {
  // Nearly all text is so, and measuring anything else is slow.
  return NARROW.test(text) ? text.length : stringWidth(text);
}

/** The text, cut at its end to so many columns. @param ellipsis what stands for the rest; ASCII if it is longer than one character */
export function fitEnd(text: string, width: number, ellipsis = "…"): string {
  if (fits(text, width)) return text;
  const sign = ellipsis.slice(0, Math.max(1, width));
  return takeColumns(graphemes(start(text, width)), width - sign.length).join("") + sign;
}

/** A path, cut in its middle to so many columns: both the top directory and the file's name matter. */
export function fitMiddle(text: string, width: number, ellipsis = "…"): string {
  if (fits(text, width)) return text;
  const sign = ellipsis.slice(0, Math.max(1, width));
  const most = width - sign.length;
  const head = takeColumns(graphemes(start(text, width)), Math.floor(most / 3));
  const tail = takeColumns(
    graphemes(text.slice(-width * LONGEST)).reverse(),
    most - cellWidth(head.join("")),
  ).reverse();
  return head.join("") + sign + tail.join("");
}

/** The text in lines of at most so many columns, broken between words; a word that is longer is cut in its middle. */
export function wrapText(text: string, width: number, ellipsis?: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? fitMiddle(word, width, ellipsis) : `${line} ${word}`;
    if (line === "" || fits(longer, width)) {
      line = longer;
      continue;
    }
    lines.push(line);
    line = fitMiddle(word, width, ellipsis);
  }
  return [...lines, line];
}

/** What a reader takes for one character is rarely longer than this, in UTF-16 units; of longer ones a part is shown. */
const LONGEST = 8;

function fits(text: string, width: number): boolean {
  return text.length <= width * LONGEST && cellWidth(text) <= width;
}

/** As much of a text as so many columns can need, so that a very long one need not be taken apart. */
function start(text: string, width: number): string {
  return text.slice(0, width * LONGEST);
}

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function takeColumns(characters: readonly string[], width: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const character of characters) {
    used += cellWidth(character);
    if (used > width) break;
    taken.push(character);
  }
  return taken;
}
