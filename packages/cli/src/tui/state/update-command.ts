/** What each command does: first in the pane that has the keys, else everywhere. */
import { absolutePath, decodeName } from "@layerscope/core";
import type { CommandName } from "../keymap/commands.ts";
import { panesOf } from "../layout.ts";
import { isListView } from "../view-model/list-views.ts";
import { fileModelOf } from "../view-model/open-file.ts";
import { pathHistoryModel } from "../view-model/path-history.ts";
import { heightOf, selectedLayer, selectedPath, sizeOf, wasteRows, worldOf } from "../view-model/selection.ts";
import { recordsOfNode } from "../view-model/waste-index.ts";
import { updateFile } from "./file.ts";
import { NO_MARKS, toggleMark } from "./marks.ts";
import { goToMatch } from "./matches.ts";
import { goBack, goToFile, goToHistory, goToPath, remember } from "./navigate.ts";
import { updatePathHistory } from "./path-history.ts";
import { openPrompt } from "./prompts.ts";
import type { PaneName, SearchPlace, State } from "./state.ts";
import { emptyField } from "./text-field.ts";
import { just, type Update } from "./update.ts";
import { selectLayer, show, showNext, updateExplore } from "./update-explore.ts";
import { copyAdvice, openList, openWaste, updateList, withListFilter } from "./update-lists.ts";
import { updateWaste } from "./waste.ts";

export function updateCommand(state: State, name: CommandName): Update {
  const inPane = updatePane(state, name);
  return inPane ? just(inPane) : updateEverywhere(state, name);
}

function updatePane(state: State, name: CommandName): State | undefined {
  switch (state.view) {
    case "explore":
      return updateExplore(state, name);
    case "waste":
      return updateWasteView(state, name);
    case "advice":
    case "packages":
      return updateList(state, state.view, name);
    case "file":
      return updateFileView(state, name);
    case "history":
      return updateHistoryView(state, name);
  }
}

function updateWasteView(state: State, name: CommandName): State | undefined {
  const model = wasteRows(state);
  const row = model.count > 0 ? model.at(state.waste.position.cursor) : undefined;
  if (row?.kind === "record") {
    const { record, node } = row;
    switch (name) {
      case "open":
        return goToPath(state, { node, layer: record.hiddenBy }, "changes");
      case "open-history":
        return goToHistory(state, node);
      case "open-diff":
        return goToFile(state, { node, layer: record.cause === "deleted" ? record.storedIn : record.hiddenBy }, "diff");
    }
  }
  const waste = updateWaste(state.waste, name, model, heightOf(state, "waste"));
  return waste && { ...state, waste };
}

function updateFileView(state: State, name: CommandName): State | undefined {
  const { file } = state;
  if (!file) return undefined;
  if (name === "open-history") return goToHistory(state, file.node);
  const updated = updateFile(file, name, fileModelOf(state, file), sizeOf(state, "file"));
  return updated && { ...state, file: updated };
}

function updateHistoryView(state: State, name: CommandName): State | undefined {
  const { history } = state;
  if (!history) return undefined;
  const model = pathHistoryModel(worldOf(state), history.node);
  const there = model.at(history.position.cursor);
  if (there && name === "open") return goToPath(state, there, "changes");
  if (there && name === "open-diff") return goToFile(state, there, "diff");
  const updated = updatePathHistory(history, name, model, heightOf(state, "history"));
  return updated && { ...state, history: updated };
}

function updateEverywhere(state: State, name: CommandName): Update {
  switch (name) {
    case "quit":
      return { state, effects: [{ type: "quit" }] };
    case "suspend":
      return { state, effects: [{ type: "suspend" }] };
    case "toggle-mouse": {
      const on = !state.mouse;
      const text = on ? "The mouse is ours." : "The mouse is the terminal's: select text with it.";
      return { state: { ...state, mouse: on, message: { tone: "good", text } }, effects: [{ type: "mouse", on }] };
    }
    case "copy-path":
    case "copy-digest":
    case "copy-command":
      return copy(state, name);
    case "copy-snippet":
      return copyAdvice(state);
    case "open-pager":
    case "open-editor": {
      const path = selectedPath(state);
      if (!path) return just(state);
      return { state, effects: [{ type: "hand-off", to: name === "open-pager" ? "pager" : "editor", ...path }] };
    }
    default:
      return just(updateGlobal(state, name));
  }
}

