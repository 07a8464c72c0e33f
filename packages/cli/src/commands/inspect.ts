import {
  type Advice,
  type Analysis,
  advise,
  type BaseLayers,
  type ImageDocument,
  isReport,
  LayerscopeError,
  stringifyReport,
} from "@layerscope/core";
import { baseOf, describeBase, lookForBase } from "../base-layers.ts";
import { loadBudgetSettings } from "../budgets/config/load-settings.ts";
import { type RulesToApply, rulesToApply } from "../budgets/rules-to-apply.ts";
import { refuseKeyboard } from "../context.ts";
import { type BaseOptions, type ImageOptions, unitsOf } from "../image-options.ts";
import { openInspected } from "../inspected-image.ts";
import { isBuildServer } from "../output/build-server.ts";
import { printWarning, reportTrouble } from "../output/messages.ts";
import { writeFilePieces, writePieces } from "../output/write.ts";
import type { BaseSplit } from "../tui/subject.ts";
import { topOption } from "./top-option.ts";

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
  const { allowedSecrets, ...rules } = await configuredRules(options);
  await using opened = await openInspected(reference, options, { allowedSecrets });
  const { analysis, inspection } = opened;
  const base = await baseOf(analysis.image.document, options);
  const advice = advise(analysis, inspection, { base, ...rules });
  const pieces = options.json
    ? stringifyReport(analysis, { reference, top, files: options.files, base, inspection, advice })
    : await summary({ analysis, advice, reference, base, top: top ?? SUMMARY_TOP }, options);
  if (options.output === undefined || options.output === "-") await writePieces(process.stdout, pieces);
  else writeFilePieces(options.output, pieces);
  reportTrouble(analysis.image, options.quiet === true);
}

/** A configuration that cannot be used is a mistake for whoever checks by it; here only its rules are missing. */
async function configuredRules({ quiet }: InspectOptions): Promise<RulesToApply> {
  try {
    return rulesToApply({}, await loadBudgetSettings({ cwd: process.cwd() }));
  } catch (thrown) {
    if (!(thrown instanceof LayerscopeError)) throw thrown;
    if (!quiet) printWarning(`rules are taken without the configuration: ${thrown.message}`);
    return rulesToApply({}, undefined);
  }
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
  await lookForBase(options);
  return startView({ ...options, reference, config, units, base: baseSplit(options), report });
}

/** How the layers split into the base image's and the image's own, in words. */
function baseSplit(options: BaseOptions & ImageOptions): (document: ImageDocument) => Promise<BaseSplit | undefined> {
  return async (document) => {
    const base = await baseOf(document, options, { silent: true });
    return base.layers > 0 ? { layers: base.layers, foundBy: describeBase(base), found: base } : undefined;
  };
}

/** Loaded only here, so that `--json` does not wait for tables and colours. */
async function summary(
  { analysis, ...about }: { analysis: Analysis; advice: Advice; reference: string; base: BaseLayers; top: number },
  options: InspectOptions,
): Promise<string[]> {
  const { formatSummary } = await import("../output/summary.ts");
  const { terminalStyle } = await import("../output/terminal.ts");
  const toFile = options.output !== undefined && options.output !== "-";
  const style = terminalStyle(toFile ? {} : process.stdout, process.env, options.color);
  return [formatSummary(analysis, { ...style, ...about, units: unitsOf(options) })];
}
