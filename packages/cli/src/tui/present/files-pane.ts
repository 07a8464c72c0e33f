/** The pane with the file tree: its title says which question the tree answers. */

import { insetWidth } from "../layout.ts";
import type { State } from "../state/state.ts";
import type { Question } from "../view-model/file-question.ts";
import { isMarked } from "../view-model/savings.ts";
import { fileRows, fileTree, selectedLayer } from "../view-model/selection.ts";
import { presentFiles, type ShownFileRow } from "./files.ts";
import { inset } from "./inset.ts";
import type { Size } from "./look.ts";
import { showable } from "./showable.ts";
import { wrapCells } from "./wrap.ts";

/** Which question the tree answers, where in it one is, and the tree. */
export interface FilesPane {
  readonly detail: string;
  /** Ever shorter forms of it. */
  readonly shorter: readonly string[];
  readonly position: string;
  readonly rows: readonly string[];
}

export function presentFilesPane(state: State, size: Size): FilesPane {
  const { look, files } = state;
  const found = fileRows(state);
  const focused = state.focus === "files";
  const count = found?.rows.count ?? 0;
  const position =
    count > 0 ? `${(files.position.cursor + 1).toLocaleString("en")} of ${count.toLocaleString("en")}` : "";
  const question = found?.tree.question;
  const detail = titleOf(state, question);
  const shorter = [shownText(state, question), files.shown === "wasted" ? "wasted" : `layer ${selectedLayer(state)}`];
  if (!found || count === 0) {
    const text = found ? emptyText(state) : note(state);
    const width = insetWidth(size.width, look);
    const rows = width < 1 ? [] : wrapCells(showable(text, look), width).slice(0, size.height);
    const muted = rows.map((row) => look.paint("muted", row));
    return { detail, shorter, position, rows: inset(muted, look) };
  }
  const { tree, rows } = found;
  const shown: ShownFileRow[] = [];
  const end = Math.min(count, files.position.top + size.height);
  for (let index = files.position.top; index < end; index++) {
    const row = tree.row(rows, index, files.expansion);
    if (!row) continue;
    const matches = searchesTree(state) && state.found?.nodes[row.node] === 1;
    shown.push({ row, matches, marked: isMarked(state.marks, tree.tree, row.node) });
  }
  const cursor = files.position.cursor - files.position.top;
  const options = { columns: files.columns, cursor, focused, wasted: files.shown === "wasted" };
  return { detail, shorter, position, rows: presentFiles(shown, size, look, options) };
}

function searchesTree({ search }: State): boolean {
  return search?.where === "tree" || search?.where === "all-layers";
}

function titleOf(state: State, question: Question | undefined): string {
  const { files, look } = state;
  const parts = [shownText(state, question), look.plain ? `sorted ${SORTED[files.sort]}` : SORTED[files.sort]];
  if (files.filter !== "") parts.push(`filter: ${files.filter}`);
  if (files.hidden.size > 0) parts.push(`without ${[...files.hidden].join(", ")}`);
  if (files.hidesSmall) parts.push("1 % and more");
  return parts.join(look.plain ? ", " : ` ${look.glyphs.separator} `);
}

function shownText(state: State, question: Question | undefined): string {
  const { files, subject } = state;
  const layer = question?.to ?? selectedLayer(state);
  switch (files.shown) {
    case "changes":
      return `what layer ${layer} did`;
    case "tree":
      return `as of layer ${layer}`;
    case "wasted":
      return "what is wasted";
    case "all-changes": {
      const from = question?.from ?? -1;
      if (from < 0) return `all layers up to ${layer}`;
      const isBase = files.since === undefined && subject.base !== undefined;
      return isBase
        ? `layers ${from + 1} to ${layer}, since the base image`
        : `changes since layer ${from}, up to ${layer}`;
    }
  }
}

const SORTED = { size: "by size", wasted: "by waste", change: "by change", name: "by name" } as const;

/** Why there is no tree yet. */
function note(state: State): string {
  const { subject, files } = state;
  if (subject.phase === "failed") return "Nothing to show.";
  if (subject.phase === "done") return "The image has no layers.";
  return files.shown === "wasted"
    ? "What is wasted is known when all layers are read."
    : `Layer ${selectedLayer(state)} is still to be read.`;
}

function emptyText(state: State): string {
  const { files } = state;
  if (files.filter !== "")
    return state.filtered ? `Nothing here matches ${files.filter}. Escape shows everything.` : "Looking for it …";
  if (files.hidden.size > 0 || files.hidesSmall) return "Everything is hidden: + ~ - = and o bring it back.";
  if (files.shown === "wasted") return "Nothing is wasted. Well made.";
  const tree = fileTree(state);
  return files.shown === "tree" ? "The file system is empty." : `Layer ${tree?.question.to ?? 0} changed nothing.`;
}
