/** Ways to put waste records together: groups of records, or of groups, each with its sums, the largest first. */
import { sumsByKey } from "./waste-sums.ts";
import type { WasteTable } from "./waste-table.ts";

/** What stands in a group: a record by its number, or a group as {@link groupItem}. */
export type Item = number;

/** A group among the items: they are all below 0, as records never are. */
export const groupItem = (id: number): Item => -1 - id;
/** The number of the group that an item below 0 stands for. */
export const groupOf = (item: Item): number => -1 - item;

export interface Grouping {
  /** The largest groups first; also records that are in no group. */
  readonly top: readonly Item[];
  /** What is in a group, largest first. */
  readonly itemsOf: (id: number) => readonly Item[];
  /** Bytes of all records in a group, at any depth. */
  readonly bytesOf: (id: number) => number;
  /** How many records are in a group, at any depth. */
  readonly countOf: (id: number) => number;
  /** Numbers of all records in a group, at any depth. */
  readonly recordsOf: (id: number) => readonly number[];
  /** Numbers of the groups around a record, outermost first. */
  readonly around: (record: number) => readonly number[];
  /** By group, how many of its records have a 1 in `flags`. */
  readonly countFlagged: (flags: Uint8Array) => (id: number) => number;
}

/** Groups of one level, by a number that each record has. */
export function groupByKey(table: WasteTable, keys: Uint8Array | Uint16Array): Grouping {
  const { bytes, counts } = sumsByKey(table, keys);
  const ids = [...counts.keys()].filter((id) => (counts[id] ?? 0) > 0);
  ids.sort((one, other) => (bytes[other] ?? 0) - (bytes[one] ?? 0) || one - other);
  const lists = new Map<number, readonly number[]>();
  const itemsOf = (id: number): readonly Item[] => {
    let list = lists.get(id);
    if (!list) {
      // Records come in the order of their size.
      const found: number[] = [];
      for (let record = 0; record < keys.length; record++) if (keys[record] === id) found.push(record);
      list = found;
      lists.set(id, list);
    }
    return list;
  };
  return {
    top: ids.map(groupItem),
    itemsOf,
    bytesOf: (id) => bytes[id] ?? 0,
    countOf: (id) => counts[id] ?? 0,
    recordsOf: itemsOf,
    around: (record) => [keys[record] ?? 0],
    countFlagged: (flags) => {
      const flagged = new Map<number, number>();
      for (let record = 0; record < keys.length; record++) {
        const id = keys[record] ?? 0;
        if (flags[record] === 1) flagged.set(id, (flagged.get(id) ?? 0) + 1);
      }
      return (id) => flagged.get(id) ?? 0;
    },
  };
}
