/** Going from one place to another, and back. */
import { ROOT } from "@layerscope/core";
import { layoutOf } from "../layout.ts";
import { pathHistoryModel } from "../view-model/path-history.ts";
import {
  fileRows,
  heightOf,
  layerCount,
  layersHeight,
  type PathInLayer,
  wasteRows,
  worldOf,
} from "../view-model/selection.ts";
import type { FileState } from "./file-state.ts";
import { openFileState } from "./file-state.ts";
import type { Shown } from "./files-state.ts";
import { withOpen } from "./files-state.ts";
import { keepInSight, type ListPosition } from "./list.ts";
import { historyListHeight, openPathHistory } from "./path-history.ts";
import type { Place, State } from "./state.ts";
import { wasteListHeight } from "./waste.ts";

/** How many places are remembered. */
const REMEMBERED = 100;

function placeOf({ view, focus, enlarged, layers, files, waste, file, history }: State): Place {
  return { view, focus, enlarged, layers, files, waste, file, history };
}

/** The state, with the place it is at remembered. */
export function remember(state: State): State {
  return { ...state, back: [...state.back.slice(-(REMEMBERED - 1)), placeOf(state)] };
}

/** The place one came from; the same state where there is none. */
export function goBack(state: State): State {
  const place = state.back.at(-1);
  return place ? { ...state, ...place, back: state.back.slice(0, -1) } : state;
}

/** The tree, with a path under the cursor. */
export function goToPath(state: State, { node, layer }: PathInLayer, shown: Shown): State {
  const there: State = {
    ...remember(state),
    view: "explore",
    focus: "files",
    enlarged: false,
    layers: { ...state.layers, cursor: layer },
    files: { ...state.files, shown, node },
    previewTop: 0,
  };
  return reveal(there, node);
}

/** The same tree with everything above a path open, and nothing that hides it. */
export function reveal(state: State, node: number): State {
  const { tree } = state.subject;
  if (!tree) return state;
  let { expansion } = state.files;
  for (let at = tree.paths.parentOf(node); at !== ROOT; at = tree.paths.parentOf(at))
    expansion = withOpen(expansion, at, true);
  const open: State = { ...state, files: { ...state.files, expansion, node } };
  if (isShown(open, node)) return open;
  return { ...open, files: { ...open.files, hidden: new Set(), hidesSmall: false, filter: "" }, filtered: undefined };
}

function isShown(state: State, node: number): boolean {
  const found = fileRows(state);
  if (!found) return true;
  const index = found.tree.nearest(found.rows, node);
  if (index === undefined) return false;
  const { tree } = state.subject;
  // A chain's last directory stands for all of it.
  for (let at = found.rows.nodes[index] as number; at !== ROOT; at = tree?.paths.parentOf(at) ?? ROOT) {
    if (at === node) return true;
  }
  return false;
}

/** The view of one file. */
export function goToFile(state: State, { node, layer }: PathInLayer, mode?: FileState["mode"]): State {
  const file = openFileState(node, layer, mode);
  return { ...remember(state), view: "file", focus: "file", enlarged: false, file };
}

/** Every layer that touched a path. */
export function goToHistory(state: State, node: number): State {
  return { ...remember(state), view: "history", focus: "history", enlarged: false, history: openPathHistory(node) };
}

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
