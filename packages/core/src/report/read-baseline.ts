/** Reads a saved report as what later images are compared with. */
import { type Baseline, baselineOf } from "../budget/baseline.ts";
import { findBaseLayers } from "../metrics/base-layers.ts";
import { LayerscopeError, toLayerscopeError } from "../model/errors.ts";
import type { BaseLayers, ImageDocument } from "../model/image.ts";
import { escapeText } from "../model/path-text.ts";
import { Turns } from "../model/turns.ts";
import type { ComparedPackage } from "../packages/compare-packages.ts";
import { checkReport, requireLists } from "./check-report.ts";
import { nameOf, readJson } from "./read-document.ts";
import { contradiction } from "./report-problem.ts";
import { restoreDocument } from "./restore-document.ts";
import { restoreImage } from "./restore-image.ts";
import type { Report } from "./schema.ts";

export interface ReadBaselineOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * What the image is called, for a document with the reports of several: a name in a configuration, a reference, or a
   * tag. The first that a report goes by decides.
   */
  readonly names?: readonly string[] | undefined;
  /** Tells which of the layers are the base image's; {@link findBaseLayers} does when left out. */
  readonly splitBase?: ((document: ImageDocument) => BaseLayers | Promise<BaseLayers>) | undefined;
}

/**
 * Reads what growth is measured against from a report, or from what `layerscope ci --json` printed of several images.
 * Without lists of files in it, it tells how much each layer stores, and nothing of paths; of packages as much as it was
 * saved with.
 * @param report the file's path, or its bytes
 * @throws LayerscopeError `not-found`, `unreadable`, `invalid-document` when it is no report or contradicts itself,
 *   `no-such-image` and `ambiguous-image` when it cannot be told which of several is meant, `limit-exceeded`, `aborted`
 * @example
 * const baseline = await readBaseline("main.json");
 * const verdicts = checkBudgets(analysis, budgets, { baseline });
 */
export async function readBaseline(report: string | Uint8Array, options: ReadBaselineOptions = {}): Promise<Baseline> {
  const { signal, names = [], splitBase = findBaseLayers } = options;
  const name = nameOf(report);
  const turns = new Turns({ signal });
  try {
    const document = chooseReport(await readJson(report, signal), names, name);
    const checked = await checkReport(document, name, turns);
    const { layers } = checked;
    const hasLists = layers.length === 0 || layers.some(({ entries }) => entries !== undefined);
    const packages = await packagesOf(checked);
    if (!hasLists) return { ...(await baselineWithoutFiles(checked, name, splitBase)), packages };
    const analysis = await restoreImage(requireLists(checked, name), name, turns);
    return { ...baselineOf(analysis, await splitBase(analysis.image.document), name), packages };
  } catch (thrown) {
    throw toLayerscopeError(thrown, { source: name });
  }
}

async function baselineWithoutFiles(
  report: Report,
  name: string,
  splitBase: NonNullable<ReadBaselineOptions["splitBase"]>,
): Promise<Baseline> {
  const layers = report.layers.map(({ storedBytes }) => storedBytes);
  const sum = layers.reduce((total, bytes) => total + bytes, 0);
  const { storedBytes } = report.summary;
  if (sum !== storedBytes) {
    throw contradiction(name, ["summary", "storedBytes"], `it is ${storedBytes}, but the layers have ${sum}`);
  }
  const base = await splitBase(restoreDocument(report).document);
  return { name, base, layers, files: undefined, complete: report.complete };
}

/**
 * The packages that were there; undefined where the report does not tell all of them. What it says of packages is nothing
 * that the image is made of, so what cannot be understood there is no mistake.
 */
async function packagesOf(report: Report): Promise<readonly ComparedPackage[] | undefined> {
  const { comparedPackagesSchema } = await import("./schema-inspection.ts");
  const said = comparedPackagesSchema.safeParse(report).data;
  return said?.packages.filter(({ removedIn }) => removedIn === undefined).map(({ removedIn: _, ...one }) => one);
}

/** The report that is meant, of a document that may have several; not checked yet. */
function chooseReport(document: unknown, names: readonly string[], file: string): unknown {
  const reports = (document as { readonly reports?: unknown } | null)?.reports;
  if (!Array.isArray(reports)) return document;
  if (names.length === 0 && reports.length === 1) return reports[0];
  const named = reports.map((report: unknown) => ({ report, names: namesIn(report) }));
  const choices = named.flatMap((one) => one.names[0] ?? []);
  for (const name of names) {
    const [match, second] = named.filter((one) => one.names.includes(name));
    if (second) throw unclear("ambiguous-image", `${file} has several reports of ${escapeText(name)}`, choices, file);
    if (match) return match.report;
  }
  const [wanted] = names;
  if (wanted !== undefined)
    throw unclear("no-such-image", `${file} has no report of ${escapeText(wanted)}`, choices, file);
  throw unclear("ambiguous-image", `${file} has the reports of ${reports.length} images`, choices, file);
}

/** What a report says its image is called. */
function namesIn(report: unknown): string[] {
  const { name, reference, tags } = { ...(report as { image?: Record<string, unknown> } | null)?.image };
  return [name, reference, ...(Array.isArray(tags) ? (tags as unknown[]) : [])].filter(
    (one) => typeof one === "string",
  );
}

function unclear(
  code: "ambiguous-image" | "no-such-image",
  message: string,
  choices: readonly string[],
  source: string,
): LayerscopeError {
  return new LayerscopeError(code, message, { choices, where: { source } });
}
