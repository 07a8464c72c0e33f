/** Which layers belong to the base image, by what the user says and by what the image does. */
import {
  type BaseLayers,
  findBaseLayers,
  type ImageDocument,
  LayerscopeError,
  openSource,
  readDocuments,
  sharedLayers,
} from "@layerscope/core";
import { type BaseOptions, interruption } from "./context.ts";

/**
 * Finds the layers of the base image.
 * @throws LayerscopeError when `--base` cannot be read, `invalid-option` when `--base-layers` is no number of layers
 */
export async function baseOf(document: ImageDocument, options: BaseOptions): Promise<BaseLayers> {
  const layers = layersOption(document, options.baseLayers);
  const base = options.base === undefined ? undefined : await nearestImage(document, options.base);
  return findBaseLayers(document, { base, layers });
}

/** Where the number of layers is from, and what the base is called; not escaped. */
export function describeBase({ foundBy, certainty, name }: BaseLayers): string {
  const called = name === undefined ? "" : ` (${name})`;
  const sure = foundBy === "none" ? "" : certainty === "guess" ? ", a guess" : `, ${certainty}`;
  return `${SOURCES[foundBy]}${called}${sure}`;
}

const SOURCES: Readonly<Record<BaseLayers["foundBy"], string>> = {
  "given-image": "shared with --base",
  "given-number": "given by --base-layers",
  annotation: "named by an annotation, counted by the history",
  label: "named by a label, counted by the history",
  history: "by the history",
  none: "nothing tells of a base",
};

function layersOption({ layers }: ImageDocument, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) {
    throw new LayerscopeError("invalid-option", `--base-layers ${text} is not a number`, {
      hint: "It is how many of the oldest layers belong to the base image, for example: --base-layers 3",
    });
  }
  if (Number(text) <= layers.length) return Number(text);
  throw new LayerscopeError("invalid-option", `--base-layers ${text} is more than the image's ${layers.length} layers`);
}

/** Of the images and platforms in an archive, the one that has most layers in common with an image. */
async function nearestImage(document: ImageDocument, reference: string): Promise<ImageDocument | undefined> {
  const { signal } = interruption;
  await using source = await openSource(reference, { signal });
  const documents = await readDocuments(source, signal);
  let nearest = documents[0];
  for (const one of documents)
    if (nearest && sharedLayers(document, one) > sharedLayers(document, nearest)) nearest = one;
  return nearest;
}
