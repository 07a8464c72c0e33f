/** The sizes of layers that follow one another, such as those of the base image. */
import type { ScannedLayer } from "../tree/scan-image.ts";
import type { Analysis } from "./analyse.ts";
import type { WasteCause } from "./waste-cause.ts";

/** Bytes of some of an image's layers together. Of groups that make up the image the bytes add up to the image's. */
export interface LayerGroupAccounts {
  readonly layers: number;
  readonly storedBytes: number;
  /** Those of them that are visible in the last snapshot of the image. */
  readonly contributedBytes: number;
  /** The others, whichever layer made them invisible. */
  readonly wastedBytes: number;
  /** `contributedBytes` / `storedBytes`; 1 when nothing is stored. */
  readonly efficiency: number;
  readonly wastedByCause: Readonly<Record<WasteCause, number>>;
  /** Of the blobs, as they are stored in this archive; undefined when it is not known of each. */
  readonly compressedBytes: number | undefined;
  /** Of the uncompressed tars; undefined when it is not known of each. */
  readonly tarBytes: number | undefined;
}

/**
 * Does the accounting of the layers from `from` up to, but not including, `to`, counted from 0, the oldest.
 *
 * @example
 * const own = accountForLayers(analysis, findBaseLayers(document).layers, document.layers.length);
 */
export function accountForLayers({ image, accounts }: Analysis, from: number, to: number): LayerGroupAccounts {
  const group = accounts.layers.slice(from, to);
  const scanned = image.layers.slice(from, to);
  const storedBytes = sum(group.map((layer) => layer.storedBytes));
  const contributedBytes = sum(group.map((layer) => layer.contributedBytes));
  const wastedByCause = { deleted: 0, hidden: 0, rewritten: 0, metadata: 0, identical: 0, "duplicate-member": 0 };
  for (const { storedIn, cause, bytes } of accounts.waste) {
    if (storedIn >= from && storedIn < to) wastedByCause[cause] += bytes;
  }
  return {
    layers: group.length,
    storedBytes,
    contributedBytes,
    wastedBytes: storedBytes - contributedBytes,
    efficiency: storedBytes === 0 ? 1 : contributedBytes / storedBytes,
    wastedByCause,
    compressedBytes: sumWhereKnown(scanned, (layer) => layer.blobBytes),
    tarBytes: sumWhereKnown(scanned, (layer) => layer.tarBytes),
  };
}

function sumWhereKnown(
  layers: readonly ScannedLayer[],
  bytesOf: (layer: ScannedLayer) => number | undefined,
): number | undefined {
  const known = layers.map(bytesOf).filter((bytes) => bytes !== undefined);
  return known.length === layers.length ? sum(known) : undefined;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
