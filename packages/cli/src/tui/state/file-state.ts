/** Where one is in the view of one file. */
import { FULL_BYTES, type NeededContent } from "../effects/load-content.ts";
import { type FileBody, rowCountOf } from "../view-model/file/model.ts";
import type { MatchTable } from "../view-model/file/search.ts";
import { shownVersion } from "../view-model/file/versions.ts";
import type { World } from "../world.ts";
import { type ListPosition, START } from "./list.ts";

export type FileMode = "text" | "hex" | "diff";

export interface FileSearch {
  readonly pattern: string;
  /** What it was searched in: matches of another text are none. */
  readonly target: object;
  readonly matches: MatchTable;
  /** Which match one is at. */
  readonly at: number;
  /** Whether the search came to the end and went on at the other. */
  readonly wentRound: boolean;
}

export interface FileState {
  readonly node: number;
  /** The path is shown as it is after this layer. */
  readonly layer: number;
  /** The layer to compare with; undefined for the version before. */
  readonly against: number | undefined;
  readonly mode: FileMode;
  /** As in a pager, the first row on the screen is where one is: cursor and top are the same. */
  readonly position: ListPosition;
  /** Columns scrolled to the right; where lines are wrapped, the column that the first row begins with. */
  readonly left: number;
  readonly wrap: boolean;
  readonly search: FileSearch | undefined;
}

/** The view of a path as of a layer, at its beginning. */
export function openFileState(node: number, layer: number, mode: FileMode = "text"): FileState {
  return { node, layer, against: undefined, mode, position: START, left: 0, wrap: false, search: undefined };
}

/** The contents that have to be read for what is shown. @param limit bytes of each; less for a preview */
export function neededContents(state: FileState, { subject }: World, limit: number = FULL_BYTES): NeededContent[] {
  const { tree, classes, image, hasContents } = subject;
  if (!tree || !image || !hasContents) return [];
  const { entry, before } = shownVersion(tree, classes, state.node, state.layer, state.against);
  const wanted = state.mode === "diff" ? [entry, before] : [entry];
  const needs = wanted.flatMap((each) =>
    each?.type === "file" ? [{ node: state.node, layer: each.layer, limit }] : [],
  );
  return needs.filter((need, index) => needs.findIndex(({ layer }) => layer === need.layer) === index);
}

/** The state scrolled to a row. */
export function atTop(state: FileState, top: number): FileState {
  return { ...state, position: { cursor: top, top } };
}

/** The first row that is shown: never so low that less than a page is left. */
export function topOf({ position }: Pick<FileState, "position">, body: FileBody, height: number): number {
  return Math.max(0, Math.min(position.top, rowCountOf(body) - Math.max(1, height)));
}
