/** Commands of the views with a list and its details: advice and packages. */
import type { CommandName } from "../keymap/commands.ts";
import { lastListDetailsTop } from "../present/text-length.ts";
import { placeOfFinding } from "../view-model/finding-place.ts";
import {
  adviceRows,
  DETAILS_OF,
  type ListView,
  listHead,
  listHeight,
  listModel,
  packageRows,
} from "../view-model/list-views.ts";
import { placeOfPackage } from "../view-model/package-files.ts";
import { packagesModel } from "../view-model/packages.ts";
import { heightOf } from "../view-model/selection.ts";
import type { AdviceState } from "./advice.ts";
import { keepInSight, moveInList, rowsInText, START, scrollBy } from "./list.ts";
import { goToPath, remember } from "./navigate.ts";
import { PACKAGE_SORTS } from "./packages.ts";
import type { State } from "./state.ts";
import { told } from "./told.ts";
import type { Update } from "./update.ts";

/** @returns undefined when the command is not one of the view */
export function updateList(state: State, view: ListView, name: CommandName): State | undefined {
  if (name === "open") return view === "advice" ? goToFinding(state) : goToPackage(state);
  if (name === "sort-next" && view === "packages") return sortNext(state);
  if (state.focus === DETAILS_OF[view]) {
    const rows = rowsInText(name, heightOf(state, DETAILS_OF[view]));
    return rows === undefined ? undefined : scrollListDetails(state, view, rows);
  }
  const position = moveInList(state[view].position, name, listModel(state, view).count, listHeight(state, view));
  return position && withPosition(state, view, position);
}

/** The view with the list, from wherever one is. */
export function openList(state: State, view: ListView): State {
  return state.view === view ? state : { ...remember(state), view, focus: view, enlarged: false };
}

/** The view of waste, from wherever one is. */
export function openWaste(state: State): State {
  return state.view === "waste" ? state : { ...remember(state), view: "waste", focus: "waste", enlarged: false };
}

/** The list with only what a filter is true of, the cursor on the same row where that is still there. */
export function withListFilter(state: State, view: ListView, filter: string): State {
  const { cursor } = state[view].position;
  if (view === "advice") {
    const next = withList(state, view, { filter });
    return withPosition(next, view, { ...START, cursor: adviceRows(state).rowIn(adviceRows(next), cursor) });
  }
  const next = withList(state, view, { filter });
  return withPosition(next, view, { ...START, cursor: packageRows(state).rowIn(packageRows(next), cursor) });
}

/** The state with the details scrolled by so many rows. */
export function scrollListDetails(state: State, view: ListView, rows: number): State {
  const top = Math.max(0, Math.min(lastListDetailsTop(state, view), state[view].detailsTop + rows));
  return withList(state, view, { detailsTop: top });
}

/** The state with the list scrolled by so many rows. */
export function scrollList(state: State, view: ListView, rows: number): State {
  const { count } = listModel(state, view);
  return withPosition(state, view, scrollBy(state[view].position, rows, count, listHeight(state, view)));
}

/** The row of the list that is shown in a row of its pane, counted from 0 below the title; undefined for none. */
export function listIndexAt(state: State, view: ListView, row: number): number | undefined {
  const model = listModel(state, view);
  const place = row - listHead(model);
  const index = state[view].position.top + place;
  return place >= 0 && place < listHeight(state, view) && index < model.count ? index : undefined;
}

/** The state with the cursor on a row that is on the screen. */
export function withCursorAt(state: State, view: ListView, cursor: number): State {
  return withPosition(state, view, { ...state[view].position, cursor });
}

/** Cursor and text where they can be now. */
export function settleList(state: State, view: ListView): State {
  const { position, detailsTop } = state[view];
  const kept = keepInSight(position, listModel(state, view).count, listHeight(state, view));
  const moved = kept.cursor === position.cursor && kept.top === position.top ? state : withPosition(state, view, kept);
  // A text that is not scrolled needs no rows to be counted.
  if (detailsTop === 0) return moved;
  const top = Math.min(moved[view].detailsTop, lastListDetailsTop(moved, view));
  return top === moved[view].detailsTop ? moved : withList(moved, view, { detailsTop: top });
}

/** What is to be done about the finding with the cursor, for a Dockerfile where there are lines for it. */
export function copyAdvice(state: State): Update {
  const row = adviceRows(state).at(state.advice.position.cursor);
  if (state.view !== "advice" || row?.kind !== "finding") {
    return { state: told(state, "warning", "There is nothing to copy: no finding has the cursor."), effects: [] };
  }
  const { snippet, fix } = row.finding;
  const copied = snippet === undefined ? ([fix, "what to do"] as const) : ([snippet, "the lines"] as const);
  return { state, effects: [{ type: "copy", text: copied[0], what: copied[1] }] };
}

function goToFinding(state: State): State {
  const row = adviceRows(state).at(state.advice.position.cursor);
  const { tree } = state.subject;
  if (row?.kind !== "finding" || !tree) return state;
  const place = placeOfFinding(row.finding, tree);
  if (place) return goToPath(state, place, "changes");
  const [layer] = row.finding.layers;
  if (layer === undefined) return told(state, "warning", "It is about how the image runs, not about files.");
  return { ...remember(state), view: "explore", focus: "layers", enlarged: false, layers: { cursor: layer, top: 0 } };
}

function goToPackage(state: State): State {
  const model = packageRows(state);
  const row = model.at(state.packages.position.cursor);
  const { tree } = state.subject;
  if (!row || !tree || !model.inventory) return state;
  if (row.kind === "package") return goToPath(state, placeOfPackage(row.of, model.inventory, tree), "changes");
  return goToPath(state, { node: row.part.node, layer: tree.layers.length - 1 }, "tree");
}

function sortNext(state: State): State {
  const { sort, position } = state.packages;
  const next = PACKAGE_SORTS[(PACKAGE_SORTS.indexOf(sort) + 1) % PACKAGE_SORTS.length] ?? "size";
  const cursor = packageRows(state).rowIn(packagesModel(state.subject, next, state.packages.filter), position.cursor);
  const count = packageRows(state).count;
  const sorted = { ...state.packages, sort: next };
  return {
    ...state,
    packages: { ...sorted, position: keepInSight({ ...position, cursor }, count, listHeight(state, "packages")) },
  };
}

function withPosition(state: State, view: ListView, position: AdviceState["position"]): State {
  const { detailsTop, position: before } = state[view];
  return withList(state, view, { position, detailsTop: position.cursor === before.cursor ? detailsTop : 0 });
}

function withList(state: State, view: ListView, change: Partial<AdviceState>): State {
  return view === "advice"
    ? { ...state, advice: { ...state.advice, ...change } }
    : { ...state, packages: { ...state.packages, ...change } };
}
