/**
 * Views: which paths a question is about, what happened to each, and totals for directories. A view is a way of asking
 * the tree; only its columns are computed, once, when they are first wanted.
 */
import { NONE, type PathTable, ROOT } from "../layer/path-table.ts";
import type { FileEntry } from "../model/entry.ts";
import {
  type Change,
  type Comparison,
  compareRevisions,
  fileEntry,
  implicitDirectory,
  type MetadataField,
} from "./compare-revisions.ts";
import type { ContentClasses } from "./content-classes.ts";
import { type HistoryTree, REVISION } from "./history-tree.ts";
import { computeColumns, type Scope, VIEW_STATES, type ViewColumns } from "./view-columns.ts";
import { type Totals, totalsOf } from "./view-totals.ts";

/** One path of a view. */
export interface ViewRow {
  readonly node: number;
  /** What the path is; for a removed path, what it was. */
  readonly entry: FileEntry;
  /** What happened to it; undefined when nothing did. */
  readonly change: Change | undefined;
  /** Which metadata changed. */
  readonly fields: readonly MetadataField[];
}

export class TreeView {
  readonly tree: HistoryTree;
  readonly #classes: ContentClasses;
  /** The snapshot before; -1 is the empty one. */
  readonly from: number;
  /** The snapshot after. */
  readonly to: number;
  readonly #scope: Scope;
  #columns: ViewColumns | undefined;

  constructor(tree: HistoryTree, classes: ContentClasses, from: number, to: number, scope: Scope) {
    this.tree = tree;
    this.#classes = classes;
    this.from = from;
    this.to = to;
    this.#scope = scope;
  }

