/**
 * Where the bytes are: stored, visible at the end, wasted. Every wasted byte has exactly one record, so that the records
 * sum to `wastedBytes`, and `wastedBytes` is `storedBytes` − `finalBytes`.
 */
import { ROOT } from "../layer/path-table.ts";
import { TYPE } from "../model/entry.ts";
import { type Change, type Comparison, compareRevisions, type MetadataField } from "../tree/compare-revisions.ts";
import type { ContentClasses } from "../tree/content-classes.ts";
import { type HistoryTree, LOSS, REVISION } from "../tree/history-tree.ts";
import type { WasteCause } from "./waste-cause.ts";

/** One file that an image carries for nothing. */
export interface WasteRecord {
  /** Node of the path in the tree: the last path that named the file. */
  readonly node: number;
  readonly bytes: number;
  readonly cause: WasteCause;
  /** The layer that stored the bytes, counted from 0. */
  readonly storedIn: number;
  /** The layer that made them invisible. The same one when a layer holds the path twice. */
  readonly hiddenBy: number;
  /** What changed, where the cause is `metadata`. */
  readonly fields: readonly MetadataField[];
}

export interface LayerAccounts {
  /** Sizes of the regular files in the layer's tar. */
  readonly storedBytes: number;
  /** Those of them that are visible in the last snapshot. */
  readonly contributedBytes: number;
  /** The others: stored here, invisible at the end. */
  readonly wastedBytes: number;
  /** What a container would see if the image ended with this layer. */
  readonly snapshotBytes: number;
  /** Members of the tar that are files, directories, links or devices; markers not counted. */
  readonly entries: number;
  /** Paths by what the layer did to them; the root directory is not counted. */
  readonly changes: Readonly<Record<Change, number>>;
}

/** What is in the last snapshot, by path: two names of one inode are two. The root directory is not counted. */
export interface PathCounts {
  readonly files: number;
  readonly directories: number;
  readonly symlinks: number;
  /** Devices and pipes. */
  readonly others: number;
}

export interface Accounts {
  readonly storedBytes: number;
  /** Sizes of the regular files in the last snapshot, each inode once. */
  readonly finalBytes: number;
  readonly wastedBytes: number;
  /** `finalBytes` / `storedBytes`; 1 when nothing is stored. */
  readonly efficiency: number;
  readonly wastedByCause: Readonly<Record<WasteCause, number>>;
  readonly layers: readonly LayerAccounts[];
  readonly paths: PathCounts;
  readonly waste: WasteRecords;
}

/** Does the accounting of a tree as it is now. Linear in the entries, but for sorting the waste. */
export function accountFor(tree: HistoryTree, classes: ContentClasses): Accounts {
  const layers = tree.layers.map(() => new LayerTally());
  const waste = new WasteCollector(tree, new RevisionChanges(tree, classes, layers));
  for (const [layer, entries] of tree.layers.entries()) {
    const tally = layers[layer] as LayerTally;
    const base = tree.entryBase[layer] as number;
    tally.entries = entries.count;
    for (let index = 0; index < entries.count; index++) {
      if (entries.type[index] !== TYPE.FILE) continue;
      const size = entries.size[index] as number;
      if (size === 0) continue;
      const inode = base + index;
      tally.storedBytes += size;
      const visible = tree.lossOf(inode) === LOSS.NONE;
      if (visible) continue;
      tally.wastedBytes += size;
      (layers[tree.lossLayerOf(inode)] as LayerTally).lostBytes += size;
      waste.add(inode, size);
    }
  }
  let snapshotBytes = 0;
  const layerAccounts = layers.map((tally): LayerAccounts => {
    snapshotBytes += tally.storedBytes - tally.lostBytes;
    const { storedBytes, wastedBytes, entries, changes } = tally;
    return { storedBytes, wastedBytes, contributedBytes: storedBytes - wastedBytes, snapshotBytes, entries, changes };
  });
  const storedBytes = layers.reduce((sum, layer) => sum + layer.storedBytes, 0);
  const wastedBytes = layers.reduce((sum, layer) => sum + layer.wastedBytes, 0);
  const finalBytes = storedBytes - wastedBytes;
  return {
    storedBytes,
    finalBytes,
    wastedBytes,
    efficiency: storedBytes === 0 ? 1 : finalBytes / storedBytes,
    wastedByCause: waste.byCause,
    layers: layerAccounts,
    paths: countPaths(tree),
    waste: waste.records(),
  };
}

