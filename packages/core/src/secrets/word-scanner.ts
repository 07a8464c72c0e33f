/** Finds words in a content without a text of it, in one pass that skips most of its bytes. */

/** A word to look for: ASCII, of at least three characters; one of three must begin a word. */
export interface ScannedWord {
  readonly text: string;
  /** What it stands for: one bit. */
  readonly bit: number;
  /** Whether upper and lower case differ. */
  readonly isExact?: boolean;
  /** No letter, digit or `_` may stand before it. */
  readonly beginsWord?: boolean;
  /** No letter, digit or `_` may stand behind it. */
  readonly endsWord?: boolean;
}

interface Word extends ScannedWord {
  readonly bytes: Uint8Array;
}

const WINDOW = 4;
const FARTHEST = WINDOW - 1;
/** Letters of both cases are the same, and so are some other bytes, which does no harm. */
const FOLD = 0x20;

/** After S. Wu and U. Manber, "A fast algorithm for multi-pattern searching", with windows of four bytes and blocks of two. */
export class WordScanner {
  /** Where the word begins that {@link next} found. */
  start = 0;
  /** What it stands for. */
  bit = 0;
  /** By the last block of a window: how far it can move without missing a word; 0 where one may begin in it. */
  readonly #shifts = new Uint8Array(1 << 16).fill(FARTHEST);
  /** By the first block of a window: 1 where a word may begin in it. */
  readonly #beginnings = new Uint8Array(1 << 16);
  /** By the last block. */
  readonly #words = new Map<number, Word[]>();
  /** A window that has one begins with the byte before, so one at the very beginning has no window. */
  readonly #short: Word[] = [];

  constructor(words: Iterable<ScannedWord>) {
    for (const word of words) this.#add({ ...word, bytes: Buffer.from(word.text, "latin1") });
  }

  #add(word: Word): void {
    const { bytes } = word;
    const isShort = bytes.length < WINDOW;
    if (isShort) this.#short.push(word);
    const shift = isShort ? 1 : 0;
    for (let at = 1; at < WINDOW - shift; at++) {
      const block = blockAt(bytes, at);
      this.#shifts[block] = Math.min(this.#shifts[block] as number, FARTHEST - shift - at);
    }
    for (let before = 0; isShort && before < 256; before++) {
      const block = blockAt(Buffer.of(before, bytes[0] as number), 1);
      this.#shifts[block] = Math.min(this.#shifts[block] as number, FARTHEST - 1);
      this.#beginnings[block] = 1;
    }
    if (!isShort) this.#beginnings[blockAt(bytes, 1)] = 1;
    const last = blockAt(bytes, FARTHEST - shift);
    const known = this.#words.get(last);
    if (known) known.push(word);
    else this.#words.set(last, [word]);
  }

  /** Which words are there, as the sum of their bits; no more than `wanted` is looked for. */
  allIn(bytes: Uint8Array, wanted: number): number {
    const shifts = this.#shifts;
    const half = bytes.length >>> 1;
    let found = this.#bitsAt(bytes, 0, this.#short, wanted);
    let one = FARTHEST;
    let other = half + FARTHEST;
    // Each step waits for the one before, so two halves at once take hardly longer than one.
    while (one < half + FARTHEST && other < bytes.length) {
      const shift = shifts[blockAt(bytes, one)] as number;
      const otherShift = shifts[blockAt(bytes, other)] as number;
      if (shift === 0) found |= this.#bitsIn(bytes, one, wanted & ~found);
      if (otherShift === 0) found |= this.#bitsIn(bytes, other, wanted & ~found);
      if (found === wanted) return found;
      one += shift === 0 ? 1 : shift;
      other += otherShift === 0 ? 1 : otherShift;
    }
    return this.#restOf(bytes, other, bytes.length, this.#restOf(bytes, one, half + FARTHEST, found, wanted), wanted);
  }

  #restOf(bytes: Uint8Array, start: number, end: number, known: number, wanted: number): number {
    let found = known;
    for (let at = start; at < Math.min(end, bytes.length) && found !== wanted; ) {
      const shift = this.#shifts[blockAt(bytes, at)] as number;
      if (shift === 0) found |= this.#bitsIn(bytes, at, wanted & ~found);
      at += shift === 0 ? 1 : shift;
    }
    return found;
  }

  /** Of all words in the window that ends at an offset. */
  #bitsIn(bytes: Uint8Array, at: number, wanted: number): number {
    if (this.#beginnings[blockAt(bytes, at - 2)] === 0) return 0;
    const words = this.#words.get(blockAt(bytes, at)) ?? [];
    return this.#bitsAt(bytes, at - FARTHEST, words, wanted) | this.#bitsAt(bytes, at - FARTHEST + 1, words, wanted);
  }

  #bitsAt(bytes: Uint8Array, start: number, words: readonly Word[], wanted: number): number {
    let bits = 0;
    for (const word of words) if ((word.bit & wanted) !== 0 && isAt(bytes, start, word)) bits |= word.bit;
    return bits;
  }

  /** Goes to the first of the words that stand for something wanted and begin at an offset or behind it. @returns false for none */
  next(bytes: Uint8Array, from: number, wanted: number): boolean {
    if (from === 0 && this.#isOneAt(bytes, 0, this.#short, wanted)) return true;
    const shifts = this.#shifts;
    const beginnings = this.#beginnings;
    const size = bytes.length;
    for (let at = from + FARTHEST; at < size; ) {
      const block = blockAt(bytes, at);
      const shift = shifts[block] as number;
      if (shift > 0) {
        at += shift;
        continue;
      }
      if (beginnings[blockAt(bytes, at - 2)] === 1) {
        const words = this.#words.get(block) ?? [];
        if (
          this.#isOneAt(bytes, at - FARTHEST, words, wanted) ||
          this.#isOneAt(bytes, at - FARTHEST + 1, words, wanted)
        )
          return true;
      }
      at++;
    }
    return false;
  }

  #isOneAt(bytes: Uint8Array, start: number, words: readonly Word[], wanted: number): boolean {
    for (const word of words) {
      if ((word.bit & wanted) === 0 || !isAt(bytes, start, word)) continue;
      this.start = start;
      this.bit = word.bit;
      return true;
    }
    return false;
  }
}

/** The byte at an offset and the one before. */
function blockAt(bytes: Uint8Array, at: number): number {
  return (((bytes[at - 1] as number) | FOLD) << 8) | (bytes[at] as number) | FOLD;
}

function isAt(content: Uint8Array, start: number, { bytes, isExact, beginsWord, endsWord }: Word): boolean {
  const end = start + bytes.length;
  if (end > content.length) return false;
  if (beginsWord === true && start > 0 && isPartOfWord(content[start - 1] as number)) return false;
  if (endsWord === true && end < content.length && isPartOfWord(content[end] as number)) return false;
  for (let at = 0; at < bytes.length; at++) {
    const one = content[start + at] as number;
    const other = bytes[at] as number;
    if (one !== other && (isExact === true || !isSameLetter(one, other))) return false;
  }
  return true;
}

function isSameLetter(one: number, other: number): boolean {
  const letter = one | FOLD;
  return letter === (other | FOLD) && letter >= 97 && letter <= 122;
}

/** Letters, digits and `_`. */
export function isPartOfWord(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || byte === 95 || (byte >= 97 && byte <= 122);
}
