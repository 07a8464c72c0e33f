/** What of the lists is searched for: rows of findings and packages, records of waste. */
import type { State } from "../state/state.ts";
import { type AdviceModel, type AdviceRow, textsOfFinding } from "./advice.ts";
import { adviceRows, type ListView, packageRows } from "./list-views.ts";
import { type PackageRow, type PackagesModel, textsOfPackage } from "./packages.ts";
import { matchTexts } from "./query/match-texts.ts";
import type { QueryError } from "./query.ts";
import { wasteRows } from "./selection.ts";

interface Answer {
  readonly text: string;
  readonly rows: readonly number[] | QueryError;
}

const answers = new WeakMap<AdviceModel | PackagesModel, Answer>();

/** The rows of a list that a query is true of, first ones first. */
export function matchingRows(state: State, view: ListView, text: string): readonly number[] | QueryError {
  const model = view === "advice" ? adviceRows(state) : packageRows(state);
  let answer = answers.get(model);
  if (answer?.text !== text) {
    answer = { text, rows: findRows(model, text) };
    answers.set(model, answer);
  }
  return answer.rows;
}

/** The rows of a list that are searched for. */
export function foundRows(state: State, view: ListView): ReadonlySet<number> {
  const { search } = state;
  const rows = search?.where === view ? matchingRows(state, view, search.text) : [];
  return new Set("error" in rows ? [] : rows);
}

/** How much of what is searched is what is searched for; undefined while it is not known. */
export function countFound(state: State): number | undefined {
  const { search, found } = state;
  switch (search?.where) {
    case undefined:
      return undefined;
    case "advice":
    case "packages": {
      const rows = matchingRows(state, search.where, search.text);
      return "error" in rows ? undefined : rows.length;
    }
    case "waste":
      return found && wasteRows(state).countAt(found.nodes);
    default:
      return found?.count;
  }
}

function findRows(model: AdviceModel | PackagesModel, text: string): readonly number[] | QueryError {
  const rows = Array.from({ length: model.count }, (_, index) => model.at(index));
  return matchTexts(text, rows, (row) => (row ? textsOf(row, model) : []));
}

function textsOf(row: AdviceRow | PackageRow, { subject }: AdviceModel | PackagesModel): string[] {
  switch (row.kind) {
    case "finding":
      return textsOfFinding(row.finding, subject);
    // It only says what the findings below it have in common.
    case "base":
      return [];
    default:
      return textsOfPackage(row, subject);
  }
}
