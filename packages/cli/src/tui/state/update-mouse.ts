/** The mouse: a click selects, a second one opens, the wheel scrolls what is under it, the divider can be dragged. */
import { layoutOf, type Pane, paneAt } from "../layout.ts";
import type { MouseEvent } from "../terminal/input.ts";
import { layerAtRow, layersModel } from "../view-model/layers.ts";
import { pathHistoryModel } from "../view-model/path-history.ts";
import { fileRows, layerCount, layersHeight, wasteRows, worldOf } from "../view-model/selection.ts";
import { scrollBy } from "./list.ts";
import { historyIndexAt } from "./path-history.ts";
import type { State } from "./state.ts";
import { just, type Update } from "./update.ts";
import { updateCommand, withDivider } from "./update-command.ts";
import { scrollText, selectLayer } from "./update-explore.ts";
import { listIndexAt, scrollList, scrollListDetails, withCursorAt } from "./update-lists.ts";
import { wasteIndexAt, wasteListHeight } from "./waste.ts";

const WHEEL_ROWS = 3;

export function updateMouse(state: State, event: MouseEvent): Update {
  if (state.dialog) return just(state);
  const layout = layoutOf(state);
  if (event.kind === "release") return just(state.dragging ? { ...state, dragging: false } : state);
  if (event.kind === "drag") return just(state.dragging ? withDivider(state, event.x / state.size.columns) : state);
  const { divider } = layout;
  if (event.kind === "press" && divider && event.x === divider.x && event.y >= divider.y) {
    return just({ ...state, dragging: true });
  }
  const pane = paneAt(layout, event.x, event.y);
  if (!pane) return just(state);
  if (event.kind !== "press") return wheel(state, pane, event.kind === "wheel-up" ? -WHEEL_ROWS : WHEEL_ROWS);
  if (event.button !== "left") return just(state);
  const focused: State = { ...state, focus: pane.name, message: undefined };
  const row = event.y - pane.y - 1;
  return row < 0 ? just(focused) : click(focused, pane, row, state.focus === pane.name);
}

/** @param again whether the pane already had the keys: only then a click on the cursor's row opens it */
function click(state: State, pane: Pane, row: number, again: boolean): Update {
  switch (pane.name) {
    case "layers": {
      const layer = layerAtRow(layersModel(worldOf(state)), row, state.layers.top, pane.height - 1);
      return just(layer === undefined ? state : selectLayer(state, layer));
    }
    case "files": {
      const found = fileRows(state);
      const index = state.files.position.top + row;
      if (!found || index >= found.rows.count) return just(state);
      if (again && index === state.files.position.cursor) return updateCommand(state, "open");
      const position = { ...state.files.position, cursor: index };
      return just({
        ...state,
        previewTop: 0,
        files: { ...state.files, position, node: found.rows.nodes[index] as number },
      });
    }
    case "waste": {
      const index = wasteIndexAt(state.waste, wasteRows(state), row, pane.height - 1);
      if (index === undefined) return just(state);
      if (again && index === state.waste.position.cursor) return updateCommand(state, "open");
      return just({ ...state, waste: { ...state.waste, position: { ...state.waste.position, cursor: index } } });
    }
    case "advice":
    case "packages": {
      const index = listIndexAt(state, pane.name, row);
      if (index === undefined) return just(state);
      if (again && index === state[pane.name].position.cursor) return updateCommand(state, "open");
      return just(withCursorAt(state, pane.name, index));
    }
    case "history": {
      const { history } = state;
      if (!history) return just(state);
      const index = historyIndexAt(history, pathHistoryModel(worldOf(state), history.node), row, pane.height - 1);
      if (index === undefined) return just(state);
      if (again && index === history.position.cursor) return updateCommand(state, "open");
      return just({ ...state, history: { ...history, position: { ...history.position, cursor: index } } });
    }
    default:
      return just(state);
  }
}

function wheel(state: State, pane: Pane, rows: number): Update {
  const height = pane.height - 1;
  switch (pane.name) {
    case "layers":
      return just({ ...state, layers: scrollBy(state.layers, rows, layerCount(state), layersHeight(state)) });
    case "files": {
      const found = fileRows(state);
      if (!found || found.rows.count === 0) return just(state);
      const position = scrollBy(state.files.position, rows, found.rows.count, height);
      return just({ ...state, files: { ...state.files, position, node: found.rows.nodes[position.cursor] as number } });
    }
    case "waste": {
      const position = scrollBy(state.waste.position, rows, wasteRows(state).count, wasteListHeight(height));
      return just({ ...state, waste: { ...state.waste, position } });
    }
    case "advice":
    case "packages":
      return just(scrollList(state, pane.name, rows));
    case "finding":
      return just(scrollListDetails(state, "advice", rows));
    case "package":
      return just(scrollListDetails(state, "packages", rows));
    case "details":
    case "preview":
      return just(scrollText(state, pane.name, rows));
    default: {
      // Views of text move line by line.
      let next = state;
      for (let step = 0; step < WHEEL_ROWS; step++)
        next = updateCommand(next, rows < 0 ? "move-up" : "move-down").state;
      return just(next);
    }
  }
}
