/**
 * Where the characters of a line stand on the screen. Tabs go to the next stop, what a terminal would act on is written
 * out, wide characters take two columns. Only the columns that are wanted are looked at: a line can have megabytes.
 */
import { escapeText } from "@layerscope/core";
import { cellWidth } from "../../../output/terminal.ts";

const TAB = 8;
/** A place in a line: an offset in the text, and the column it stands in. */
export interface Place {
  readonly offset: number;
  readonly column: number;
}

/** Characters that are shown together: a stretch of plain ones, or a single one that needs thought. */
export interface Unit {
  /** As it is shown; one column a character when `plain`. */
  readonly text: string;
  readonly width: number;
  /** Offset behind it. */
  readonly next: number;
  readonly plain: boolean;
  readonly kind: "stretch" | "tab" | "single";
}

/**
 * What a reader takes for one character, closely enough to tell columns: a flag, a Korean syllable, a character with its
 * accents. Far faster than Intl.Segmenter, which matters when a line of megabytes has to be gone through.
 */
const CHARACTER =
  /\p{RI}{2}|[\u1100-\u115e\ua960-\ua97c]{1,4}[\u1161-\u11ff\ud7b0-\ud7fb]{0,8}|[\s\S][\p{M}\p{Emoji_Modifier}]{0,7}/uy;

const isPlain = (code: number): boolean => code >= 0x20 && code < 0x7f;

/**
 * What stands at a place.
 * @param end where the line ends
 * @param most of a stretch of plain characters no more than so many
 */
export function unitAt(text: string, { offset, column }: Place, end: number, most: number): Unit {
  const code = text.charCodeAt(offset);
  if (isPlain(code)) {
    const stop = Math.min(end, offset + Math.max(1, most));
    let next = offset + 1;
    while (next < stop && isPlain(text.charCodeAt(next))) next++;
    // What follows may be an accent for the last one.
    const accented = next < end && text.charCodeAt(next) >= 0x300;
    if (accented && next > offset + 1) next--;
    if (!accented || next > offset + 1) {
      return { text: text.slice(offset, next), width: next - offset, next, plain: true, kind: "stretch" };
    }
  }
  if (code === 9) {
    const width = TAB - (column % TAB);
    return { text: " ".repeat(width), width, next: offset + 1, plain: true, kind: "tab" };
  }
  return singleAt(text, offset);
}

function singleAt(text: string, offset: number): Unit {
  CHARACTER.lastIndex = offset;
  const character = CHARACTER.exec(text)?.[0] ?? text.charAt(offset);
  const { shown, width, plain } = appearanceOf(character);
  return { text: shown, width, next: offset + character.length, plain, kind: "single" };
}

interface Appearance {
  readonly shown: string;
  readonly width: number;
  readonly plain: boolean;
}

/** Measuring is slow, and a text uses the same characters again and again. */
const appearances = new Map<string, Appearance>();
const MOST_KEPT = 4096;

function appearanceOf(character: string): Appearance {
  let appearance = appearances.get(character);
  if (!appearance) {
    if (appearances.size >= MOST_KEPT) appearances.clear();
    let shown = escapeText(character);
    // An accent without a letter would take no room; so many of them could be one row.
    if (cellWidth(shown) === 0) shown = escaped(character);
    appearance = { shown, width: cellWidth(shown), plain: /^[\x20-\x7e]*$/.test(shown) };
    appearances.set(character, appearance);
  }
  return appearance;
}

function escaped(character: string): string {
  return Array.from(character, (part) => `\\u{${(part.codePointAt(0) ?? 0).toString(16)}}`).join("");
}

/** Distance in UTF-16 units between the places that are remembered. */
const STEP = 2048;

/** Finds places in one line, and remembers some of them when the line is long. */
export class LineColumns {
  readonly #text: string;
  readonly #start: number;
  readonly #end: number;
  readonly #places: Place[];

  constructor(text: string, start: number, end: number) {
    this.#text = text;
    this.#start = start;
    this.#end = end;
    this.#places = [{ offset: start, column: 0 }];
  }

  /** The character that takes a column; the end of the line for one behind it. */
  placeAt(column: number): Place {
    return this.#walk((place) => place.column > column);
  }

  /** The column in which the character at an offset begins. */
  columnOf(offset: number): number {
    const wanted = Math.max(this.#start, Math.min(this.#end, offset));
    return this.#walk((place) => place.offset > wanted).column;
  }

  /** Columns that the whole line takes. */
  get width(): number {
    return this.columnOf(this.#end);
  }

  /** The last place that is not too far. */
  #walk(isTooFar: (place: Place) => boolean): Place {
    const places = this.#places;
    let low = 0;
    let high = places.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (isTooFar(places[middle] as Place)) high = middle - 1;
      else low = middle;
    }
    let place = places[low] as Place;
    while (place.offset < this.#end) {
      const unit = unitAt(this.#text, place, this.#end, STEP);
      const next = { offset: unit.next, column: place.column + unit.width };
      if (isTooFar(next)) return unit.kind === "stretch" ? within(place, unit.width, isTooFar) : place;
      place = next;
      const last = places.at(-1) as Place;
      if (place.offset - last.offset >= STEP) places.push(place);
    }
    return place;
  }
}

/** The last place that is not too far in a stretch, where every character takes one column. */
function within(from: Place, width: number, isTooFar: (place: Place) => boolean): Place {
  const at = (by: number): Place => ({ offset: from.offset + by, column: from.column + by });
  let low = 0;
  let high = width;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (isTooFar(at(middle))) high = middle - 1;
    else low = middle;
  }
  return at(low);
}
