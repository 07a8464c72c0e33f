/** What every command shares: opening and scanning the image. */
import { setTimeout as sleep } from "node:timers/promises";
import { isatty } from "node:tty";
import {
  isReport,
  LayerscopeError,
  type ScannedImage,
  type ScanOptions,
  type Source,
  scanImage,
} from "@layerscope/core";
import { type ImageOptions, unitsOf } from "./image-options.ts";
import { interruption } from "./interruption.ts";
import { ProgressLine } from "./output/progress.ts";
import { openReference } from "./sources/open-reference.ts";
import { platformOf } from "./sources/platform.ts";

/**
 * Ctrl-C ends the program that feeds a pipe, too, and its end of input can be seen before our own signal is: then it is
 * no damaged image. A moment later both are seen.
 * @throws LayerscopeError `aborted`
 */
async function noticeInterruption(): Promise<void> {
  await sleep(20);
  if (interruption.signal.aborted) throw new LayerscopeError("aborted", "stopped on request");
}

/** @throws LayerscopeError when an image would have to be typed */
export function refuseKeyboard(reference: string): void {
  if (reference !== "-" || !isatty(0)) return;
  throw new LayerscopeError("unreadable", "standard input is a terminal", {
    hint: "Pipe an image into it: docker save IMAGE | layerscope -",
  });
}

export interface OpenedImage extends AsyncDisposable {
  readonly image: ScannedImage;
  readonly progress: ProgressLine;
}

export interface OpenOptions {
  /** Whether file contents are wanted after the scan, so that a pipe must be kept. */
  readonly rereadable?: boolean;
  /** Looks into files while they pass by. */
  readonly inspector?: ScanOptions["inspector"];
}

/**
 * Opens and scans an image.
 * @throws LayerscopeError
 */
export async function openImage(
  reference: string,
  options: ImageOptions,
  { rereadable = false, inspector }: OpenOptions = {},
): Promise<OpenedImage> {
  const { signal } = interruption;
  refuseKeyboard(reference);
  const progress = new ProgressLine(process.stderr, unitsOf(options), options.quiet === true);
  let source: Source | undefined;
  try {
    if (isReport(reference)) {
      progress.show("Reading the report");
      const { savedReport } = await import("./saved-report.ts");
      return { image: await savedReport(reference), progress, [Symbol.asyncDispose]: async () => progress.clear() };
    }
    source = await openReference(reference, options, {
      spool: rereadable,
      signal,
      onSpooled: progress.updateSpooled,
    });
    const scanOptions: ScanOptions = {
      signal,
      platform: platformOf(source, options.platform),
      image: options.image,
      verify: options.verify,
      inspector,
      onProgress: progress.update,
    };
    const image = await scanImage(source, scanOptions);
    if (image.errors.length > 0) await noticeInterruption();
    const opened = source;
    return {
      image,
      progress,
      [Symbol.asyncDispose]: async () => {
        progress.clear();
        await opened[Symbol.asyncDispose]();
      },
    };
  } catch (thrown) {
    progress.clear();
    await source?.[Symbol.asyncDispose]();
    await noticeInterruption();
    throw thrown;
  }
}

/**
 * The layer that `--layer` names; the last one when it is left out.
 * @throws LayerscopeError `no-such-layer`, `invalid-option`
 */
export function layerOption(image: ScannedImage, layer: string | undefined): number {
  const last = image.layers.length - 1;
  if (layer === undefined) return last;
  if (!/^\d{1,9}$/.test(layer)) {
    throw new LayerscopeError("invalid-option", `--layer ${layer} is not a number`, {
      hint: "Layers count from 0, the oldest.",
    });
  }
  if (Number(layer) > last) {
    throw new LayerscopeError("no-such-layer", `there is no layer ${layer}`, {
      hint: last < 0 ? "The image has no layers." : `Layers count from 0, the oldest; the last is ${last}.`,
    });
  }
  return Number(layer);
}
