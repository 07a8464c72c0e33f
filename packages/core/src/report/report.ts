/** The report as data, and as JSON text in pieces. */
import type { Advice } from "../advice/rule.ts";
import type { BudgetVerdict } from "../budget/budget.ts";
import { overallVerdict } from "../budget/overall.ts";
import type { Inspection } from "../inspection/inspection.ts";
import type { LayerAccounts, WasteRecord } from "../metrics/accounting.ts";
import type { Analysis } from "../metrics/analyse.ts";
import { type BaseLayers, findBaseLayers } from "../metrics/base-layers.ts";
import type { DiveCompat } from "../metrics/dive-compat.ts";
import { accountForLayers } from "../metrics/layer-group.ts";
import { printableJson } from "../model/path-text.ts";
import { formatPlatform } from "../model/platform.ts";
import type { PackageChange } from "../packages/compare-packages.ts";
import type { ScannedImage, ScannedLayer } from "../tree/scan-image.ts";
import { byName, layerView } from "../tree/views.ts";
import { collected, type InspectionLists, inspectionLists } from "./inspection-lists.ts";
import { jsonInspected } from "./json-inspection.ts";
import { jsonTexts, listItems, listMembers } from "./json-lists.ts";
import { JsonPaths } from "./json-paths.ts";
import { jsonDive, jsonVerdict } from "./json-verdict.ts";
import { jsonPath, layerEntry } from "./listed-path.ts";
import type { Report, ReportLayer, ReportLayerEntry, ReportWasteRecord } from "./schema.ts";
import { Sharing } from "./sharing.ts";

export interface ReportOptions {
  /** What a configuration calls the image, when it is not the reference. */
  readonly name?: string | undefined;
  /** What the image was called when it was asked for; the source's location when left out. */
  readonly reference?: string | undefined;
  /** Only so many waste records, the largest; all of them when left out, and then they sum to `wastedBytes`. */
  readonly top?: number | undefined;
  /** Whether every layer lists its entries. */
  readonly files?: boolean | undefined;
  /** Which layers are the base image's; found by {@link findBaseLayers} when left out. */
  readonly base?: BaseLayers | undefined;
  /** What was checked: {@link ../budget/check-budgets.ts}. With the same `base`, since own layers depend on it. */
  readonly budgets?: readonly BudgetVerdict[] | undefined;
  /** dive's numbers of the image, when they matter to somebody. */
  readonly dive?: DiveCompat | undefined;
  /** What is in the files: {@link ../inspection/inspect-image.ts}. */
  readonly inspection?: Inspection | undefined;
  /** What could be done about it: {@link ../advice/advise.ts}. With the same `base`. */
  readonly advice?: Advice | undefined;
  /** What happened to its packages since a baseline: {@link ../budget/package-changes.ts}. */
  readonly packageChanges?: readonly PackageChange[] | undefined;
}

/**
 * The report as one object.
 *
 * Of a very large image take {@link stringifyReport}, which never holds all of it.
 */
export function createReport(analysis: Analysis, options: ReportOptions = {}): Report {
  const { layers, ...rest } = reportWithoutLists(analysis, options);
  const sharing = options.files ? sharingIn(analysis) : undefined;
  const { inspection } = options;
  return {
    ...rest,
    layers: layers.map((layer) =>
      sharing ? { ...layer, entries: [...entriesOf(analysis, layer.index, sharing, inspection)] } : layer,
    ),
    waste: [...wasteOf(analysis, options)],
    ...collected(inspectionLists(analysis.image, options)),
  };
}

/** The report as the text of one JSON document, in pieces; lists have one item a line. Safe to print. */
export function* stringifyReport(analysis: Analysis, options: ReportOptions = {}): Generator<string> {
  for (const piece of piecesOf(analysis, options)) yield printableJson(piece);
}

