/** Budgets of what is stored: files by their sizes, layers by their sizes and number. */

import type { StoredFile } from "../metrics/stored-files.ts";
import { type HistoryTree, LOSS } from "../tree/history-tree.ts";
import type { ScannedLayer } from "../tree/scan-image.ts";
import { type Budget, type BudgetFinding, type BudgetLimit, type BudgetVerdict, MOST_FINDINGS } from "./budget.ts";
import type { CheckContext, LayerSpan } from "./check-context.ts";
import { countFiles, forEachInParts, partsOf } from "./counted-files.ts";
import { Tally } from "./tally.ts";
import { decided, undecided } from "./verdict.ts";

type SizeLimit = Extract<
  BudgetLimit,
  { readonly kind: "maxSize" | "maxCompressedSize" | "maxLayers" | "maxLayerSize" | "maxFileSize" }
>;

/** Checks a budget of sizes or of the number of layers. */
export function checkSize(context: CheckContext, budget: Budget, limit: SizeLimit): BudgetVerdict {
  const span = context.layersOf(budget.layers) ?? { from: 0, to: 0 };
  switch (limit.kind) {
    case "maxSize":
      return checkTotalSize(context, budget, limit.bytes);
    case "maxCompressedSize":
      return checkCompressedSize(context, budget, span, limit.bytes);
    case "maxLayers": {
      const value = span.to - span.from;
      return decided(budget, { unit: "count", value, limit: limit.count, isWithin: value <= limit.count });
    }
    case "maxLayerSize":
      return checkLayerSize(context, budget, span, limit.bytes);
    case "maxFileSize":
      return checkFileSize(context, budget, limit.bytes);
  }
}

function checkTotalSize(context: CheckContext, budget: Budget, limit: number): BudgetVerdict {
  const { paths } = context;
  const { tree } = context.analysis.image;
  const files = countFiles(context, budget);
  const parts = partsOf(context, files);
  const listed = parts.slice(0, MOST_FINDINGS);
  const facts = listed.map(() => ({ layers: new Tally(), isSeen: false, lostIn: 0 }));
  forEachInParts(context, files, listed, (place, { layer, bytes, inode }) => {
    const fact = facts[place] as (typeof facts)[number];
    fact.layers.add(bytes, layer);
    const lostIn = lossLayer(tree, inode);
    if (lostIn === undefined) fact.isSeen = true;
    else fact.lostIn = Math.max(fact.lostIn, lostIn);
  });
  const findings = listed.map(({ node, isDirectory, value }, place): BudgetFinding => {
    const { layers, isSeen, lostIn } = facts[place] as (typeof facts)[number];
    const isLost = !isDirectory && !isSeen;
    const [layer] = layers.largest();
    return { path: paths.pathOf(node), isDirectory, bytes: value, layer, ...(isLost && { hiddenBy: lostIn }) };
  });
  const { bytes: value, ignoredBytes } = files;
  const findingCount = parts.length;
  return decided(budget, {
    unit: "bytes",
    value,
    limit,
    isWithin: value <= limit,
    findings,
    findingCount,
    ignoredBytes,
  });
}

/** The layer since which no container sees a file. */
function lossLayer(tree: HistoryTree, inode: number): number | undefined {
  return tree.lossOf(inode) === LOSS.NONE ? undefined : tree.lossLayerOf(inode);
}

function checkFileSize(context: CheckContext, budget: Budget, limit: number): BudgetVerdict {
  const { paths } = context;
  const { tree } = context.analysis.image;
  const files = countFiles(context, budget);
  const order = (one: StoredFile, other: StoredFile): number =>
    other.bytes - one.bytes || paths.comparePaths(one.node, other.node);
  const largest: StoredFile[] = [];
  let over = 0;
  for (const file of files.each()) {
    if (file.bytes > limit) over++;
    const last = largest[MOST_FINDINGS - 1];
    if (last && order(last, file) < 0) continue;
    largest.push(file);
    largest.sort(order).splice(MOST_FINDINGS);
  }
  const findings = whatDecides(largest, limit).map(({ node, bytes, layer, inode }): BudgetFinding => {
    const hiddenBy = lossLayer(tree, inode);
    return { path: paths.pathOf(node), isDirectory: false, bytes, layer, ...(hiddenBy !== undefined && { hiddenBy }) };
  });
  const value = largest[0]?.bytes ?? 0;
  const findingCount = Math.max(over, findings.length);
  const { ignoredBytes } = files;
  return decided(budget, {
    unit: "bytes",
    value,
    limit,
    isWithin: value <= limit,
    findings,
    findingCount,
    ignoredBytes,
  });
}

