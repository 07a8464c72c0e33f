/**
 * What dive says about an image, with what it gets wrong: for those whose limits were set by its numbers. Nothing here
 * takes part in the accounting ({@link ./accounting.ts}).
 */
import type { LayerEntries } from "../layer/layer-entries.ts";
import type { PathTable } from "../layer/path-table.ts";
import type { ScannedImage } from "../tree/scan-image.ts";
import { compareWalk, LayerTree, type Place, StackedTree } from "./dive-trees.ts";

/** A path that dive lists as inefficient: at least two layers have it or remove it. */
export interface DiveInefficiency {
  /** Node of the path in the tree. */
  readonly node: number;
  /** All copies together, the one that is visible at the end included. */
  readonly bytes: number;
  /** Layers that have the path or a marker for it; a layer with both counts twice. */
  readonly count: number;
}

export interface DiveCompat {
  /** Never above 1; below 0 is possible. */
  readonly efficiency: number;
  /** The sum of {@link inefficient}. */
  readonly wastedBytes: number;
  /**
   * `wastedBytes` by the bytes of all layers but the first. Above 1 is usual; not a number or infinite when those layers
   * have none.
   */
  readonly userWastedShare: number;
  /** Largest first, equal ones by path. */
  readonly inefficient: readonly DiveInefficiency[];
}

/**
 * Computes dive's numbers of an image. Time is linear in the members, however many markers there are.
 *
 * Left out is what a scan does not keep: empty AUFS files, markers that name nothing, a size in the header of a link,
 * and, as paths, the files that eStargz adds. An image from a saved report has no markers, so its numbers are not dive's.
 *
 * @example
 * const { efficiency, wastedBytes } = diveCompat(await scanImage(source));
 */
export function diveCompat({ tree, layers }: Pick<ScannedImage, "layers" | "tree">): DiveCompat {
  const { paths } = tree;
  const visits = new Visits(paths);
  const own = new LayerTree(paths);
  const stacked = new StackedTree(paths);
  // Only markers ask for the layers below.
  const lastMarked = tree.layers.findLastIndex(({ whiteouts }) => whiteouts.length > 0);
  let userBytes = 0;
  for (const [layer, entries] of tree.layers.entries()) {
    if (layer > 0) userBytes += bytesOf(entries) + (layers[layer]?.formatBytes ?? 0);
    own.read(entries);
    if (layer === 0 && lastMarked >= 0) stacked.copy(own);
    visitLayer(own, stacked, paths, visits);
    if (layer < lastMarked) stacked.add(own);
  }
  const inefficient = visits.repeated();
  const wastedBytes = inefficient.reduce((sum, { bytes }) => sum + bytes, 0);
  return { efficiency: visits.efficiency(), wastedBytes, userWastedShare: wastedBytes / userBytes, inefficient };
}

function bytesOf({ count, size }: LayerEntries): number {
  let sum = 0;
  for (let index = 0; index < count; index++) sum += size[index] as number;
  return sum;
}

function visitLayer(own: LayerTree, stacked: StackedTree, paths: PathTable, visits: Visits): void {
  const stop = firstDangling(own, stacked, paths);
  const isVisited = (node: number, isMarker: boolean): boolean =>
    !stop || compareWalk(paths, { node, isMarker }, stop) < 0;
  const marked = own.marked.filter((node) => isVisited(node, true));
  for (const [node, bytes] of stacked.directoryBytes(marked)) visits.add(node, bytes);
  for (const node of own.nodes) {
    if (own.isLeaf(node) && !own.isMarker(node) && isVisited(node, false)) visits.add(node, own.sizeOf(node));
  }
  if (stop) visits.fail(stop.node);
}

/** The marker at which dive gives up the layer: the first that names what the layers below do not have. */
function firstDangling(own: LayerTree, stacked: StackedTree, paths: PathTable): Place | undefined {
  let first: Place | undefined;
  for (const node of own.marked) {
    if (stacked.has(node)) continue;
    const place = { node, isMarker: true };
    if (!first || compareWalk(paths, place, first) < 0) first = place;
  }
  return first;
}

/** Leaves by path, over all layers. */
class Visits {
  readonly #paths: PathTable;
  readonly #counts: Uint32Array;
  readonly #sums: Float64Array;
  readonly #smallest: Float64Array;

  constructor(paths: PathTable) {
    this.#paths = paths;
    this.#counts = new Uint32Array(paths.size);
    this.#sums = new Float64Array(paths.size);
    this.#smallest = new Float64Array(paths.size);
  }

  add(node: number, bytes: number): void {
    const smallest = this.#smallest[node] as number;
    if (this.#counts[node] === 0 || bytes < smallest) this.#smallest[node] = bytes;
    this.#counts[node] = (this.#counts[node] as number) + 1;
    this.#sums[node] = (this.#sums[node] as number) + bytes;
  }

  /** dive notes -1 as the smallest size of a path until it knows one; here it never may. */
  fail(node: number): void {
    if (this.#counts[node] === 0) this.#smallest[node] = -1;
  }

  efficiency(): number {
    let smallest = 0;
    let sum = 0;
    for (const bytes of this.#smallest) smallest += bytes;
    for (const bytes of this.#sums) sum += bytes;
    return sum === 0 ? 1 : smallest / sum;
  }

  repeated(): DiveInefficiency[] {
    const found: DiveInefficiency[] = [];
    for (const [node, count] of this.#counts.entries()) {
      if (count >= 2) found.push({ node, bytes: this.#sums[node] as number, count });
    }
    return found.sort((one, other) => other.bytes - one.bytes || this.#paths.comparePaths(one.node, other.node));
  }
}
