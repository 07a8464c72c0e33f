/** Which layers belong to the base image, by what the user says and by what the image does. */
import {
  type BaseLayers,
  findBaseLayers,
  formatPlatform,
  type ImageDocument,
  LayerscopeError,
  parseReference,
  readDocuments,
  sharedLayers,
} from "@layerscope/core";
import type { BaseOptions } from "./image-options.ts";
import { interruption } from "./interruption.ts";
import { type OpenReferenceOptions, openReference } from "./sources/open-reference.ts";
import type { SourceOptions } from "./sources/source-options.ts";

/**
 * Finds the layers of the base image.
 * @throws LayerscopeError when `--base` cannot be read, `invalid-option` when `--base-layers` is no number of layers
 */
export async function baseOf(
  document: ImageDocument,
  options: BaseOptions & SourceOptions,
  how: Pick<OpenReferenceOptions, "silent"> = {},
): Promise<BaseLayers> {
  const layers = layersOption(document, options.baseLayers);
  const base = options.base === undefined ? undefined : await nearestImage(document, options.base, options, how);
  return findBaseLayers(document, { base, layers });
}

/**
 * Looks for the base image where a question may be asked about it, which is too late when the view has the terminal.
 * @throws LayerscopeError when it is nowhere
 */
export async function lookForBase({ base, ...options }: BaseOptions & SourceOptions): Promise<void> {
  if (base === undefined || options.pull !== undefined || parseReference(base).kind !== "name") return;
  try {
    await using _source = await openReference(base, options, { signal: interruption.signal });
  } catch (thrown) {
    // The platform is that of the image, which is not known yet.
    if (!(thrown instanceof LayerscopeError) || thrown.code !== "no-such-platform") throw thrown;
  }
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

/** Of the images and platforms that a reference names, the one that has most layers in common with an image. */
async function nearestImage(
  document: ImageDocument,
  reference: string,
  options: SourceOptions,
  how: Pick<OpenReferenceOptions, "silent">,
): Promise<ImageDocument | undefined> {
  const { signal } = interruption;
  const platform = options.platform ?? (document.platform && formatPlatform(document.platform));
  const wanted = platform === undefined ? options : { ...options, platform };
  await using source = await openReference(reference, wanted, { ...how, signal });
  const documents = await readDocuments(source, signal);
  let nearest = documents[0];
  for (const one of documents)
    if (nearest && sharedLayers(document, one) > sharedLayers(document, nearest)) nearest = one;
  return nearest;
}