function checkLayerSize(context: CheckContext, budget: Budget, { from, to }: LayerSpan, limit: number): BudgetVerdict {
  const files = countFiles(context, budget);
  const sizes = new Float64Array(to);
  for (const { layer, bytes } of files.each()) sizes[layer] = (sizes[layer] as number) + bytes;
  const largest = layersBySize(from, to, (layer) => sizes[layer]);
  const value = largest[0]?.bytes ?? 0;
  const findings = whatDecides(largest, limit);
  const { ignoredBytes } = files;
  return decided(budget, { unit: "bytes", value, limit, isWithin: value <= limit, findings, ignoredBytes });
}

function checkCompressedSize(
  context: CheckContext,
  budget: Budget,
  { from, to }: LayerSpan,
  limit: number,
): BudgetVerdict {
  const { image } = context.analysis;
  const layers = image.layers.slice(from, to);
  const unknown = layers.filter(({ blobBytes }) => blobBytes === undefined);
  if (unknown.length > 0) return undecided(budget, `nothing tells the compressed size of ${listLayers(unknown)}`);
  const unpacked = layers.filter(({ index, compression }) => compression === "none" && !isEmpty(image.tree, index));
  if (unpacked.length > 0) {
    const { length } = layers;
    const which = unpacked.length === length && length > 1 ? "the layers" : listLayers(unpacked);
    const are = unpacked.length === 1 ? "is" : "are";
    return undecided(
      budget,
      `${which} ${are} stored uncompressed here, so the size that travels is not known; ` +
        "check the image as it is in a registry, or saved as an OCI archive with compressed layers",
    );
  }
  const findings = layersBySize(from, to, (layer) => image.layers[layer]?.blobBytes);
  const value = layers.reduce((sum, { blobBytes = 0 }) => sum + blobBytes, 0);
  return decided(budget, { unit: "bytes", value, limit, isWithin: value <= limit, findings });
}

/** A tar without members says nothing: it is as small as it would be compressed. */
function isEmpty(tree: HistoryTree, layer: number): boolean {
  const entries = tree.layers[layer];
  return !entries || entries.count + entries.whiteouts.length + entries.opaques.length === 0;
}

/** Layers with what each has of a size, the largest first, equal ones oldest first; those that have nothing left out. */
function layersBySize(
  from: number,
  to: number,
  bytesOf: (layer: number) => number | undefined,
): { readonly layer: number; readonly bytes: number }[] {
  const layers = Array.from({ length: to - from }, (_, at) => ({ layer: from + at, bytes: bytesOf(from + at) ?? 0 }));
  return layers
    .filter(({ bytes }) => bytes > 0)
    .sort((one, other) => other.bytes - one.bytes || one.layer - other.layer);
}

/** Where the largest one decides: all that are over the limit, else that one. They come largest first. */
function whatDecides<T extends { readonly bytes: number }>(largest: readonly T[], limit: number): readonly T[] {
  const over = largest.filter(({ bytes }) => bytes > limit);
  return over.length > 0 ? over : largest.slice(0, 1);
}

const MOST_NUMBERS = 5;

/** `layer 2`, `layers 0 and 2`; of many the first ones and how many others. */
function listLayers(layers: readonly ScannedLayer[]): string {
  const numbers = layers.slice(0, MOST_NUMBERS).map(({ index }) => String(index));
  const others = layers.length - numbers.length;
  const last = others > 0 ? `${others} others` : numbers.pop();
  return numbers.length > 0 ? `layers ${numbers.join(", ")} and ${last}` : `layer ${last}`;
}
