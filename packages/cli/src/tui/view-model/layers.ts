/** The layers of the image, oldest first, as far as they are known. */
import type { LayerAccounts, ScannedLayer } from "@layerscope/core";
import type { Subject } from "../subject.ts";
import type { World } from "../world.ts";
import { baseImageName, countLayers, isSameKnowledge, layerCommand, storedBytesOf } from "./image-facts.ts";

/** `waiting` and `reading` while there is hope; `unread` when the scan ended before the layer. */
type LayerStatus = "waiting" | "reading" | "unread" | ScannedLayer["status"];

export interface LayerRow {
  /** Counted from 0, the oldest. */
  readonly index: number;
  /** On one line, not escaped. */
  readonly command: string;
  readonly status: LayerStatus;
  readonly isBase: boolean;
  /** In bytes; undefined until the layer is read. */
  readonly storedBytes: number | undefined;
  /** Size of the blob as the manifest or the archive has it, in bytes. */
  readonly compressedBytes: number | undefined;
  /** In bytes; undefined until all layers are read. */
  readonly wastedBytes: number | undefined;
  /** What this layer and those below store, in bytes; undefined while one of them is not read. */
  readonly totalBytes: number | undefined;
  readonly changes: LayerAccounts["changes"] | undefined;
}

/** Neighbouring layers; their size is undefined until all of them are read. */
export interface LayerGroup {
  readonly layers: number;
  readonly storedBytes: number | undefined;
}

export interface LayersModel {
  readonly rows: readonly LayerRow[];
  /** The layers of the base image, where there are some; the name is not escaped. */
  readonly base: (LayerGroup & { readonly name: string | undefined }) | undefined;
  /** The other layers. */
  readonly own: LayerGroup;
  /** Stored bytes of the largest layer that is read. */
  readonly largestBytes: number;
  /** Whether any layer is known to waste something. */
  readonly hasWaste: boolean;
  /** Whether it is known which layers there are. */
  readonly isKnown: boolean;
}

let last: { readonly subject: Subject; readonly model: LayersModel } | undefined;

/** The same model as long as no more is known. */
export function layersModel({ subject }: World): LayersModel {
  if (last && isSameKnowledge(last.subject, subject)) return last.model;
  const model = build(subject);
  last = { subject, model };
  return model;
}

/** Which rows stand above the list, and stay there when it scrolls, in a body of so many rows. */
export function layersHead(
  { base }: LayersModel,
  height: number,
): { readonly groups: boolean; readonly titles: boolean } {
  return { groups: base !== undefined && height >= ROWS_FOR_GROUPS, titles: height >= ROWS_FOR_TITLES };
}

const ROWS_FOR_GROUPS = 6;
const ROWS_FOR_TITLES = 10;

/** Rows above the list: what is left of the body is the height that the list scrolls in. */
export function layersHeadRows(model: LayersModel, height: number): number {
  const { groups, titles } = layersHead(model, height);
  return (groups ? 1 : 0) + (titles ? 1 : 0);
}

/**
 * The layer that a row of the body shows.
 * @param row counted from 0, the first below the pane's title
 * @param top the first layer of the list that is on the screen
 * @param height rows of the body
 * @returns undefined for rows above and below the list
 */
export function layerAtRow(model: LayersModel, row: number, top: number, height: number): number | undefined {
  const place = row - layersHeadRows(model, height);
  if (place < 0 || row >= height) return undefined;
  return model.rows[top + place]?.index;
}

function build(subject: Subject): LayersModel {
  const { document, base, analysis, layers } = subject;
  const count = countLayers(subject);
  const rows: LayerRow[] = [];
  let totalBytes: number | undefined = 0;
  for (let index = 0; index < count; index++) {
    const storedBytes = storedBytesOf(subject, index);
    totalBytes = totalBytes === undefined || storedBytes === undefined ? undefined : totalBytes + storedBytes;
    const accounts = analysis?.accounts.layers[index];
    rows.push({
      index,
      command: layerCommand(subject, index),
      status: statusOf(subject, index),
      isBase: index < (base?.layers ?? 0),
      storedBytes,
      compressedBytes: layers[index]?.blobBytes ?? document?.layers[index]?.claimedBytes,
      wastedBytes: accounts?.wastedBytes,
      totalBytes,
      changes: accounts?.changes,
    });
  }
  const baseLayers = Math.min(base?.layers ?? 0, count);
  const baseBytes = baseLayers === 0 ? 0 : rows[baseLayers - 1]?.totalBytes;
  const ownBytes = totalBytes === undefined || baseBytes === undefined ? undefined : totalBytes - baseBytes;
  return {
    rows,
    base:
      baseLayers === 0 || !document
        ? undefined
        : { layers: baseLayers, storedBytes: baseBytes, name: baseImageName(document) },
    own: { layers: count - baseLayers, storedBytes: ownBytes },
    largestBytes: rows.reduce((largest, { storedBytes = 0 }) => Math.max(largest, storedBytes), 0),
    isKnown: document !== undefined,
    hasWaste: (analysis?.accounts.wastedBytes ?? 0) > 0,
  };
}

function statusOf({ layers, phase }: Subject, index: number): LayerStatus {
  const read = layers[index];
  if (read) return read.status;
  if (phase === "done" || phase === "failed") return "unread";
  return index === layers.length && phase === "reading" ? "reading" : "waiting";
}
