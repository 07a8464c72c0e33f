/** Finds a pattern in the text of a file, without ever taking long. */
import { runInNewContext } from "node:vm";
import type { LinedText } from "./lines.ts";

/** Start and end of each match one after the other; sorted, none over another. */
export type MatchTable = Uint32Array;

/** More matches than this are not counted. */
export const MOST_MATCHES = 20_000;
/** A pattern such as /(a+)+$/ can take longer than the universe has. */
const PATIENCE_MS = 400;

/**
 * Every match of a pattern. A pattern between slashes, `/\d+/` or `/x/i`, is a regular expression; any other is looked
 * for as it is, capital letters counting only where it has some.
 * @returns what is wrong with the pattern, as a sentence without a full stop
 */
export function findMatches({ text }: Pick<LinedText, "text">, pattern: string, bytes: boolean): MatchTable | string {
  let expression: RegExp;
  try {
    expression = expressionOf(pattern, bytes);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message.replace(/^Invalid regular expression: /, "") : "";
    return `this is no regular expression: ${reason}`;
  }
  try {
    // The only way to stop an expression is from outside of the script that runs it.
    return runInNewContext("find()", { find: () => collect(text, expression) }, { timeout: PATIENCE_MS });
  } catch {
    return "the search takes too long; try a simpler pattern";
  }
}

function expressionOf(pattern: string, bytes: boolean): RegExp {
  const given = /^\/(.+)\/([imsu]*)$/s.exec(pattern);
  if (given) return new RegExp(given[1] ?? "", `gm${(given[2] ?? "").replace("m", "")}`);
  const flags = pattern === pattern.toLowerCase() ? "gi" : "g";
  // Where the text is bytes, every character of it is one of the bytes of a character.
  const literal = bytes ? Buffer.from(pattern, "utf8").toString("latin1") : pattern;
  return new RegExp(literal.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), flags);
}

function collect(text: string, expression: RegExp): MatchTable {
  const found: number[] = [];
  while (found.length < MOST_MATCHES * 2) {
    const match = expression.exec(text);
    if (!match) break;
    const end = match.index + match[0].length;
    if (end > match.index) found.push(match.index, end);
    // A match of nothing would be found for ever.
    else expression.lastIndex++;
  }
  return Uint32Array.from(found);
}
