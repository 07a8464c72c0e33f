/** Finds a few letters in a text, in their order but with others between them. */

export interface FuzzyMatch {
  /** The higher, the better. */
  readonly score: number;
  /** Indexes of the characters that were found. */
  readonly found: readonly number[];
}

const START_OF_TEXT = 100;
const START_OF_WORD = 60;
const INSIDE = 40;
const LETTER_AT_WORD = 6;
const LETTER_AFTER_LETTER = 4;

/**
 * How well a text matches a query, capitals or not. A piece of the text beats letters with others between them, and the
 * start of a word beats its middle.
 * @returns undefined when it does not
 */
export function fuzzyMatch(text: string, query: string): FuzzyMatch | undefined {
  const letters = query.toLowerCase().replace(/\s+/g, " ");
  const lower = text.toLowerCase();
  if (letters === "") return { score: 0, found: [] };
  const piece = bestPiece(lower, letters);
  if (piece !== undefined) {
    const score = piece === 0 ? START_OF_TEXT : startsWord(lower, piece) ? START_OF_WORD : INSIDE;
    const isAll = letters.length === lower.length;
    return { score: score + (isAll ? START_OF_TEXT : 0), found: Array.from(letters, (_, index) => piece + index) };
  }
  return scattered(lower, letters.replaceAll(" ", ""));
}

/** Where the query stands as a whole; at the start of a word, when it does that anywhere. */
function bestPiece(text: string, query: string): number | undefined {
  let first: number | undefined;
  for (let at = text.indexOf(query); at !== -1; at = text.indexOf(query, at + 1)) {
    if (startsWord(text, at)) return at;
    first ??= at;
  }
  return first;
}

/** Each letter at the next start of a word that has it, else where it comes next. */
function scattered(text: string, letters: string): FuzzyMatch | undefined {
  const found: number[] = [];
  let score = 0;
  let from = 0;
  for (const [index, letter] of [...letters].entries()) {
    const next = text.indexOf(letter, from);
    if (next === -1) return undefined;
    const atWord = wordStart(text, letter, from);
    // Going on to a later word must not cost the letters that follow.
    const at = next !== from && atWord !== -1 && hasInOrder(text, letters.slice(index + 1), atWord + 1) ? atWord : next;
    if (startsWord(text, at)) score += LETTER_AT_WORD;
    else if (at === from && index > 0) score += LETTER_AFTER_LETTER;
    found.push(at);
    from = at + 1;
  }
  // Letters that only happen to come in this order say nothing.
  return score >= letters.length * 2 ? { score: Math.min(score, INSIDE - 1), found } : undefined;
}

function wordStart(text: string, letter: string, from: number): number {
  for (let at = text.indexOf(letter, from); at !== -1; at = text.indexOf(letter, at + 1)) {
    if (startsWord(text, at)) return at;
  }
  return -1;
}

function hasInOrder(text: string, letters: string, from: number): boolean {
  let at = from;
  for (const letter of letters) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

function startsWord(text: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(at - 1));
}
