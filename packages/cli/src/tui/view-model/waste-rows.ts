/** Groups and records as rows: what is in an open group stands below it. */
import { ROOT } from "@layerscope/core";
import { type Grouping, groupItem, groupOf, type Item } from "./waste-groups.ts";

/** By row. */
export interface Rows {
  readonly items: readonly Item[];
  readonly depths: readonly number[];
  /** The row of the group around it. */
  readonly parents: readonly (number | undefined)[];
}

/** Without recursion: directories can be two thousand levels deep. */
export function flatten(grouping: Grouping, isOpen: (id: number) => boolean): Rows {
  const items: Item[] = [];
  const depths: number[] = [];
  const parents: (number | undefined)[] = [];
  const levels: { readonly list: readonly Item[]; readonly parent: number | undefined; next: number }[] = [
    { list: grouping.top, parent: undefined, next: 0 },
  ];
  for (let level = levels.at(-1); level; level = levels.at(-1)) {
    const item = level.list[level.next++];
    if (item === undefined) {
      levels.pop();
      continue;
    }
    const row = items.push(item) - 1;
    depths.push(levels.length - 1);
    parents.push(level.parent);
    if (item < 0 && isOpen(groupOf(item))) {
      levels.push({ list: grouping.itemsOf(groupOf(item)), parent: row, next: 0 });
    }
  }
  return { items, depths, parents };
}

/** The row of a record, or of the nearest group around it that is shown. */
export function rowShowing({ items }: Rows, grouping: Grouping, record: number): number {
  const own = items.indexOf(record);
  if (own >= 0) return own;
  for (const id of [...grouping.around(record)].reverse()) {
    const around = items.indexOf(groupItem(id));
    if (around >= 0) return around;
  }
  return 0;
}

/** The node of the directory that a row is grouped under; the root where it is under none. */
export function nodeAround({ items, parents }: Rows, row: number): number {
  const parent = parents[row];
  const item = parent === undefined ? undefined : items[parent];
  return item === undefined ? ROOT : groupOf(item);
}

/**
 * The next item that is wanted, round at the end.
 * @param at where it begins
 * @param from whether the one there may be the one
 */
export function nextItem(
  items: readonly Item[],
  at: number,
  isWanted: (item: Item) => boolean,
  direction: 1 | -1,
  from: boolean,
): Item | undefined {
  const first = from ? 0 : 1;
  for (let step = first; step < items.length + first; step++) {
    const item = items[(at + direction * step + items.length * 2) % items.length] as Item;
    if (isWanted(item)) return item;
  }
  return undefined;
}
