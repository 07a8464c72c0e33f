/** Puts every cursor where it belongs. */
import { layoutOf } from "../layout.ts";
import { pathHistoryModel } from "../view-model/path-history.ts";
import { fileRows, heightOf, layerCount, layersHeight, wasteRows, worldOf } from "../view-model/selection.ts";
import { keepInSight, type ListPosition } from "./list.ts";
import { historyListHeight } from "./path-history.ts";
import type { State } from "./state.ts";
import { settleList } from "./update-lists.ts";
import { wasteListHeight } from "./waste.ts";

/** Puts every cursor on the screen where it belongs now, after anything that may have moved it or what is around it. */
export function settle(state: State): State {
  switch (state.view) {
    case "explore":
      return settleFiles(settleLayers(state));
    case "waste": {
      const { waste } = state;
      const height = wasteListHeight(heightOf(state, "waste"));
      const position = keepInSight(waste.position, wasteRows(state).count, height);
      return isSame(position, waste.position) ? state : { ...state, waste: { ...waste, position } };
    }
    case "advice":
    case "packages":
      return settleList(state, state.view);
    case "history": {
      const { history } = state;
      if (!history) return state;
      const { count } = pathHistoryModel(worldOf(state), history.node);
      const position = keepInSight(history.position, count, historyListHeight(heightOf(state, "history")));
      return isSame(position, history.position) ? state : { ...state, history: { ...history, position } };
    }
    case "file":
      return state;
  }
}

function settleLayers(state: State): State {
  // Where it is not on the screen it stays as it was there.
  if (!layoutOf(state).panes.some(({ name }) => name === "layers")) return state;
  const layers = keepInSight(state.layers, layerCount(state), layersHeight(state));
  return isSame(layers, state.layers) ? state : { ...state, layers };
}

/** The cursor is where its path is now. */
function settleFiles(state: State): State {
  const found = fileRows(state);
  if (!found) return state;
  const { tree, rows } = found;
  const { node, position } = state.files;
  const stays = rows.nodes[position.cursor] === node && position.cursor < rows.count;
  const cursor = stays ? position.cursor : (tree.nearest(rows, node) ?? Math.min(position.cursor, rows.count - 1));
  const kept = keepInSight({ cursor, top: position.top }, rows.count, heightOf(state, "files"));
  const at = rows.count > 0 ? (rows.nodes[kept.cursor] as number) : node;
  if (isSame(kept, position) && at === node) return state;
  return { ...state, files: { ...state.files, node: at, position: kept } };
}

function isSame(one: ListPosition, other: ListPosition): boolean {
  return one.cursor === other.cursor && one.top === other.top;
}
