/** What the top row says. */
import { formatPlatform } from "@layerscope/core";
import type { Subject } from "../subject.ts";
import type { World } from "../world.ts";
import { countLayers, imageTitle } from "./image-facts.ts";
import { layersModel } from "./layers.ts";
import { messagesModel } from "./messages.ts";

export interface MarkedSum {
  readonly count: number;
  /** What would be saved. */
  readonly bytes: number;
}

export interface HeaderModel {
  /** Not escaped. */
  readonly name: string;
  /** Not escaped. */
  readonly platform: string | undefined;
  readonly layers: number | undefined;
  /** Of the layers that are read so far while `isReading`. */
  readonly storedBytes: number | undefined;
  readonly isReading: boolean;
  readonly wastedBytes: number | undefined;
  /** 0 to 1. */
  readonly efficiency: number | undefined;
  readonly isIncomplete: boolean;
  readonly hasFailed: boolean;
  readonly notes: number;
  /** The key that shows them. */
  readonly notesKey: string | undefined;
  readonly progress: HeaderProgress | undefined;
  readonly marked: MarkedSum | undefined;
}

export interface HeaderProgress {
  readonly phase: "opening" | "reading" | "comparing" | "inspecting";
  /** The layer that is being read, counted from 1, since it is one of so many. */
  readonly layer: number | undefined;
  readonly layers: number | undefined;
  /** 0 to 1; undefined where nobody knows how much is to come. */
  readonly share: number | undefined;
  readonly bytes: number;
}

export function headerModel(
  world: World,
  { marked, notesKey }: { readonly marked?: MarkedSum | undefined; readonly notesKey?: string | undefined } = {},
): HeaderModel {
  const { subject } = world;
  const { document, analysis, phase, image } = subject;
  const rows = layersModel(world).rows;
  const read = rows.reduce((sum, { storedBytes = 0 }) => sum + storedBytes, 0);
  return {
    name: imageTitle(subject),
    platform: document?.platform && formatPlatform(document.platform),
    layers: document ? countLayers(subject) : undefined,
    storedBytes: analysis?.accounts.storedBytes ?? (subject.layers.length > 0 ? read : undefined),
    isReading: phase === "opening" || phase === "reading",
    wastedBytes: analysis?.accounts.wastedBytes,
    efficiency: analysis?.accounts.efficiency,
    isIncomplete: image ? !image.complete : rows.some(({ status }) => status === "partial" || status === "absent"),
    hasFailed: phase === "failed",
    notes: messagesModel(world).messages.length,
    notesKey,
    progress: progressOf(subject),
    marked: marked && marked.count > 0 ? marked : undefined,
  };
}

function progressOf(subject: Subject): HeaderProgress | undefined {
  const { phase, progress, layers } = subject;
  if (subject.isInspecting) {
    return { phase: "inspecting", layer: undefined, layers: undefined, share: undefined, bytes: 0 };
  }
  if (phase !== "opening" && phase !== "reading" && phase !== "comparing") return undefined;
  const total = progress?.totalBytes;
  const count = progress?.totalLayers ?? (subject.document && countLayers(subject));
  return {
    phase,
    layer: count === undefined ? undefined : Math.min(layers.length + 1, count),
    layers: count,
    share: phase === "reading" && total && progress ? Math.min(1, progress.bytes / total) : undefined,
    bytes: progress?.bytes ?? 0,
  };
}
