/** Which packages each layer installed and removed. */
import type { InstalledPackage, PackageInventory } from "@layerscope/core";

export interface LayerPackages {
  /** Largest first; also those that a later layer removed. */
  readonly installed: readonly InstalledPackage[];
  /** Also those that another version took the place of. */
  readonly removed: readonly InstalledPackage[];
}

const NOTHING: LayerPackages = { installed: [], removed: [] };
const byInventory = new WeakMap<PackageInventory, ReadonlyMap<number, LayerPackages>>();

export function packagesOfLayer(inventory: PackageInventory, layer: number): LayerPackages {
  let byLayer = byInventory.get(inventory);
  if (!byLayer) {
    byLayer = gather(inventory);
    byInventory.set(inventory, byLayer);
  }
  return byLayer.get(layer) ?? NOTHING;
}

/** Packages come largest first. */
function gather({ packages }: PackageInventory): ReadonlyMap<number, LayerPackages> {
  const byLayer = new Map<number, { installed: InstalledPackage[]; removed: InstalledPackage[] }>();
  const at = (layer: number): { installed: InstalledPackage[]; removed: InstalledPackage[] } => {
    const known = byLayer.get(layer) ?? { installed: [], removed: [] };
    byLayer.set(layer, known);
    return known;
  };
  for (const one of packages) {
    at(one.installedIn).installed.push(one);
    if (one.removedIn !== undefined) at(one.removedIn).removed.push(one);
  }
  return byLayer;
}
