/** Going from match to match in the views that are lists: waste, advice and packages. */
import { matchingRows } from "../view-model/list-matches.ts";
import type { ListView } from "../view-model/list-views.ts";
import { heightOf, wasteRows } from "../view-model/selection.ts";
import type { Matches, State } from "./state.ts";
import { told, toldOfMatches } from "./told.ts";
import { openList, openWaste, withCursorAt } from "./update-lists.ts";
import { withRecord } from "./waste.ts";

/** @param from whether the row with the cursor itself may be the one */
export function goToMatchInList(state: State, view: ListView, text: string, direction: 1 | -1, from: boolean): State {
  const rows = matchingRows(state, view, text);
  if ("error" in rows) return told(state, "warning", rows.error);
  const { cursor } = state[view].position;
  const row =
    direction === 1
      ? (rows.find((each) => (from ? each >= cursor : each > cursor)) ?? rows[0])
      : (rows.findLast((each) => each < cursor) ?? rows.at(-1));
  if (row === undefined) return toldOfMatches(state, text, 0);
  const there = withCursorAt(openList(state, view), view, row);
  return toldOfMatches({ ...there, focus: view }, text, rows.length);
}

/** @param from whether the record with the cursor itself may be the one */
export function goToMatchInWaste(
  state: State,
  text: string,
  { nodes }: Matches,
  direction: 1 | -1,
  from: boolean,
): State {
  const model = wasteRows(state);
  const record = model.nextRecord(state.waste.position.cursor, nodes, direction, from);
  if (record === undefined) return toldOfMatches(state, text, 0);
  const there = openWaste(state);
  const waste = withRecord(there.waste, model, heightOf(there, "waste"), record);
  return toldOfMatches({ ...there, waste }, text, model.countAt(nodes));
}
