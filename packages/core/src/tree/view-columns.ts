/**
 * All paths of a view at once, as columns: what happened to each, and sums of what lies at and below it. Two passes over
 * the paths, without an object for each.
 */
import { NONE, type PathTable, ROOT } from "../layer/path-table.ts";
import { type Change, compareRevisions } from "./compare-revisions.ts";
import type { ContentClasses } from "./content-classes.ts";
import { type HistoryTree, REVISION } from "./history-tree.ts";
import { RevisionReader } from "./revision-reader.ts";

/** Which paths a view shows. */
export type Scope =
  /** Everything that is there. */
  | "present"
  /** Only what the layers in between touched, removed paths too, and the directories that lead there. */
  | "touched"
  /** Both: everything that is there or was removed. */
  | "all";

/** What a view is about. */
export interface ViewSpan {
  readonly tree: HistoryTree;
  readonly classes: ContentClasses;
  /** The snapshot before; -1 is the empty one. */
  readonly from: number;
  /** The snapshot after. */
  readonly to: number;
  readonly scope: Scope;
}

/** What a path is to a view: the values of {@link ViewColumns.state}. Those of changes are the largest. */
export const VIEW_STATES = {
  /** Not shown. */
  hidden: 0,
  /** Shown; nothing happened to it. */
  unchanged: 1,
  added: 2,
  modified: 3,
  metadata: 4,
  identical: 5,
  removed: 6,
} as const satisfies Readonly<Record<Change | "hidden" | "unchanged", number>>;

const CHANGES: readonly (Change | undefined)[] = [
  undefined,
  undefined,
  "added",
  "modified",
  "metadata",
  "identical",
  "removed",
];

/** What happened to a path with this state; undefined for paths that are not shown or were not touched. */
export function changeOfState(state: number): Change | undefined {
  return CHANGES[state];
}

/** By node. Paths that became known later are behind the end. Columns of nothing but zeros may be one object. */
export interface ViewColumns {
  /** One of {@link VIEW_STATES}. */
  readonly state: Uint8Array;
  /** Sizes of the files that are there, at and below, each inode once, at the bytewise smallest of the paths shown. */
  readonly bytes: Float64Array;
  /** Sizes of the files that are gone under every name, each inode once likewise. */
  readonly removedBytes: Float64Array;
  /** Paths at and below that are there and are no directories. */
  readonly files: Uint32Array;
  /** Paths at and below by what happened to them. */
  readonly changes: Readonly<Record<Change, Uint32Array>>;
}

export function computeColumns(span: ViewSpan): ViewColumns {
  const { paths } = span.tree;
  const pass = new ColumnsPass(span);
  pass.visitAll();
  pass.settleHardLinks();
  const { state, bytes, removedBytes, files, counts } = pass;
  if (span.scope === "touched") showWhatLeadsThere(paths, state);
  for (const column of [bytes, removedBytes, files, ...counts]) if (column) sumUp(paths, column);
  const zeros = new Uint32Array(state.length);
  const countOf = (change: Change): Uint32Array => counts[VIEW_STATES[change]] ?? zeros;
  return {
    state,
    bytes,
    removedBytes,
    files,
    changes: {
      added: countOf("added"),
      modified: countOf("modified"),
      metadata: countOf("metadata"),
      identical: countOf("identical"),
      removed: countOf("removed"),
    },
  };
}

/** Gives each path its state and what it counts by itself. */
class ColumnsPass {
  readonly state: Uint8Array;
  readonly bytes: Float64Array;
  readonly removedBytes: Float64Array;
  readonly files: Uint32Array;
  /** By state; made for the first path that has it. */
  readonly counts: (Uint32Array | undefined)[] = CHANGES.map(() => undefined);
  readonly #span: ViewSpan;
  readonly #size: number;
  readonly #reader: RevisionReader;
  /** Nodes shown that name a file by a hard link. */
  readonly #links: number[] = [];

