/** Reads the images of a run, one after the other, and checks the budgets of each. */
import { analyse, type Baseline, checkBudgets, isReport, LayerscopeError, overallVerdict } from "@layerscope/core";
import { baseOf } from "../base-layers.ts";
import { openImage } from "../context.ts";
import type { ImageOptions } from "../image-options.ts";
import { interruption } from "../interruption.ts";
import type { Units } from "../output/bytes.ts";
import { printWarning } from "../output/messages.ts";
import { openBaseline } from "./baselines.ts";
import { type CheckedImage, type CheckRun, type ImageResult, isChecked, type LocatedVerdict } from "./check-run.ts";
import type { RulesToApply } from "./rules-to-apply.ts";
import type { ImageSettings } from "./settings.ts";

export interface RunOptions {
  /** What is asked of every image; the settings of an image say more. */
  readonly image: ImageOptions;
  readonly units: Units;
  /** Undefined when nobody wants to know what rules find: looking into files takes time. */
  readonly rules?: RulesToApply | undefined;
}

/**
 * Checks images. One that cannot be opened is a result, too, so that the others are still checked.
 * @throws LayerscopeError when the base image or the baseline of an image cannot be read, and `aborted`
 */
export async function runChecks(images: readonly ImageSettings[], options: RunOptions): Promise<CheckRun> {
  const results: ImageResult[] = [];
  for (const settings of images) {
    results.push(await checkImage(settings, options).catch((thrown) => refuseImage(thrown, settings, images.length)));
  }
  return { images: results, verdict: verdictOf(results), units: options.units };
}

/** Of several images it must be said which one stops the run. */
function refuseImage(thrown: unknown, { name }: ImageSettings, images: number): never {
  if (!(thrown instanceof LayerscopeError) || thrown.code === "aborted" || images === 1) throw thrown;
  const { code, message, hint, where, choices } = thrown;
  throw new LayerscopeError(code, `${name}: ${message}`, { hint, where, choices, cause: thrown });
}

async function checkImage(settings: ImageSettings, options: RunOptions): Promise<ImageResult> {
  const { name, reference, platform, budgets } = settings;
  const imageOptions = { ...options.image, ...(platform !== undefined && { platform }) };
  const files = options.rules && (await import("./look-into-files.ts"));
  let opened: Awaited<ReturnType<typeof openImage>>;
  try {
    opened = await openImage(reference, imageOptions, files?.LOOKING);
  } catch (thrown) {
    if (!(thrown instanceof LayerscopeError) || interruption.signal.aborted) throw thrown;
    return { name, reference, error: thrown };
  }
  await using image = opened;
  const analysis = analyse(image.image);
  const base = await baseOf(analysis.image.document, {
    ...imageOptions,
    ...(settings.base !== undefined && { base: settings.base }),
    ...(settings.baseLayers !== undefined && { baseLayers: String(settings.baseLayers) }),
  });
  const baseline = await baselineFor(settings, imageOptions, options.rules !== undefined);
  const found = options.rules && (await files?.whatIsFound(analysis, base, baseline, options.rules));
  const advice = found?.advice;
  const verdicts = checkBudgets(analysis, budgets, { base, baseline, advice }) as LocatedVerdict[];
  return { name, reference, analysis, base, baseline, verdicts, found };
}

/** An image that is new since the baseline was saved has none, and that is no mistake. */
async function baselineFor(
  settings: ImageSettings,
  options: ImageOptions,
  looksIntoFiles: boolean,
): Promise<Baseline | undefined> {
  const { baseline, name } = settings;
  if (baseline === undefined) return undefined;
  try {
    return await openBaseline(baseline, { ...settings, options, looksIntoFiles });
  } catch (thrown) {
    const isNew = thrown instanceof LayerscopeError && thrown.code === "no-such-image" && isReport(baseline);
    if (!isNew) throw thrown;
    if (!options.quiet) printWarning(`there is nothing to compare ${name} with: ${thrown.message}`);
    return undefined;
  }
}

function verdictOf(results: readonly ImageResult[]): CheckRun["verdict"] {
  const checked = results.filter(isChecked);
  const verdicts = checked.map(({ verdicts, analysis }: CheckedImage) =>
    overallVerdict(verdicts, analysis.image.complete),
  );
  if (verdicts.includes("failed")) return "failed";
  return verdicts.includes("undecided") || checked.length < results.length ? "undecided" : "passed";
}
