/** What makes up a sum over paths, told with few of them. */
import { type PathTable, ROOT } from "../layer/path-table.ts";

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
  const counting = new Map<number, number>();
  for (const [node, value] of values.entries()) if (value !== 0) counting.set(node, value);
  return largestPartsOf(paths, counting, most);
}

/** The same for few paths of many: takes time by the paths that count. `values` has no 0. */
export function largestPartsOf(
  paths: PathTable,
  values: ReadonlyMap<number, number>,
  most = Number.POSITIVE_INFINITY,
): Part[] {
  const tree = new SparseTree(paths, values);
  const parts: Part[] = [];
  const open = [0];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const isDirectory = (tree.counts[at] as number) > Number(tree.values[at] !== 0);
    const children = isDirectory && tree.values[at] === 0 ? tree.childrenOf(at) : [];
    const isWhole = tree.counts[at] === tree.counts[0];
    // What grew and what shrank are weighed alike: files that only got other names would else hide what is new.
    const weight = children.reduce((total, child) => total + Math.abs(tree.sums[child] as number), 0);
    const isMost = (child: number): boolean => Math.abs(tree.sums[child] as number) > weight / 2;
    if (children.length === 1 || children.some(isMost) || (isWhole && children.length > 0)) {
      for (const child of children) open.push(child);
    } else if (tree.sums[at] !== 0) {
      parts.push({ node: tree.nodes[at] as number, isDirectory, value: tree.sums[at] as number });
    }
  }
  return parts.sort((one, other) => other.value - one.value || paths.comparePaths(one.node, other.node)).slice(0, most);
}

/** Only the paths that count and the directories above them, numbered so that parents come first; 0 is the root. */
class SparseTree {
  readonly nodes: Uint32Array;
  readonly values: Float64Array;
  /** Values at and below. */
  readonly sums: Float64Array;
  /** How many paths at and below count anything; their sum may still be 0. */
  readonly counts: Uint32Array;
  readonly #firstChild: Int32Array;
  readonly #nextSibling: Int32Array;

  constructor(paths: PathTable, values: ReadonlyMap<number, number>) {
    const known = new Set([ROOT]);
    for (const node of values.keys()) {
      for (let above = node; !known.has(above); above = paths.parentOf(above)) known.add(above);
    }
    // A path's number is larger than that of the directory it is in.
    this.nodes = Uint32Array.from(known).sort();
    const size = this.nodes.length;
    const places = new Map<number, number>();
    for (const [place, node] of this.nodes.entries()) places.set(node, place);
    this.values = Float64Array.from(this.nodes, (node) => values.get(node) ?? 0);
    this.sums = this.values.slice();
    this.counts = Uint32Array.from(this.values, (value) => (value === 0 ? 0 : 1));
    this.#firstChild = new Int32Array(size).fill(-1);
    this.#nextSibling = new Int32Array(size).fill(-1);
    for (let place = size - 1; place > 0; place--) {
      const parent = places.get(paths.parentOf(this.nodes[place] as number)) as number;
      this.sums[parent] = (this.sums[parent] as number) + (this.sums[place] as number);
      this.counts[parent] = (this.counts[parent] as number) + (this.counts[place] as number);
      this.#nextSibling[place] = this.#firstChild[parent] as number;
      this.#firstChild[parent] = place;
    }
  }

  childrenOf(parent: number): number[] {
    const children: number[] = [];
    for (let child = this.#firstChild[parent] as number; child >= 0; child = this.#nextSibling[child] as number) {
      children.push(child);
    }
    return children;
  }
}
