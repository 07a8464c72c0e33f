/** What makes up a sum over paths, told with few of them. */
import { NONE, type PathTable, ROOT } from "../layer/path-table.ts";

/** A file, or a directory for all that is below it. */
export interface Part {
  readonly node: number;
  readonly isDirectory: boolean;
  /** Its part of the sum. */
  readonly value: number;
}

/**
 * Paths that make up a sum, largest first, none below another: together with what is left out they are the whole. A
 * directory stands for what is below it unless one path below it is most of it, or it is the whole. Equal ones come in the
 * order of their paths.
 *
 * @param values by node, what each path counts by itself; may be negative, and end before the last node
 * @param most how many at most; what is left out is not larger than what is listed
 */
export function largestParts(paths: PathTable, values: Float64Array, most = Number.POSITIVE_INFINITY): Part[] {
  const counting: number[] = [];
  const counts: number[] = [];
  for (let node = ROOT; node < values.length; node++) {
    const value = values[node] as number;
    if (value === 0) continue;
    counting.push(node);
    counts.push(value);
  }
  return largestPartsOf(paths, counting, counts, most);
}

/**
 * The same for few paths of many: takes time by the paths that count.
 * @param values what each of `nodes` counts, never 0; a path that stands there again counts the sum
 */
export function largestPartsOf(
  paths: PathTable,
  nodes: readonly number[],
  values: readonly number[],
  most = Number.POSITIVE_INFINITY,
): Part[] {
  return partsOf(paths, new SparseTree(paths, nodes, values), most);
}

function partsOf(paths: PathTable, tree: SparseTree, most: number): Part[] {
  const places: number[] = [];
  const open = [0];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const opens = tree.isDirectory(at) && tree.values[at] === 0;
    if (opens && (tree.counts[at] === tree.counts[0] || tree.isUneven(at))) {
      for (let child = tree.firstChildOf(at); child !== NONE; child = tree.nextSiblingOf(child)) open.push(child);
    } else if (tree.sums[at] !== 0) {
      places.push(at);
    }
  }
  return largest(tree, places, most)
    .map((at) => ({
      node: tree.nodes[at] as number,
      isDirectory: tree.isDirectory(at),
      value: tree.sums[at] as number,
    }))
    .sort((one, other) => other.value - one.value || paths.comparePaths(one.node, other.node))
    .slice(0, most);
}

/** Those that may be among so many largest: to sort thousands by their paths for a few takes time. */
function largest({ sums }: SparseTree, places: readonly number[], most: number): readonly number[] {
  if (places.length <= most) return places;
  const values = Float64Array.from(places, (at) => sums[at] as number).sort();
  const least = values[places.length - most] as number;
  return places.filter((at) => (sums[at] as number) >= least);
}

/** By path table: one more than the place of each node that a tree is being made of. All 0 in between. */
const placesOf = new WeakMap<PathTable, Uint32Array>();

/** Only the paths that count and the directories above them, numbered so that parents come first; 0 is the root. */
class SparseTree {
  readonly nodes: readonly number[];
  readonly values: Float64Array;
  /** Values at and below. */
  readonly sums: Float64Array;
  /** How many paths at and below count anything; their sum may still be 0. */
  readonly counts: Uint32Array;
  readonly #firstChild: Uint32Array;
  readonly #nextSibling: Uint32Array;

  constructor(paths: PathTable, counting: readonly number[], values: readonly number[]) {
    const places = scratchOf(paths);
    const nodes = withParents(paths, counting, places);
    const size = nodes.length;
    this.nodes = nodes;
    this.values = new Float64Array(size);
    this.counts = new Uint32Array(size);
    this.#firstChild = new Uint32Array(size).fill(NONE);
    this.#nextSibling = new Uint32Array(size).fill(NONE);
    for (let index = 0; index < counting.length; index++) {
      const place = (places[counting[index] as number] as number) - 1;
      this.values[place] = (this.values[place] as number) + (values[index] as number);
      this.counts[place] = 1;
    }
    this.sums = this.values.slice();
    for (let place = size - 1; place > 0; place--) {
      const node = nodes[place] as number;
      const parent = (places[paths.parentOf(node)] as number) - 1;
      this.sums[parent] = (this.sums[parent] as number) + (this.sums[place] as number);
      this.counts[parent] = (this.counts[parent] as number) + (this.counts[place] as number);
      this.#nextSibling[place] = this.#firstChild[parent] as number;
      this.#firstChild[parent] = place;
      places[node] = 0;
    }
    places[ROOT] = 0;
  }

  isDirectory(place: number): boolean {
    return (this.counts[place] as number) > Number(this.values[place] !== 0);
  }

  /** {@link NONE} when there is none. */
  firstChildOf(parent: number): number {
    return this.#firstChild[parent] as number;
  }

  nextSiblingOf(child: number): number {
    return this.#nextSibling[child] as number;
  }

  /**
   * Whether one path right below a directory is most of it. What grew and what shrank are weighed alike: files that only got
   * other names would else hide what is new.
   */
  isUneven(directory: number): boolean {
    let children = 0;
    let weight = 0;
    let largest = 0;
    for (let child = this.firstChildOf(directory); child !== NONE; child = this.nextSiblingOf(child)) {
      const own = Math.abs(this.sums[child] as number);
      children++;
      weight += own;
      largest = Math.max(largest, own);
    }
    return children === 1 || largest > weight / 2;
  }
}

function scratchOf(paths: PathTable): Uint32Array {
  let places = placesOf.get(paths);
  if (!places || places.length < paths.size) {
    places = new Uint32Array(paths.size);
    placesOf.set(paths, places);
  }
  return places;
}

/** The nodes and all above them, parents first, each once; `places` says of each where, counted from 1. */
function withParents(paths: PathTable, nodes: readonly number[], places: Uint32Array): number[] {
  const all = [ROOT];
  places[ROOT] = 1;
  const added: number[] = [];
  for (const node of nodes) {
    for (let above = node; places[above] === 0; above = paths.parentOf(above)) added.push(above);
    for (let next = added.pop(); next !== undefined; next = added.pop()) places[next] = all.push(next);
  }
  return all;
}
