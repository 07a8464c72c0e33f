/**
 * The language of search and filter: words that must all be true of a path.
 *
 *     python            the name has this text; capitals count once there is one
 *     lib/py            the path has it, and it reaches the name
 *     *.so   /usr/**    a glob: of the name, or of the absolute path when it has a slash
 *     /^lib.*\.so$/     a regular expression, likewise; /…/i for any case
 *     "a b"             this text as it stands
 *     is:added,removed  size>10MB  type:file  owner:0:0  mode:setuid  layer:3
 *     !word             not that
 */
import { compileGlob, type Expression, parseExpression } from "./expressions.ts";
import { parseQualifier } from "./qualifiers.ts";
import type { Version } from "./versions.ts";

export interface QueryError {
  /** What is wrong, in words, naming what would be right. It may repeat what was typed, as it was typed. */
  readonly error: string;
}

/** What one word asks for. */
export type Condition =
  /** A piece of text in the name or the path. */
  | { readonly kind: "text"; readonly text: string }
  /** A glob or a regular expression. */
  | { readonly kind: "expression"; readonly expression: Expression }
  /** Something about what the path is or was. */
  | { readonly kind: "version"; readonly holds: (version: Version) => boolean };

export interface Term {
  readonly isNegated: boolean;
  readonly condition: Condition;
}

/** What was asked for. Without terms everything fits. */
export interface Query {
  readonly terms: readonly Term[];
}

const MOST_CHARACTERS = 1000;

/** Reads a query. Never throws, whatever is typed. */
export function parseQuery(text: string): Query | QueryError {
  return parseWords(text, parseQualifier);
}

/** Reads a query about what has no history, as packages and findings: text, globs and regular expressions only. */
export function parseTextQuery(text: string): Query | QueryError {
  return parseWords(text, () => undefined);
}

function parseWords(text: string, qualifierOf: typeof parseQualifier): Query | QueryError {
  if (text.length > MOST_CHARACTERS) return { error: `at most ${MOST_CHARACTERS} characters` };
  const terms: Term[] = [];
  for (const word of splitWords(text)) {
    const condition = parseWord(word, qualifierOf);
    if ("error" in condition) return condition;
    terms.push({ isNegated: word.isNegated, condition });
  }
  return { terms };
}

interface Word {
  readonly text: string;
  readonly isNegated: boolean;
  readonly isQuoted: boolean;
}

/** A quotation that is not closed yet goes to the end: it is still being typed. */
function splitWords(text: string): Word[] {
  return [...text.matchAll(/(!?)(?:"([^"]*)"?|(\S+))/g)].flatMap(([, mark, quoted, plain]) => {
    const isNegated = mark === "!";
    if (quoted !== undefined) return quoted === "" ? [] : { text: quoted, isNegated, isQuoted: true };
    // A lone "!" is the beginning of a word.
    return plain === undefined || plain === "!" ? [] : { text: plain, isNegated, isQuoted: false };
  });
}

function parseWord({ text, isQuoted }: Word, qualifierOf: typeof parseQualifier): Condition | QueryError {
  if (isQuoted) return { kind: "text", text };
  const expression = parseExpression(text);
  if (expression) return "error" in expression ? expression : { kind: "expression", expression };
  const qualifier = qualifierOf(text);
  if (qualifier) return "error" in qualifier ? qualifier : { kind: "version", ...qualifier };
  if (!/[*?[]/.test(text)) return { kind: "text", text };
  const glob = compileGlob(text);
  return "error" in glob ? glob : { kind: "expression", expression: glob };
}
