/**
 * Waste records put together by the directories they are in. A chain of directories that have nothing else in them is
 * one group, named by its last; a path that is wasted several times is a group too.
 */
import { ROOT, wasteColumns } from "@layerscope/core";
import { type Grouping, groupItem, groupOf, type Item } from "./waste-groups.ts";
import type { WasteTable } from "./waste-table.ts";

export interface DirectoryGrouping extends Grouping {
  /** Whether there is waste below a path: it is a directory, or was one. */
  readonly hasBelow: (node: number) => boolean;
}

export function groupByDirectory(table: WasteTable): DirectoryGrouping {
  return new Directories(table).grouping();
}

class Directories {
  readonly #table: WasteTable;
  // By node: sums at and below it.
  readonly #bytes: Float64Array;
  readonly #counts: Uint32Array;
  // By node: lists of children that have waste, and of records of the path itself; 0 ends them, so records count from 1.
  readonly #firstChild: Uint32Array;
  readonly #nextChild: Uint32Array;
  readonly #firstRecord: Uint32Array;
  readonly #nextRecord: Uint32Array;
  readonly #items = new Map<number, readonly Item[]>();

  constructor(table: WasteTable) {
    this.#table = table;
    const { size } = table.tree.paths;
    const { bytes, records } = wasteColumns(table.tree, table.waste);
    this.#bytes = bytes;
    this.#counts = records;
    this.#firstChild = new Uint32Array(size);
    this.#nextChild = new Uint32Array(size);
    this.#firstRecord = new Uint32Array(size);
    this.#nextRecord = new Uint32Array(table.bytes.length + 1);
    this.#putRecords();
    this.#linkChildren();
  }

  grouping(): DirectoryGrouping {
    return {
      // Even where all waste is in one directory, what is below it is shown at once, without the steps that lead there.
      top: this.#itemsOf(ROOT),
      itemsOf: (id) => this.#itemsOf(id),
      bytesOf: (id) => this.#bytes[id] ?? 0,
      countOf: (id) => this.#counts[id] ?? 0,
      recordsOf: (id) => this.#recordsBelow(id),
      around: (record) => this.#around(record),
      countFlagged: (flags) => this.#countFlagged(flags),
      hasBelow: (node) => this.#firstChild[node] !== 0,
    };
  }

  /** From the smallest record to the largest, so that lists, which grow at their start, begin with the largest. */
  #putRecords(): void {
    const { node: nodes } = this.#table;
    for (let record = nodes.length - 1; record >= 0; record--) {
      const node = nodes[record] ?? ROOT;
      this.#nextRecord[record + 1] = this.#firstRecord[node] ?? 0;
      this.#firstRecord[node] = record + 1;
    }
  }

  #linkChildren(): void {
    const { paths } = this.#table.tree;
    for (let node = this.#counts.length - 1; node > ROOT; node--) {
      if (this.#counts[node] === 0) continue;
      const parent = paths.parentOf(node);
      this.#nextChild[node] = this.#firstChild[parent] ?? 0;
      this.#firstChild[parent] = node;
    }
  }

  #itemsOf(id: number): readonly Item[] {
    const known = this.#items.get(id);
    if (known) return known;
    const records = this.#ownRecords(id);
    if (this.#firstChild[id] === 0) return records;
    const groups: number[] = [];
    for (let child = this.#firstChild[id] ?? 0; child !== 0; child = this.#nextChild[child] ?? 0) {
      const item = this.#itemAt(child);
      if (item >= 0) records.push(item);
      else groups.push(groupOf(item));
    }
    const items = this.#inOrder(records, groups);
    this.#items.set(id, items);
    return items;
  }

  /** Records of a path itself, the largest first. */
  #ownRecords(node: number): number[] {
    const records: number[] = [];
    for (let next = this.#firstRecord[node] ?? 0; next !== 0; next = this.#nextRecord[next] ?? 0)
      records.push(next - 1);
    return records;
  }

  /** Largest first; of equal size records in their own order, then groups by path. */
  #inOrder(records: readonly number[], groups: number[]): readonly Item[] {
    // The numbers of records are in the order of their size: no need to look that up, of which there may be very many.
    const sorted = Int32Array.from(records).sort();
    if (groups.length === 0) return [...sorted];
    const { paths } = this.#table.tree;
    const bytesOf = (group: number): number => this.#bytes[group] ?? 0;
    groups.sort((one, other) => bytesOf(other) - bytesOf(one) || paths.comparePaths(one, other));
    const items: Item[] = [];
    let next = 0;
    for (const group of groups) {
      while (next < sorted.length && (this.#table.bytes[sorted[next] ?? 0] ?? 0) >= bytesOf(group)) {
        items.push(sorted[next++] ?? 0);
      }
      items.push(groupItem(group));
    }
    while (next < sorted.length) items.push(sorted[next++] ?? 0);
    return items;
  }

  /** What stands for a path among the items of the group above: the end of the chain that begins with it. */
  #itemAt(child: number): Item {
    let node = child;
    while (this.#isStep(node)) node = this.#firstChild[node] ?? ROOT;
    return this.#isLeaf(node) ? (this.#firstRecord[node] ?? 1) - 1 : groupItem(node);
  }

  /** A directory with one thing in it. */
  #isStep(node: number): boolean {
    const child = this.#firstChild[node] ?? 0;
    return this.#firstRecord[node] === 0 && child !== 0 && this.#nextChild[child] === 0;
  }

  #isLeaf(node: number): boolean {
    return this.#firstChild[node] === 0 && this.#nextRecord[this.#firstRecord[node] ?? 0] === 0;
  }

  #around(record: number): readonly number[] {
    const { node: nodes, tree } = this.#table;
    const groups: number[] = [];
    for (let node = nodes[record] ?? ROOT; node !== ROOT; node = tree.paths.parentOf(node)) {
      if (!this.#isStep(node) && !this.#isLeaf(node)) groups.push(node);
    }
    return groups.reverse();
  }

  #recordsBelow(id: number): readonly number[] {
    const records: number[] = [];
    const open = [id];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      for (const record of this.#ownRecords(node)) records.push(record);
      for (let child = this.#firstChild[node] ?? 0; child !== 0; child = this.#nextChild[child] ?? 0) open.push(child);
    }
    return records.sort((one, other) => one - other);
  }

  #countFlagged(flags: Uint8Array): (id: number) => number {
    const { node: nodes, tree } = this.#table;
    const counts = new Uint32Array(this.#counts.length);
    for (let record = 0; record < nodes.length; record++) {
      const node = nodes[record] ?? ROOT;
      counts[node] = (counts[node] ?? 0) + (flags[record] ?? 0);
    }
    for (let node = counts.length - 1; node > ROOT; node--) {
      const parent = tree.paths.parentOf(node);
      counts[parent] = (counts[parent] ?? 0) + (counts[node] ?? 0);
    }
    return (id) => counts[id] ?? 0;
  }
}
