/**
 * One tree in which every path stands once, with its history: which layer did what to it. Layers are folded in, oldest
 * first, each in time linear in what it touches; what a container would see after any layer, what a layer changed, and
 * which bytes are wasted are questions to this tree, answered without a copy.
 *
 * A *revision* is what one layer did to one path. Everything that vanishes gets a revision of its own, also what lies
 * below a removed directory, so that a path's own history is enough to tell whether it is there.
 */
import { FLAG, type LayerEntries } from "../layer/layer-entries.ts";
import { NONE, type PathTable, ROOT } from "../layer/path-table.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { Diagnostics } from "../model/diagnostic.ts";
import { TYPE } from "../model/entry.ts";
import { printableName } from "../model/path-text.ts";
import { withRoom } from "./growable.ts";
import { FATE, SettleScratch, settleLayer } from "./settle-layer.ts";

/** What a revision is. */
export const REVISION = {
  /** A member of the layer. */
  ENTRY: 0,
  /** A directory that the layer implies by something below it. */
  IMPLICIT: 1,
  /** Gone: a whiteout names the path or a directory above it. */
  DELETED: 2,
  /** Gone: an opaque marker, or a directory above that became something else. */
  HIDDEN: 3,
} as const;

/** Why no path of the newest snapshot names an inode. */
export const LOSS = {
  /** One does. */
  NONE: 0,
  /** The last path that did changed; the path's revision says how. */
  PATH_CHANGED: 1,
  /** Its own layer stores the path again. */
  REPEATED: 2,
  /** Its own layer buries it, or it never was a path. */
  BURIED: 3,
} as const;

export class HistoryTree {
  readonly paths: PathTable;
  /** Oldest first. The same object may stand at several places: an image can use a layer twice. */
  readonly layers: LayerEntries[] = [];
  /** Number of the first entry of each layer; entries are numbered through all layers. */
  readonly entryBase: number[] = [];
  /** Entries of all layers. */
  entryCount = 0;
  revisionCount = 0;
  readonly diagnostics: Diagnostics = new Diagnostics();

  // By entry: the entry that stores its inode; and, for those, how many live paths name it and how the last was lost.
  #inode = new Uint32Array(0);
  #names = new Uint32Array(0);
  #loss = new Uint8Array(0);
  #lossLayer = new Uint16Array(0);
  #lossNode = new Uint32Array(0);
  // By revision.
  #revisionNode = new Uint32Array(0);
  #revisionLayer = new Uint16Array(0);
  #revisionKind = new Uint8Array(0);
  #revisionEntry = new Uint32Array(0);
  #revisionPrevious = new Uint32Array(0);
  // By node: its newest revision, and the lists of children that are there in the newest snapshot.
  #head = new Uint32Array(0);
  #present = new Uint8Array(0);
  #firstPresent = new Uint32Array(0);
  #nextPresent = new Uint32Array(0);
  #previousPresent = new Uint32Array(0);
  readonly #scratch = new SettleScratch();

  constructor(paths: PathTable) {
    this.paths = paths;
  }

