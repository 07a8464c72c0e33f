/** Waste records by path. */
import type { WasteRecord, WasteRecords } from "@layerscope/core";
import type { Subject } from "../subject.ts";

interface WasteIndex {
  /** Numbers of records, those of one node side by side. */
  readonly records: Uint32Array;
  /** By node: where its records begin; its end is where those of the next node begin. */
  readonly starts: Uint32Array;
}

const indexes = new WeakMap<object, WasteIndex>();

/** Numbers of the waste records of a path itself, largest first; none until the accounting is done. */
export function recordsOfNode(subject: Subject, node: number): readonly number[] {
  const { analysis } = subject;
  if (!analysis) return [];
  let index = indexes.get(analysis);
  if (!index) {
    index = build(analysis.accounts.waste, analysis.image.tree.paths.size);
    indexes.set(analysis, index);
  }
  return [...index.records.subarray(index.starts[node], index.starts[node + 1])];
}

function build(waste: WasteRecords, nodes: number): WasteIndex {
  const starts = new Uint32Array(nodes + 2);
  const nodeOf = (record: number): number => (waste.at(record) as WasteRecord).node;
  for (let record = 0; record < waste.length; record++) {
    const at = nodeOf(record) + 2;
    starts[at] = (starts[at] as number) + 1;
  }
  for (let node = 1; node < starts.length; node++) {
    starts[node] = (starts[node] as number) + (starts[node - 1] as number);
  }
  // Each start moves on as its records are put down, and so becomes the start of the next node.
  const records = new Uint32Array(waste.length);
  for (let record = 0; record < waste.length; record++) {
    const at = nodeOf(record) + 1;
    const place = starts[at] as number;
    records[place] = record;
    starts[at] = place + 1;
  }
  return { records, starts };
}
