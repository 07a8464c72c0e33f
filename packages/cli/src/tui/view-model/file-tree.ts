/**
 * The file tree as rows: which paths are shown, in which order, how deep. What depends on the whole tree is computed
 * once for each question and kept; a row is made only when it is on the screen.
 */
import {
  type Change,
  changesView,
  compareView,
  type FileEntry,
  type HistoryTree,
  type MetadataField,
  NameSearcher,
  NONE,
  ROOT,
  snapshotView,
  sumUp,
  type TreeView,
  VIEW_STATES,
  type ViewColumns,
  WASTE_CAUSES,
  type WasteColumns,
  wasteColumns,
} from "@layerscope/core";
import { type Expansion, type FilesState, isOpen, type Shown, type Sort } from "../state/files-state.ts";
import type { Subject } from "../subject.ts";
import type { QuerySubject } from "./query.ts";
import { recordsOfNode } from "./waste-index.ts";
import { wasteTableOf } from "./waste-table.ts";

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

/** One row, as data. */
export interface FileRow {
  readonly node: number;
  /** How many directories it is indented by. */
  readonly depth: number;
  /** The name, or the names of a chain of directories that have nothing else in them. */
  readonly names: readonly Uint8Array[];
  readonly entry: FileEntry;
  readonly change: Change | undefined;
  readonly fields: readonly MetadataField[];
  /** The layer that brought the path as it is, or removed it. */
  readonly layer: number;
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

/** The order and the choice of rows. */
export interface RowOptions {
  readonly expansion: Expansion;
  readonly sort: Sort;
  readonly hidden: FilesState["hidden"];
  readonly hidesSmall: boolean;
  /** By node, 1 for what a filter lets through, directories that lead there included; undefined without a filter. */
  readonly kept: Uint8Array | undefined;
}

const SMALL = 0.01;

export class FileTree {
  readonly question: Question;
  readonly tree: HistoryTree;
  readonly view: TreeView;
  readonly columns: ViewColumns;
  readonly #subject: Subject;
  readonly #waste: WasteColumns | undefined;
  /** By node: the bytes that the question is about. */
  readonly #bytes: Float64Array;
  #changedBytes: Float64Array | undefined;
  #wastedBytes: Float64Array | undefined;
  #fates: Uint8Array | undefined;
  #sort: Sort | undefined;
  readonly #sorted = new Map<number, readonly number[]>();
  #kept: { readonly options: RowOptions; readonly nodes: Uint8Array | undefined } | undefined;
  #rows: { readonly options: RowOptions; readonly rows: Rows } | undefined;

  constructor(subject: Subject, tree: HistoryTree, question: Question) {
    this.#subject = subject;
    this.tree = tree;
    this.question = question;
    const { shown } = question;
    this.view = viewOf(subject, tree, question);
    this.columns = this.view.columns();
    this.#waste = wasteOf(subject);
    if (shown === "wasted") this.#bytes = this.#waste?.bytes ?? new Float64Array(tree.paths.size);
    else if (shown === "tree") this.#bytes = this.columns.bytes;
    else this.#bytes = sum(this.columns.bytes, this.columns.removedBytes);
  }

