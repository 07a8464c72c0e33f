/** What the commands do in the view of one file. */
import type { CommandName } from "../keymap/commands.ts";
import type { Size } from "../present/look.ts";
import { bodyHeight, textWidth } from "../view-model/file/geometry.ts";
import { type FileBody, type FileModel, HEX_WIDTH, rowCountOf } from "../view-model/file/model.ts";
import { columnsOfLine } from "../view-model/file/row-layout.ts";
import { sideAt } from "../view-model/file/search-text.ts";
import { lastPage, rowAfter, rowBefore, type WrappedRow } from "../view-model/file/wrapped-rows.ts";
import { atTop, type FileMode, type FileState, topOf } from "./file-state.ts";
import { START } from "./list.ts";

/**
 * What a command makes of the state.
 * @param size of the area that the file is presented in
 * @returns undefined when it is no command of the file view
 */
export function updateFile(
  state: FileState,
  command: CommandName,
  model: FileModel,
  size: Size,
): FileState | undefined {
  switch (command) {
    case "file-mode-next": {
      const { modes, mode } = model;
      return inMode(state, modes[(modes.indexOf(mode) + 1) % Math.max(1, modes.length)] ?? state.mode);
    }
    case "open-diff":
      if (model.mode === "diff") return inMode(state, model.modes[0] ?? "text");
      return model.modes.includes("diff") ? inMode(state, "diff") : state;
    case "toggle-wrap":
      return { ...state, wrap: !state.wrap, left: 0 };
    case "version-previous":
      return atVersion(state, model, model.at - 1);
    case "version-next":
      return atVersion(state, model, model.at + 1);
    case "change-previous":
      return toChange(state, model, size, -1);
    case "change-next":
      return toChange(state, model, size, 1);
    default:
      return scrolled(state, command, model.body, { ...size, height: bodyHeight(model, size.height) });
  }
}

function inMode(state: FileState, mode: FileMode): FileState {
  return mode === state.mode ? state : { ...state, mode, position: START, left: 0 };
}

function atVersion(state: FileState, { versions }: FileModel, index: number): FileState {
  const version = versions[index];
  return version ? { ...state, layer: version.layer, against: undefined } : state;
}

/** Rows that stay above a change one goes to. */
const ABOVE = 3;

function toChange(state: FileState, model: FileModel, size: Size, direction: 1 | -1): FileState {
  const { body } = model;
  if (body.kind !== "diff") return state;
  const tops = body.changes.map((row) => Math.max(0, row - ABOVE));
  const here = topOf(state, body, bodyHeight(model, size.height));
  const top = direction > 0 ? tops.find((each) => each > here) : tops.findLast((each) => each < here);
  return top === undefined ? state : clamped(atTop(state, top), body, bodyHeight(model, size.height));
}

function clamped(state: FileState, body: FileBody, height: number): FileState {
  return atTop(state, topOf(state, body, height));
}

/** Columns that left and right scroll by. */
const STEP = 8;

function scrolled(state: FileState, command: CommandName, body: FileBody, size: Size): FileState | undefined {
  const rows = rowsOf(command, size.height, rowCountOf(body));
  if (rows !== undefined) {
    if (state.wrap && body.kind === "text") return scrolledWrapped(state, rows, body.lines, body, size);
    const top = topOf(state, body, size.height) + rows;
    const next = clamped(atTop(state, top), body, size.height);
    return command === "move-first" ? { ...next, left: 0 } : next;
  }
  if (command !== "move-left" && command !== "move-right") return undefined;
  if (state.wrap && body.kind === "text") return state;
  const most = Math.max(0, widestRow(state, body, size) - textWidth(body, size.width));
  const left = command === "move-left" ? state.left - STEP : Math.min(state.left + STEP, Math.max(most, state.left));
  return { ...state, left: Math.max(0, left) };
}

/** How many rows a command goes down, or up; undefined when it does neither. */
function rowsOf(command: CommandName, height: number, count: number): number | undefined {
  const page = Math.max(1, height - 1);
  switch (command) {
    case "move-up":
      return -1;
    case "move-down":
      return 1;
    case "page-up":
      return -page;
    case "page-down":
      return page;
    case "move-first":
      return -count;
    case "move-last":
      return count;
    default:
      return undefined;
  }
}

type TextBody = Extract<FileBody, { kind: "text" }>;

function scrolledWrapped(
  state: FileState,
  rows: number,
  lines: TextBody["lines"],
  body: TextBody,
  { width, height }: Size,
): FileState {
  const columns = textWidth(body, width);
  const last = lastPage(lines, columns, height);
  let row: WrappedRow = { line: Math.min(state.position.top, Math.max(0, lines.count - 1)), column: state.left };
  if (rows <= -lines.count) row = { line: 0, column: 0 };
  else if (rows >= lines.count) row = last;
  else {
    for (let step = 0; step < Math.abs(rows); step++) {
      row = (rows < 0 ? rowBefore(lines, row, columns) : rowAfter(lines, row, columns)) ?? row;
    }
  }
  if (row.line > last.line || (row.line === last.line && row.column > last.column)) row = last;
  return { ...atTop(state, row.line), left: row.column };
}

/** Columns of the widest row on the screen. */
function widestRow(state: FileState, body: FileBody, { height }: Size): number {
  if (body.kind === "hex") return HEX_WIDTH;
  if (body.kind !== "text" && body.kind !== "diff") return 0;
  const top = topOf(state, body, height);
  let widest = 0;
  for (let row = top; row < Math.min(top + height, rowCountOf(body)); row++) {
    const side = body.kind === "text" ? { lines: body.lines, line: row } : sideAt(body, row);
    if (side) widest = Math.max(widest, columnsOfLine(side.lines, side.line).width);
  }
  return widest;
}