  /** Puts a layer on top. */
  addLayer(entries: LayerEntries): void {
    const layer = this.layers.length;
    const base = this.#append(entries);

    const { inode, fate } = settleLayer(entries, this.paths, this.#scratch);
    this.#setInodes(entries, inode, base, layer);

    // Markers and replaced directories act on the layers below only, so what they remove is collected first and gets a
    // revision only where the layer does not bring the path again.
    const removal: Removal = { nodes: [], kinds: [], lost: [] };
    for (const node of entries.whiteouts) if (this.#present[node] === 1) this.#remove(node, REVISION.DELETED, removal);
    for (const node of entries.opaques) this.#removeChildren(node, REVISION.HIDDEN, removal);
    for (let index = 0; index < entries.count; index++) {
      if (fate[index] === FATE.KEPT) this.#place(entries, index, layer, fate, removal);
    }
    for (const [index, node] of removal.nodes.entries()) {
      if (this.#layerOfHead(node) !== layer) this.#pushRevision(node, layer, removal.kinds[index] as number, NONE);
    }
    this.#settleLosses(removal.lost, layer);
    this.#settleFates(entries, fate, base, layer);
  }

  /** Puts a layer on top of which it is known already what it did, without folding it. */
  restoreLayer({ entries, inodes, nodes, kinds, members, losses, lossNodes }: KnownLayer): void {
    const layer = this.layers.length;
    const base = this.#append(entries);
    this.#inode.set(inodes, base);

    const removal: Removal = { nodes: [], kinds: [], lost: [] };
    for (const [index, node] of nodes.entries()) {
      const kind = kinds[index] as number;
      const entry = kind === REVISION.ENTRY ? base + (members[index] as number) : NONE;
      if (kind <= REVISION.IMPLICIT) {
        this.#replace(node, layer, kind, entry, removal);
      } else {
        this.#vanish(node);
        this.#loseName(this.#head[node] as number, removal);
        this.#pushRevision(node, layer, kind, NONE);
      }
      if (kind !== REVISION.ENTRY) continue;
      const inode = this.#inode[entry] as number;
      this.#names[inode] = (this.#names[inode] as number) + 1;
    }
    this.#settleLosses(removal.lost, layer);
    for (const [inode, node] of lossNodes) this.#lossNode[inode] = node;
    for (const [index, loss] of losses) {
      this.#loss[base + index] = loss;
      this.#lossLayer[base + index] = layer;
      this.#lossNode[base + index] = entries.node[index] as number;
    }
  }

  // ---- questions about entries (numbered through all layers)

  /** The entry that stores the inode of an entry: itself, but for hard links. */
  inodeOf(entry: number): number {
    return this.#inode[entry] as number;
  }

  /** How many paths of the newest snapshot name the inode. */
  nameCountOf(inode: number): number {
    return this.#names[inode] as number;
  }

  /** How the inode's last name was lost; one of {@link LOSS}. */
  lossOf(inode: number): number {
    return this.#loss[inode] as number;
  }

  /** The layer in which it was lost. Only where {@link lossOf} is not `NONE`. */
  lossLayerOf(inode: number): number {
    return this.#lossLayer[inode] as number;
  }

  /** The path that named it last. Only where {@link lossOf} is not `NONE`. */
  lossNodeOf(inode: number): number {
    return this.#lossNode[inode] as number;
  }

  /** Whether no path names the inode any more in the snapshot of a layer, which must not be older than the inode. */
  isLostBy(inode: number, layer: number): boolean {
    return this.#loss[inode] !== LOSS.NONE && (this.#lossLayer[inode] as number) <= layer;
  }

  /** The layer that holds an entry, and where in it. */
  locate(entry: number): { readonly layer: number; readonly entries: LayerEntries; readonly index: number } {
    const layer = this.layerOf(entry);
    return { layer, entries: this.layers[layer] as LayerEntries, index: entry - (this.entryBase[layer] as number) };
  }

  /** The entries of the layer that holds an entry. */
  entriesOf(entry: number): LayerEntries {
    return this.layers[this.layerOf(entry)] as LayerEntries;
  }

  /** Where in its layer an entry is. */
  indexOf(entry: number): number {
    return entry - (this.entryBase[this.layerOf(entry)] as number);
  }

  /** The layer an entry belongs to. */
  layerOf(entry: number): number {
    let low = 0;
    let high = this.entryBase.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.entryBase[middle] as number) <= entry) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Whether an entry belongs to the layer. */
  isOfLayer(entry: number, layer: number): boolean {
    const index = entry - (this.entryBase[layer] as number);
    return index >= 0 && index < (this.layers[layer] as LayerEntries).count;
  }

  // ---- questions about paths

  /** Newest revision of a path in layers 0 to `layer`; {@link NONE} when none of them touched it. */
  revisionAt(node: number, layer: number): number {
    let revision = this.newestRevision(node);
    while (revision !== NONE && (this.#revisionLayer[revision] as number) > layer) {
      revision = this.#revisionPrevious[revision] as number;
    }
    return revision;
  }

  /** Whether some layer did something to the path. */
  readonly isListed = (node: number): boolean => this.newestRevision(node) !== NONE;

  /** The path's last revision, whatever the layer; {@link NONE} for a path that no layer brought. */
  newestRevision(node: number): number {
    return node < this.#head.length ? (this.#head[node] as number) : NONE;
  }

  /** The revision before; {@link NONE} for the first. */
  previousRevision(revision: number): number {
    return this.#revisionPrevious[revision] as number;
  }

  revisionLayer(revision: number): number {
    return this.#revisionLayer[revision] as number;
  }

  revisionNode(revision: number): number {
    return this.#revisionNode[revision] as number;
  }

  /** One of {@link REVISION}. */
  revisionKind(revision: number): number {
    return this.#revisionKind[revision] as number;
  }

  /** The entry behind a revision; only where the kind is `ENTRY`. */
  revisionEntry(revision: number): number {
    return this.#revisionEntry[revision] as number;
  }

  /** Whether the path is there as of that revision. `NONE` is not. */
  isPresent(revision: number): boolean {
    return revision !== NONE && (this.#revisionKind[revision] as number) <= REVISION.IMPLICIT;
  }

  /** Whether it is a directory as of that revision, which must be present. */
  isDirectory(revision: number): boolean {
    if (this.#revisionKind[revision] === REVISION.IMPLICIT) return true;
    return this.typeOf(this.#inode[this.#revisionEntry[revision] as number] as number) === TYPE.DIRECTORY;
  }

  /** One of `TYPE`, by entry. */
  typeOf(entry: number): number {
    const { entries, index } = this.locate(entry);
    return entries.type[index] as number;
  }

  // ---- folding

  /** @returns the number of the layer's first entry */
  #append(entries: LayerEntries): number {
    const base = this.entryCount;
    this.#makeRoom(entries.count);
    this.layers.push(entries);
    this.entryBase.push(base);
    this.entryCount += entries.count;
    return base;
  }

  #makeRoom(entries: number): void {
    const total = this.entryCount + entries;
    this.#inode = withRoom(this.#inode, total);
    this.#names = withRoom(this.#names, total);
    this.#loss = withRoom(this.#loss, total);
    this.#lossLayer = withRoom(this.#lossLayer, total);
    this.#lossNode = withRoom(this.#lossNode, total);
    const nodes = this.paths.size;
    this.#head = withRoom(this.#head, nodes, NONE);
    this.#present = withRoom(this.#present, nodes);
    this.#firstPresent = withRoom(this.#firstPresent, nodes, NONE);
    this.#nextPresent = withRoom(this.#nextPresent, nodes, NONE);
    this.#previousPresent = withRoom(this.#previousPresent, nodes, NONE);
    // The root is always there.
    this.#present[ROOT] = 1;
  }

  /** Turns the layer's own numbers into numbers through all layers, and asks the layers below for open links. */
  #setInodes(entries: LayerEntries, inode: Int32Array, base: number, layer: number): void {
    for (let index = 0; index < entries.count; index++) {
      const own = inode[index] as number;
      const open = -own - 1;
      // A link to an open link has its inode; the open one stands before it.
      if (own >= 0) this.#inode[base + index] = base + own;
      else if (open < index) this.#inode[base + index] = this.#inode[base + open] as number;
      else this.#inode[base + index] = this.#inodeBelow(entries, index, base, layer);
    }
  }

  #inodeBelow(entries: LayerEntries, link: number, base: number, layer: number): number {
    const target = entries.link[link] as number;
    const revision = this.#present[target] === 1 ? (this.#head[target] as number) : NONE;
    if (revision !== NONE && !this.isDirectory(revision)) {
      return this.#inode[this.#revisionEntry[revision] as number] as number;
    }
    const path = printableName(this.paths.pathOf(entries.node[link] as number));
    const diagnostic: Diagnostic = {
      code: "broken-hard-link",
      severity: "warning",
      message: `layer ${layer} has a hard link ${path} that names nothing; kept as an empty file`,
      where: { layer },
    };
    this.diagnostics.add(diagnostic);
    return base + link;
  }

  #place(entries: LayerEntries, index: number, layer: number, fate: Uint8Array, removal: Removal): void {
    const entry = (this.entryBase[layer] as number) + index;
    const node = entries.node[index] as number;
    if (entries.type[index] !== TYPE.DIRECTORY) this.#removeChildren(node, REVISION.HIDDEN, removal);
    this.#implyParents(entries, node, layer, fate, removal);
    this.#replace(node, layer, REVISION.ENTRY, entry, removal);
    const inode = this.#inode[entry] as number;
    this.#names[inode] = (this.#names[inode] as number) + 1;
  }

  /** Makes sure that everything above a path is a directory in this layer's snapshot. */
  #implyParents(entries: LayerEntries, node: number, layer: number, fate: Uint8Array, removal: Removal): void {
    for (let above = this.paths.parentOf(node); above !== ROOT && node !== ROOT; above = this.paths.parentOf(above)) {
      // A directory that the layer lists sees to its own parents.
      const member = this.#scratch.memberAt(above);
      if (member >= 0 && fate[member] === FATE.KEPT && entries.type[member] === TYPE.DIRECTORY) return;
      const head = this.#head[above] as number;
      if (this.#present[above] === 1 && this.isDirectory(head)) return;
      this.#replace(above, layer, REVISION.IMPLICIT, NONE, removal);
    }
  }

  /** Gives a path its revision of this layer; what it was before loses a name. */
  #replace(node: number, layer: number, kind: number, entry: number, removal: Removal): void {
    if (node !== ROOT) {
      if (this.#present[node] === 1) this.#loseName(this.#head[node] as number, removal);
      else this.#appear(node);
    }
    this.#pushRevision(node, layer, kind, entry);
  }

  #remove(node: number, kind: number, removal: Removal): void {
    if (node === ROOT) {
      this.#removeChildren(ROOT, kind, removal);
      return;
    }
    this.#vanish(node);
    this.#loseName(this.#head[node] as number, removal);
    removal.nodes.push(node);
    removal.kinds.push(kind);
    this.#removeChildren(node, kind, removal);
  }

