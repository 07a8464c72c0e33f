import { ROOT } from "../layer/path-table.ts";
import { fileEntry } from "./compare-revisions.ts";
import type { HistoryTree } from "./history-tree.ts";
import type { ViewRow } from "./views.ts";

/** The largest files in the snapshot of a layer, each inode once, largest first; equal sizes by path. */
export function largestFiles(tree: HistoryTree, layer: number, count: number): ViewRow[] {
  const largest: ViewRow[] = [];
  const inodes = new Set<number>();
  const bySize = (one: ViewRow, other: ViewRow): number =>
    other.entry.size - one.entry.size || Buffer.compare(tree.paths.pathOf(one.node), tree.paths.pathOf(other.node));
  for (let node = ROOT + 1; node < tree.paths.size; node++) {
    const entry = fileEntry(tree, tree.revisionAt(node, layer));
    if (entry?.type !== "file" || entry.size === 0) continue;
    const smallest = largest[count - 1];
    if ((smallest && entry.size < smallest.entry.size) || inodes.has(entry.inode)) continue;
    inodes.add(entry.inode);
    largest.push({ node, entry, change: undefined, fields: [] });
    largest.sort(bySize).splice(count);
  }
  return largest;
}