function* piecesOf(analysis: Analysis, options: ReportOptions): Generator<string> {
  const { layers, wasteCut, diagnostics, complete, ...head } = reportWithoutLists(analysis, options);
  yield "{\n";
  for (const [key, value] of Object.entries(head)) yield `  "${key}": ${indented(value)},\n`;
  const { advice, ...inspected } = inspectionLists(analysis.image, options);
  if (advice) yield* listMembers({ advice });
  const sharing = options.files ? sharingIn(analysis) : undefined;
  yield '  "layers": [';
  for (const [index, layer] of layers.entries()) {
    yield index === 0 ? "\n    " : ",\n    ";
    const text = JSON.stringify(layer);
    if (sharing) {
      yield `${text.slice(0, -1)},"entries":[`;
      yield* listItems(jsonTexts(entriesOf(analysis, layer.index, sharing, options.inspection)), "      ");
      yield "]}";
    } else {
      yield text;
    }
  }
  yield layers.length > 0 ? '\n  ],\n  "waste": [' : '],\n  "waste": [';
  yield* listItems(wasteTexts(analysis, options), "    ");
  yield `],\n  "wasteCut": ${wasteCut},\n`;
  yield* listMembers(inspected);
  yield `  "diagnostics": ${indented(diagnostics)},\n  "complete": ${complete}\n}\n`;
}

function indented(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replaceAll("\n", "\n  ");
}

type WithoutLists = Omit<Report, "waste" | keyof InspectionLists>;

function reportWithoutLists(analysis: Analysis, options: ReportOptions): WithoutLists {
  const { image, accounts } = analysis;
  const { budgets, dive, inspection, advice, base = findBaseLayers(image.document) } = options;
  const { storedBytes, finalBytes, wastedBytes, efficiency, wastedByCause, paths, waste } = accounts;
  return {
    schemaVersion: 1,
    ...(budgets && { verdict: overallVerdict(budgets, image.complete) }),
    image: imageOf(image, options),
    base: { layers: base.layers, foundBy: base.foundBy, certainty: base.certainty, name: base.name ?? null },
    summary: {
      compressedBytes: sumIfKnown(image.layers.map(({ blobBytes }) => blobBytes)),
      tarBytes: sumIfKnown(image.layers.map(({ tarBytes }) => tarBytes)),
      storedBytes,
      finalBytes,
      wastedBytes,
      efficiency,
      wastedByCause: { ...wastedByCause },
      layers: image.layers.length,
      ...paths,
      wasteRecords: waste.length,
    },
    own: ownLayers(analysis, base),
    ...(budgets && { budgets: budgets.map(jsonVerdict) }),
    ...(dive && { compat: { dive: jsonDive(dive) } }),
    ...(inspection && { inspected: jsonInspected(inspection, finalBytes) }),
    ...(advice && { savings: { ...advice.savedBytes } }),
    layers: image.layers.map((layer, index) => layerOf(layer, accounts.layers[index] as LayerAccounts)),
    wasteCut: options.top !== undefined && options.top < waste.length,
    diagnostics: image.diagnostics.map(({ where, ...rest }) => ({ ...rest, where: withoutUndefined(where) })),
    complete: image.complete,
  };
}

function ownLayers(analysis: Analysis, base: BaseLayers): Report["own"] {
  const {
    compressedBytes = null,
    tarBytes = null,
    ...own
  } = accountForLayers(analysis, base.layers, analysis.image.layers.length);
  return { ...own, compressedBytes, tarBytes };
}

function imageOf(scanned: ScannedImage, options: ReportOptions): Report["image"] {
  const { document, source, layers } = scanned;
  const { config, annotations } = document;
  const layerOfStep = new Map(layers.flatMap(({ step, index }) => (step ? [[step, index] as const] : [])));
  return {
    ...(options.name !== undefined && { name: options.name }),
    reference: options.reference ?? source.location,
    id: document.id ?? null,
    manifestDigest: document.manifestDigest ?? null,
    tags: [...document.names],
    platform: document.platform ? formatPlatform(document.platform) : null,
    ...(Object.keys(annotations).length > 0 && { annotations: { ...annotations } }),
    created: config.created ?? null,
    author: config.author ?? null,
    config: {
      user: config.user ?? null,
      env: [...config.env],
      entrypoint: [...config.entrypoint],
      cmd: [...config.cmd],
      workingDir: config.workingDir ?? null,
      exposedPorts: [...config.exposedPorts],
      volumes: [...config.volumes],
      labels: { ...config.labels },
      stopSignal: config.stopSignal ?? null,
      healthcheck: config.hasHealthcheck,
    },
    history: config.history.map((step) => ({
      command: step.createdBy ?? null,
      created: step.created ?? null,
      comment: step.comment ?? null,
      ...(step.author !== undefined && { author: step.author }),
      layer: layerOfStep.get(step) ?? null,
    })),
    source: sourceOf(source),
  };
}