  /** Bytes that the question is about, at and below a path. */
  bytesOf(node: number): number {
    return this.#bytes[node] ?? 0;
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
    const rows = this.#flatten(options, this.#keptNodes(options));
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
      bytes: this.bytesOf(node),
      parentBytes: this.bytesOf(paths.parentOf(top)),
      totalBytes: this.bytesOf(ROOT),
      wastedBytes: this.#wasted()?.[node],
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

  #describe(node: number): Pick<FileRow, "entry" | "change" | "fields" | "layer"> {
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
    const bytes = this.#bytes;
    const first = sort === "size" ? bytes : sort === "wasted" ? (this.#wasted() ?? bytes) : this.#changed();
    return (one, other) =>
      (first[other] as number) - (first[one] as number) ||
      (bytes[other] as number) - (bytes[one] as number) ||
      byName(one, other);
  }

  /** By node: of the bytes that the question is about, those that no container sees in the end, at and below it. */
  #wasted(): Float64Array | undefined {
    const { analysis } = this.#subject;
    if (!analysis || this.question.shown === "wasted") return this.#waste?.bytes;
    if (this.#wastedBytes) return this.#wastedBytes;
    const { shown, from, to } = this.question;
    const { state } = this.columns;
    const { node: nodes, bytes, storedIn, hiddenBy } = wasteTableOf(analysis);
    const wasted = new Float64Array(this.tree.paths.size);
    for (let record = 0; record < nodes.length; record++) {
      const node = nodes[record] as number;
      const stored = storedIn[record] as number;
      const lost = hiddenBy[record] as number;
      const isThere = stored <= to && lost > to && (shown === "tree" || stored > from);
      const isGone =
        shown !== "tree" && state[node] === VIEW_STATES.removed && stored <= from && lost > from && lost <= to;
      if (isThere || isGone) wasted[node] = (wasted[node] as number) + (bytes[record] as number);
    }
    sumUp(this.tree.paths, wasted);
    this.#wastedBytes = wasted;
    return wasted;
  }

  /** By node: the bytes of what was touched, at and below it. */
  #changed(): Float64Array {
    if (this.#changedBytes) return this.#changedBytes;
    const { paths } = this.tree;
    const state = this.#states();
    // Paths that came with later layers are behind the end.
    const size = this.#bytes.length;
    const own = Float64Array.from(this.#bytes);
    // Totals become a path's own bytes when what its children have is taken away …
    for (let node = ROOT + 1; node < size; node++) {
      const parent = paths.parentOf(node);
      own[parent] = (own[parent] as number) - (this.#bytes[node] as number);
    }
    // … and totals again when those of the paths that were touched are added up.
    const changed = new Float64Array(size);
    for (let node = ROOT + 1; node < size; node++) {
      if ((state[node] as number) >= VIEW_STATES.added) changed[node] = own[node] as number;
    }
    sumUp(paths, changed);
    this.#changedBytes = changed;
    return changed;
  }

  /** By node: what the rows say that happened to a path, one of `VIEW_STATES`. */
  #states(): Uint8Array {
    const { analysis } = this.#subject;
    if (this.question.shown !== "wasted" || !analysis) return this.columns.state;
    if (this.#fates) return this.#fates;
    const fates = new Uint8Array(this.tree.paths.size).fill(VIEW_STATES.unchanged);
    const { node: nodes, cause } = wasteTableOf(analysis);
    // A row tells of the largest record of its path, which comes first.
    for (let record = nodes.length - 1; record >= 0; record--) {
      fates[nodes[record] as number] = VIEW_STATES[CHANGE_OF_CAUSE[WASTE_CAUSES[cause[record] as number] ?? "deleted"]];
    }
    this.#fates = fates;
    return fates;
  }

  /** By node, 1 for what neither the filter nor the kinds that are hidden leave out, directories that lead there included. */
  #keptNodes(options: RowOptions): Uint8Array | undefined {
    const { hidden, kept } = options;
    if (hidden.size === 0) return kept;
    if (this.#kept && this.#kept.options.hidden === hidden && this.#kept.options.kept === kept) return this.#kept.nodes;
    const { paths } = this.tree;
    const state = this.#states();
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

  #flatten(options: RowOptions, kept: Uint8Array | undefined): Rows {
    const { expansion, sort, hidesSmall } = options;
    const rows = new Rows();
    const below = (node: number): readonly number[] => {
      const children = this.childrenOf(node, sort);
      if (!kept && !hidesSmall) return children;
      const least = hidesSmall ? this.bytesOf(node) * SMALL : 0;
      return children.filter((child) => (!kept || kept[child] === 1) && this.bytesOf(child) >= least);
    };
    // What is to come, last first: a path, and how deep it lies.
    const nodes: number[] = [];
    const depths: number[] = [];
    const push = (children: readonly number[], depth: number): void => {
      for (let index = children.length - 1; index >= 0; index--) {
        nodes.push(children[index] as number);
        depths.push(depth);
      }
    };
    push(below(ROOT), 0);
    for (let top = nodes.pop(); top !== undefined; top = nodes.pop()) {
      const depth = depths.pop() as number;
      let node = top;
      let children = this.#mayHaveChildren(node) ? below(node) : [];
      // A directory that holds nothing but one directory shares a row with it.
      const chain: number[] = [];
      while (children.length === 1 && this.#isDirectory(node) && this.#mayHaveChildren(children[0] as number)) {
        chain.push(node);
        node = children[0] as number;
        children = below(node);
      }
      rows.push(node, depth, chain);
      if (children.length > 0 && isOpen(expansion, node)) push(children, depth + 1);
    }
    return rows;
  }

  #mayHaveChildren(node: number): boolean {
    return this.tree.paths.firstChildOf(node) !== NONE && this.hasChildren(node);
  }

  /** Whether a path is nothing but a directory: what was there before a file took its place lies below the file. */
  #isDirectory(node: number): boolean {
    const { tree, question } = this;
    if (question.shown === "wasted") return this.#waste?.isWasted[node] !== 1;
    const isRemoved = this.columns.state[node] === VIEW_STATES.removed;
    return tree.isDirectory(tree.revisionAt(node, isRemoved ? question.from : question.to));
  }
}

/** Rows as columns: there can be as many as paths. */
export class Rows {
  count = 0;
  nodes = new Uint32Array(256);
  /** The directory that a chain begins with; the node itself where there is none. */
  tops = new Uint32Array(256);
  depths = new Uint16Array(256);
  /** Of the other directories of chains: their rows. */
  readonly #inChains = new Map<number, number>();

