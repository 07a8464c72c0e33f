/** The waste view: how its records are grouped, which groups are open, where the cursor is. */
import type { CommandName } from "../keymap/commands.ts";
import type { WasteModel } from "../view-model/waste.ts";
import { splitHeight } from "./detail-rows.ts";
import { type Expansion, withOpen } from "./files-state.ts";
import { keepInSight, type ListPosition, moveInList, START } from "./list.ts";

export const WASTE_GROUPS = ["cause", "layer", "path"] as const;
/** What the records are put together by: the cause, the layer that stored them, the directories they are in. */
export type WasteGroup = (typeof WASTE_GROUPS)[number];

export interface WasteState {
  readonly group: WasteGroup;
  readonly position: ListPosition;
  /** Groups that are open, by their number; each way of grouping has its own. */
  readonly open: Readonly<Record<WasteGroup, Expansion>>;
}

const ALL_CLOSED: Expansion = { all: false, except: new Set() };
const ALL_OPEN: Expansion = { all: true, except: new Set() };

export function startWaste(): WasteState {
  return { group: "cause", position: START, open: { cause: ALL_CLOSED, layer: ALL_CLOSED, path: ALL_CLOSED } };
}

/** Rows of the view above the list. */
const HEAD = 1;

/** How many of the rows that the view has are the list's. */
export function wasteListHeight(height: number): number {
  return splitHeight(height, HEAD).list;
}

/** Index of what is shown in a row of the view, counted from 0; undefined for what is not in the list. */
export function wasteIndexAt(
  { position }: WasteState,
  model: WasteModel,
  row: number,
  height: number,
): number | undefined {
  const index = position.top + row - HEAD;
  return row >= HEAD && row < HEAD + wasteListHeight(height) && index < model.count ? index : undefined;
}

/**
 * What a command makes of the view.
 * @param height rows that the view has
 * @returns undefined for a command that is not the list's, and for `open` on a record: that leads elsewhere
 */
export function updateWaste(
  state: WasteState,
  command: CommandName,
  model: WasteModel,
  height: number,
): WasteState | undefined {
  const rows = wasteListHeight(height);
  const { cursor } = state.position;
  switch (command) {
    case "open":
      return model.at(cursor)?.kind === "group" ? toggle(state, model, rows) : undefined;
    case "toggle-directory":
      return toggle(state, model, rows);
    case "move-right":
      return goIn(state, model, rows);
    case "move-left":
      return goOut(state, model, rows);
    case "collapse-all":
      return collapse(state, model, rows);
    case "expand-all":
      return expand(state, model, rows);
    case "group-next":
      return regroup(state, model, rows);
    default: {
      const position = moveInList(state.position, command, model.count, rows);
      return position && { ...state, position };
    }
  }
}

/**
 * The state with a record under the cursor, and the groups around it open.
 * @param height rows that the view has
 */
export function withRecord(state: WasteState, model: WasteModel, height: number, record: number): WasteState {
  return showRecord(state, model, wasteListHeight(height), record);
}

function toggle(state: WasteState, model: WasteModel, rows: number): WasteState {
  const row = model.at(state.position.cursor);
  if (row?.kind !== "group") return state;
  return withCursor(withExpansion(state, withOpen(state.open[state.group], row.id, !row.open)), model, rows);
}

function goIn(state: WasteState, model: WasteModel, rows: number): WasteState {
  const { cursor } = state.position;
  const row = model.at(cursor);
  if (row?.kind !== "group") return state;
  return row.open ? withCursor(state, model, rows, cursor + 1) : toggle(state, model, rows);
}

function goOut(state: WasteState, model: WasteModel, rows: number): WasteState {
  const { cursor } = state.position;
  const row = model.at(cursor);
  if (row?.kind === "group" && row.open) return toggle(state, model, rows);
  return withCursor(state, model, rows, model.rowAround(cursor) ?? cursor);
}

function collapse(state: WasteState, model: WasteModel, rows: number): WasteState {
  let cursor = state.position.cursor;
  for (let around = model.rowAround(cursor); around !== undefined; around = model.rowAround(cursor)) cursor = around;
  const top = model.at(cursor);
  const next = withExpansion(state, ALL_CLOSED);
  return withCursor(next, model, rows, top && model.for(next).rowOf(top));
}

function expand(state: WasteState, model: WasteModel, rows: number): WasteState {
  const row = model.at(state.position.cursor);
  const next = withExpansion(state, ALL_OPEN);
  return withCursor(next, model, rows, row && model.for(next).rowOf(row));
}

/** The next way to group; a record that the cursor is on keeps it, and what it is in now is opened for that. */
function regroup(state: WasteState, model: WasteModel, rows: number): WasteState {
  const group = WASTE_GROUPS[(WASTE_GROUPS.indexOf(state.group) + 1) % WASTE_GROUPS.length] ?? "cause";
  const row = model.at(state.position.cursor);
  const next: WasteState = { ...state, group, position: START };
  return row?.kind === "record" ? showRecord(next, model, rows, row.index) : next;
}

/** The state with a record under the cursor, and what it is in open. `rows`: those of the list. */
function showRecord(state: WasteState, model: WasteModel, rows: number, record: number): WasteState {
  let expansion = state.open[state.group];
  for (const id of model.for(state).groupsAround(record)) expansion = withOpen(expansion, id, true);
  const next = withExpansion(state, expansion);
  return withCursor(next, model, rows, model.for(next).rowOfRecord(record));
}

function withExpansion(state: WasteState, expansion: Expansion): WasteState {
  return { ...state, open: { ...state.open, [state.group]: expansion } };
}

function withCursor(state: WasteState, model: WasteModel, rows: number, cursor = state.position.cursor): WasteState {
  return { ...state, position: keepInSight({ ...state.position, cursor }, model.for(state).count, rows) };
}
