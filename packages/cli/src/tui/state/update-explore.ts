/** Commands of the layers, the details, the files and the preview. */
import type { Change } from "@layerscope/core";
import type { CommandName } from "../keymap/commands.ts";
import { lastDetailsTop } from "../present/text-length.ts";
import { fileRows, heightOf, layerCount, layersHeight, selectedLayer } from "../view-model/selection.ts";
import { type FilesState, isOpen, SHOWN, type Shown, SORTS, withOpen } from "./files-state.ts";
import { keepInSight, moveInList, rowsInText } from "./list.ts";
import { goToFile, goToHistory } from "./navigate.ts";
import type { State } from "./state.ts";

/** @returns undefined when the command is not one of the pane that has the keys */
export function updateExplore(state: State, name: CommandName): State | undefined {
  switch (state.focus) {
    case "layers":
      return updateLayers(state, name);
    case "files":
      return updateFiles(state, name);
    case "details":
    case "preview":
      return updateText(state, name, state.focus);
    default:
      return undefined;
  }
}

/** The state with another layer selected. */
export function selectLayer(state: State, layer: number): State {
  const count = layerCount(state);
  if (count === 0) return state;
  const layers = keepInSight({ ...state.layers, cursor: layer }, count, layersHeight(state));
  return { ...state, layers, detailsTop: layers.cursor === state.layers.cursor ? state.detailsTop : 0, previewTop: 0 };
}

export function show(state: State, shown: Shown): State {
  return { ...state, files: { ...state.files, shown } };
}

export function showNext(state: State): State {
  return show(state, next(SHOWN, state.files.shown));
}

function updateLayers(state: State, name: CommandName): State | undefined {
  if (name === "open" || name === "move-right") return { ...state, focus: "files" };
  const moved = moveInList(state.layers, name, layerCount(state), layersHeight(state));
  return moved && { ...selectLayer(state, moved.cursor), layers: moved };
}

/** Text that scrolls and has no cursor. */
function updateText(state: State, name: CommandName, pane: "details" | "preview"): State | undefined {
  const step = rowsInText(name, heightOf(state, pane));
  return step === undefined ? undefined : scrollText(state, pane, step);
}

/** The state with the details, or the preview, scrolled by so many rows. */
export function scrollText(state: State, pane: "details" | "preview", rows: number): State {
  if (pane === "preview")
    return { ...state, previewTop: Math.max(0, Math.min(LAST_PREVIEW_ROW, state.previewTop + rows)) };
  return { ...state, detailsTop: Math.max(0, Math.min(lastDetailsTop(state), state.detailsTop + rows)) };
}

/** A preview shows the beginning; the file's own view has the rest. */
const LAST_PREVIEW_ROW = 500;

function updateFiles(state: State, name: CommandName): State | undefined {
  const { files } = state;
  const found = fileRows(state);
  const withFiles = (change: Partial<FilesState>): State => ({ ...state, files: { ...files, ...change } });
  switch (name) {
    case "sort-next":
      return withFiles({ sort: next(SORTS, files.sort) });
    case "toggle-small":
      return withFiles({ hidesSmall: !files.hidesSmall });
    case "toggle-added":
      return withFiles({ hidden: toggled(files.hidden, ["added"]) });
    case "toggle-modified":
      return withFiles({ hidden: toggled(files.hidden, ["modified", "metadata", "identical"]) });
    case "toggle-removed":
      return withFiles({ hidden: toggled(files.hidden, ["removed"]) });
    case "toggle-unmodified":
      return withFiles({ hidden: toggled(files.hidden, ["unchanged"]) });
    case "toggle-attributes": {
      const shown = files.columns.includes("mode") || files.columns.includes("owner");
      const others = files.columns.filter((column) => column !== "mode" && column !== "owner");
      return withFiles({ columns: shown ? others : [...others, "mode", "owner"] });
    }
    case "collapse-all":
      return withFiles({ expansion: { all: false, except: new Set() } });
    case "expand-all":
      return withFiles({ expansion: { all: true, except: new Set() } });
  }
  if (!found || found.rows.count === 0) return undefined;
  const { tree, rows } = found;
  const at = Math.min(files.position.cursor, rows.count - 1);
  const node = rows.nodes[at] as number;
  const toRow = (cursor: number): State => {
    const position = keepInSight({ cursor, top: files.position.top }, rows.count, heightOf(state, "files"));
    return { ...state, previewTop: 0, files: { ...files, position, node: rows.nodes[position.cursor] as number } };
  };
  const isDirectory = tree.hasChildren(node);
  const isOpened = isDirectory && isOpen(files.expansion, node);
  const setOpen = (open: boolean): State => withFiles({ expansion: withOpen(files.expansion, node, open) });
  switch (name) {
    case "open":
      return isDirectory ? setOpen(!isOpened) : goToFile(state, pathAt(state, node));
    case "toggle-directory":
      return isDirectory ? setOpen(!isOpened) : state;
    case "move-right":
      if (!isDirectory) return tree.isFile(node) ? goToFile(state, pathAt(state, node)) : state;
      return isOpened ? toRow(at + 1) : setOpen(true);
    case "move-left": {
      if (isOpened) return setOpen(false);
      const depth = rows.depths[at] as number;
      for (let above = at - 1; above >= 0; above--) if ((rows.depths[above] as number) < depth) return toRow(above);
      return { ...state, focus: "layers" };
    }
    case "open-history":
      return goToHistory(state, node);
    case "open-diff":
      if (tree.isFile(node)) return goToFile(state, pathAt(state, node), "diff");
      return { ...state, message: { tone: "warning", text: "Only files have contents to compare." } };
    default: {
      const moved = moveInList({ ...files.position, cursor: at }, name, rows.count, heightOf(state, "files"));
      return (
        moved && {
          ...toRow(moved.cursor),
          files: { ...files, position: moved, node: rows.nodes[moved.cursor] as number },
        }
      );
    }
  }
}

function pathAt(state: State, node: number): { node: number; layer: number } {
  const found = fileRows(state);
  return { node, layer: found ? found.tree.layerToRead(node) : selectedLayer(state) };
}

function toggled(set: FilesState["hidden"], kinds: readonly (Change | "unchanged")[]): FilesState["hidden"] {
  const all = kinds.every((kind) => set.has(kind));
  const others = [...set].filter((kind) => !kinds.includes(kind));
  return new Set(all ? others : [...others, ...kinds]);
}

/** The one after, in a circle. */
function next<T>(all: readonly T[], one: T): T {
  return all[(all.indexOf(one) + 1) % all.length] as T;
}
