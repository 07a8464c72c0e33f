/** `layerscope ci [IMAGE…]`: checks images against their budgets. */
import { LayerscopeError } from "@layerscope/core";
import { type BudgetOptions, budgetsOf } from "../budgets/budget-options.ts";
import { type CheckRun, exitCodeOf, isChecked } from "../budgets/check-run.ts";
import { loadBudgetSettings } from "../budgets/config/load-settings.ts";
import { reportErrorToGitHub, reportToGitHub } from "../budgets/github-actions.ts";
import { imagesToCheck } from "../budgets/images-to-check.ts";
import { loadFormat, type Output, type OutputOptions, outputsOf, refuseInputs } from "../budgets/output-formats.ts";
import type { RuleOptions } from "../budgets/rules-to-apply.ts";
import { runChecks } from "../budgets/run-checks.ts";
import { type BaseOptions, type ImageOptions, unitsOf } from "../image-options.ts";
import { interruption } from "../interruption.ts";
import { harmlessInLog } from "../output/harmless-in-log.ts";
import { printError, printWarning, reportTrouble } from "../output/messages.ts";
import { terminalStyle } from "../output/terminal.ts";
import { writeFilePieces, writePieces } from "../output/write.ts";

interface CheckOptions extends ImageOptions, BaseOptions, OutputOptions, BudgetOptions, RuleOptions {
  readonly si?: boolean;
  /** A file, or false for none. */
  readonly config?: string | false;
  readonly baseline?: string;
}

/**
 * Checks images, writes what the options ask for, and leaves 0, 1 or 2 as the exit code.
 * @throws LayerscopeError when nothing could be checked
 */
export async function ci(references: readonly string[], options: CheckOptions): Promise<void> {
  try {
    await check(references, options);
  } catch (thrown) {
    if (thrown instanceof LayerscopeError && !interruption.signal.aborted) {
      reportErrorToGitHub(thrown, process.env, (text) => process.stderr.write(text));
    }
    throw thrown;
  }
}

async function check(references: readonly string[], options: CheckOptions): Promise<void> {
  const { base, baseLayers, baseline, ignore = [], iec, si, quiet = false } = options;
  // Mistakes on the command line are told before anything is read.
  const outputs = outputsOf(options);
  const budgets = budgetsOf(options);
  const settings = await loadBudgetSettings({ cwd: process.cwd(), config: options.config });
  if (!quiet) for (const warning of settings?.warnings ?? []) printWarning(warning);
  const listsAdvice = outputs.some(({ format }) => LISTS_ADVICE.has(format)) || hasStepSummary();
  const setsRules = options.rule !== undefined || (settings?.rules ?? []).length > 0;
  // All that rules say takes a while to load.
  const loaded = listsAdvice || setsRules ? await import("../budgets/rules-to-apply.ts") : undefined;
  const rules = loaded?.ruleBudgets(options, settings) ?? [];
  const images = imagesToCheck({ references, budgets, rules, ignore, base, baseLayers, baseline }, settings);
  refuseInputs(outputs, [settings?.file, ...images.flatMap((image) => [image.reference, image.base, image.baseline])]);
  const units = iec || si ? unitsOf(options) : (settings?.units ?? unitsOf(options));
  const run = await runChecks(images, {
    image: options,
    units,
    rules: listsAdvice || rules.length > 0 ? loaded?.rulesToApply(options, settings) : undefined,
  });
  const unwritten: unknown[] = [];
  for (const output of outputs) {
    // The other reports are wanted all the same.
    await write(run, output, options).catch((thrown) => unwritten.push(thrown));
  }
  const isAnnotated = outputs.some(({ format, file }) => format === "github" && file === undefined);
  reportToGitHub(run, process.env, (text) => process.stderr.write(text), { annotate: !isAnnotated });
  for (const image of run.images) {
    if (isChecked(image)) reportTrouble(image.analysis.image, quiet);
    else printError(image.error);
  }
  if (unwritten.length > 0) throw unwritten[0];
  process.exitCode ||= exitCodeOf(run);
}

/** In a job of GitHub Actions a Markdown report is written unasked. */
function hasStepSummary(): boolean {
  return process.env.GITHUB_ACTIONS === "true" && Boolean(process.env.GITHUB_STEP_SUMMARY);
}

/** Formats that have room for what rules find besides budgets. */
const LISTS_ADVICE: ReadonlySet<Output["format"]> = new Set(["markdown", "sarif", "json"]);

async function write(run: CheckRun, { format, file }: Output, options: CheckOptions): Promise<void> {
  const pieces = format === "table" ? await table(run, file, options) : (await loadFormat(format, options))(run);
  if (file === undefined) await writePieces(process.stdout, forLog(format, pieces));
  else writeFilePieces(file, pieces);
}

/** What is printed in a job of GitHub Actions goes through its log, where a name from an image must not be a command. */
function* forLog(format: Output["format"], pieces: Iterable<string>): Generator<string> {
  const kind = TEXT_KINDS[format];
  const isLog = process.env.GITHUB_ACTIONS === "true" && kind !== "commands";
  for (const piece of pieces) yield isLog ? harmlessInLog(piece, kind) : piece;
}

const TEXT_KINDS = {
  table: "plain",
  markdown: "plain",
  json: "json",
  junit: "xml",
  sarif: "json",
  github: "commands",
  gitlab: "json",
  metrics: "plain",
} as const satisfies Record<Output["format"], string>;

async function table(run: CheckRun, file: string | undefined, { quiet, color }: CheckOptions): Promise<string[]> {
  const { formatTableReport } = await import("../budgets/formats/table.ts");
  const style = terminalStyle(file === undefined ? process.stdout : {}, process.env, color);
  return [formatTableReport(run, { ...style, quiet: quiet === true })];
}
