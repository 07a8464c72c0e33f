import { analyse, LayerscopeError, stringifyReport } from "@layerscope/core";
import { type ImageOptions, openImage, unitsOf } from "../context.ts";
import { reportTrouble } from "../output/messages.ts";
import { writeFilePieces, writePieces } from "../output/write.ts";

interface InspectOptions extends ImageOptions {
  readonly json?: boolean;
  readonly output?: string;
  readonly top?: string;
  readonly files?: boolean;
}

/** How many waste records and files the summary lists. */
const SUMMARY_TOP = 10;

/** `layerscope IMAGE`: the summary, or with `--json` the report. */
export async function inspect(reference: string, options: InspectOptions): Promise<void> {
  const top = topOption(options.top);
  if (options.files && !options.json) {
    throw new LayerscopeError("invalid-option", "--files needs --json", {
      hint: "To list files as text: layerscope ls IMAGE [--changes] [--layer N]",
    });
  }
  await using opened = await openImage(reference, options, false);
  const { image, progress } = opened;
  const analysis = analyse(image);
  progress.clear();
  const pieces = options.json
    ? stringifyReport(analysis, { reference, top, files: options.files })
    : await summary(analysis, reference, options, top ?? SUMMARY_TOP);
  if (options.output === undefined || options.output === "-") await writePieces(process.stdout, pieces);
  else writeFilePieces(options.output, pieces);
  reportTrouble(image, options.quiet === true);
}

/** Loaded only here, so that `--json` does not wait for tables and colours. */
async function summary(
  analysis: Parameters<typeof stringifyReport>[0],
  reference: string,
  options: InspectOptions,
  top: number,
): Promise<string[]> {
  const { formatSummary } = await import("../output/summary.ts");
  const { terminalStyle } = await import("../output/terminal.ts");
  const toFile = options.output !== undefined && options.output !== "-";
  const style = terminalStyle(toFile ? {} : process.stdout, process.env, options.color);
  return [formatSummary(analysis, { ...style, reference, units: unitsOf(options), top })];
}

function topOption(top: string | undefined): number | undefined {
  if (top === undefined) return undefined;
  if (/^\d{1,9}$/.test(top)) return Number(top);
  throw new LayerscopeError("invalid-option", `--top ${top} is not a number`, { hint: "For example: --top 20" });
}
