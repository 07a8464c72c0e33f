/** What is asked of the file tree, and the core's view that answers it. */
import { changesView, compareView, type HistoryTree, snapshotView, type TreeView } from "@layerscope/core";
import type { FilesState, Shown } from "../state/files-state.ts";
import type { Subject } from "../subject.ts";

/** What is asked of the tree: the same question has the same answer until more of the image is known. */
export interface Question {
  readonly shown: Shown;
  /** The snapshot before; -1 is the empty one. */
  readonly from: number;
  /** The snapshot after. */
  readonly to: number;
}

/** The question behind what is shown for a layer. */
export function questionOf(subject: Subject, files: Pick<FilesState, "shown" | "since">, layer: number): Question {
  const last = Math.max(0, subject.layers.length - 1);
  const to = Math.max(0, Math.min(layer, last));
  switch (files.shown) {
    case "changes":
    case "tree":
      return { shown: files.shown, from: to - 1, to };
    case "all-changes": {
      const from = files.since ?? (subject.base?.layers ?? 0) - 1;
      return { shown: files.shown, from: from < to ? from : -1, to };
    }
    case "wasted":
      return { shown: files.shown, from: -1, to: last };
  }
}

export function viewOf(subject: Subject, tree: HistoryTree, { shown, from, to }: Question): TreeView {
  const { classes } = subject;
  switch (shown) {
    case "tree":
      // What the layer removed stays visible.
      return compareView(tree, classes, from, to);
    case "changes":
    case "all-changes":
      return changesView(tree, classes, from, to);
    case "wasted":
      return snapshotView(tree, classes, to);
  }
}

export function sameQuestion(one: Question, other: Question): boolean {
  return one.shown === other.shown && one.from === other.from && one.to === other.to;
}