class LayerTally {
  storedBytes = 0;
  wastedBytes = 0;
  /** Bytes, of whatever layer, that this layer made invisible. */
  lostBytes = 0;
  entries = 0;
  readonly changes: Record<Change, number> = { added: 0, modified: 0, metadata: 0, identical: 0, removed: 0 };
}

/** What every revision did, by revision; each comparison is one of few objects. */
class RevisionChanges {
  readonly #codes: Uint8Array;
  readonly #known: Comparison[] = [];

  constructor(tree: HistoryTree, classes: ContentClasses, layers: readonly LayerTally[]) {
    this.#codes = new Uint8Array(tree.revisionCount);
    for (let revision = 0; revision < tree.revisionCount; revision++) {
      const comparison = compareRevisions(tree, classes, tree.previousRevision(revision), revision);
      if (!comparison) continue;
      let place = this.#known.indexOf(comparison);
      if (place < 0) place = this.#known.push(comparison) - 1;
      this.#codes[revision] = place + 1;
      if (tree.revisionNode(revision) === ROOT) continue;
      const { changes } = layers[tree.revisionLayer(revision)] as LayerTally;
      changes[comparison.change]++;
    }
  }

  of(revision: number): Comparison | undefined {
    return this.#known[(this.#codes[revision] as number) - 1];
  }
}

function countPaths(tree: HistoryTree): PathCounts {
  let files = 0;
  let directories = 0;
  let symlinks = 0;
  let others = 0;
  for (let node = 1; node < tree.paths.size; node++) {
    const revision = tree.newestRevision(node);
    if (!tree.isPresent(revision)) continue;
    const type =
      tree.revisionKind(revision) === REVISION.IMPLICIT
        ? TYPE.DIRECTORY
        : tree.typeOf(tree.inodeOf(tree.revisionEntry(revision)));
    if (type === TYPE.FILE || type === TYPE.LINK) files++;
    else if (type === TYPE.DIRECTORY) directories++;
    else if (type === TYPE.SYMLINK) symlinks++;
    else others++;
  }
  return { files, directories, symlinks, others };
}

/** Why an inode is wasted. There are few different ones, each an object that is made once. */
export interface WasteReason {
  readonly cause: WasteCause;
  readonly fields: readonly MetadataField[];
}

const REASON: Readonly<Record<WasteCause, WasteReason>> = {
  deleted: { cause: "deleted", fields: [] },
  hidden: { cause: "hidden", fields: [] },
  rewritten: { cause: "rewritten", fields: [] },
  metadata: { cause: "metadata", fields: [] },
  identical: { cause: "identical", fields: [] },
  "duplicate-member": { cause: "duplicate-member", fields: [] },
};

/** By the fields of a comparison, which is the same object for the same fields. */
const METADATA_REASONS = new Map<readonly MetadataField[], WasteReason>();

/** All waste, largest first; equal sizes in the order of layers and of their tars. Records are made when asked for. */
export class WasteRecords implements Iterable<WasteRecord> {
  readonly #tree: HistoryTree;
  /** Largest first. */
  readonly #inodes: Uint32Array;
  /** By inode: its place in {@link #reasons}. A byte each, where an object each would be much. */
  readonly #reasonOf: Uint8Array;
  readonly #reasons: readonly WasteReason[];

  constructor(tree: HistoryTree, inodes: Uint32Array, reasonOf: Uint8Array, reasons: readonly WasteReason[]) {
    this.#tree = tree;
    this.#inodes = inodes;
    this.#reasonOf = reasonOf;
    this.#reasons = reasons;
  }

  get length(): number {
    return this.#inodes.length;
  }

