/** Bytes and numbers of waste records that share a number. */
import type { WasteTable } from "./waste-table.ts";

export interface Sums {
  /** By key. */
  readonly bytes: number[];
  readonly counts: number[];
}

export function sumsByKey(table: WasteTable, keys: Uint8Array | Uint16Array): Sums {
  const bytes: number[] = [];
  const counts: number[] = [];
  for (let record = 0; record < keys.length; record++) {
    const key = keys[record] ?? 0;
    while (counts.length <= key) {
      bytes.push(0);
      counts.push(0);
    }
    bytes[key] = (bytes[key] ?? 0) + (table.bytes[record] ?? 0);
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return { bytes, counts };
}

/** The layers that hid what one layer stored, by bytes, largest first. */
export function layersThatHid(table: WasteTable, storedIn: number): readonly number[] {
  const bytes = new Map<number, number>();
  for (let record = 0; record < table.bytes.length; record++) {
    if (table.storedIn[record] !== storedIn) continue;
    const layer = table.hiddenBy[record] ?? 0;
    bytes.set(layer, (bytes.get(layer) ?? 0) + (table.bytes[record] ?? 0));
  }
  return [...bytes].sort(([one, a], [other, b]) => b - a || one - other).map(([layer]) => layer);
}
