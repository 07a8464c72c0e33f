/** Opens an image, and looks into its files: for whatever says more than sizes. */
import {
  type Analysis,
  analyse,
  CONTENT_INSPECTOR,
  type InspectImageOptions,
  type Inspection,
  inspectImage,
} from "@layerscope/core";
import { type OpenedImage, openImage } from "./context.ts";
import type { ImageOptions } from "./image-options.ts";
import { interruption } from "./interruption.ts";

export interface InspectedImage extends AsyncDisposable {
  readonly analysis: Analysis;
  readonly inspection: Inspection;
}

/** @throws LayerscopeError */
export async function openInspected(
  reference: string,
  options: ImageOptions,
  how: Pick<InspectImageOptions, "allowedSecrets"> = {},
): Promise<InspectedImage> {
  const opened = await openImage(reference, options, { inspector: CONTENT_INSPECTOR });
  try {
    return { ...(await inspectOpened(opened, how)), [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
  } catch (thrown) {
    await opened[Symbol.asyncDispose]();
    throw thrown;
  }
}

async function inspectOpened(
  { image, progress }: OpenedImage,
  how: Pick<InspectImageOptions, "allowedSecrets">,
): Promise<{ readonly analysis: Analysis; readonly inspection: Inspection }> {
  const analysis = analyse(image);
  progress.show("Looking into files");
  const inspection = await inspectImage(analysis, { ...how, signal: interruption.signal });
  progress.clear();
  return { analysis, inspection };
}
