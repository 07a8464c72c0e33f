/** Typing into one line. */
import type { KeyPress } from "../terminal/input.ts";

export interface TextField {
  readonly text: string;
  /** Where the next character goes: an index in UTF-16 units that lies between two of what a reader calls characters. */
  readonly cursor: number;
}

export function emptyField(): TextField {
  return { text: "", cursor: 0 };
}

/** More than anybody types; a paste of a whole file must not make each further key slow. In UTF-16 units. */
const LONGEST = 4096;

/** A field with a text in it, and the cursor at its end. */
export function fieldOf(text: string): TextField {
  return insertText(emptyField(), text);
}

/** The field with a text put in at the cursor: on one line, without what a terminal would obey, and cut where it grows too long. */
export function insertText({ text, cursor }: TextField, inserted: string): TextField {
  const room = Math.max(0, LONGEST - text.length);
  const kept = wholeCharacters(oneLine(inserted.slice(0, 4 * LONGEST)), room);
  const before = text.slice(0, cursor) + kept;
  return settled(before + text.slice(cursor), before.length);
}

/**
 * The field after a key.
 * @returns undefined when the key is none of a field's, as enter and escape are not
 */
export function editField(field: TextField, key: KeyPress): TextField | undefined {
  const { text, cursor } = field;
  switch (key.name) {
    case "left":
    case "ctrl+b":
      return { text, cursor: characterBefore(text, cursor) };
    case "right":
    case "ctrl+f":
      return { text, cursor: characterAfter(text, cursor) };
    case "ctrl+left":
    case "alt+left":
    case "alt+b":
      return settled(text, partBefore(text, cursor));
    case "ctrl+right":
    case "alt+right":
    case "alt+f":
      return settled(text, partAfter(text, cursor));
    case "home":
    case "ctrl+a":
      return { text, cursor: 0 };
    case "end":
    case "ctrl+e":
      return { text, cursor: text.length };
    case "backspace":
    case "ctrl+h":
      return without(field, characterBefore(text, cursor), cursor);
    case "delete":
    case "ctrl+d":
      return without(field, cursor, characterAfter(text, cursor));
    case "ctrl+w":
    case "alt+backspace":
      return without(field, partBefore(text, cursor), cursor);
    case "ctrl+u":
      return without(field, 0, cursor);
    case "ctrl+k":
      return without(field, cursor, text.length);
    default:
      return key.text === undefined || oneLine(key.text) === "" ? undefined : insertText(field, key.text);
  }
}

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** What a reader calls characters. */
export function charactersOf(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function without({ text, cursor }: TextField, from: number, to: number): TextField {
  if (from === to) return { text, cursor };
  return settled(text.slice(0, from) + text.slice(to), from);
}

function characterBefore(text: string, cursor: number): number {
  return cursor === 0 ? 0 : (segmenter.segment(text).containing(cursor - 1)?.index ?? 0);
}

function characterAfter(text: string, cursor: number): number {
  const found = cursor >= text.length ? undefined : segmenter.segment(text).containing(cursor);
  return found === undefined ? text.length : found.index + found.segment.length;
}

/** What ends a word: a path is deleted part by part. */
const BREAK = /[\s/]/;

function partBefore(text: string, cursor: number): number {
  let at = cursor;
  while (at > 0 && BREAK.test(text.charAt(at - 1))) at--;
  while (at > 0 && !BREAK.test(text.charAt(at - 1))) at--;
  return at;
}

function partAfter(text: string, cursor: number): number {
  let at = cursor;
  while (at < text.length && BREAK.test(text.charAt(at))) at++;
  while (at < text.length && !BREAK.test(text.charAt(at))) at++;
  return at;
}

function oneLine(text: string): string {
  return text
    .replace(/[\r\n]+$/, "")
    .replace(/[\r\n\t]+/g, " ")
    .replace(/\p{Cc}/gu, "");
}

/** As many characters as fit, none of them cut in two. */
function wholeCharacters(text: string, room: number): string {
  return text.length <= room ? text : text.slice(0, segmenter.segment(text).containing(room)?.index ?? 0);
}

/** The field with the cursor between two characters: what it stood between may have become one, as a letter and an accent do. */
function settled(text: string, cursor: number): TextField {
  const at = cursor >= text.length ? undefined : segmenter.segment(text).containing(cursor);
  return { text, cursor: at === undefined || at.index === cursor ? cursor : at.index + at.segment.length };
}
