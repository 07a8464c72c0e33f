/** Searching in the file that is shown. */
import type { Size } from "../present/look.ts";
import { bodyHeight, textWidth } from "../view-model/file/geometry.ts";
import type { FileModel } from "../view-model/file/model.ts";
import { findMatches } from "../view-model/file/search.ts";
import { columnOfMatch, searchTextOf } from "../view-model/file/search-text.ts";
import { atTop, type FileSearch, type FileState, topOf } from "./file-state.ts";

/**
 * Goes to a match of a pattern (see findMatches): of a new one to the first from what is on the screen on, of the same
 * again to the next; round at the end.
 * @param direction 1 towards the end, -1 towards the beginning
 * @param size of the area that the file is presented in
 * @returns the new state, or what is wrong, to be told to the user
 */
export function searchInFile(
  state: FileState,
  model: FileModel,
  pattern: string,
  direction: 1 | -1,
  size: Size,
): FileState | string {
  if (pattern === "") return { ...state, search: undefined };
  const target = searchTextOf(model.body);
  if (!target) return "there is nothing to search in";
  if (state.search?.pattern === pattern && state.search.target === target) {
    return goTo(state, model, again(state.search, direction), size);
  }
  const matches = findMatches(target, pattern, model.body.kind === "hex");
  if (typeof matches === "string") return matches;
  const count = matches.length / 2;
  if (count === 0) return `${pattern} is not in this file`;
  const top = topOf(state, model.body, bodyHeight(model, size.height));
  const here = target.startOf(top);
  const starts = Array.from({ length: count }, (_, index) => matches[index * 2] ?? 0);
  const next =
    direction > 0 ? starts.findIndex((start) => start >= here) : starts.findLastIndex((start) => start < here);
  const at = next >= 0 ? next : direction > 0 ? 0 : count - 1;
  return goTo(state, model, { pattern, target, matches, at, wentRound: next < 0 }, size);
}

function again(search: FileSearch, direction: 1 | -1): FileSearch {
  const count = search.matches.length / 2;
  const at = (search.at + direction + count) % count;
  return { ...search, at, wentRound: direction > 0 ? at <= search.at : at >= search.at };
}

/** Scrolls no more than it takes to see the match. */
function goTo(state: FileState, model: FileModel, search: FileSearch, size: Size): FileState {
  const { body } = model;
  const next = { ...state, search };
  const target = searchTextOf(body);
  const offset = search.matches[search.at * 2] ?? 0;
  const row = target?.lineAt(offset) ?? 0;
  const height = bodyHeight(model, size.height);
  const width = textWidth(body, size.width);
  const column = columnOfMatch(body, offset);
  if (state.wrap && body.kind === "text") {
    // How far down a wrapped row is depends on all rows before it, so the match's row comes first.
    const left = Math.floor(column / width) * width;
    return { ...atTop(next, row), left };
  }
  const top = topOf(state, body, height);
  const isInSight = row >= top && row < top + height;
  const newTop = isInSight
    ? top
    : topOf({ position: { cursor: row, top: Math.max(0, row - Math.floor(height / 3)) } }, body, height);
  const end = column + (search.matches[search.at * 2 + 1] ?? offset) - offset;
  const fits = column >= state.left && end <= state.left + width;
  const left = fits ? state.left : end <= width ? 0 : Math.max(0, column - Math.floor(width / 3));
  return { ...atTop(next, newTop), left };
}
