/**
 * Globs for the names of an image, which are hostile: matching takes time in proportion to the lengths of glob and name,
 * where a regular expression can take for ever.
 */
import { LayerscopeError } from "../model/errors.ts";
import { encodeName } from "../model/path-text.ts";

/** What one segment of a path must be. */
export type Segment =
  /** Any number of segments, none as well. */
  | { readonly kind: "depth" }
  | { readonly kind: "name"; readonly text: string; readonly bytes: Uint8Array; readonly lastByte: number | undefined }
  /** `lastByte`: what every name that matches ends with; undefined when that is open. */
  | { readonly kind: "glob"; readonly tokens: readonly Token[]; readonly lastByte: number | undefined };

const STAR = -1;
const ONE = -2;

/** The code point of a character, one of the numbers above, or a set of characters. */
export type Token = number | CharacterSet;

interface CharacterSet {
  readonly isNegated: boolean;
  /** First and last code point of each. */
  readonly ranges: readonly (readonly [number, number])[];
}

const LONGEST = 4096;
const MOST_ALTERNATIVES = 1000;
const EVERYTHING: Segment = { kind: "glob", tokens: [STAR], lastByte: undefined };

/** One of the alternatives of a pattern. */
export interface PathGlob {
  /** From the root, one after the other; never empty, and the last one is no "depth". */
  readonly segments: readonly Segment[];
  /** Whether only what is below such a path is meant, as `**` at the end says. */
  readonly isInside: boolean;
}

/**
 * What a pattern means.
 * @throws LayerscopeError `invalid-option` when the pattern is too long, or has too many alternatives
 */
export function parsePattern(pattern: string): PathGlob[] {
  if (pattern.length > LONGEST) {
    throw new LayerscopeError("invalid-option", `a pattern of more than ${LONGEST} characters`);
  }
  // Nothing means nothing; a mistake must not mean everything.
  const alternatives = expandBraces(pattern).filter((alternative) => alternative !== "");
  return alternatives.map((alternative) => {
    const trimmed = alternative.replace(/\/+$/, "");
    const isName = trimmed !== "" && !trimmed.includes("/");
    const names = trimmed.split("/").filter((segment) => segment !== "" && segment !== ".");
    const segments = names.map(parseSegment);
    const isInside = segments.at(-1)?.kind === "depth";
    while (segments.at(-1)?.kind === "depth") segments.pop();
    if (segments.length === 0) return { segments: [EVERYTHING], isInside: false };
    return { segments: isName ? [{ kind: "depth" }, ...segments] : segments, isInside };
  });
}

/** Whether a glob matches a whole name. */
export function matchesName(tokens: readonly Token[], name: string): boolean {
  let token = 0;
  let at = 0;
  // Where to go on after the last star when what follows it does not fit: the star then takes one character more.
  let afterStar = -1;
  let resumeAt = 0;
  while (at < name.length) {
    const expected = tokens[token];
    if (expected === STAR) {
      afterStar = ++token;
      resumeAt = at;
      continue;
    }
    const character = name.codePointAt(at) as number;
    if (expected !== undefined && fits(expected, character)) {
      token++;
      at += widthOf(character);
      continue;
    }
    if (afterStar < 0) return false;
    token = afterStar;
    resumeAt += widthOf(name.codePointAt(resumeAt) as number);
    at = resumeAt;
  }
  while (tokens[token] === STAR) token++;
  return token === tokens.length;
}

function widthOf(codePoint: number): number {
  return codePoint > 0xffff ? 2 : 1;
}

function fits(token: Token, character: number): boolean {
  if (typeof token === "number") return token === character || token === ONE;
  return token.ranges.some(([first, last]) => character >= first && character <= last) !== token.isNegated;
}

/** What a name can have in it that does not stand for itself. */
const SPECIAL = /[*?[\\]/;

function parseSegment(text: string): Segment {
  if (text === "**") return { kind: "depth" };
  // Most are plain names, and rules have hundreds of them.
  if (!SPECIAL.test(text)) return nameSegment(text);
  const tokens = tokensOf([...text]);
  if (tokens.every(isCharacter)) return nameSegment(String.fromCodePoint(...tokens));
  const last = tokens.at(-1);
  const lastByte = isCharacter(last) ? encodeName(String.fromCodePoint(last)).at(-1) : undefined;
  return { kind: "glob", tokens, lastByte };
}

function nameSegment(text: string): Segment {
  const bytes = encodeName(text);
  return { kind: "name", text, bytes, lastByte: bytes.at(-1) };
}

function isCharacter(token: Token | undefined): token is number {
  return typeof token === "number" && token >= 0;
}

function tokensOf(characters: readonly string[]): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at];
    if (character === "*") {
      if (tokens.at(-1) !== STAR) tokens.push(STAR);
    } else if (character === "?") {
      tokens.push(ONE);
    } else {
      const set = character === "[" ? characterSet(characters, at) : undefined;
      if (set) tokens.push(set.token);
      // A backslash at the end stands for itself.
      else tokens.push(codeOf(characters, character === "\\" && at + 1 < characters.length ? ++at : at));
      at = set?.end ?? at;
    }
  }
  return tokens;
}

/** The set that begins at a bracket, and where it ends; undefined when no bracket closes it: then it is just a character. */
function characterSet(
  characters: readonly string[],
  start: number,
): { readonly token: CharacterSet; readonly end: number } | undefined {
  let at = start + 1;
  const isNegated = characters[at] === "!" || characters[at] === "^";
  if (isNegated) at++;
  const ranges: [number, number][] = [];
  // A closing bracket that comes first is part of the set.
  for (const first = at; at < characters.length; at++) {
    if (characters[at] === "]" && at > first) return { token: { isNegated, ranges }, end: at };
    if (characters[at] === "\\") at++;
    const low = codeOf(characters, at);
    const isRange = characters[at + 1] === "-" && at + 2 < characters.length && characters[at + 2] !== "]";
    if (isRange) at += characters[at + 2] === "\\" ? 3 : 2;
    ranges.push([low, codeOf(characters, at)]);
  }
  return undefined;
}

function codeOf(characters: readonly string[], at: number): number {
  return characters[at]?.codePointAt(0) ?? 0;
}

/** `a{b,c/d}` as `ab` and `ac/d`. Braces without a comma, or that do not close, are just characters. */
function expandBraces(text: string): string[] {
  if (!text.includes("{")) return [text];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "{") {
      const group = alternativesAt(text, at);
      if (!group) continue;
      const before = text.slice(0, at);
      const rests = expandBraces(text.slice(group.end));
      const choices = group.texts.flatMap(expandBraces);
      if (choices.length * rests.length > MOST_ALTERNATIVES) {
        throw new LayerscopeError("invalid-option", `a pattern with more than ${MOST_ALTERNATIVES} alternatives`);
      }
      return choices.flatMap((choice) => rests.map((rest) => before + choice + rest));
    }
  }
  return [text];
}

/** What stands between the commas of a pair of braces, and where the text goes on behind it. */
function alternativesAt(text: string, brace: number): { readonly texts: string[]; readonly end: number } | undefined {
  const texts: string[] = [];
  let depth = 0;
  let start = brace + 1;
  for (let at = brace; at < text.length; at++) {
    const character = text[at];
    if (character === "\\") at++;
    else if (character === "{") depth++;
    else if (character === "}") depth--;
    const isEnd = depth === 0;
    if (isEnd || (character === "," && depth === 1)) {
      texts.push(text.slice(start, at));
      start = at + 1;
    }
    if (isEnd) return texts.length > 1 ? { texts, end: start } : undefined;
  }
  return undefined;
}