function updateGlobal(state: State, name: CommandName): State {
  switch (name) {
    case "show-layer":
      return show(inExplore(state), "changes");
    case "show-snapshot":
      return show(inExplore(state), "tree");
    case "show-since":
      return show(inExplore(state), "all-changes");
    case "show-wasted":
      return show(inExplore(state), "wasted");
    case "show-next":
      return showNext(inExplore(state));
    case "compare-from":
      return compareFrom(state);
    case "layer-previous":
      return selectLayer(state, selectedLayer(state) - 1);
    case "layer-next":
      return selectLayer(state, selectedLayer(state) + 1);
    case "next-pane":
      return focusNext(state, 1);
    case "previous-pane":
      return focusNext(state, -1);
    case "view-explore":
      return state.view === "explore" ? state : inExplore(remember(state));
    case "view-waste":
      return openWaste(state);
    case "view-advice":
      return openList(state, "advice");
    case "view-packages":
      return openList(state, "packages");
    case "mark":
      return mark(state);
    case "clear-marks":
      return { ...state, marks: NO_MARKS };
    case "search":
      return openPrompt(state, state.view === "file" ? "search-file" : "search");
    case "search-next":
      return goToMatch(state, 1, false);
    case "search-previous":
      return goToMatch(state, -1, false);
    case "filter":
      return openPrompt(withWhatFilters(state), "filter");
    case "extract":
      return openPrompt(state, "extract");
    case "export-report":
      return openPrompt(state, "export-report");
    case "toggle-preview":
      return { ...state, hasPreview: !state.hasPreview, focus: state.focus === "preview" ? "files" : state.focus };
    case "enlarge":
      return { ...state, enlarged: !state.enlarged };
    case "divider-left":
      return withDivider(state, state.divider - 0.05);
    case "divider-right":
      return withDivider(state, state.divider + 0.05);
    case "toggle-units":
      return { ...state, look: { ...state.look, units: state.look.units === "si" ? "iec" : "si" } };
    case "palette":
      return { ...state, dialog: { kind: "palette", field: emptyField(), position: { cursor: 0, top: 0 } } };
    case "help":
      return { ...state, dialog: { kind: "help", field: emptyField(), top: 0 } };
    case "show-messages":
      return { ...state, dialog: { kind: "messages", top: 0 } };
    case "open-history": {
      const path = selectedPath(state);
      return path ? goToHistory(state, path.node) : state;
    }
    case "open-diff": {
      const path = selectedPath(state);
      return path ? goToFile(state, path, "diff") : state;
    }
    case "back":
      return back(state);
    default:
      return state;
  }
}

/** Escape takes away what is there, one thing at a time, before it goes back. */
function back(state: State): State {
  if (state.enlarged) return { ...state, enlarged: false };
  if (state.view === "explore" && state.files.filter !== "")
    return { ...state, files: withoutFilter(state), filtered: undefined };
  if (isListView(state.view) && state[state.view].filter !== "") return withListFilter(state, state.view, "");
  if (state.search && isSearchOf(state, state.search.where)) return { ...state, search: undefined, found: undefined };
  return goBack(state);
}

/** Whether a search of that place is one of what the view shows. */
function isSearchOf({ view }: State, where: SearchPlace): boolean {
  return view === (where === "tree" || where === "all-layers" ? "explore" : where);
}

/** The view whose rows can be filtered: groups of waste cannot, but the tree of what is wasted can. */
function withWhatFilters(state: State): State {
  if (isListView(state.view)) return state;
  return state.view === "waste" ? show(inExplore(remember(state)), "wasted") : inExplore(state);
}

function withoutFilter({ files }: State): State["files"] {
  return { ...files, filter: "", expansion: { all: false, except: new Set() } };
}

/** The view with layers and files, from wherever one is. */
function inExplore(state: State): State {
  if (state.view === "explore") return state;
  return { ...state, view: "explore", focus: "files", enlarged: false };
}

function compareFrom(state: State): State {
  const layer = selectedLayer(state);
  const again = state.files.since === layer;
  const text = again
    ? "Changes are counted from the base image again."
    : `Changes are counted from layer ${layer}: go to a later layer, then "a".`;
  const files = { ...state.files, since: again ? undefined : layer };
  return { ...state, files, message: { tone: "good", text } };
}

function focusNext(state: State, step: 1 | -1): State {
  const panes = panesOf(state);
  const at = panes.indexOf(state.focus);
  return { ...state, focus: panes[(at + step + panes.length) % panes.length] as PaneName };
}

export function withDivider(state: State, divider: number): State {
  return { ...state, divider: Math.max(0.15, Math.min(0.75, divider)) };
}

/** Marks what the cursor is on, and goes on to the next row, so that several in a row are quickly marked. */
function mark(state: State): State {
  if (state.view === "advice" || state.view === "packages") {
    return { ...state, message: { tone: "warning", text: "Marks are for files: Enter goes to them." } };
  }
  const marked = withMark(state);
  return updatePane(marked, "move-down") ?? marked;
}

function withMark(state: State): State {
  if (state.view === "waste") {
    const row = wasteRows(state).at(state.waste.position.cursor);
    return row
      ? { ...state, marks: toggleMark(state.marks, "records", row.kind === "record" ? [row.index] : row.records()) }
      : state;
  }
  const path = selectedPath(state);
  if (!path || (state.view === "explore" && state.focus === "layers")) return state;
  if (state.view === "explore" && state.files.shown === "wasted") {
    const records = recordsOfNode(state.subject, path.node);
    if (records.length > 0) return { ...state, marks: toggleMark(state.marks, "records", records) };
  }
  return { ...state, marks: toggleMark(state.marks, "paths", [path.node]) };
}

function copy(state: State, name: "copy-path" | "copy-digest" | "copy-command"): Update {
  const { subject } = state;
  const layer = selectedLayer(state);
  const nothing = (what: string): Update =>
    just({ ...state, message: { tone: "warning", text: `There is no ${what} to copy.` } });
  const copied = (text: string, what: string): Update => ({ state, effects: [{ type: "copy", text, what }] });
  switch (name) {
    case "copy-path": {
      const path = selectedPath(state);
      if (!path || !subject.tree) return nothing("path");
      return copied(decodeName(absolutePath(subject.tree.paths.pathOf(path.node))).text, "the path");
    }
    case "copy-digest": {
      const reference = subject.document?.layers[layer];
      const digest = reference?.digest ?? reference?.diffId;
      return digest ? copied(digest, `the digest of layer ${layer}`) : nothing("digest");
    }
    case "copy-command": {
      const command = subject.layers[layer]?.step?.createdBy;
      return command ? copied(command, `the command of layer ${layer}`) : nothing("command");
    }
  }
}
