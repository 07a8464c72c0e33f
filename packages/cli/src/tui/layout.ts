/** Where everything stands on the screen. */

import type { PaneName, State } from "./state/state.ts";
import { adviceModel } from "./view-model/advice.ts";
import { countLayers } from "./view-model/image-facts.ts";

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One pane: its title is the first row, the rest its body. */
export interface Pane extends Area {
  readonly name: PaneName;
}

export interface Layout {
  readonly columns: number;
  readonly rows: number;
  readonly header: Area;
  /** The last row: hints, a message, or a field to type in. */
  readonly footer: Area;
  readonly panes: readonly Pane[];
  /** The column between the left and the right side, where there is one. */
  readonly divider: Area | undefined;
  /** Whether one pane is shown at a time, with the others as tabs. */
  readonly tabs: boolean;
}

/** Below this many columns two panes side by side are too narrow to be read. */
const SIDE_BY_SIDE = 76;
/** And below this many rows of the middle part two panes one above the other have none for what is in them. */
const STACKED = 8;
/** Rows of the middle part from which on a list and its details have room one above the other. */
const LIST_AND_DETAILS = 14;
/** Rows of such a list beside its items: the title, two rows above the items, one that is empty. */
const LIST_HEAD = 4;
const LEFT_MIN = 26;
const LEFT_MAX = 100;
const RIGHT_MIN = 40;
/** Rows of the middle part from which on a preview has room below the files. */
const PREVIEW_ROWS = 26;
/** Rows of the layers' pane beside the layers: its title, two rows above the list, one that is empty. */
const LAYERS_HEAD = 4;
/** Rows of the middle part from which on the layers may have more than half of it. */
const LAYERS_MORE_FROM = 30;

/** Panes of the view that is shown, in the order in which Tab goes through them. */
export function panesOf(state: Pick<State, "view" | "hasPreview">): readonly PaneName[] {
  switch (state.view) {
    case "explore":
      return state.hasPreview ? ["layers", "details", "files", "preview"] : ["layers", "details", "files"];
    case "waste":
      return ["waste"];
    case "advice":
      return ["advice", "finding"];
    case "packages":
      return ["packages", "package"];
    case "file":
      return ["file"];
    case "history":
      return ["history"];
  }
}

export function layoutOf(
  state: Pick<State, "view" | "hasPreview" | "focus" | "enlarged" | "divider" | "size" | "look" | "subject">,
): Layout {
  const { columns, rows } = state.size;
  const header: Area = { x: 0, y: 0, width: columns, height: Math.min(1, rows) };
  const footer: Area = { x: 0, y: Math.max(1, rows - 1), width: columns, height: rows > 1 ? 1 : 0 };
  const middle: Area = { x: 0, y: 1, width: columns, height: Math.max(0, rows - 2) };
  const names = panesOf(state);
  // One after the other is what a screen reader can follow.
  const tabs = names.length > 1 && (!hasRoomForAll(state, middle) || state.look.plain);
  if (names.length === 1 || tabs || state.enlarged) {
    const name = names.includes(state.focus) ? state.focus : (names[0] as PaneName);
    return { columns, rows, header, footer, panes: [{ name, ...middle }], divider: undefined, tabs };
  }
  if (state.view !== "explore") {
    const [list, details] = names as readonly [PaneName, PaneName];
    const height = listPaneHeight(state, middle.height);
    const panes: Pane[] = [
      { ...middle, name: list, height },
      { ...middle, name: details, y: middle.y + height, height: middle.height - height },
    ];
    return { columns, rows, header, footer, panes, divider: undefined, tabs };
  }
  const left = Math.max(LEFT_MIN, Math.min(LEFT_MAX, columns - RIGHT_MIN - 1, Math.round(columns * state.divider)));
  const divider: Area = { x: left, y: middle.y, width: 1, height: middle.height };
  const right = { x: left + 1, width: columns - left - 1 };
  // A short list leaves its room to the details, and a low screen shows something of both.
  const most = Math.floor(middle.height * (middle.height < LAYERS_MORE_FROM ? 0.5 : 0.6));
  const layersHeight = Math.min(countLayers(state.subject) + LAYERS_HEAD, most);
  const previewHeight =
    state.hasPreview && (middle.height >= PREVIEW_ROWS || state.focus === "preview")
      ? Math.floor(middle.height * 0.38)
      : 0;
  const panes: Pane[] = [
    { name: "layers", x: 0, y: middle.y, width: left, height: layersHeight },
    { name: "details", x: 0, y: middle.y + layersHeight, width: left, height: middle.height - layersHeight },
    { name: "files", ...right, y: middle.y, height: middle.height - previewHeight },
  ];
  if (previewHeight > 0) {
    panes.push({ name: "preview", ...right, y: middle.y + middle.height - previewHeight, height: previewHeight });
  }
  return { columns, rows, header, footer, panes, divider, tabs };
}

/** Whether all panes of the view have room on the screen. */
function hasRoomForAll({ view }: Pick<State, "view">, { width, height }: Area): boolean {
  return view === "explore" ? width >= SIDE_BY_SIDE && height >= STACKED : height >= LIST_AND_DETAILS;
}

/** Rows of a list that stands above its details: a short one leaves its room to them. */
function listPaneHeight({ view, subject }: Pick<State, "view" | "subject">, height: number): number {
  const inventory = subject.inspection?.packages;
  const [count, most] =
    view === "packages"
      ? [(inventory?.packages.length ?? 0) + (inventory?.unowned.length ?? 0), 0.55]
      : [adviceModel(subject).count, 0.45];
  return Math.max(LIST_HEAD + 1, Math.min(count + LIST_HEAD, Math.floor(height * most)));
}

export function paneAt(layout: Layout, x: number, y: number): Pane | undefined {
  return layout.panes.find((pane) => x >= pane.x && x < pane.x + pane.width && y >= pane.y && y < pane.y + pane.height);
}

/** Rows of a pane below its title. */
export function bodyHeight(layout: Layout, name: PaneName): number {
  const pane = layout.panes.find((each) => each.name === name);
  return Math.max(0, (pane?.height ?? layout.rows - 2) - 1);
}

/** Columns of a pane; those it would have alone where it is not on the screen. */
export function bodyWidth(layout: Layout, name: PaneName): number {
  return layout.panes.find((each) => each.name === name)?.width ?? layout.columns;
}

/** Wider than this a text is hard to follow. */
const WIDEST_TEXT = 110;

/** Columns for text in a pane of so many, where the pane may be as wide as the screen. */
export function readingWidth(width: number, look: Pick<State["look"], "plain">): number {
  return Math.min(WIDEST_TEXT, insetWidth(width, look));
}

/** Columns for text in a pane of so many: it touches neither the edge nor the divider. What is read out has no margins. */
export function insetWidth(width: number, { plain }: Pick<State["look"], "plain">): number {
  return plain ? width : Math.max(0, width - 2);
}