  /** The row of a path; undefined when the view does not show it. The root is always shown. */
  row(node: number): ViewRow | undefined {
    const { tree } = this;
    // A directory that the layers did not touch is shown when something below it is: only the columns know.
    if (this.#scope === "touched" && !this.#isShown(node)) return undefined;
    const after = tree.revisionAt(node, this.to);
    const before = newestUpTo(tree, after, this.from);
    const comparison = before === after ? undefined : compareRevisions(tree, this.#classes, before, after);
    const entry = fileEntry(tree, comparison?.change === "removed" ? before : after);
    if (node === ROOT)
      return {
        node,
        entry: entry ?? implicitDirectory(0),
        change: comparison?.change,
        fields: comparison?.fields ?? [],
      };
    if (!entry || (comparison?.change === "removed" && this.#scope === "present")) return undefined;
    return { node, entry, change: comparison?.change, fields: comparison?.fields ?? [] };
  }

  /** The rows directly below a path, in no particular order. */
  *children(node: number): Generator<ViewRow> {
    const { paths } = this.tree;
    for (let child = paths.firstChildOf(node); child !== NONE; child = paths.nextSiblingOf(child)) {
      const row = this.row(child);
      if (row) yield row;
    }
  }

  /**
   * A path and everything below it, parents before children, siblings in the order of `compare` (bytewise by name when
   * it is left out).
   */
  *walk(node: number = ROOT, compare: RowOrder = byName(this.tree.paths)): Generator<ViewRow> {
    const open: ViewRow[] = [];
    const first = this.row(node);
    if (first) open.push(first);
    for (let row = open.pop(); row; row = open.pop()) {
      yield row;
      const below = [...this.children(row.node)].sort(compare);
      for (let index = below.length - 1; index >= 0; index--) open.push(below[index] as ViewRow);
    }
  }

  /** The nodes of the rows directly below a path, in no particular order. Computes the columns. */
  childrenOf(node: number): number[] {
    const { paths } = this.tree;
    const children: number[] = [];
    for (let child = paths.firstChildOf(node); child !== NONE; child = paths.nextSiblingOf(child)) {
      if (this.#isShown(child)) children.push(child);
    }
    return children;
  }

  /** Paths that only layers after those of the view have may be behind the end of the columns. */
  #isShown(node: number): boolean {
    return (this.columns().state[node] ?? VIEW_STATES.hidden) !== VIEW_STATES.hidden;
  }

  /** What happened to every path, and the sums of what is at and below it. Computed by the first call. */
  columns(): ViewColumns {
    this.#columns ??= computeColumns({
      tree: this.tree,
      classes: this.#classes,
      from: this.from,
      to: this.to,
      scope: this.#scope,
    });
    return this.#columns;
  }

  /** Sums below and including a path. The first call computes those of every path. */
  totals(node: number): Totals {
    return totalsOf(this.columns(), node);
  }

  /** Bytes below and including a path, removed ones too: what a list of the largest goes by. */
  sizeOf(node: number): number {
    const { bytes, removedBytes } = this.columns();
    return (bytes[node] ?? 0) + (removedBytes[node] ?? 0);
  }
}

/** The filesystem after a layer, with what that layer changed marked. */
export function snapshotView(tree: HistoryTree, classes: ContentClasses, layer: number): TreeView {
  return new TreeView(tree, classes, layer - 1, layer, "present");
}

/** What a layer did: the paths it touched and the directories that lead to them. */
export function layerView(tree: HistoryTree, classes: ContentClasses, layer: number): TreeView {
  return new TreeView(tree, classes, layer - 1, layer, "touched");
}

/**
 * What the layers after `from` up to and including `to` did together; `from` -1 is the empty image. A path that came
 * and went in between is not shown.
 */
export function changesView(tree: HistoryTree, classes: ContentClasses, from: number, to: number): TreeView {
  return new TreeView(tree, classes, from, to, "touched");
}

/** The filesystem after layer `to`, what changed since layer `from` marked, removed paths included. */
export function compareView(tree: HistoryTree, classes: ContentClasses, from: number, to: number): TreeView {
  return new TreeView(tree, classes, from, to, "all");
}

/** One thing that a layer did to a path. */
export interface PathEvent extends Comparison {
  readonly layer: number;
  /** What the path was afterwards; undefined when it was gone. */
  readonly entry: FileEntry | undefined;
  /** Whether it went because of an opaque marker or because a directory above it was replaced. */
  readonly hidden: boolean;
}

/** Everything that layers did to a path, oldest first. */
export function pathHistory(tree: HistoryTree, classes: ContentClasses, node: number): PathEvent[] {
  const events: PathEvent[] = [];
  for (let revision = tree.newestRevision(node); revision !== NONE; revision = tree.previousRevision(revision)) {
    const comparison = compareRevisions(tree, classes, tree.previousRevision(revision), revision);
    if (!comparison) continue;
    events.push({
      ...comparison,
      layer: tree.revisionLayer(revision),
      entry: fileEntry(tree, revision),
      hidden: tree.revisionKind(revision) === REVISION.HIDDEN,
    });
  }
  return events.reverse();
}

export type RowOrder = (one: ViewRow, other: ViewRow) => number;

/** An order of nodes that are siblings. */
export type NodeOrder = (one: number, other: number) => number;

/** Bytewise by name. */
export function nodesByName(paths: PathTable): NodeOrder {
  return (one, other) => paths.compareNames(one, other);
}

/** Largest value first, such as the view's size of a node; equal ones by name. */
export function nodesByValue(paths: PathTable, value: (node: number) => number): NodeOrder {
  return (one, other) => value(other) - value(one) || paths.compareNames(one, other);
}

/** Bytewise by name. */
export function byName(paths: PathTable): RowOrder {
  return (one, other) => paths.compareNames(one.node, other.node);
}

/** Largest first, directories by what is below them; equal ones by name. */
export function bySize(view: TreeView): RowOrder {
  const order = nodesByValue(view.tree.paths, (node) => view.sizeOf(node));
  return (one, other) => order(one.node, other.node);
}

/**
 * The rows that fit, and the directories that lead to them.
 * @param fits says of a row whether it is wanted
 */
export function filterView(view: TreeView, fits: (row: ViewRow) => boolean): Set<number> {
  const { paths } = view.tree;
  const kept = new Set<number>();
  for (const row of view.walk()) {
    if (!fits(row)) continue;
    for (let node = row.node; !kept.has(node); node = paths.parentOf(node)) {
      kept.add(node);
      if (node === ROOT) break;
    }
  }
  return kept;
}

/** The newest of a revision and those before it that is of layers 0 to `layer`. */
function newestUpTo(tree: HistoryTree, revision: number, layer: number): number {
  let at = revision;
  while (at !== NONE && tree.revisionLayer(at) > layer) at = tree.previousRevision(at);
  return at;
}
