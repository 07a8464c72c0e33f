/** Which of some things that are described by texts a query is true of: what search and filter of lists go by. */
import { isCaseSensitive } from "@layerscope/core";
import { parseTextQuery, type Query, type QueryError, type Term } from "./parse-query.ts";
import { withinTime } from "./within-time.ts";

/** What all expressions of a query may take. */
const MILLISECONDS = 250;

type Holds = (texts: readonly string[]) => boolean;

/**
 * The places of those that match, in their order.
 * @param textsOf what is said of a thing, as names, titles and absolute paths; each word has to be true of one of them
 * @returns an error where the query is none, or where an expression takes too long
 */
export function matchTexts<T>(
  query: string,
  things: readonly T[],
  textsOf: (thing: T) => readonly string[],
): readonly number[] | QueryError {
  const parsed = parseTextQuery(query);
  if ("error" in parsed) return parsed;
  const holds = parsed.terms.map(termHolds);
  const find = (): number[] =>
    things.flatMap((thing, place) => {
      const texts = textsOf(thing);
      return holds.every((each) => each(texts)) ? [place] : [];
    });
  if (!hasExpressions(parsed)) return find();
  try {
    return withinTime(MILLISECONDS, find) ?? { error: `${query} takes too long` };
  } catch (thrown) {
    // The engine may find only now that an expression is more than it can do.
    return { error: `${query} cannot be tried: ${thrown instanceof Error ? thrown.message : String(thrown)}` };
  }
}

function hasExpressions({ terms }: Query): boolean {
  return terms.some(({ condition }) => condition.kind === "expression");
}

function termHolds({ condition, isNegated }: Term): Holds {
  const passes = testOf(condition);
  return (texts) => texts.some(passes) !== isNegated;
}

function testOf(condition: Term["condition"]): (text: string) => boolean {
  switch (condition.kind) {
    case "text": {
      const { text } = condition;
      return isCaseSensitive(text) ? (one) => one.includes(text) : (one) => one.toLowerCase().includes(text);
    }
    case "expression": {
      const { onName, onPath } = condition.expression;
      return (text) =>
        (!onName || onName(text) || onName(lastName(text))) && (!onPath || onPath(`/${text.replace(/^\/+/, "")}`));
    }
    case "version":
      return () => false;
  }
}

function lastName(text: string): string {
  return text.slice(text.lastIndexOf("/") + 1);
}
