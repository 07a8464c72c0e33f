/** Text as it may go to the terminal: nothing in it is obeyed, and nothing is more than the terminal can show. */
import { escapeText } from "@layerscope/core";
import type { Look } from "./look.ts";

const ASCII = /^[\x20-\x7e]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: everything that is not ASCII, one character at a time
const NOT_ASCII = /[^\u0000-\u007f]/gu;

/** Signs that our own sentences have. Whatever else is not ASCII is written by its number. */
const SIGNS: Readonly<Record<string, keyof Look["glyphs"] & ("ellipsis" | "separator" | "arrow")>> = {
  "\u2026": "ellipsis",
  "\u00b7": "separator",
  "\u2192": "arrow",
};

export function showable(text: string, { unicode, glyphs }: Pick<Look, "unicode" | "glyphs">): string {
  if (ASCII.test(text)) return text;
  const safe = escapeText(text);
  if (unicode) return safe;
  return safe.replace(NOT_ASCII, (character) => {
    const sign = SIGNS[character];
    return sign === undefined ? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}` : glyphs[sign];
  });
}
