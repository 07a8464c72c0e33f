/** `--baseline FILE|IMAGE`: what growth is measured against. */
import {
  analyse,
  type BaseLayers,
  type Baseline,
  baselineOf,
  type ErrorCode,
  findBaseLayers,
  type ImageDocument,
  isReport,
  LayerscopeError,
  readBaseline,
} from "@layerscope/core";
import { baseOf } from "../base-layers.ts";
import { openImage } from "../context.ts";
import type { ImageOptions } from "../image-options.ts";
import { interruption } from "../interruption.ts";
import type { ImageSettings } from "./settings.ts";

/** The image that is compared, and how images are opened. */
export interface BaselineOptions extends Pick<ImageSettings, "name" | "reference" | "base" | "baseLayers"> {
  readonly options: ImageOptions;
  /** Whether its packages are wanted: looking into the files of an image takes time. */
  readonly looksIntoFiles?: boolean | undefined;
}

/**
 * Opens what growth is measured against: a saved report, the reports of several images of which it takes that of the image
 * of the same name, or an image.
 * @param reference of the baseline
 * @throws LayerscopeError that says it is the baseline which could not be read, and `aborted`
 */
export async function openBaseline(reference: string, options: BaselineOptions): Promise<Baseline> {
  try {
    if (!isReport(reference)) return await baselineFromImage(reference, options);
    return await readBaseline(reference, {
      signal: interruption.signal,
      names: [options.name, options.reference],
      splitBase: (document) => baseOfBaseline(document, options),
    });
  } catch (thrown) {
    throw thrown instanceof LayerscopeError ? ofBaseline(thrown) : thrown;
  }
}

async function baselineFromImage(reference: string, options: BaselineOptions): Promise<Baseline> {
  const { looksIntoFiles = false } = options;
  const files = looksIntoFiles ? await import("./look-into-files.ts") : undefined;
  await using opened = await openImage(reference, options.options, files?.LOOKING);
  const analysis = analyse(opened.image);
  const base = await baseOfBaseline(opened.image.document, options);
  return baselineOf(analysis, base, reference, await files?.whatIsIn(analysis));
}

/**
 * Which layers of the baseline are its base image's. It may have been built from an older base than the one that was given,
 * of which it then has only the first layers, or none: in that case it tells more itself.
 */
async function baseOfBaseline(
  document: ImageDocument,
  { base, baseLayers, options }: Pick<BaselineOptions, "base" | "baseLayers" | "options">,
): Promise<BaseLayers> {
  const found = findBaseLayers(document);
  // A report that was saved with the number or the base image of then.
  if (found.layers > 0 && found.certainty === "certain") return found;
  if (base !== undefined) {
    const shared = await baseOf(document, { ...options, base });
    const isWhole = shared.certainty === "certain";
    return shared.layers > 0 && (isWhole || shared.layers >= found.layers) ? shared : found;
  }
  if (baseLayers === undefined || baseLayers > document.layers.length) return found;
  return findBaseLayers(document, { layers: baseLayers });
}

const HOW_TO_SAVE = "Save one with: layerscope --json --files IMAGE > report.json";

/** What is wrong with the file as such is mended by saving another. */
const WRONG_FILE: readonly ErrorCode[] = ["not-found", "not-an-image", "invalid-document", "truncated"];

function ofBaseline(error: LayerscopeError): LayerscopeError {
  if (error.code === "aborted") return error;
  const { code, message, where, choices, hint } = error;
  return new LayerscopeError(code, `the baseline cannot be read: ${message}`, {
    where,
    choices,
    hint: hint === undefined || WRONG_FILE.includes(code) ? HOW_TO_SAVE : hint,
    cause: error,
  });
}
