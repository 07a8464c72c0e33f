/** How many rows a text has where it is shown, which is how far it scrolls. */
import { bodyHeight, bodyWidth, insetWidth, layoutOf } from "../layout.ts";
import type { State } from "../state/state.ts";
import { detailLinesOf } from "../view-model/details.ts";
import { detailRows } from "./details.ts";

/** The last row of the details that can be the first on the screen. */
export function lastDetailsTop(state: State): number {
  const layout = layoutOf(state);
  const rows = detailRows(
    detailLinesOf(state),
    insetWidth(bodyWidth(layout, "details"), state.look),
    state.look,
  ).length;
  return Math.max(0, rows - bodyHeight(layout, "details"));
}
