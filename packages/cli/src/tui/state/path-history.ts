/** The history of one path: where the cursor is in the list of layers that touched it. */
import type { CommandName } from "../keymap/commands.ts";
import type { PathHistoryModel } from "../view-model/path-history.ts";
import { splitHeight } from "./detail-rows.ts";
import { type ListPosition, moveInList, START } from "./list.ts";

export interface PathHistoryState {
  readonly node: number;
  /** Counted in layers that touched the path, each of which has {@link HISTORY_ROWS} rows. */
  readonly position: ListPosition;
}

/** Rows of the view above the list. */
export const HISTORY_HEAD = 2;
/** Rows that each layer has. */
const HISTORY_ROWS = 2;

/** The history of a path, with the cursor on the first layer that touched it. */
export function openPathHistory(node: number): PathHistoryState {
  return { node, position: START };
}

/** How many layers the list shows at a time, when the view has so many rows. */
export function historyListHeight(height: number): number {
  return Math.max(1, Math.floor(splitHeight(height, HISTORY_HEAD).list / HISTORY_ROWS));
}

/** Index of what is shown in a row of the view, counted from 0; undefined for what is not in the list. */
export function historyIndexAt(
  { position }: PathHistoryState,
  model: PathHistoryModel,
  row: number,
  height: number,
): number | undefined {
  const place = Math.floor((row - HISTORY_HEAD) / HISTORY_ROWS);
  const index = position.top + place;
  return place >= 0 && place < historyListHeight(height) && index < model.count ? index : undefined;
}

/**
 * What a command makes of the view.
 * @param height rows that the view has
 * @returns undefined for a command that is not the list's
 */
export function updatePathHistory(
  state: PathHistoryState,
  command: CommandName,
  model: PathHistoryModel,
  height: number,
): PathHistoryState | undefined {
  const position = moveInList(state.position, command, model.count, historyListHeight(height));
  return position && { ...state, position };
}