  /** @param chain the directories before the path that share its row, topmost first */
  push(node: number, depth: number, chain: readonly number[]): void {
    if (this.count === this.nodes.length) this.#grow();
    this.nodes[this.count] = node;
    this.tops[this.count] = chain[0] ?? node;
    this.depths[this.count] = depth;
    for (const each of chain) this.#inChains.set(each, this.count);
    this.count++;
  }

  /** Where a path stands, alone or in a chain; -1 where it does not. */
  indexOf(node: number): number {
    const index = this.#inChains.get(node) ?? this.nodes.indexOf(node);
    return index < this.count ? index : -1;
  }

  #grow(): void {
    const capacity = this.nodes.length * 2;
    const nodes = new Uint32Array(capacity);
    const tops = new Uint32Array(capacity);
    const depths = new Uint16Array(capacity);
    nodes.set(this.nodes);
    tops.set(this.tops);
    depths.set(this.depths);
    this.nodes = nodes;
    this.tops = tops;
    this.depths = depths;
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

function namesOf(tree: HistoryTree): NameSearcher {
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
    columns = wasteColumns(analysis.image.tree, analysis.accounts.waste);
    wastes.set(analysis, columns);
  }
  return columns;
}

function viewOf(subject: Subject, tree: HistoryTree, { shown, from, to }: Question): TreeView {
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

/** A path of which bytes are wasted: what it was when they were stored, and what became of it. */
function describeWasted(
  subject: Subject,
  tree: HistoryTree,
  node: number,
): Pick<FileRow, "entry" | "change" | "fields" | "layer"> {
  const waste = subject.analysis?.accounts.waste;
  const [place = -1] = recordsOfNode(subject, node);
  const record = waste?.at(place);
  const inode = waste?.inodeAt(place);
  if (!record || inode === undefined) {
    const now = compareView(tree, subject.classes, -1, subject.layers.length - 1).row(node);
    return { entry: (now ?? rootRow(tree, subject)).entry, change: undefined, fields: [], layer: 0 };
  }
  const { cause, fields, storedIn, hiddenBy } = record;
  return { entry: storedFile(tree, inode, storedIn), change: CHANGE_OF_CAUSE[cause], fields, layer: hiddenBy };
}

/** A file as its layer stored it, which need not be there in any snapshot. */
function storedFile(tree: HistoryTree, inode: number, layer: number): FileEntry {
  const entries = tree.entriesOf(inode);
  const at = tree.indexOf(inode);
  return {
    type: "file",
    mode: entries.mode[at] as number,
    uid: entries.uid[at] as number,
    gid: entries.gid[at] as number,
    size: entries.size[at] as number,
    mtime: entries.mtime[at] as number,
    mtimeNanos: entries.mtimeNanos[at] as number,
    linkTarget: undefined,
    xattrs: entries.xattrs.get(at),
    device: undefined,
    layer,
    inode,
    implicit: false,
  };
}

function rootRow(tree: HistoryTree, { classes, layers }: Subject): { readonly entry: FileEntry } {
  return compareView(tree, classes, -1, layers.length - 1).row(ROOT) as { readonly entry: FileEntry };
}

const CHANGE_OF_CAUSE = {
  deleted: "removed",
  hidden: "removed",
  rewritten: "modified",
  metadata: "metadata",
  identical: "identical",
  "duplicate-member": "identical",
} as const;

function sum(one: Float64Array, other: Float64Array): Float64Array {
  const both = new Float64Array(one.length);
  for (let index = 0; index < both.length; index++) both[index] = (one[index] as number) + (other[index] as number);
  return both;
}

function sameQuestion(one: Question, other: Question): boolean {
  return one.shown === other.shown && one.from === other.from && one.to === other.to;
}

function sameOptions(one: RowOptions, other: RowOptions): boolean {
  return (
    one.expansion === other.expansion &&
    one.sort === other.sort &&
    one.hidden === other.hidden &&
    one.hidesSmall === other.hidesSmall &&
    one.kept === other.kept
  );
}
