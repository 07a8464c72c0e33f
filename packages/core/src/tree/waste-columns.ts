/** Waste by path: the wasted bytes at and below each. */

import type { HistoryTree } from "./history-tree.ts";
import { sumUp } from "./view-columns.ts";

/** By node. */
export interface WasteColumns {
  /** Wasted bytes at and below. */
  readonly bytes: Float64Array;
  /** Records of waste at and below. */
  readonly records: Uint32Array;
  /** 1 where a record is about the path itself. */
  readonly isWasted: Uint8Array;
}

/** Sums records of waste, which are named by the node that they are about. */
export function wasteColumns(
  tree: HistoryTree,
  waste: Iterable<{ readonly node: number; readonly bytes: number }>,
): WasteColumns {
  const { size } = tree.paths;
  const bytes = new Float64Array(size);
  const records = new Uint32Array(size);
  const isWasted = new Uint8Array(size);
  for (const record of waste) {
    const { node } = record;
    bytes[node] = (bytes[node] as number) + record.bytes;
    records[node] = (records[node] as number) + 1;
    isWasted[node] = 1;
  }
  sumUp(tree.paths, bytes);
  sumUp(tree.paths, records);
  return { bytes, records, isWasted };
}
