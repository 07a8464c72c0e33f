/** What the state is about at the moment: the layer, the tree, the path under the cursor. */
import { type HistoryTree, NONE } from "@layerscope/core";
import type { Context } from "../keymap/commands.ts";
import { bodyHeight, bodyWidth, insetWidth, layoutOf } from "../layout.ts";
import type { Size } from "../present/look.ts";
import type { State } from "../state/state.ts";
import type { World } from "../world.ts";
import { adviceModel } from "./advice.ts";
import { questionOf } from "./file-question.ts";
import type { Rows } from "./file-rows.ts";
import { type FileTree, fileTreeOf } from "./file-tree.ts";
import { placeOfFinding } from "./finding-place.ts";
import { countLayers } from "./image-facts.ts";
import { layersHeadRows, layersModel } from "./layers.ts";
import { placeOfPackage } from "./package-files.ts";
import { packagesModel } from "./packages.ts";
import { type WasteModel, wasteModel } from "./waste.ts";

export function worldOf({ subject, look, startedAt }: Pick<State, "subject" | "look" | "startedAt">): World {
  return { subject, units: look.units, now: startedAt };
}

/** How many layers the list has: also those that are still being read. */
export function layerCount({ subject }: Pick<State, "subject">): number {
  return countLayers(subject);
}

/** The layer the cursor is on, counted from 0. */
export function selectedLayer({ layers }: Pick<State, "layers">): number {
  return layers.cursor;
}

/** The tree as it is asked for; undefined while its layer is not read yet. */
export function fileTree(state: State): FileTree | undefined {
  const { subject, files } = state;
  const layer = selectedLayer(state);
  if (layer >= subject.layers.length && subject.phase !== "done") return undefined;
  if (files.shown === "wasted" && !subject.analysis) return undefined;
  return fileTreeOf(subject, questionOf(subject, files, layer));
}

/** The tree's rows; undefined while there is no tree. */
export function fileRows(state: State): { readonly tree: FileTree; readonly rows: Rows } | undefined {
  const tree = fileTree(state);
  if (!tree) return undefined;
  const { expansion, sort, hidden, hidesSmall, filter } = state.files;
  const kept = filter === "" ? undefined : state.filtered?.leading;
  return { tree, rows: tree.rows({ expansion, sort, hidden, hidesSmall, kept }) };
}

export function wasteRows(state: State): WasteModel {
  return wasteModel(worldOf(state), state.waste);
}

/** A path as of a layer. */
export interface PathInLayer {
  readonly node: number;
  readonly layer: number;
}

/** The path that a command is about, as of the layer in which there is something to see of it. */
export function selectedPath(state: State): PathInLayer | undefined {
  const { tree } = state.subject;
  if (!tree) return undefined;
  switch (state.view) {
    case "explore": {
      const found = fileRows(state);
      const node = found?.rows.count ? found.rows.nodes[state.files.position.cursor] : undefined;
      if (!found || node === undefined) return undefined;
      return { node, layer: layerWith(tree, node, found.tree.question.to) };
    }
    case "waste": {
      const row = wasteRows(state).at(state.waste.position.cursor);
      return row?.kind === "record" ? { node: row.node, layer: row.record.storedIn } : undefined;
    }
    case "advice": {
      const row = adviceModel(state.subject, state.advice.filter).at(state.advice.position.cursor);
      return row?.kind === "finding" ? placeOfFinding(row.finding, tree) : undefined;
    }
    case "packages": {
      const { inventory, at } = packagesModel(state.subject, state.packages.sort, state.packages.filter);
      const row = at(state.packages.position.cursor);
      if (!row || !inventory) return undefined;
      if (row.kind === "unowned") return { node: row.part.node, layer: tree.layers.length - 1 };
      return placeOfPackage(row.of, inventory, tree);
    }
    case "file":
      return state.file && { node: state.file.node, layer: state.file.layer };
    case "history":
      return (
        state.history && {
          node: state.history.node,
          layer: layerWith(tree, state.history.node, tree.layers.length - 1),
        }
      );
  }
}

/** The newest layer up to one in which a path is there; the layer itself when there is none. */
function layerWith(tree: HistoryTree, node: number, layer: number): number {
  for (let revision = tree.revisionAt(node, layer); revision !== NONE; revision = tree.previousRevision(revision)) {
    if (tree.isPresent(revision)) return layerBeforeNext(tree, node, revision, layer);
  }
  return layer;
}

/** The last layer, up to one, as of which a revision is the newest. */
function layerBeforeNext(tree: HistoryTree, node: number, revision: number, layer: number): number {
  let last = layer;
  for (let next = tree.revisionAt(node, layer); next !== revision; next = tree.previousRevision(next)) {
    last = tree.revisionLayer(next) - 1;
  }
  return last;
}

/** Rows of the body of a pane, as the screen is divided now. */
export function heightOf(state: State, pane: State["focus"]): number {
  return bodyHeight(layoutOf(state), pane);
}

/** Columns and rows for text in the body of a pane. */
export function sizeOf(state: State, pane: State["focus"]): Size {
  const layout = layoutOf(state);
  return { width: insetWidth(bodyWidth(layout, pane), state.look), height: bodyHeight(layout, pane) };
}

/** Rows that the list of layers scrolls in. */
export function layersHeight(state: State): number {
  const height = heightOf(state, "layers");
  return Math.max(1, height - layersHeadRows(layersModel(worldOf(state)), height));
}

/** Where keys are looked up, nearest first. */
export function contextsOf({ view, focus }: Pick<State, "view" | "focus">): readonly Context[] {
  return [view === "explore" ? (focus as Context) : view, "list", "global"];
}