  /** Everything below a path vanishes. Without recursion: paths can be two thousand levels deep. */
  #removeChildren(node: number, kind: number, removal: Removal): void {
    const open = [node];
    for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
      for (;;) {
        const child = this.#firstPresent[parent] as number;
        if (child === NONE) break;
        this.#vanish(child);
        this.#loseName(this.#head[child] as number, removal);
        removal.nodes.push(child);
        removal.kinds.push(kind);
        open.push(child);
      }
    }
  }

  #loseName(revision: number, removal: Removal): void {
    if (this.#revisionKind[revision] !== REVISION.ENTRY) return;
    const inode = this.#inode[this.#revisionEntry[revision] as number] as number;
    this.#names[inode] = (this.#names[inode] as number) - 1;
    removal.lost.push(inode, this.#revisionNode[revision] as number);
  }

  #pushRevision(node: number, layer: number, kind: number, entry: number): void {
    const revision = this.revisionCount++;
    if (revision >= this.#revisionNode.length) {
      this.#revisionNode = withRoom(this.#revisionNode, revision + 1);
      this.#revisionLayer = withRoom(this.#revisionLayer, revision + 1);
      this.#revisionKind = withRoom(this.#revisionKind, revision + 1);
      this.#revisionEntry = withRoom(this.#revisionEntry, revision + 1);
      this.#revisionPrevious = withRoom(this.#revisionPrevious, revision + 1);
    }
    this.#revisionNode[revision] = node;
    this.#revisionLayer[revision] = layer;
    this.#revisionKind[revision] = kind;
    this.#revisionEntry[revision] = entry;
    this.#revisionPrevious[revision] = this.#head[node] as number;
    this.#head[node] = revision;
  }

  #layerOfHead(node: number): number {
    const head = this.#head[node] as number;
    return head === NONE ? -1 : (this.#revisionLayer[head] as number);
  }

  #appear(node: number): void {
    this.#present[node] = 1;
    const parent = this.paths.parentOf(node);
    const first = this.#firstPresent[parent] as number;
    this.#nextPresent[node] = first;
    this.#previousPresent[node] = NONE;
    if (first !== NONE) this.#previousPresent[first] = node;
    this.#firstPresent[parent] = node;
  }

  #vanish(node: number): void {
    this.#present[node] = 0;
    const next = this.#nextPresent[node] as number;
    const previous = this.#previousPresent[node] as number;
    if (next !== NONE) this.#previousPresent[next] = previous;
    if (previous !== NONE) this.#nextPresent[previous] = next;
    else this.#firstPresent[this.paths.parentOf(node)] = next;
  }

  /**
   * Of the inodes that lost a name in this layer, those that have none left are lost. They are noted under the path
   * that stored them when that is among the names lost now, else under the smallest name.
   */
  #settleLosses(lost: readonly number[], layer: number): void {
    for (let index = 0; index < lost.length; index += 2) {
      const inode = lost[index] as number;
      const node = lost[index + 1] as number;
      if (this.#names[inode] !== 0) continue;
      if (this.#loss[inode] === LOSS.NONE) {
        this.#loss[inode] = LOSS.PATH_CHANGED;
        this.#lossLayer[inode] = layer;
        this.#lossNode[inode] = node;
      } else if (this.#isBetterName(node, this.#lossNode[inode] as number, inode)) {
        this.#lossNode[inode] = node;
      }
    }
  }

  #isBetterName(node: number, than: number, inode: number): boolean {
    const { entries, index } = this.locate(inode);
    const own = entries.node[index];
    if (than === own || node === than) return false;
    return node === own || Buffer.compare(this.paths.pathOf(node), this.paths.pathOf(than)) < 0;
  }

  /** What the layer itself repeats or buries, and no link keeps, is lost at once. */
  #settleFates(entries: LayerEntries, fate: Uint8Array, base: number, layer: number): void {
    for (let index = 0; index < entries.count; index++) {
      if (fate[index] === FATE.KEPT) continue;
      const inode = base + index;
      const node = entries.node[index] as number;
      const isPath = ((entries.flags[index] as number) & FLAG.HOUSEKEEPING) === 0;
      if (isPath && (entries.type[index] !== TYPE.DIRECTORY || fate[index] === FATE.BURIED)) {
        this.#reportFate(fate, index, node, layer);
      }
      if (this.#inode[inode] !== inode || this.#names[inode] !== 0) continue;
      this.#loss[inode] = fate[index] === FATE.REPEATED ? LOSS.REPEATED : LOSS.BURIED;
      this.#lossLayer[inode] = layer;
      this.#lossNode[inode] = node;
    }
  }

  #reportFate(fate: Uint8Array, index: number, node: number, layer: number): void {
    const repeated = fate[index] === FATE.REPEATED;
    const path = printableName(this.paths.pathOf(node));
    this.diagnostics.add({
      code: repeated ? "duplicate-member" : "member-below-file",
      severity: "warning",
      message: repeated
        ? `layer ${layer} has ${path} more than once; the last one counts`
        : `layer ${layer} has something above or below ${path} that cannot be there; the later member counts`,
      where: { layer, path },
    });
  }
}

/** A layer as a report has it. No path may stand in it twice, and what it removes must be there. */
export interface KnownLayer {
  readonly entries: LayerEntries;
  /** By entry of the layer: the entry that stores its inode, numbered through all layers. */
  readonly inodes: Uint32Array;
  /** By revision: its path, one of {@link REVISION}, and the entry of the layer where that is `ENTRY`. */
  readonly nodes: Uint32Array;
  readonly kinds: Uint8Array;
  readonly members: Uint32Array;
  /** Entries of the layer that store a file which never had a path, with `LOSS.REPEATED` or `LOSS.BURIED`. */
  readonly losses: ReadonlyMap<number, number>;
  /** Inodes whose last name goes with this layer, numbered through all layers, with the path that is noted for that. */
  readonly lossNodes: ReadonlyMap<number, number>;
}

/** What one layer takes away: nodes with the kind of revision they get, and pairs of inode and the name it lost. */
interface Removal {
  readonly nodes: number[];
  readonly kinds: number[];
  readonly lost: number[];
}
