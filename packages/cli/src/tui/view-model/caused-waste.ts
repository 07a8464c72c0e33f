/** What each layer made invisible of the layers below it. */
import type { Analysis, WasteRecord } from "@layerscope/core";

export interface CausedWaste {
  readonly bytes: number;
  readonly files: number;
  /** Largest first, at most three. */
  readonly largest: readonly WasteRecord[];
}

const MOST_LARGEST = 3;
const byAnalysis = new WeakMap<Analysis, ReadonlyMap<number, CausedWaste>>();

/** @returns undefined when the layer wastes nothing of those below */
export function causedWaste(analysis: Analysis, layer: number): CausedWaste | undefined {
  let byLayer = byAnalysis.get(analysis);
  if (!byLayer) {
    byLayer = gather(analysis);
    byAnalysis.set(analysis, byLayer);
  }
  return byLayer.get(layer);
}

function gather({ accounts }: Analysis): ReadonlyMap<number, CausedWaste> {
  const byLayer = new Map<number, { bytes: number; files: number; largest: WasteRecord[] }>();
  for (const record of accounts.waste) {
    if (record.storedIn === record.hiddenBy) continue;
    let caused = byLayer.get(record.hiddenBy);
    if (!caused) {
      caused = { bytes: 0, files: 0, largest: [] };
      byLayer.set(record.hiddenBy, caused);
    }
    caused.bytes += record.bytes;
    caused.files++;
    if (caused.largest.length < MOST_LARGEST) caused.largest.push(record);
  }
  return byLayer;
}
