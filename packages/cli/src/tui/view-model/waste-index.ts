/** Waste records by path. */
import type { Subject } from "../subject.ts";
import { type WasteTable, wasteTableOf } from "./waste-table.ts";

interface WasteIndex {
  /** Numbers of records, those of one node side by side. */
  readonly records: Uint32Array;
  /** By node: where its records begin; its end is where those of the next node begin. */
  readonly starts: Uint32Array;
}

const indexes = new WeakMap<WasteTable, WasteIndex>();

/** Numbers of the waste records of a path itself, largest first; none until the accounting is done. */
export function recordsOfNode({ analysis }: Subject, node: number): readonly number[] {
  if (!analysis) return [];
  const table = wasteTableOf(analysis);
  let index = indexes.get(table);
  if (!index) {
    index = build(table, analysis.image.tree.paths.size);
    indexes.set(table, index);
  }
  return [...index.records.subarray(index.starts[node], index.starts[node + 1])];
}

function build({ node: nodes }: WasteTable, size: number): WasteIndex {
  const starts = new Uint32Array(size + 2);
  for (const node of nodes) starts[node + 2] = (starts[node + 2] as number) + 1;
  for (let node = 1; node < starts.length; node++) {
    starts[node] = (starts[node] as number) + (starts[node - 1] as number);
  }
  // Each start moves on as its records are put down, and so becomes the start of the next node.
  const records = new Uint32Array(nodes.length);
  for (const [record, node] of nodes.entries()) {
    const place = starts[node + 1] as number;
    records[place] = record;
    starts[node + 1] = place + 1;
  }
  return { records, starts };
}
