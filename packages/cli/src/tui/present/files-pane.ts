/** The pane with the file tree: its title says which question the tree answers. */
import type { Area } from "../layout.ts";
import type { State } from "../state/state.ts";
import type { Question } from "../view-model/file-tree.ts";
import { isMarked } from "../view-model/savings.ts";
import { fileRows, fileTree, selectedLayer } from "../view-model/selection.ts";
import { presentFiles, type ShownFileRow } from "./files.ts";
import { Line } from "./line.ts";
import { presentPaneTitle } from "./pane-title.ts";

export function presentFilesPane(state: State, { width, height }: Pick<Area, "width" | "height">): string[] {
  const { look, files } = state;
  const found = fileRows(state);
  const focused = state.focus === "files";
  const count = found?.rows.count ?? 0;
  const position =
    count > 0 ? `${(files.position.cursor + 1).toLocaleString("en")} of ${count.toLocaleString("en")}` : "";
  const title = presentPaneTitle("Files", titleOf(state, found?.tree.question), focused, width, look, { position });
  const body = { width, height: height - 1 };
  if (!found) return [title, note(state, width)];
  if (count === 0) return [title, new Line(look, width).space().text(emptyText(state), "muted").toString()];
  const { tree, rows } = found;
  const shown: ShownFileRow[] = [];
  const end = Math.min(count, files.position.top + body.height);
  for (let index = files.position.top; index < end; index++) {
    const row = tree.row(rows, index, files.expansion);
    if (!row) continue;
    const matches = state.search !== undefined && state.found?.nodes[row.node] === 1;
    shown.push({ row, matches, marked: isMarked(state.marks, tree.tree, row.node) });
  }
  const cursor = files.position.cursor - files.position.top;
  return [
    title,
    ...presentFiles(shown, body, look, { columns: files.columns, cursor, focused, wasted: files.shown === "wasted" }),
  ];
}

function titleOf(state: State, question: Question | undefined): string {
  const { files } = state;
  const layer = question?.to ?? selectedLayer(state);
  const parts = [shownText(state, question, layer), SORTED[files.sort]];
  if (files.filter !== "") parts.push(`filter: ${files.filter}`);
  if (files.hidden.size > 0) parts.push(`without ${[...files.hidden].join(", ")}`);
  if (files.hidesSmall) parts.push("1 % and more");
  return parts.join(" · ");
}

function shownText({ files, subject }: State, question: Question | undefined, layer: number): string {
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
function note(state: State, width: number): string {
  const { subject, files, look } = state;
  const line = new Line(look, width).space();
  if (subject.phase === "failed") return line.text("Nothing to show.", "muted").toString();
  if (subject.phase === "done") return line.text("The image has no layers.", "muted").toString();
  const text =
    files.shown === "wasted"
      ? "Known when all layers are read …"
      : `Layer ${selectedLayer(state)} is still to be read …`;
  return line.text(text, "muted").toString();
}

function emptyText(state: State): string {
  const { files } = state;
  if (files.filter !== "")
    return state.filtered ? `Nothing here matches ${files.filter}. Escape shows everything.` : "Looking …";
  if (files.hidden.size > 0 || files.hidesSmall) return "Everything is hidden: + ~ - = and o bring it back.";
  if (files.shown === "wasted") return "Nothing is wasted. Well made.";
  const tree = fileTree(state);
  return files.shown === "tree" ? "The file system is empty." : `Layer ${tree?.question.to ?? 0} changed nothing.`;
}
