/** What an image says about itself, out of a saved report. */
import type { Diagnostic, DiagnosticCode } from "../model/diagnostic.ts";
import type { HistoryStep, ImageDocument, LayerReference } from "../model/image.ts";
import type { Platform } from "../model/platform.ts";
import type { ScannedLayer } from "../tree/scan-image.ts";
import type { Report, ReportLayer } from "./schema.ts";

export interface RestoredDocument {
  readonly document: ImageDocument;
  readonly layers: readonly ScannedLayer[];
  readonly diagnostics: readonly Diagnostic[];
}

export function restoreDocument(report: Report): RestoredDocument {
  const { image } = report;
  const history = restoreHistory(report);
  const references = report.layers.map(restoreReference);
  const platform = restorePlatform(image.platform);
  const { config } = image;
  const document: ImageDocument = {
    names: image.tags,
    manifestDigest: image.manifestDigest ?? undefined,
    id: image.id ?? undefined,
    platform,
    annotations: image.annotations ?? {},
    config: {
      created: image.created ?? undefined,
      author: image.author ?? undefined,
      platform,
      user: config.user ?? undefined,
      env: config.env,
      entrypoint: config.entrypoint,
      cmd: config.cmd,
      workingDir: config.workingDir ?? undefined,
      exposedPorts: config.exposedPorts,
      volumes: config.volumes,
      labels: config.labels,
      stopSignal: config.stopSignal ?? undefined,
      hasHealthcheck: config.healthcheck,
      diffIds: references.flatMap(({ diffId }) => (diffId === undefined ? [] : [diffId])),
      history,
    },
    layers: references,
    documents: [],
    ...(report.base && { base: { ...report.base, name: report.base.name ?? undefined } }),
  };
  const steps = new Map(image.history.map(({ layer }, index) => [layer, history[index]] as const));
  return {
    document,
    layers: report.layers.map((layer, index) =>
      restoreLayer(layer, references[index] as LayerReference, steps.get(index)),
    ),
    diagnostics: report.diagnostics.map((diagnostic) => ({ ...diagnostic, code: diagnostic.code as DiagnosticCode })),
  };
}

/** Where no step has a layer, it is not known which of them made some. */
function restoreHistory({ image, layers }: Report): HistoryStep[] {
  const isKnown = layers.length === 0 || image.history.some(({ layer }) => layer !== null);
  return image.history.map(({ command, created, comment, author, layer }) => ({
    createdBy: command ?? undefined,
    created: created ?? undefined,
    comment: comment ?? undefined,
    author,
    emptyLayer: isKnown && layer === null,
  }));
}

function restoreReference({ digest, diffId, mediaType, compressedBytes }: ReportLayer): LayerReference {
  return {
    digest: digest ?? undefined,
    diffId: diffId ?? undefined,
    mediaType: mediaType ?? undefined,
    claimedBytes: compressedBytes ?? undefined,
    member: undefined,
    annotations: {},
  };
}

function restoreLayer(layer: ReportLayer, reference: LayerReference, step: HistoryStep | undefined): ScannedLayer {
  return {
    index: layer.index,
    status: layer.status,
    reference,
    step,
    compression: layer.compression ?? undefined,
    blobBytes: layer.compressedBytes ?? undefined,
    tarBytes: layer.tarBytes ?? undefined,
    formatBytes: layer.formatBytes,
    error: undefined,
  };
}

/** As `formatPlatform` wrote it. */
function restorePlatform(text: string | null): Platform | undefined {
  const [os, architecture, ...variant] = (text ?? "").split("/");
  if (!os || !architecture) return undefined;
  return variant.length === 0 ? { os, architecture } : { os, architecture, variant: variant.join("/") };
}
