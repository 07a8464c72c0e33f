/** Reports of images, with every path of every layer, and what of them tells where the image came from. */
import {
  advise,
  analyse,
  CONTENT_INSPECTOR,
  createReport,
  inspectImage,
  type LayerscopeError,
  openSource,
  type Report,
  type ResolutionStep,
  scanImage,
} from "@layerscope/core";

export interface ReadOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly platform?: string;
  readonly signal?: AbortSignal;
  readonly insecure?: boolean;
  readonly onStep?: (step: ResolutionStep) => void;
}

export interface ReadImage {
  readonly report: Report;
  /** Why it is not complete. */
  readonly errors: readonly LayerscopeError[];
}

export async function readImage(reference: string, options: ReadOptions = {}): Promise<ReadImage> {
  const { platform, signal } = options;
  await using source = await openSource(reference, options);
  const image = await scanImage(source, { platform, signal, inspector: CONTENT_INSPECTOR });
  const analysis = analyse(image);
  const inspection = await inspectImage(analysis, { signal });
  const advice = advise(analysis, inspection);
  return { report: createReport(analysis, { files: true, reference, inspection, advice }), errors: image.errors };
}

export async function reportOf(reference: string, options: ReadOptions = {}): Promise<Report> {
  return (await readImage(reference, options)).report;
}

/** Given by tools to what they save; registries call an image by its name. */
const REF_NAME = "org.opencontainers.image.ref.name";

/**
 * What an image is wherever it lies. Left out are
 * - `image.reference`, `image.source`: where it was, and how many bytes had to be read
 * - `image.tags` and the annotation with a tag: a directory has other names than a registry
 * - of the diagnostics those that set a manifest aside, since of a registry only the one for the platform is fetched, and
 *   the places in the others
 */
export function withoutOrigin({ image, diagnostics, ...report }: Report): object {
  const { reference, source, tags, annotations = {}, ...rest } = image;
  const { [REF_NAME]: name, ...others } = annotations;
  return {
    ...report,
    image: { ...rest, annotations: others },
    diagnostics: diagnostics
      .filter(({ code }) => code !== "not-an-image")
      .map(({ where: { source: place, member, ...where } = {}, ...diagnostic }) => ({ ...diagnostic, where })),
  };
}
