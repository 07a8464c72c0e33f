/**
 * Trees the way dive has them, where they differ from the overlay rules: a marker is a file among others, a directory
 * that is only implied has no metadata, and takes away what was known of it, and nothing replaces anything.
 */
import type { LayerEntries } from "../layer/layer-entries.ts";
import { NONE, type PathTable, ROOT } from "../layer/path-table.ts";
import { TYPE } from "../model/entry.ts";

const MARKER = Buffer.from(".wh.");

/** The tree of one layer. The same object is used for one layer after the other. */
export class LayerTree {
  /** Every path, parents included, each once; of markers only those that have content or something below them. */
  nodes: number[] = [];
  /** What markers remove from the layers below, each once. */
  removed: number[] = [];
  /** Those of them whose marker has nothing below it. */
  marked: number[] = [];
  readonly #paths: PathTable;
  /** Those of the path table, which must not grow any more. */
  readonly #names: Uint8Array;
  /** Whatever is noted by node counts only with the layer's stamp. */
  #stamp = 0;
  readonly #stamps: Uint32Array;
  readonly #parentStamps: Uint32Array;
  readonly #removedStamps: Uint32Array;
  /** By node: the last member for it, plus one; 0 for a directory that is only implied. */
  readonly #members: Uint32Array;
  #entries: LayerEntries | undefined;

  constructor(paths: PathTable) {
    this.#paths = paths;
    this.#names = paths.nameBytes;
    this.#stamps = new Uint32Array(paths.size);
    this.#parentStamps = new Uint32Array(paths.size);
    this.#removedStamps = new Uint32Array(paths.size);
    this.#members = new Uint32Array(paths.size);
  }

  read(entries: LayerEntries): void {
    const paths = this.#paths;
    this.#entries = entries;
    this.#stamp++;
    this.nodes = [];
    this.removed = [];
    for (let index = 0; index < entries.count; index++) {
      const node = entries.node[index] as number;
      let kept = node;
      while (paths.isHousekeeping(kept)) kept = paths.parentOf(kept);
      this.#add(kept);
      if (kept === node) this.#members[node] = index + 1;
    }
    for (const directory of entries.opaques) this.#add(directory);
    for (const target of entries.whiteouts) {
      const parent = paths.parentOf(target);
      this.#add(parent);
      this.#parentStamps[parent] = this.#stamp;
      this.#remove(target);
    }
    const withChildren = this.#markersWithChildren();
    this.marked = withChildren.size === 0 ? this.removed : this.removed.filter((node) => !withChildren.has(node));
    for (const target of withChildren) this.#remove(target);
  }

  has(node: number): boolean {
    return this.#stamps[node] === this.#stamp;
  }

  isLeaf(node: number): boolean {
    return this.#parentStamps[node] !== this.#stamp;
  }

  isMarker(node: number): boolean {
    const names = this.#names;
    const start = this.#paths.nameStartOf(node);
    if (names[start] !== MARKER[0] || this.#paths.nameEndOf(node) - start < MARKER.length) return false;
    return names[start + 1] === MARKER[1] && names[start + 2] === MARKER[2] && names[start + 3] === MARKER[3];
  }

  sizeOf(node: number): number {
    const member = this.#members[node] as number;
    return member === 0 ? 0 : (this.#entries?.size[member - 1] as number);
  }

  isDirectory(node: number): boolean {
    const member = this.#members[node] as number;
    return member !== 0 && this.#entries?.type[member - 1] === TYPE.DIRECTORY;
  }

  #add(node: number): void {
    const stamp = this.#stamp;
    for (let at = node; at !== ROOT && this.#stamps[at] !== stamp; ) {
      this.#stamps[at] = stamp;
      this.#members[at] = 0;
      this.nodes.push(at);
      at = this.#paths.parentOf(at);
      this.#parentStamps[at] = stamp;
    }
  }

  #remove(target: number): void {
    if (this.#removedStamps[target] === this.#stamp) return;
    this.#removedStamps[target] = this.#stamp;
    this.removed.push(target);
  }

  /** What is named by markers that are directories with something in them. */
  #markersWithChildren(): Set<number> {
    const targets = new Set<number>();
    for (const node of this.nodes) {
      if (this.isLeaf(node) || !this.isMarker(node)) continue;
      const bare = this.#paths.nameOf(node).subarray(MARKER.length);
      const target = this.#paths.findChild(this.#paths.parentOf(node), bare);
      if (target !== undefined) targets.add(target);
    }
    return targets;
  }
}

/** Layers on top of each other. Putting one more on top costs what it brings and what it removes. */
export class StackedTree {
  readonly #paths: PathTable;
  readonly #present: Uint8Array;
  readonly #directory: Uint8Array;
  readonly #size: Float64Array;
  // Lists of the children that are there.
  readonly #first: Uint32Array;
  readonly #next: Uint32Array;
  readonly #previous: Uint32Array;