  constructor(span: ViewSpan) {
    this.#span = span;
    this.#size = span.tree.paths.size;
    this.#reader = new RevisionReader(span.tree);
    this.state = new Uint8Array(this.#size);
    this.bytes = new Float64Array(this.#size);
    this.removedBytes = new Float64Array(this.#size);
    this.files = new Uint32Array(this.#size);
  }

  visitAll(): void {
    const { tree, from, to, scope } = this.#span;
    const { state } = this;
    for (let node = ROOT + 1; node < this.#size; node++) {
      const after = tree.revisionAt(node, to);
      if (after === NONE) continue;
      if (tree.revisionLayer(after) <= from) {
        if (scope === "touched" || !tree.isPresent(after)) continue;
        state[node] = VIEW_STATES.unchanged;
        this.#count(node, after, false);
      } else {
        this.#touched(node, after);
      }
    }
    // The root is always there, and is not counted.
    const after = tree.revisionAt(ROOT, to);
    const isTouched = after !== NONE && tree.revisionLayer(after) > from;
    state[ROOT] = (isTouched ? this.#compare(tree.revisionAt(ROOT, from), after) : 0) || VIEW_STATES.unchanged;
  }

  /** Puts the size of each inode that a hard link names at the smallest of its paths. */
  settleHardLinks(): void {
    if (this.#links.length === 0) return;
    const { tree } = this.#span;
    // By inode: the node it is counted at; `ROOT`, which is no file, for none yet.
    const countedAt = new Uint32Array(tree.entryCount);
    for (const node of this.#links) {
      this.#reader.read(this.#shownRevision(node));
      const { inode, size } = this.#reader;
      const other = (countedAt[inode] as number) || this.#nodeOfOwnName(inode, node);
      if (other !== ROOT && tree.paths.comparePaths(other, node) < 0) {
        countedAt[inode] = other;
        continue;
      }
      const column = this.state[node] === VIEW_STATES.removed ? this.removedBytes : this.bytes;
      if (other !== ROOT) column[other] = 0;
      column[node] = size;
      countedAt[inode] = node;
    }
  }

  #touched(node: number, after: number): void {
    const { from, scope, tree } = this.#span;
    let before = tree.previousRevision(after);
    while (before !== NONE && tree.revisionLayer(before) > from) before = tree.previousRevision(before);
    const state = this.#compare(before, after);
    const isRemoved = state === VIEW_STATES.removed;
    if (state === VIEW_STATES.hidden || (isRemoved && scope === "present")) return;
    this.state[node] = state;
    let count = this.counts[state];
    if (!count) {
      count = new Uint32Array(this.#size);
      this.counts[state] = count;
    }
    count[node] = 1;
    this.#count(node, isRemoved ? before : after, isRemoved);
  }

  #compare(before: number, after: number): number {
    const comparison = compareRevisions(this.#span.tree, this.#span.classes, before, after);
    return comparison ? VIEW_STATES[comparison.change] : VIEW_STATES.hidden;
  }

  /** Counts a path as a file, with its bytes, where it is one. */
  #count(node: number, revision: number, isRemoved: boolean): void {
    const reader = this.#reader;
    reader.read(revision);
    const { type, inode, size } = reader;
    if (type === "directory") return;
    if (!isRemoved) this.files[node] = 1;
    if (type !== "file" || size === 0) return;
    if (isRemoved && !this.#span.tree.isLostBy(inode, this.#span.to)) return;
    if (inode === reader.entry) (isRemoved ? this.removedBytes : this.bytes)[node] = size;
    else this.#links.push(node);
  }

  #shownRevision(node: number): number {
    const { tree, from, to } = this.#span;
    return tree.revisionAt(node, this.state[node] === VIEW_STATES.removed ? from : to);
  }

  /** The path that stored an inode, when the view counts the inode there as it would at `link`; else `ROOT`. */
  #nodeOfOwnName(inode: number, link: number): number {
    const { tree } = this.#span;
    const node = tree.entriesOf(inode).node[tree.indexOf(inode)] as number;
    const state = this.state[node] as number;
    if (state === VIEW_STATES.hidden) return ROOT;
    if ((state === VIEW_STATES.removed) !== (this.state[link] === VIEW_STATES.removed)) return ROOT;
    const revision = this.#shownRevision(node);
    const isOwn = tree.revisionKind(revision) === REVISION.ENTRY && tree.revisionEntry(revision) === inode;
    return isOwn ? node : ROOT;
  }
}

/** Children have larger numbers than their parents, so going down the numbers everything below has been seen. */
function showWhatLeadsThere(paths: PathTable, state: Uint8Array): void {
  for (let node = state.length - 1; node > ROOT; node--) {
    if (state[node] === VIEW_STATES.hidden) continue;
    const parent = paths.parentOf(node);
    if (state[parent] === VIEW_STATES.hidden) state[parent] = VIEW_STATES.unchanged;
  }
}

/** Turns what each path counts by itself into sums of what is at and below it. */
export function sumUp(paths: PathTable, column: Float64Array | Uint32Array): void {
  for (let node = column.length - 1; node > ROOT; node--) {
    const value = column[node] as number;
    if (value === 0) continue;
    const parent = paths.parentOf(node);
    column[parent] = (column[parent] as number) + value;
  }
}
