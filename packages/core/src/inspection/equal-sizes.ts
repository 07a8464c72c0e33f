/** Files of equal size that a container sees: only those can have equal contents. */
import { NONE } from "../layer/path-table.ts";
import { TYPE } from "../model/entry.ts";
import type { Steps } from "../model/turns.ts";
import type { HistoryTree } from "../tree/history-tree.ts";
import { LastSnapshot } from "../tree/last-snapshot.ts";
import type { Duplicate } from "./duplicates.ts";

/** Smaller files are left out: most files of an image are small, and what they would save is less than looking costs. */
export const SMALLEST_DUPLICATE = 4096;

/** Files that may be equal, by the entry that stores each, oldest first; at least two. */
export type Group = Duplicate["inodes"];

/** Files of at least {@link SMALLEST_DUPLICATE} bytes by size, each inode once, where there are several of one size. */
export function* filesOfEqualSize(tree: HistoryTree): Steps<Group[]> {
  const { name } = yield* LastSnapshot.inSteps(tree);
  const grouping = new Grouping<number>();
  for (const [layer, { type, size, count }] of tree.layers.entries()) {
    yield;
    const base = tree.entryBase[layer] as number;
    for (let index = 0; index < count; index++) {
      const bytes = size[index] as number;
      if (bytes < SMALLEST_DUPLICATE || type[index] !== TYPE.FILE || name[base + index] === NONE) continue;
      grouping.add(bytes, base + index);
    }
  }
  return grouping.groups();
}

/** Those that share a key with another, in the order in which they come. */
export class Grouping<K> {
  readonly #firsts = new Map<K, number>();
  readonly #groups = new Map<K, [number, number, ...number[]]>();

  add(key: K, inode: number): void {
    const first = this.#firsts.get(key);
    if (first === undefined) {
      this.#firsts.set(key, inode);
      return;
    }
    const group = this.#groups.get(key);
    if (group) group.push(inode);
    else this.#groups.set(key, [first, inode]);
  }

  groups(): Group[] {
    return [...this.#groups.values()];
  }
}