  constructor(paths: PathTable) {
    this.#paths = paths;
    this.#present = new Uint8Array(paths.size);
    this.#directory = new Uint8Array(paths.size);
    this.#size = new Float64Array(paths.size);
    this.#first = new Uint32Array(paths.size).fill(NONE);
    this.#next = new Uint32Array(paths.size);
    this.#previous = new Uint32Array(paths.size);
    this.#present[ROOT] = 1;
  }

  has(node: number): boolean {
    return this.#present[node] === 1;
  }

  /** The first layer as it is, its markers included: dive begins every stack with a copy of it. */
  copy(layer: LayerTree): void {
    for (const node of layer.nodes) this.#put(node, layer);
  }

  /**
   * dive goes through a layer in the order of the names, so a marker also removes what its own layer has under the name,
   * when that sorts before the marker.
   */
  add(layer: LayerTree): void {
    for (const node of layer.removed) this.#remove(node);
    for (const node of layer.nodes) if (!layer.isMarker(node)) this.#put(node, layer);
    for (const node of layer.removed) {
      if (layer.has(node) && Buffer.compare(this.#paths.nameOf(node), markerName(this.#paths, node)) < 0) {
        this.#remove(node);
      }
    }
  }

  /** For each path: the bytes at and below it when a member says that it is a directory, else 0. */
  directoryBytes(nodes: readonly number[]): ReadonlyMap<number, number> {
    const totals = new Map<number, number>();
    // A parent's number is smaller than its children's, so what lies inside another one is known before that.
    for (const top of nodes.toSorted((one, other) => other - one)) {
      let total = 0;
      if (this.#directory[top] === 1) {
        this.#walk(top, (node) => {
          const known = node !== top && this.#directory[node] === 1 ? totals.get(node) : undefined;
          total += known ?? (this.#size[node] as number);
          return known === undefined;
        });
      }
      totals.set(top, total);
    }
    return totals;
  }

  #put(node: number, layer: LayerTree): void {
    for (let at = node; this.#present[at] === 0; ) {
      const parent = this.#paths.parentOf(at);
      const next = this.#first[parent] as number;
      this.#present[at] = 1;
      this.#size[at] = 0;
      this.#directory[at] = 0;
      this.#next[at] = next;
      this.#previous[at] = NONE;
      if (next !== NONE) this.#previous[next] = at;
      this.#first[parent] = at;
      at = parent;
    }
    this.#size[node] = layer.sizeOf(node);
    this.#directory[node] = layer.isDirectory(node) ? 1 : 0;
  }

  #remove(top: number): void {
    if (this.#present[top] === 0) return;
    this.#walk(top, (node) => {
      this.#present[node] = 0;
      this.#first[node] = NONE;
      return true;
    });
    const next = this.#next[top] as number;
    const previous = this.#previous[top] as number;
    if (next !== NONE) this.#previous[next] = previous;
    if (previous !== NONE) this.#next[previous] = next;
    else this.#first[this.#paths.parentOf(top)] = next;
  }

  /** Calls `visit` with a path and all below it; it says whether to go on below the one it got. */
  #walk(top: number, visit: (node: number) => boolean): void {
    const pending = [top];
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      let child = this.#first[node] as number;
      if (!visit(node)) continue;
      for (; child !== NONE; child = this.#next[child] as number) pending.push(child);
    }
  }
}

/** A place in a layer's walk: a path, or the marker that names it. */
export interface Place {
  readonly node: number;
  readonly isMarker: boolean;
}

/** Which of two leaves dive meets first: below 0 for `one`. The names on the way are compared one by one, as bytes. */
export function compareWalk(paths: PathTable, one: Place, other: Place): number {
  let at = one.node;
  let above = paths.parentOf(at);
  let otherAt = other.node;
  let otherAbove = paths.parentOf(otherAt);
  while (above !== otherAbove) {
    if (above > otherAbove) {
      at = above;
      above = paths.parentOf(at);
    } else {
      otherAt = otherAbove;
      otherAbove = paths.parentOf(otherAt);
    }
  }
  const isMarker = one.isMarker && at === one.node;
  const isOtherMarker = other.isMarker && otherAt === other.node;
  if (isMarker === isOtherMarker) return paths.compareNames(at, otherAt);
  const name = isMarker ? markerName(paths, at) : paths.nameOf(at);
  return Buffer.compare(name, isOtherMarker ? markerName(paths, otherAt) : paths.nameOf(otherAt));
}

function markerName(paths: PathTable, node: number): Uint8Array {
  return Buffer.concat([MARKER, paths.nameOf(node)]);
}
