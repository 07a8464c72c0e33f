/** From a saved report to the image it was made of, all but the contents of its files. */
import { accountFor } from "../metrics/accounting.ts";
import type { Analysis } from "../metrics/analyse.ts";
import { findBaseLayers } from "../metrics/base-layers.ts";
import { accountForLayers } from "../metrics/layer-group.ts";
import { LayerscopeError } from "../model/errors.ts";
import type { Turns } from "../model/turns.ts";
import type { FullReport } from "./check-report.ts";
import { contradiction, type Place } from "./report-problem.ts";
import { restoreDocument } from "./restore-document.ts";
import { type InspectedFiles, restoreTree } from "./restore-tree.ts";

export interface RestoredImage extends Analysis {
  /** What the lists say of the contents of single files. */
  readonly files: InspectedFiles;
}

/** @throws LayerscopeError `invalid-document` when the report contradicts itself, `limit-exceeded`, `aborted` */
export async function restoreImage(report: FullReport, name: string, turns: Turns): Promise<RestoredImage> {
  const { files, ...restored } = await restoreTree(report, name, turns);
  const { document, layers, diagnostics } = restoreDocument(report);
  const image = {
    document,
    source: report.image.source,
    layers,
    ...restored,
    contents: layers.map(() => undefined),
    diagnostics,
    complete: report.complete,
    errors: [],
  };
  const analysis = { image, accounts: accountFor(restored.tree, restored.classes) };
  checkNumbers(report, analysis, name);
  return { ...analysis, files };
}

/** The numbers that were saved must be those of the tree: so nothing that matters was lost on the way. */
function checkNumbers({ summary, own, layers, wasteCut }: FullReport, analysis: Analysis, name: string): void {
  const { accounts, image } = analysis;
  const { storedBytes, finalBytes, wastedBytes, wastedByCause, paths } = accounts;
  if (wasteCut && storedBytes !== summary.storedBytes) {
    throw new LayerscopeError(
      "invalid-document",
      `${name} was saved with --top, and files that only the records of waste had are missing`,
      { where: { source: name }, hint: "Save it again without --top: layerscope --json --files IMAGE > report.json" },
    );
  }
  // A file with several names can be noted under another of them when its record was cut, and with its cause.
  const causesOf = (found: object): object => (wasteCut ? {} : found);
  const found = { storedBytes, finalBytes, wastedBytes, ...causesOf({ wastedByCause }), ...paths };
  requireSame(name, ["summary"], summary, found);
  if (own) {
    const base = findBaseLayers(image.document).layers;
    const {
      compressedBytes: _,
      tarBytes: __,
      wastedByCause,
      ...sizes
    } = accountForLayers(analysis, base, layers.length);
    requireSame(name, ["own"], own, { ...sizes, ...causesOf({ wastedByCause }) });
  }
  for (const [index, { entries: _, ...numbers }] of accounts.layers.entries()) {
    requireSame(name, ["layers", index], layers[index] ?? {}, numbers);
  }
}

/** @throws LayerscopeError when a number that was found is not the one that was saved */
function requireSame(name: string, place: Place, saved: object, found: object): void {
  const savedValues = new Map<string, unknown>(Object.entries(saved));
  for (const [key, value] of Object.entries(found)) {
    const was = savedValues.get(key);
    if (typeof value === "object" && typeof was === "object") {
      requireSame(name, [...place, key], was ?? {}, value as object);
    } else if (was !== value) {
      throw contradiction(name, [...place, key], `it is ${was}, but by the lists it is ${value}`);
    }
  }
}
