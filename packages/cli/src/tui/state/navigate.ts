/** Going from one place to another, and back. */
import { ROOT } from "@layerscope/core";
import { fileRows, type PathInLayer } from "../view-model/selection.ts";
import type { FileState } from "./file-state.ts";
import { openFileState } from "./file-state.ts";
import type { Shown } from "./files-state.ts";
import { withOpen } from "./files-state.ts";
import { openPathHistory } from "./path-history.ts";
import type { Place, State } from "./state.ts";

/** How many places are remembered. */
const REMEMBERED = 100;

function placeOf(state: State): Place {
  const { view, focus, enlarged, layers, files, waste, advice, packages, file, history } = state;
  return { view, focus, enlarged, layers, files, waste, advice, packages, file, history };
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
