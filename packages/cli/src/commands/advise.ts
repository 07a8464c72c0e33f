/** `layerscope advise IMAGE`: why the image is as big as it is, and what to do about it. */
import { advise as findAdvice, stringifyReport } from "@layerscope/core";
import { baseOf } from "../base-layers.ts";
import { loadBudgetSettings } from "../budgets/config/load-settings.ts";
import { type RuleOptions, rulesToApply } from "../budgets/rules-to-apply.ts";
import { type BaseOptions, type ImageOptions, unitsOf } from "../image-options.ts";
import { openInspected } from "../inspected-image.ts";
import { formatAdvice } from "../output/advice-text.ts";
import { printWarning, reportTrouble } from "../output/messages.ts";
import { terminalStyle } from "../output/terminal.ts";
import { unreadText } from "../output/unread-text.ts";
import { writeFilePieces, writePieces } from "../output/write.ts";

export interface AdviseOptions extends ImageOptions, BaseOptions, RuleOptions {
  readonly json?: boolean;
  readonly output?: string;
  /** A file, or false for none. */
  readonly config?: string | false;
}

/**
 * Prints what rules find. What the configuration or an option makes an error leaves 1 as the exit code.
 * @throws LayerscopeError
 */
export async function advise(reference: string, options: AdviseOptions): Promise<void> {
  // Mistakes are told before anything is read.
  const settings = await loadBudgetSettings({ cwd: process.cwd(), config: options.config });
  if (!options.quiet) for (const warning of settings?.warnings ?? []) printWarning(warning);
  const { allowedSecrets, ...rules } = rulesToApply(options, settings);
  await using opened = await openInspected(reference, options, { allowedSecrets });
  const { analysis, inspection } = opened;
  const base = await baseOf(analysis.image.document, options);
  const advice = findAdvice(analysis, inspection, { base, ...rules });
  const file = options.output === "-" ? undefined : options.output;
  const style = terminalStyle(file === undefined ? process.stdout : {}, process.env, options.color);
  const pieces = options.json
    ? stringifyReport(analysis, { reference, base, inspection, advice })
    : [formatAdvice(analysis, advice, { ...style, reference, units: unitsOf(options) })];
  if (file === undefined) await writePieces(process.stdout, pieces);
  else writeFilePieces(file, pieces);
  const unread = unreadText(advice.unreadLayers);
  // The text says it by itself.
  if (unread !== "" && options.json && !options.quiet) printWarning(unread);
  reportTrouble(analysis.image, options.quiet === true);
  if (advice.findings.some(({ level }) => level === "error")) process.exitCode ||= 1;
}
