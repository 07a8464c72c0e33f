/**
 * The file tree as rows: which paths are shown, in which order, how deep. What depends on the whole tree is computed
 * once for each question and kept; a row is made only when it is on the screen.
 */
import {
  type Change,
  type HistoryTree,
  NameSearcher,
  NONE,
  ROOT,
  type TreeView,
  VIEW_STATES,
  type ViewColumns,
  type WasteColumns,
  wasteColumns,
} from "@layerscope/core";
import { type Expansion, isOpen, type Sort } from "../state/files-state.ts";
import type { Subject } from "../subject.ts";
import { FileColumns } from "./file-columns.ts";
import { type Question, sameQuestion, viewOf } from "./file-question.ts";
import { flatten, type RowOptions, type RowSource, type Rows, sameOptions } from "./file-rows.ts";
import type { QuerySubject } from "./query.ts";
import { type WasteTable, wasteTableOf } from "./waste-table.ts";
import { describeWasted, type PathDescription } from "./wasted-file.ts";

/** One row, as data. */
export interface FileRow extends PathDescription {
  readonly node: number;
  /** How many directories it is indented by. */
  readonly depth: number;
  /** The name, or the names of a chain of directories that have nothing else in them. */
  readonly names: readonly Uint8Array[];
  /** A directory that can be opened. */
  readonly hasChildren: boolean;
  readonly open: boolean;
  /** Bytes at and below it that the question is about. */
  readonly bytes: number;
  /** Those of its directory, and of everything that is shown. */
  readonly parentBytes: number;
  readonly totalBytes: number;
  /** Of those bytes, the ones that no container sees in the end; undefined until that is known. */
  readonly wastedBytes: number | undefined;
  /** Paths below and including it, by what happened to them. */
  readonly changes: Readonly<Record<Change, number>>;
}

export class FileTree implements RowSource {
  readonly question: Question;
  readonly tree: HistoryTree;
  readonly view: TreeView;
  readonly columns: ViewColumns;
  readonly #subject: Subject;
  readonly #waste: WasteColumns | undefined;
  readonly #sums: FileColumns;
  #sort: Sort | undefined;
  readonly #sorted = new Map<number, readonly number[]>();
  #kept: { readonly options: RowOptions; readonly nodes: Uint8Array | undefined } | undefined;
  #rows: { readonly options: RowOptions; readonly rows: Rows } | undefined;

  constructor(subject: Subject, tree: HistoryTree, question: Question) {
    this.#subject = subject;
    this.tree = tree;
    this.question = question;
    this.view = viewOf(subject, tree, question);
    this.columns = this.view.columns();
    this.#waste = wasteOf(subject);
    this.#sums = new FileColumns(subject, tree, question, this.columns, this.#waste);
  }

  /** Bytes that the question is about, at and below a path. */
  bytesOf(node: number): number {
    return this.#sums.bytes[node] ?? 0;
  }

