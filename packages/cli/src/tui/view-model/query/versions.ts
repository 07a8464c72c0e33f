/** What a path is at one point, read from the tree when it is asked for: a query may look at every path there is. */
import {
  type ContentClasses,
  compareRevisions,
  type EntryType,
  type HistoryTree,
  NONE,
  RevisionReader,
  type TreeView,
  VIEW_STATES,
  type ViewColumns,
  type WasteColumns,
} from "@layerscope/core";

/** What a qualifier looks at. Of a removed path, what it was. */
export interface Version {
  /** One of `VIEW_STATES`: what happened to it. */
  readonly state: number;
  readonly type: EntryType;
  /** Bytes of a file; what a view shows of a directory: everything below it, what was removed included. */
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** The layer that brought the path as it is, or removed it. */
  readonly layer: number;
  /** Whether bytes stored for this very path, at whatever point, are wasted. */
  readonly isWasted: boolean;
}

/** The rows of a view, one after the other. */
export class RowVersions implements Version {
  readonly #view: TreeView;
  readonly #columns: ViewColumns;
  readonly #waste: WasteColumns | undefined;
  readonly #reader: RevisionReader;
  #node = 0;
  #isRead = false;

  constructor(view: TreeView, waste: WasteColumns | undefined) {
    this.#view = view;
    this.#columns = view.columns();
    this.#waste = waste;
    this.#reader = new RevisionReader(view.tree);
  }

  goTo(node: number): void {
    this.#node = node;
    this.#isRead = false;
  }

  get state(): number {
    return this.#columns.state[this.#node] ?? VIEW_STATES.hidden;
  }

  get type(): EntryType {
    return this.#read().type;
  }

  get size(): number {
    const reader = this.#read();
    return reader.type === "directory" ? this.#view.sizeOf(this.#node) : reader.size;
  }

  get mode(): number {
    return this.#read().mode;
  }

  get uid(): number {
    return this.#read().uid;
  }

  get gid(): number {
    return this.#read().gid;
  }

  get layer(): number {
    const { tree, to } = this.#view;
    return tree.revisionLayer(tree.revisionAt(this.#node, to));
  }

  get isWasted(): boolean {
    return this.#waste?.isWasted[this.#node] === 1;
  }

  #read(): RevisionReader {
    if (!this.#isRead) {
      const { tree, from, to } = this.#view;
      this.#reader.read(tree.revisionAt(this.#node, this.state === VIEW_STATES.removed ? from : to));
      this.#isRead = true;
    }
    return this.#reader;
  }
}

/** Everything that any layer did to a path, one after the other. */
export class EventVersions implements Version {
  readonly #tree: HistoryTree;
  readonly #classes: ContentClasses;
  readonly #waste: WasteColumns | undefined;
  readonly #reader: RevisionReader;
  #revision: number = NONE;
  #isRemoval = false;

  constructor(tree: HistoryTree, classes: ContentClasses, waste: WasteColumns | undefined) {
    this.#tree = tree;
    this.#classes = classes;
    this.#waste = waste;
    this.#reader = new RevisionReader(tree);
  }

  /** Whether a layer did anything to the path that fits. */
  some(node: number, fits: (version: Version) => boolean): boolean {
    const tree = this.#tree;
    for (let at = tree.newestRevision(node); at !== NONE; at = tree.previousRevision(at)) {
      this.#revision = at;
      this.#isRemoval = !tree.isPresent(at);
      // The removal of what was not there is nothing.
      if (this.#reader.read(this.#isRemoval ? tree.previousRevision(at) : at) && fits(this)) return true;
    }
    return false;
  }

  get state(): number {
    if (this.#isRemoval) return VIEW_STATES.removed;
    const before = this.#tree.previousRevision(this.#revision);
    const comparison = compareRevisions(this.#tree, this.#classes, before, this.#revision);
    return comparison ? VIEW_STATES[comparison.change] : VIEW_STATES.unchanged;
  }

  get type(): EntryType {
    return this.#reader.type;
  }

  get size(): number {
    return this.#reader.size;
  }

  get mode(): number {
    return this.#reader.mode;
  }

  get uid(): number {
    return this.#reader.uid;
  }

  get gid(): number {
    return this.#reader.gid;
  }

  get layer(): number {
    return this.#tree.revisionLayer(this.#revision);
  }

  get isWasted(): boolean {
    return this.#waste?.isWasted[this.#tree.revisionNode(this.#revision)] === 1;
  }
}
