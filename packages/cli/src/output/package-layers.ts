/** Words for packages of which the layer that installed them stores nothing any more, as after a chown of all of it. */
import type { InstalledPackage } from "@layerscope/core";

/** Layers that are named before the rest is counted. */
const NAMED = 3;

/** `again in layer 7`; undefined where the layer that installed a package stores some of it, or nobody does. */
export function storedAgain({ bytesByLayer, installedIn }: InstalledPackage): string | undefined {
  if (bytesByLayer.size === 0 || bytesByLayer.has(installedIn)) return undefined;
  const layers = [...bytesByLayer.keys()].sort((one, other) => one - other);
  const more = layers.length - NAMED;
  const named = layers.slice(0, NAMED).join(", ");
  return `again in ${layers.length === 1 ? "layer" : "layers"} ${named}${more > 0 ? ` and ${more} more` : ""}`;
}
