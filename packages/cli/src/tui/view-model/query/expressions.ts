/** Globs and regular expressions: both become one expression that is tried on the name or on the absolute path. */
import { createRequire } from "node:module";
import { isCaseSensitive } from "@layerscope/core";
import type picomatch from "picomatch";
import type { QueryError } from "./parse-query.ts";

type Test = (text: string) => boolean;

/** Passes where both do. */
export interface Expression {
  readonly onName: Test | undefined;
  /** Of the absolute path; what has a slash in it is tried on that. */
  readonly onPath: Test | undefined;
  /** As it was typed, for messages. */
  readonly source: string;
}

const MOST_CHARACTERS = 200;
/** What is longer is tried as if it ended there: the time some expressions take grows with the square of the length. */
const LONGEST_SUBJECT = 4096;

/** What a glob says of the name, where nothing in the glob may reach over a slash. */
const LAST_SEGMENT = /(?<=^[^[\]{}()\\]*\/)[^[\]{}()\\/]+$/;

/**
 * The regular expression that a word like `/re/` or `/re/i` is; undefined when it is none. A slash inside has to be
 * written `\/`, so that `/usr/bin/` is a path.
 */
export function parseExpression(word: string): Expression | QueryError | undefined {
  const [, source, flags] = /^\/((?:\\.|[^\\/])+)\/(i?)$/.exec(word) ?? [];
  if (source === undefined) return undefined;
  if (source.length > MOST_CHARACTERS)
    return { error: `a regular expression of more than ${MOST_CHARACTERS} characters` };
  try {
    const test = testOf(new RegExp(source, flags));
    const isOfPath = source.includes("/");
    return { onName: isOfPath ? undefined : test, onPath: isOfPath ? test : undefined, source: word };
  } catch (thrown) {
    return { error: `not a regular expression: ${reasonOf(thrown)}` };
  }
}

/** The expression that a glob stands for: one with a slash begins at the root. */
export function compileGlob(word: string): Expression | QueryError {
  if (word.length > MOST_CHARACTERS) return { error: `a glob of more than ${MOST_CHARACTERS} characters` };
  const makeTest = (glob: string): Test =>
    testOf(loadPicomatch().makeRe(glob, { dot: true, nonegate: true, nocase: !isCaseSensitive(word) }));
  try {
    if (!word.includes("/")) return { onName: makeTest(word), onPath: undefined, source: word };
    const [last] = LAST_SEGMENT.exec(word) ?? [];
    // picomatch takes no directory at all for `**` only where the glob does not begin with a slash.
    const onRelative = makeTest(word.replace(/^\/+/, ""));
    return {
      // Most paths fail by the name, which costs much less than to go through all of the path.
      onName: last === undefined || last.includes("**") ? undefined : makeTest(last),
      onPath: (path) => onRelative(path.slice(1)),
      source: word,
    };
  } catch (thrown) {
    return { error: `not a glob: ${reasonOf(thrown)}` };
  }
}

function testOf(expression: RegExp): Test {
  return (text) => expression.test(text.length > LONGEST_SUBJECT ? text.slice(0, LONGEST_SUBJECT) : text);
}

let loaded: typeof picomatch | undefined;

/** Loaded by the first glob: most queries have none, and the first frame must not wait for it. */
function loadPicomatch(): typeof picomatch {
  loaded ??= createRequire(import.meta.url)("picomatch") as typeof picomatch;
  return loaded;
}

/** `Invalid regular expression: /(/: Unterminated group` → `Unterminated group` */
function reasonOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return message.replace(/^Invalid regular expression: \/.*\/[a-z]*: /s, "");
}
