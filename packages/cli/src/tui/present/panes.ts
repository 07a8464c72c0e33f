/** The panes, the top row and the bottom row, as rows. */

import { COMMANDS, type CommandName } from "../keymap/commands.ts";
import { keysHere } from "../keymap/keymap.ts";
import { type Area, insetWidth, type Layout, type Pane, panesOf, readingWidth } from "../layout.ts";
import type { Purpose, State } from "../state/state.ts";
import { detailLinesOf } from "../view-model/details.ts";
import { headerModel } from "../view-model/header.ts";
import { hintsModel } from "../view-model/hints.ts";
import { layersModel } from "../view-model/layers.ts";
import { countFound, foundRows, matchingRows } from "../view-model/list-matches.ts";
import {
  adviceRows,
  isListView,
  type ListView,
  listDetails,
  listModel,
  packageRows,
} from "../view-model/list-views.ts";
import { fileModelOf, previewOf } from "../view-model/open-file.ts";
import { pathHistoryModel } from "../view-model/path-history.ts";
import { parseQuery, parseTextQuery } from "../view-model/query.ts";
import { savings } from "../view-model/savings.ts";
import { contextsOf, layerCount, selectedLayer, wasteRows, worldOf } from "../view-model/selection.ts";
import { presentAdvice } from "./advice.ts";
import { detailRows } from "./details.ts";
import { presentFile } from "./file/file.ts";
import { presentPreview } from "./file/preview.ts";
import { presentFilesPane } from "./files-pane.ts";
import { presentHeader } from "./header.ts";
import { presentHints } from "./hints.ts";
import { inset } from "./inset.ts";
import { layersLegend, presentLayers } from "./layers.ts";
import { Line } from "./line.ts";
import { presentPackages } from "./packages.ts";
import { presentPaneTitle } from "./pane-title.ts";
import { presentPathHistory } from "./path-history.ts";
import { presentPrompt } from "./prompt.ts";
import { PANE_NAMES, presentTabs } from "./tabs.ts";
import { presentWaste } from "./waste.ts";

export function presentTop(state: State, width: number): string[] {
  const { marks, look, subject, keymap } = state;
  const [notesKey] = keymap.keysOf("show-messages", "global");
  const count = marks.paths.size + marks.records.size;
  const marked = count > 0 ? { count, bytes: savings(subject, marks).bytes } : undefined;
  return presentHeader(headerModel(worldOf(state), { marked, notesKey }), { width, height: 1 }, look);
}

/** All rows of a pane: its title, or the tabs, and its body. */
export function presentPane(state: State, layout: Layout, pane: Pane): string[] {
  const { look, focus } = state;
  const { detail = "", shorter = [], position = "", rows } = presentNamed(state, pane);
  const title = layout.tabs
    ? presentTabs(
        { names: panesOf(state), focus, detail, shorter, position, key: nextPaneKey(state) },
        pane.width,
        look,
      )
    : presentPaneTitle(PANE_NAMES[pane.name], detail, focus === pane.name, pane.width, look, { position });
  // On a very small screen there is no room even for a word about why there is nothing.
  return [title, ...rows].slice(0, pane.height);
}

/** What a pane shows, where in it one is, and the rows below that. */
interface Content {
  readonly detail?: string;
  /** Ever shorter forms of it. */
  readonly shorter?: readonly string[];
  readonly position?: string;
  readonly rows: readonly string[];
}

function presentNamed(state: State, pane: Pane): Content {
  const { look } = state;
  const height = Math.max(0, pane.height - 1);
  const body = { width: pane.width, height };
  const text = { width: insetWidth(pane.width, look), height };
  const focused = state.focus === pane.name;
  switch (pane.name) {
    case "layers": {
      const count = layerCount(state);
      // The last cell keeps a command from the divider.
      const width = pane.width < state.size.columns ? pane.width - 1 : pane.width;
      const options = { since: state.files.since };
      const model = layersModel(worldOf(state));
      return {
        detail: layersLegend(model, width, look),
        position: count === 0 ? "" : positionOf(selectedLayer(state), count, look),
        rows: presentLayers(model, state.layers, focused, { width, height }, look, options),
      };
    }
    case "details": {
      const rows = detailRows(detailLinesOf(state), text.width, look);
      const top = Math.max(0, Math.min(state.detailsTop, rows.length - height));
      return { position: more(top, rows.length, height), rows: inset(rows.slice(top, top + height), look) };
    }
    case "files":
      return presentFilesPane(state, body);
    case "preview": {
      const model = previewOf(state);
      if (!model) return { rows: [] };
      return { detail: model.path, rows: inset(presentPreview(model, text, look, state.previewTop), look) };
    }
    case "waste":
      return { rows: presentWaste(wasteRows(state), state.waste, focused, body, look, state.marks, foundPaths(state)) };
    case "advice":
      return {
        ...whichOf(state, "advice"),
        rows: presentAdvice(adviceRows(state), state.advice.position, focused, body, look, foundRows(state, "advice")),
      };
    case "packages":
      return {
        ...whichOf(state, "packages"),
        rows: presentPackages(
          packageRows(state),
          state.packages.position,
          focused,
          body,
          look,
          foundRows(state, "packages"),
        ),
      };
    case "finding":
    case "package": {
      const view = pane.name === "finding" ? "advice" : "packages";
      const rows = detailRows(listDetails(state, view), readingWidth(pane.width, look), look);
      const top = Math.max(0, Math.min(state[view].detailsTop, rows.length - height));
      return { position: more(top, rows.length, height), rows: inset(rows.slice(top, top + height), look) };
    }
    case "file": {
      const { file } = state;
      return { rows: file ? inset(presentFile(fileModelOf(state, file), file, text, look), look) : [] };
    }
    case "history": {
      const { history } = state;
      if (!history) return { rows: [] };
      const model = pathHistoryModel(worldOf(state), history.node);
      return { rows: presentPathHistory(model, history.position, body, look) };
    }
  }
}

