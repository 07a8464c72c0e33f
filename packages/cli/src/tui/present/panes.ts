/** The panes, the top row and the bottom row, as rows. */
import { type Area, type Layout, type Pane, panesOf } from "../layout.ts";
import type { Purpose, State } from "../state/state.ts";
import { detailLinesOf } from "../view-model/details.ts";
import { headerModel } from "../view-model/header.ts";
import { hintsModel } from "../view-model/hints.ts";
import { layersModel } from "../view-model/layers.ts";
import { fileModelOf, previewOf } from "../view-model/open-file.ts";
import { pathHistoryModel } from "../view-model/path-history.ts";
import { parseQuery } from "../view-model/query.ts";
import { savings } from "../view-model/savings.ts";
import { contextsOf, layerCount, selectedLayer, wasteRows, worldOf } from "../view-model/selection.ts";
import { detailRows } from "./details.ts";
import { presentFile } from "./file/file.ts";
import { presentPreview } from "./file/preview.ts";
import { presentFilesPane } from "./files-pane.ts";
import { presentHeader } from "./header.ts";
import { presentHints } from "./hints.ts";
import { presentLayers } from "./layers.ts";
import { Line } from "./line.ts";
import { presentPaneTitle } from "./pane-title.ts";
import { presentPathHistory } from "./path-history.ts";
import { presentPrompt } from "./prompt.ts";
import { presentWaste } from "./waste.ts";

export function presentTop(state: State, width: number): string[] {
  const { marks, look, subject } = state;
  const count = marks.paths.size + marks.records.size;
  const marked = count > 0 ? { count, bytes: savings(subject, marks).bytes } : undefined;
  return presentHeader(headerModel(worldOf(state), { marked }), { width, height: 1 }, look);
}

/** All rows of a pane: its title, or the tabs, and its body. */
export function presentPane(state: State, layout: Layout, pane: Pane): string[] {
  const rows = presentNamed(state, pane);
  if (layout.tabs) rows[0] = presentTabs(state, pane.width);
  // On a very small screen there is no room even for a word about why there is nothing.
  return rows.slice(0, pane.height);
}

function presentNamed(state: State, pane: Pane): string[] {
  const { look } = state;
  const { width } = pane;
  const body = { width, height: Math.max(0, pane.height - 1) };
  const focused = state.focus === pane.name;
  switch (pane.name) {
    case "layers": {
      const count = layerCount(state);
      const position = count > 0 ? `${selectedLayer(state)} of 0–${count - 1}` : "";
      const title = presentPaneTitle("Layers", "", focused, width, look, { position });
      const options = { since: state.files.since };
      return [title, ...presentLayers(layersModel(worldOf(state)), state.layers, focused, body, look, options)];
    }
    case "details": {
      const rows = detailRows(detailLinesOf(state), width, look);
      const top = Math.max(0, Math.min(state.detailsTop, rows.length - body.height));
      const title = presentPaneTitle("Details", "", focused, width, look, {
        position: more(top, rows.length, body.height),
      });
      return [title, ...rows.slice(top, top + body.height)];
    }
    case "files":
      return presentFilesPane(state, pane);
    case "preview": {
      const title = presentPaneTitle("Preview", "", focused, width, look, {});
      const model = previewOf(state);
      return [title, ...(model ? presentPreview(model, body, look, state.previewTop) : [])];
    }
    case "waste":
      return [
        presentPaneTitle("Waste", "", focused, width, look, {}),
        ...presentWaste(wasteRows(state), state.waste, focused, body, look, state.marks),
      ];
    case "file": {
      const { file } = state;
      const title = presentPaneTitle("File", "", focused, width, look, {});
      return file ? [title, ...presentFile(fileModelOf(state, file), file, body, look)] : [title];
    }
    case "history": {
      const { history } = state;
      const title = presentPaneTitle("History of a path", "", focused, width, look, {});
      if (!history) return [title];
      return [
        title,
        ...presentPathHistory(pathHistoryModel(worldOf(state), history.node), history.position, body, look),
      ];
    }
  }
}

/** Where in a text that is longer than its pane one is. */
function more(top: number, rows: number, height: number): string {
  if (rows <= height) return "";
  return `${Math.round(((top + height) / rows) * 100)} %`;
}

const TAB_NAMES = {
  layers: "Layers",
  details: "Details",
  files: "Files",
  preview: "Preview",
  waste: "Waste",
  file: "File",
  history: "History",
};

function presentTabs(state: State, width: number): string {
  const { look } = state;
  const line = new Line(look, width);
  for (const name of panesOf(state)) {
    const isHere = name === state.focus;
    line.text(isHere ? `[${TAB_NAMES[name]}]` : ` ${TAB_NAMES[name]} `, isHere ? "focus" : "muted");
  }
  if (state.focus === "files") line.text(` layer ${selectedLayer(state)}`, "muted");
  return line.text(" ").fill(look.glyphs.horizontal, "line").toString();
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
    const query = isQuery && field.text !== "" ? parseQuery(field.text) : undefined;
    const error = query && "error" in query ? query.error : undefined;
    const label = purpose === "search" ? `Search ${allLayers ? "all layers" : "this tree"}` : LABELS[purpose];
    return presentPrompt({ label, field, note: noteOf(state, purpose), error }, size, look);
  }
  if (message) {
    const sign = { good: "", warning: "! ", error: "error: " }[message.tone];
    return [
      new Line(look, width)
        .space()
        .text(sign + message.text, message.tone)
        .toString(),
    ];
  }
  return presentHints(hintsModel(state.keymap, contextsOf(state)), size, look);
}

function noteOf(state: State, purpose: Purpose): string {
  switch (purpose) {
    case "search":
      return [state.found && `${state.found.count.toLocaleString("en")} found`, "Tab: this tree or all layers"]
        .filter(Boolean)
        .join(" · ");
    case "filter":
      return state.filtered && state.files.filter !== ""
        ? `${state.filtered.count.toLocaleString("en")} match`
        : "*.so  size>1MB  is:removed  type:link  setuid";
    case "extract":
      return state.marks.paths.size > 0 ? `${state.marks.paths.size} marked` : "what is selected, and all below it";
    default:
      return "";
  }
}
