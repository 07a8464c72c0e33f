import {
  type Analysis,
  analyse,
  type BaseLayers,
  type ImageDocument,
  isReport,
  LayerscopeError,
  stringifyReport,
} from "@layerscope/core";
import { type BaseOptions, type ImageOptions, openImage, refuseKeyboard, unitsOf } from "../context.ts";
import { isBuildServer } from "../output/build-server.ts";
import { reportTrouble } from "../output/messages.ts";
import { writeFilePieces, writePieces } from "../output/write.ts";
import type { BaseSplit } from "../tui/subject.ts";

export interface InspectOptions extends ImageOptions, BaseOptions {
  readonly json?: boolean;
  readonly summary?: boolean;
  readonly si?: boolean;
  readonly output?: string;
  readonly top?: string;
  readonly files?: boolean;
}

/** How many waste records and files the summary lists. */
const SUMMARY_TOP = 10;

/** `layerscope IMAGE`: the interactive view on a terminal, else the summary, or with `--json` the report. */
export async function inspect(reference: string, options: InspectOptions): Promise<void> {
  const top = topOption(options.top);
  if (options.files && !options.json) {
    throw new LayerscopeError("invalid-option", "--files needs --json", {
      hint: "To list files as text: layerscope ls IMAGE [--changes] [--layer N]",
    });
  }
  if (wantsView(options) && canShowView(process.env) && (await view(reference, options))) return;
  await using opened = await openImage(reference, options);
  const analysis = analyse(opened.image);
  opened.progress.clear();
  const { baseOf } = await import("../base-layers.ts");
  const base = await baseOf(analysis.image.document, options);
  const pieces = options.json
    ? stringifyReport(analysis, { reference, top, files: options.files, base })
    : await summary({ analysis, reference, base, top: top ?? SUMMARY_TOP }, options);
  if (options.output === undefined || options.output === "-") await writePieces(process.stdout, pieces);
  else writeFilePieces(options.output, pieces);
  reportTrouble(analysis.image, options.quiet === true);
}

/** Nothing was said about what is to come out. */
function wantsView({ json, summary, output, top, files }: InspectOptions): boolean {
  return !json && !summary && output === undefined && top === undefined && !files;
}

/** Somebody sits before a terminal that can do it. */
function canShowView(env: NodeJS.ProcessEnv): boolean {
  const isTerminal = process.stdout.isTTY === true && Boolean(env.TERM) && env.TERM !== "dumb";
  return isTerminal && !isBuildServer(env);
}

/**
 * Loaded only here: nobody else needs what it is made of.
 * @returns false when there is no keyboard
 */
async function view(reference: string, options: InspectOptions): Promise<boolean> {
  refuseKeyboard(reference);
  const { loadUserConfig } = await import("../config/user-config.ts");
  const config = await loadUserConfig(process.env);
  const { startView } = await import("../tui/start.ts");
  const { iec, si } = options;
  const units = iec ? "iec" : si ? "si" : undefined;
  const report = isReport(reference)
    ? async () => (await import("../saved-report.ts")).savedReport(reference)
    : undefined;
  const { lookForBase } = await import("../base-layers.ts");
  await lookForBase(options);
  return startView({ ...options, reference, config, units, base: baseSplit(options), report });
}

/** How the layers split into the base image's and the image's own, in words. */
function baseSplit(options: BaseOptions & ImageOptions): (document: ImageDocument) => Promise<BaseSplit | undefined> {
  return async (document) => {
    const { baseOf, describeBase } = await import("../base-layers.ts");
    const base = await baseOf(document, options, { silent: true });
    return base.layers > 0 ? { layers: base.layers, foundBy: describeBase(base) } : undefined;
  };
}

/** Loaded only here, so that `--json` does not wait for tables and colours. */
async function summary(
  { analysis, ...about }: { analysis: Analysis; reference: string; base: BaseLayers; top: number },
  options: InspectOptions,
): Promise<string[]> {
  const { formatSummary } = await import("../output/summary.ts");
  const { terminalStyle } = await import("../output/terminal.ts");
  const toFile = options.output !== undefined && options.output !== "-";
  const style = terminalStyle(toFile ? {} : process.stdout, process.env, options.color);
  return [formatSummary(analysis, { ...style, ...about, units: unitsOf(options) })];
}

function topOption(top: string | undefined): number | undefined {
  if (top === undefined) return undefined;
  if (/^\d{1,9}$/.test(top)) return Number(top);
  throw new LayerscopeError("invalid-option", `--top ${top} is not a number`, { hint: "For example: --top 20" });
}
