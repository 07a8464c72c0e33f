/** What several parts of the view say about the image and its layers. */
import { type HistoryStep, type HistoryTree, type ImageDocument, shortCommand } from "@layerscope/core";
import type { Subject } from "../subject.ts";
import type { World } from "../world.ts";

/** Whether as much is known of the image: while it is read, only the progress changes most of the time. */
export function isSameKnowledge(one: Subject, other: Subject): boolean {
  return (
    one === other ||
    (one.version === other.version &&
      one.phase === other.phase &&
      one.document === other.document &&
      one.layers === other.layers &&
      one.image === other.image &&
      one.analysis === other.analysis &&
      one.error === other.error &&
      one.inspection === other.inspection &&
      one.advice === other.advice &&
      one.isInspecting === other.isInspecting &&
      one.base === other.base)
  );
}

/** Whether two worlds give the same answers to everything but how far the reading is. */
export function isSameWorld(one: World, other: World): boolean {
  return isSameKnowledge(one.subject, other.subject) && one.units === other.units && one.now === other.now;
}

/** What to call the image: its name; an archive may know only its tag, or nothing. Not escaped. */
export function imageTitle({ document, reference }: Pick<Subject, "document" | "reference">): string {
  const name = document?.names[0];
  if (name === undefined) return reference;
  return /[:/]/.test(name) ? name : `${reference} (${name})`;
}

/** What gives a content only anew and with much else, so that it is read when it is asked for; undefined for files. */
export function fetchedFrom({ image, hasContents }: Subject): "engine" | "registry" | undefined {
  const kind = image?.source.kind;
  return hasContents && (kind === "engine" || kind === "registry") ? kind : undefined;
}

const BASE_NAME = "org.opencontainers.image.base.name";

/** What the image says its base image is called (OCI image specification, annotations.md). Not escaped. */
export function baseImageName({ annotations, config }: ImageDocument): string | undefined {
  return annotations[BASE_NAME] ?? config.labels[BASE_NAME];
}

/** How many layers there are: also those that are still to be read. */
export function countLayers({ document, layers }: Pick<Subject, "document" | "layers">): number {
  return Math.max(document?.layers.length ?? 0, layers.length);
}

const stepsOfDocuments = new WeakMap<ImageDocument, readonly HistoryStep[]>();

/** The step of the history that made a layer, read or not; undefined when the history does not fit the layers. */
export function stepOfLayer({ document, layers }: Subject, layer: number): HistoryStep | undefined {
  const read = layers[layer];
  if (read || !document) return read?.step;
  let steps = stepsOfDocuments.get(document);
  if (!steps) {
    const withLayers = document.config.history.filter(({ emptyLayer }) => !emptyLayer);
    steps = withLayers.length === document.layers.length ? withLayers : [];
    stepsOfDocuments.set(document, steps);
  }
  return steps[layer];
}

const commands = new WeakMap<HistoryStep, string>();

/** What made a layer, in short, on one line: its command, else its comment, else its digest. Not escaped. */
export function layerCommand(subject: Subject, layer: number): string {
  const step = stepOfLayer(subject, layer);
  if (!step) return digestInShort(subject, layer);
  let command = commands.get(step);
  if (command === undefined) {
    command = shortCommand(step.createdBy ?? step.comment ?? "");
    commands.set(step, command);
  }
  return command === "" ? digestInShort(subject, layer) : command;
}

function digestInShort({ document, layers }: Subject, layer: number): string {
  const reference = layers[layer]?.reference ?? document?.layers[layer];
  const digest = reference?.digest ?? reference?.diffId;
  return digest === undefined ? "" : digest.slice(0, digest.indexOf(":") + 13);
}

const sums = new WeakMap<HistoryTree["layers"][number], number>();

/** Sizes of the files a layer stores, as soon as it is read; undefined before. */
export function storedBytesOf({ analysis, tree }: Subject, layer: number): number | undefined {
  const accounts = analysis?.accounts.layers[layer];
  if (accounts) return accounts.storedBytes;
  const entries = tree?.layers[layer];
  if (!entries) return undefined;
  let sum = sums.get(entries);
  if (sum === undefined) {
    sum = 0;
    // Only files have a size.
    for (let index = 0; index < entries.count; index++) sum += entries.size[index] ?? 0;
    sums.set(entries, sum);
  }
  return sum;
}
