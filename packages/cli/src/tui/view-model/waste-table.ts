/** All waste records as columns, by their place in `Accounts.waste`. */
import { type Accounts, type Analysis, type HistoryTree, WASTE_CAUSES, type WasteRecords } from "@layerscope/core";

export interface WasteTable {
  readonly tree: HistoryTree;
  readonly waste: WasteRecords;
  /** Sum of all records, in bytes. */
  readonly total: number;
  readonly bytes: Float64Array;
  readonly node: Uint32Array;
  /** Place in `WASTE_CAUSES`. */
  readonly cause: Uint8Array;
  readonly storedIn: Uint16Array;
  readonly hiddenBy: Uint16Array;
}

/** Linear in the records. */
function createWasteTable(tree: HistoryTree, { waste, wastedBytes }: Accounts): WasteTable {
  const bytes = new Float64Array(waste.length);
  const node = new Uint32Array(waste.length);
  const cause = new Uint8Array(waste.length);
  const storedIn = new Uint16Array(waste.length);
  const hiddenBy = new Uint16Array(waste.length);
  let index = 0;
  for (const record of waste) {
    bytes[index] = record.bytes;
    node[index] = record.node;
    cause[index] = WASTE_CAUSES.indexOf(record.cause);
    storedIn[index] = record.storedIn;
    hiddenBy[index] = record.hiddenBy;
    index++;
  }
  return { tree, waste, total: wastedBytes, bytes, node, cause, storedIn, hiddenBy };
}

const tables = new WeakMap<Analysis, WasteTable>();

/** The table of an image, made once. */
export function wasteTableOf(analysis: Analysis): WasteTable {
  let table = tables.get(analysis);
  if (!table) {
    table = createWasteTable(analysis.image.tree, analysis.accounts);
    tables.set(analysis, table);
  }
  return table;
}
