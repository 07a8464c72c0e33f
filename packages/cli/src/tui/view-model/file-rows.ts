/** The rows of the file tree: which paths, in which order, how deep. */
import { ROOT } from "@layerscope/core";
import { type Expansion, type FilesState, isOpen, type Sort } from "../state/files-state.ts";

/** The order and the choice of rows. */
export interface RowOptions {
  readonly expansion: Expansion;
  readonly sort: Sort;
  readonly hidden: FilesState["hidden"];
  readonly hidesSmall: boolean;
  /** By node, 1 for what a filter lets through, directories that lead there included; undefined without a filter. */
  readonly kept: Uint8Array | undefined;
}

/** What rows are made of. */
export interface RowSource {
  /** The paths directly below one, in order. */
  childrenOf(node: number, sort: Sort): readonly number[];
  bytesOf(node: number): number;
  hasChildren(node: number): boolean;
  /** Whether a directory's row says all of it when the path below takes it over. */
  sharesRow(node: number, child: number): boolean;
}

const SMALL = 0.01;

/**
 * Puts together the rows of everything that is open.
 * @param kept by node, 1 for what is shown; undefined for everything
 */
export function flatten(source: RowSource, options: RowOptions, kept: Uint8Array | undefined): Rows {
  const { expansion, sort, hidesSmall } = options;
  const rows = new Rows();
  const below = (node: number): readonly number[] => {
    const children = source.childrenOf(node, sort);
    if (!kept && !hidesSmall) return children;
    const least = hidesSmall ? source.bytesOf(node) * SMALL : 0;
    const passes = (child: number): boolean =>
      (!kept || kept[child] === 1) && (least === 0 || source.bytesOf(child) >= least);
    // Of most directories a filter lets everything through, or nothing.
    return children.every(passes) ? children : children.filter(passes);
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
    let children = source.hasChildren(node) ? below(node) : [];
    // A directory that holds nothing but one directory shares a row with it.
    const chain: number[] = [];
    for (let [only] = children; children.length === 1 && only !== undefined; [only] = children) {
      if (!source.hasChildren(only) || !source.sharesRow(node, only)) break;
      chain.push(node);
      node = only;
      children = below(node);
    }
    rows.push(node, depth, chain);
    if (children.length > 0 && isOpen(expansion, node)) push(children, depth + 1);
  }
  return rows;
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

export function sameOptions(one: RowOptions, other: RowOptions): boolean {
  return (
    one.expansion === other.expansion &&
    one.sort === other.sort &&
    one.hidden === other.hidden &&
    one.hidesSmall === other.hidesSmall &&
    one.kept === other.kept
  );
}
