/** How many rows a text has where it is shown, which is how far it scrolls. */
import { bodyHeight, bodyWidth, insetWidth, layoutOf, readingWidth } from "../layout.ts";
import type { State } from "../state/state.ts";
import type { DetailLine } from "../view-model/detail-line.ts";
import { detailLinesOf } from "../view-model/details.ts";
import { DETAILS_OF, type ListView, listDetails } from "../view-model/list-views.ts";
import { detailRows } from "./details.ts";

/** The last row of the details that can be the first on the screen. */
export function lastDetailsTop(state: State): number {
  return lastTop(state, "details", detailLinesOf(state), insetWidth);
}

/** The same of what is said of the row with the cursor, in a view with a list. */
export function lastListDetailsTop(state: State, view: ListView): number {
  return lastTop(state, DETAILS_OF[view], listDetails(state, view), readingWidth);
}

function lastTop(state: State, pane: State["focus"], lines: readonly DetailLine[], widthOf: typeof insetWidth): number {
  const layout = layoutOf(state);
  const rows = detailRows(lines, widthOf(bodyWidth(layout, pane), state.look), state.look).length;
  return Math.max(0, rows - bodyHeight(layout, pane));
}