/** What of the list of a view is shown, and where in it one is. */
function whichOf(state: State, view: ListView): Pick<Content, "detail" | "position"> {
  const { count } = listModel(state, view);
  const { filter, position } = state[view];
  return {
    detail: filter === "" ? "" : `filter: ${filter}`,
    position: count === 0 ? "" : `${(position.cursor + 1).toLocaleString("en")} of ${count.toLocaleString("en")}`,
  };
}

/** By node, 1 for the paths of waste that are searched for. */
function foundPaths({ search, found }: State): Uint8Array | undefined {
  return search?.where === "waste" ? found?.nodes : undefined;
}

/** Layers are counted from 0. */
function positionOf(layer: number, count: number, { plain }: State["look"]): string {
  return plain ? `layer ${layer}, the last is ${count - 1}` : `${layer} of 0-${count - 1}`;
}

function nextPaneKey(state: State): string | undefined {
  const command = COMMANDS.find(({ name }) => name === "next-pane");
  return command && keysHere(state.keymap, contextsOf(state), command)[0];
}

/** Where in a text that is longer than its pane one is. */
function more(top: number, rows: number, height: number): string {
  if (rows <= height) return "";
  return `${Math.round(((top + height) / rows) * 100)} %`;
}

export function presentDivider({ height }: Area, look: State["look"]): string[] {
  return Array.from({ length: height }, () => look.paint("line", look.glyphs.vertical));
}

const LABELS: Readonly<Record<Purpose, string>> = {
  search: "Search",
  "search-file": "Search in the file",
  filter: "Filter",
  extract: "Write to directory",
  "export-report": "Write report to",
};

/** The last row: what is being typed, else how the last thing went, else what can be done. */
export function presentFooter(state: State, width: number): string[] {
  const { dialog, look, message } = state;
  const size = { width, height: 1 };
  if (dialog?.kind === "prompt") {
    const { purpose, field, allLayers } = dialog;
    const isQuery = purpose === "search" || purpose === "filter";
    const parse = isListView(state.view) && !allLayers ? parseTextQuery : parseQuery;
    const query = isQuery && field.text !== "" ? parse(field.text) : undefined;
    const error = query && "error" in query ? query.error : undefined;
    const label = purpose === "search" ? `Search ${allLayers ? "all layers" : whatIsListed(state)}` : LABELS[purpose];
    const inner = { width: insetWidth(width, look), height: 1 };
    return inset(presentPrompt({ label, field, note: noteOf(state, purpose), error }, inner, look), look);
  }
  if (message) {
    const sign = { good: "", warning: "! ", error: "error: " }[message.tone];
    return [
      new Line(look, width)
        .space(look.plain ? 0 : 1)
        .text(sign + message.text, message.tone)
        .toString(),
    ];
  }
  return presentHints(hintsModel(state.keymap, contextsOf(state), idleCommands(state)), size, look);
}

/** Commands that lead where one is. */
function idleCommands(state: State): CommandName[] {
  const idle: CommandName[] = [];
  if (panesOf(state).length === 1) idle.push("next-pane");
  if (state.view === "waste") idle.push("view-waste");
  if (state.view === "advice") idle.push("view-advice", "mark");
  if (state.view === "packages") idle.push("view-packages", "mark");
  return idle;
}

/** What a search looks through before it is one of all layers. */
function whatIsListed({ view }: State): string {
  return view === "waste" ? "the waste" : isListView(view) ? `the ${view}` : "this tree";
}

function foundText(count: number | undefined): string {
  return count === undefined ? "" : `${count.toLocaleString("en")} found`;
}

function listFilterNote(state: State, view: ListView): string {
  const { filter } = state[view];
  const rows = filter === "" ? [] : matchingRows(state, view, filter);
  if ("error" in rows) return "";
  return filter === "" ? FILTER_EXAMPLES[view] : foundText(rows.length);
}

const FILTER_EXAMPLES: Readonly<Record<ListView, string>> = {
  advice: "apt  layer  *.map  !node_modules",
  packages: "ssl  npm  @babel/*  !deb",
};

function noteOf(state: State, purpose: Purpose): string {
  const { look } = state;
  switch (purpose) {
    case "search":
      return [foundText(countFound(state)), `Tab: ${whatIsListed(state)} or all layers`]
        .filter(Boolean)
        .join(look.plain ? ", " : ` ${look.glyphs.separator} `);
    case "filter":
      if (isListView(state.view)) return listFilterNote(state, state.view);
      return (
        (state.files.filter !== "" && foundText(state.filtered?.count)) ||
        "*.so  size>1MB  is:removed  type:link  setuid"
      );
    case "extract":
      return state.marks.paths.size > 0 ? `${state.marks.paths.size} marked` : "what is selected, and all below it";
    default:
      return "";
  }
}
