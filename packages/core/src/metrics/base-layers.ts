/** Which of an image's layers belong to the image it was built from. */
import type { BaseLayers, ImageDocument } from "../model/image.ts";
import { guessBase } from "./guess-base.ts";

export type { BaseLayers };

export interface BaseOptions {
  /** The base image; what it shares is compared by the digests of uncompressed layers. */
  readonly base?: ImageDocument | undefined;
  /** The number of base layers, when it is known. Ignored where `base` is given. */
  readonly layers?: number | undefined;
}

const BASE_NAME = "org.opencontainers.image.base.name";
const BASE_DIGEST = "org.opencontainers.image.base.digest";

/**
 * Finds the layers of the base image. By guess an image never consists of base layers only. Of an image from a saved
 * report they are what the report says, unless the options say otherwise.
 *
 * @example
 * const { layers, foundBy, certainty } = findBaseLayers(image.document);
 */
export function findBaseLayers(document: ImageDocument, options: BaseOptions = {}): BaseLayers {
  const { annotations, config } = document;
  const annotated = baseNameIn(annotations);
  // Labels, but not annotations, are inherited: one may name the base of the base.
  const labelled = baseNameIn(config.labels);
  if (options.base) {
    const shared = sharedLayers(document, options.base);
    const isPart = shared > 0 && shared < options.base.layers.length;
    return {
      layers: shared,
      foundBy: "given-image",
      certainty: isPart ? "likely" : "certain",
      name: options.base.names[0] ?? annotated,
    };
  }
  if (options.layers !== undefined) {
    const layers = Math.max(0, Math.min(options.layers, document.layers.length));
    return { layers, foundBy: "given-number", certainty: "certain", name: annotated };
  }
  if (document.base) return document.base;
  const guess = guessBase(document);
  const layers = guess?.layers ?? 0;
  if (annotated !== undefined) {
    return { layers, foundBy: "annotation", certainty: guess ? "likely" : "guess", name: annotated };
  }
  const certainty = guess?.certainty ?? "guess";
  if (labelled !== undefined) return { layers, foundBy: "label", certainty, name: guess?.name ?? labelled };
  return { layers, foundBy: guess ? "history" : "none", certainty, name: guess?.name };
}

/** Builders write empty texts where there is no base. */
function baseNameIn(texts: Readonly<Record<string, string>>): string | undefined {
  return texts[BASE_NAME] || texts[BASE_DIGEST] || undefined;
}

/** How many of the oldest layers two images have in common. */
export function sharedLayers(one: ImageDocument, other: ImageDocument): number {
  const most = Math.min(one.layers.length, other.layers.length);
  let shared = 0;
  while (shared < most) {
    const diffId = one.layers[shared]?.diffId;
    if (diffId === undefined || diffId !== other.layers[shared]?.diffId) break;
    shared++;
  }
  return shared;
}
