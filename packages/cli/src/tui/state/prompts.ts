/** Lines to type in: what each is for, what typing changes at once, and what Enter does. */

import { isListView, type ListView } from "../view-model/list-views.ts";
import { fileRows, layerCount, selectedPath } from "../view-model/selection.ts";
import { goToMatch } from "./matches.ts";
import type { Purpose, SearchPlace, State } from "./state.ts";
import { fieldOf } from "./text-field.ts";
import { just, type Update } from "./update.ts";
import { withListFilter } from "./update-lists.ts";

/** What a field begins with when nothing was typed for it before. */
const FIRST: Readonly<Record<Purpose, string>> = {
  search: "",
  "search-file": "",
  filter: "",
  extract: "./extracted",
  "export-report": "./report.json",
};

export function openPrompt(state: State, purpose: Purpose): State {
  const text = purpose === "filter" ? filterOf(state) : (state.typed[purpose] ?? FIRST[purpose]);
  const allLayers = placeOfList(state) === undefined && searchesAllLayers(state);
  return { ...state, dialog: { kind: "prompt", purpose, field: fieldOf(text), allLayers } };
}

/** What is kept of what the view shows. */
function filterOf(state: State): string {
  return isListView(state.view) ? state[state.view].filter : state.files.filter;
}

/** Where the view lists something that can be searched. */
function placeOfList({ view }: State): "waste" | ListView | undefined {
  return view === "waste" || isListView(view) ? view : undefined;
}

/** Where no tree is on the screen there is none to search. */
function searchesAllLayers({ search, view }: State): boolean {
  return search?.where === "all-layers" || (search?.where !== "tree" && view !== "explore");
}

function placeToSearch(state: State, allLayers: boolean): SearchPlace {
  return allLayers ? "all-layers" : (placeOfList(state) ?? "tree");
}

/** What typing changes before Enter: a filter and a search are seen at work. */
export function typing(state: State, purpose: Purpose, text: string, allLayers: boolean): State {
  switch (purpose) {
    case "filter":
      return isListView(state.view) ? withListFilter(state, state.view, text) : withFilter(state, text);
    case "search":
      return {
        ...state,
        search: text === "" ? undefined : { text, where: placeToSearch(state, allLayers), jumps: false },
        found: undefined,
      };
    default:
      return state;
  }
}

/** Enter. */
export function accept(state: State, purpose: Purpose, text: string): Update {
  const typed: State = { ...state, dialog: undefined, typed: { ...state.typed, [purpose]: text } };
  switch (purpose) {
    case "filter":
      return just(typed);
    case "search":
      return just(text === "" ? typed : goToMatch(searching(typed, text, isOfAllLayers(state)), 1, true));
    case "search-file":
      return just(text === "" ? typed : goToMatch(withoutFileSearch(typed), 1, true));
    case "extract":
      return extract(typed, text);
    case "export-report":
      if (text === "") return just(typed);
      return { state: typed, effects: [{ type: "export-report", file: text }] };
  }
}

function isOfAllLayers({ dialog }: State): boolean {
  return dialog?.kind === "prompt" && dialog.allLayers;
}

/** What was offered and not changed may have been searched for elsewhere, or not at all now. */
function searching(state: State, text: string, allLayers: boolean): State {
  const { search } = state;
  const isSame = search?.text === text && search.where === placeToSearch(state, allLayers);
  return isSame ? state : typing(state, "search", text, allLayers);
}

/** A new pattern replaces the one before. */
function withoutFileSearch(state: State): State {
  return state.view === "file" && state.file ? { ...state, file: { ...state.file, search: undefined } } : state;
}

/** While a filter is there everything is open, so that all that matches is seen. */
function withFilter(state: State, filter: string): State {
  const { files } = state;
  const had = files.filter !== "";
  const has = filter !== "";
  const expansion = had === has ? files.expansion : { all: has, except: new Set<number>() };
  return { ...state, files: { ...files, filter, expansion }, filtered: has ? state.filtered : undefined };
}

function extract(state: State, directory: string): Update {
  const { marks, subject } = state;
  const path = selectedPath(state);
  const layer = path?.layer ?? layerCount(state) - 1;
  const nodes = marks.paths.size > 0 ? [...marks.paths] : path ? [path.node] : [];
  if (directory === "" || nodes.length === 0) {
    return just({ ...state, message: { tone: "warning", text: "Nothing is selected to be written." } });
  }
  if (!subject.hasContents) {
    return just({ ...state, message: { tone: "error", text: "A saved report has no file contents to write." } });
  }
  const at = marks.paths.size > 0 ? (fileRows(state)?.tree.question.to ?? layer) : layer;
  return { state, effects: [{ type: "extract", nodes, layer: at, directory }] };
}