function sourceOf({ steps, ...source }: ScannedImage["source"]): Report["image"]["source"] {
  return steps ? { ...source, steps: steps.map((step) => ({ ...step })) } : source;
}

function layerOf(layer: ScannedLayer, accounts: LayerAccounts): ReportLayer {
  const { index, status, reference, step, compression, blobBytes, tarBytes, formatBytes } = layer;
  const { storedBytes, contributedBytes, wastedBytes, snapshotBytes, entries, changes } = accounts;
  return {
    index,
    status,
    // An uncompressed blob is its own tar.
    digest: reference.digest ?? (compression === "none" ? reference.diffId : undefined) ?? null,
    diffId: reference.diffId ?? null,
    mediaType: reference.mediaType ?? null,
    compression: compression ?? null,
    command: step?.createdBy ?? null,
    created: step?.created ?? null,
    compressedBytes: blobBytes ?? null,
    tarBytes: tarBytes ?? null,
    storedBytes,
    contributedBytes,
    wastedBytes,
    snapshotBytes,
    formatBytes,
    entryCount: entries,
    changes: { ...changes },
  };
}

function sumIfKnown(sizes: readonly (number | undefined)[]): number | null {
  let sum = 0;
  for (const size of sizes) {
    if (size === undefined) return null;
    sum += size;
  }
  return sum;
}

function* wasteOf({ image, accounts }: Analysis, { top }: ReportOptions): Generator<ReportWasteRecord> {
  const count = Math.min(top ?? accounts.waste.length, accounts.waste.length);
  for (let index = 0; index < count; index++) {
    yield wasteRecord(image, accounts.waste.at(index) as WasteRecord);
  }
}

function wasteRecord({ tree }: ScannedImage, record: WasteRecord): ReportWasteRecord {
  const { node, bytes, cause, storedIn, hiddenBy, fields } = record;
  return {
    ...jsonPath(tree.paths.pathOf(node)),
    bytes,
    cause,
    storedIn,
    hiddenBy,
    ...(fields.length > 0 && { fields: [...fields] }),
  };
}

/** The texts of the records that {@link wasteOf} gives, without making an object of each. */
function* wasteTexts({ image, accounts }: Analysis, { top }: ReportOptions): Generator<string> {
  const paths = new JsonPaths(image.tree.paths);
  const count = Math.min(top ?? accounts.waste.length, accounts.waste.length);
  for (let index = 0; index < count; index++) {
    const { node, bytes, cause, storedIn, hiddenBy, fields } = accounts.waste.at(index) as WasteRecord;
    const which = fields.length > 0 ? `,"fields":["${fields.join('","')}"]` : "";
    yield `{${paths.fields(node)},"bytes":${bytes},"cause":"${cause}","storedIn":${storedIn},"hiddenBy":${hiddenBy}${which}}`;
  }
}

function sharingIn({ image: { tree, classes } }: Analysis): Sharing {
  return new Sharing(tree, classes);
}

function* entriesOf(
  { image }: Analysis,
  layer: number,
  sharing: Sharing,
  inspection: Inspection | undefined,
): Generator<ReportLayerEntry> {
  const view = layerView(image.tree, image.classes, layer);
  for (const row of view.walk(undefined, byName(image.tree.paths))) {
    const entry = row.node === 0 ? undefined : layerEntry(view, row, sharing, inspection);
    if (entry) yield entry;
  }
}

function withoutUndefined<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