  /** Whether the question is about a path, whatever is open or filtered. */
  shows(node: number): boolean {
    if (this.question.shown === "wasted") return (this.#waste?.records[node] ?? 0) > 0;
    return (this.columns.state[node] ?? 0) !== 0;
  }

  /** The paths directly below one, in order. */
  childrenOf(node: number, sort: Sort): readonly number[] {
    if (this.#sort !== sort) this.#sorted.clear();
    this.#sort = sort;
    const known = this.#sorted.get(node);
    if (known) return known;
    const children: number[] = [];
    const { paths } = this.tree;
    for (let child = paths.firstChildOf(node); child !== NONE; child = paths.nextSiblingOf(child)) {
      if (this.shows(child)) children.push(child);
    }
    if (children.length > 1) children.sort(this.#order(sort));
    this.#sorted.set(node, children);
    return children;
  }

  /** The rows that are shown. Kept until the options change. */
  rows(options: RowOptions): Rows {
    if (this.#rows && sameOptions(this.#rows.options, options)) return this.#rows.rows;
    const rows = flatten(this, options, this.#keptNodes(options));
    this.#rows = { options, rows };
    return rows;
  }

  /** One row of {@link rows}. */
  row(rows: Rows, index: number, expansion: Expansion): FileRow | undefined {
    const node = rows.nodes[index];
    if (node === undefined || index >= rows.count) return undefined;
    const { paths } = this.tree;
    const top = rows.tops[index] as number;
    const names: Uint8Array[] = [];
    for (let at = node; ; at = paths.parentOf(at)) {
      names.unshift(paths.nameOf(at));
      if (at === top) break;
    }
    const { entry, change, fields, layer } = this.#describe(node);
    const hasChildren = this.hasChildren(node);
    const isGone = change === "removed" && this.question.shown === "tree";
    return {
      node,
      depth: rows.depths[index] as number,
      names,
      entry,
      change,
      fields,
      layer,
      hasChildren,
      open: hasChildren && isOpen(expansion, node),
      // In the tree of all files what was removed counts nowhere, but has a size.
      bytes: isGone ? (this.columns.removedBytes[node] ?? 0) : this.bytesOf(node),
      parentBytes: this.bytesOf(paths.parentOf(top)),
      totalBytes: this.bytesOf(ROOT),
      wastedBytes: this.#sums.wasted?.[node],
      changes: this.view.totals(node).changes,
    };
  }

  /** The row nearest to a path: its own, that of the chain it is in, or that of a directory above. */
  nearest(rows: Rows, node: number): number | undefined {
    const { paths } = this.tree;
    if (node < 0 || node >= paths.size) return undefined;
    for (let at = node; at !== ROOT; at = paths.parentOf(at)) {
      const index = rows.indexOf(at);
      if (index >= 0) return index;
    }
    return undefined;
  }

  #describe(node: number): PathDescription {
    const { tree, question } = this;
    if (question.shown !== "wasted") {
      const row = this.view.row(node) ?? this.view.row(ROOT);
      if (row) return { ...row, layer: tree.revisionLayer(tree.revisionAt(node, question.to)) };
    }
    return describeWasted(this.#subject, tree, node);
  }

  /** What a query is asked of: the paths that the question is about, or everything that any layer ever brought. */
  searchable(allLayers: boolean): QuerySubject {
    const { tree } = this;
    return {
      tree,
      classes: this.#subject.classes,
      names: namesOf(tree),
      waste: this.#waste,
      // What is wasted is in no snapshot, perhaps.
      view: allLayers || this.question.shown === "wasted" ? undefined : this.view,
      shows: allLayers ? undefined : (node) => this.shows(node),
    };
  }

  /** Whether a path is a file that can be looked into. */
  isFile(node: number): boolean {
    return this.#describe(node).entry.type === "file";
  }

  /** The layer as of which a path's content is what the row shows: one before, where the path was removed. */
  layerToRead(node: number): number {
    const { entry, change } = this.#describe(node);
    return change === "removed" || this.question.shown === "wasted" ? entry.layer : this.question.to;
  }

  /** Whether there is anything to show below a path. */
  hasChildren(node: number): boolean {
    const { paths } = this.tree;
    for (let child = paths.firstChildOf(node); child !== NONE; child = paths.nextSiblingOf(child)) {
      if (this.shows(child)) return true;
    }
    return false;
  }

  #order(sort: Sort): (one: number, other: number) => number {
    const { paths } = this.tree;
    const byName = (one: number, other: number): number => paths.compareNames(one, other);
    if (sort === "name") return byName;
    const { bytes } = this.#sums;
    const first = sort === "size" ? bytes : sort === "wasted" ? (this.#sums.wasted ?? bytes) : this.#sums.changed;
    return (one, other) =>
      (first[other] as number) - (first[one] as number) ||
      (bytes[other] as number) - (bytes[one] as number) ||
      byName(one, other);
  }

  /** By node, 1 for what neither the filter nor the kinds that are hidden leave out, directories that lead there included. */
  #keptNodes(options: RowOptions): Uint8Array | undefined {
    const { hidden, kept } = options;
    if (hidden.size === 0) return kept;
    if (this.#kept && this.#kept.options.hidden === hidden && this.#kept.options.kept === kept) return this.#kept.nodes;
    const { paths } = this.tree;
    const state = this.#sums.states;
    const isHidden = new Uint8Array(Math.max(...Object.values(VIEW_STATES)) + 1);
    for (const kind of hidden) isHidden[VIEW_STATES[kind]] = 1;
    const nodes = new Uint8Array(paths.size);
    for (let node = paths.size - 1; node > ROOT; node--) {
      const at = state[node] as number;
      const leadsOnly = at === VIEW_STATES.unchanged && this.question.shown !== "tree";
      const passes = isHidden[at] === 0 && !leadsOnly && (kept === undefined || kept[node] === 1);
      if (passes && this.shows(node)) nodes[node] = 1;
      if (nodes[node] === 1) nodes[paths.parentOf(node)] = 1;
    }
    this.#kept = { options, nodes };
    return nodes;
  }

  /** Whether nothing happened to a directory but what happened to the path below it, too. */
  sharesRow(node: number, child: number): boolean {
    const { states } = this.#sums;
    const state = states[node];
    return this.#isDirectory(node) && (state === VIEW_STATES.unchanged || state === states[child]);
  }

  /** Whether a path is nothing but a directory: what was there before a file took its place lies below the file. */
  #isDirectory(node: number): boolean {
    const { tree, question } = this;
    if (question.shown === "wasted") return this.#waste?.isWasted[node] !== 1;
    const isRemoved = this.columns.state[node] === VIEW_STATES.removed;
    return tree.isDirectory(tree.revisionAt(node, isRemoved ? question.from : question.to));
  }
}

/** Answers that are kept, newest last: going back and forth between two layers computes nothing. */
const KEPT = 4;
const answers = new WeakMap<HistoryTree, { isComplete: boolean; trees: FileTree[] }>();

/** The tree that answers a question; undefined before a layer is there. */
export function fileTreeOf(subject: Subject, question: Question): FileTree | undefined {
  const { tree } = subject;
  if (!tree || subject.layers.length === 0) return undefined;
  let kept = answers.get(tree);
  const isComplete = subject.analysis !== undefined;
  // What later layers do changes no answer about earlier ones. In the end equal contents are known, and the waste.
  if (!kept || kept.isComplete !== isComplete) {
    kept = { isComplete, trees: [] };
    answers.set(tree, kept);
  }
  const { trees } = kept;
  const index = trees.findIndex((each) => sameQuestion(each.question, question));
  const answer = index >= 0 ? (trees.splice(index, 1)[0] as FileTree) : new FileTree(subject, tree, question);
  trees.push(answer);
  if (trees.length > KEPT) trees.shift();
  return answer;
}

const searchers = new WeakMap<HistoryTree, NameSearcher>();

/** Made once for a tree. */
export function namesOf(tree: HistoryTree): NameSearcher {
  let searcher = searchers.get(tree);
  if (!searcher) {
    searcher = new NameSearcher(tree.paths);
    searchers.set(tree, searcher);
  }
  return searcher;
}

const wastes = new WeakMap<object, WasteColumns>();

/** Wasted bytes by path, of the whole image; undefined until the accounting is done. */
export function wasteOf({ analysis }: Subject): WasteColumns | undefined {
  if (!analysis) return undefined;
  let columns = wastes.get(analysis);
  if (!columns) {
    columns = wasteColumns(analysis.image.tree, entriesOf(wasteTableOf(analysis)));
    wastes.set(analysis, columns);
  }
  return columns;
}

/** Node and bytes of every record, in one object that is used again: there can be very many. */
function* entriesOf({ node, bytes }: WasteTable): Generator<{ readonly node: number; readonly bytes: number }> {
  const entry = { node: 0, bytes: 0 };
  for (let record = 0; record < node.length; record++) {
    entry.node = node[record] as number;
    entry.bytes = bytes[record] as number;
    yield entry;
  }
}