  /** The record at a place, counting from 0, the largest. */
  at(index: number): WasteRecord | undefined {
    const inode = this.#inodes[index];
    if (inode === undefined) return undefined;
    const tree = this.#tree;
    const storedIn = tree.layerOf(inode);
    const { cause, fields } = this.reasonOf(inode);
    const place = inode - (tree.entryBase[storedIn] as number);
    const bytes = tree.layers[storedIn]?.size[place] as number;
    return { node: tree.lossNodeOf(inode), bytes, cause, storedIn, hiddenBy: tree.lossLayerOf(inode), fields };
  }

  /** The inode behind the record at a place: the entry of the tree that stores the bytes. */
  inodeAt(index: number): number | undefined {
    return this.#inodes[index];
  }

  /** Why the inode behind a record is wasted. */
  reasonOf(inode: number): WasteReason {
    return this.#reasons[this.#reasonOf[inode] as number] as WasteReason;
  }

  /** Why an inode is wasted; undefined where it is not, or has no content. */
  causeOf(inode: number): WasteCause | undefined {
    const tree = this.#tree;
    if (tree.lossOf(inode) === LOSS.NONE || tree.entriesOf(inode).size[tree.indexOf(inode)] === 0) return undefined;
    return this.reasonOf(inode).cause;
  }

  *[Symbol.iterator](): Generator<WasteRecord> {
    for (let index = 0; index < this.length; index++) yield this.at(index) as WasteRecord;
  }
}

/** Gathers the wasted inodes while the entries are gone through. */
class WasteCollector {
  readonly byCause: Record<WasteCause, number> = {
    deleted: 0,
    hidden: 0,
    rewritten: 0,
    metadata: 0,
    identical: 0,
    "duplicate-member": 0,
  };
  readonly #tree: HistoryTree;
  readonly #changes: RevisionChanges;
  readonly #inodes: number[] = [];
  readonly #sizes: number[] = [];
  readonly #reasonOf: Uint8Array;
  readonly #reasons: WasteReason[] = [];

  constructor(tree: HistoryTree, changes: RevisionChanges) {
    this.#tree = tree;
    this.#changes = changes;
    this.#reasonOf = new Uint8Array(tree.entryCount);
  }

  add(inode: number, size: number): void {
    const reason = lossReason(this.#tree, this.#changes, inode);
    let place = this.#reasons.indexOf(reason);
    if (place < 0) place = this.#reasons.push(reason) - 1;
    this.#reasonOf[inode] = place;
    this.byCause[reason.cause] += size;
    this.#inodes.push(inode);
    this.#sizes.push(size);
  }

  records(): WasteRecords {
    const sizes = this.#sizes;
    const places = new Uint32Array(sizes.length);
    for (let place = 0; place < places.length; place++) places[place] = place;
    places.sort((one, other) => (sizes[other] as number) - (sizes[one] as number) || one - other);
    for (let index = 0; index < places.length; index++) {
      places[index] = this.#inodes[places[index] as number] as number;
    }
    return new WasteRecords(this.#tree, places, this.#reasonOf, this.#reasons);
  }
}

function lossReason(tree: HistoryTree, changes: RevisionChanges, inode: number): WasteReason {
  const loss = tree.lossOf(inode);
  if (loss === LOSS.REPEATED) return REASON["duplicate-member"];
  if (loss === LOSS.BURIED) return REASON.hidden;
  const revision = tree.revisionAt(tree.lossNodeOf(inode), tree.lossLayerOf(inode));
  const kind = tree.revisionKind(revision);
  if (kind === REVISION.DELETED) return REASON.deleted;
  if (kind === REVISION.HIDDEN) return REASON.hidden;
  const comparison = changes.of(revision);
  if (comparison?.change === "identical") return REASON.identical;
  return comparison?.change === "metadata" ? metadataReason(comparison.fields) : REASON.rewritten;
}

function metadataReason(fields: readonly MetadataField[]): WasteReason {
  const known = METADATA_REASONS.get(fields);
  if (known) return known;
  const reason: WasteReason = { cause: "metadata", fields };
  METADATA_REASONS.set(fields, reason);
  return reason;
}
