import { type Analysis, analyse, dockerfileCommand, escapeText, type HistoryStep } from "@layerscope/core";
import { openImage } from "../context.ts";
import { type ImageOptions, unitsOf } from "../image-options.ts";
import { formatBytes, type Units } from "../output/bytes.ts";
import { reportTrouble } from "../output/messages.ts";
import { writePieces } from "../output/write.ts";

/** `layerscope history IMAGE`: every build step, oldest first, with its whole command and the size of its layer. */
export async function history(reference: string, options: ImageOptions): Promise<void> {
  await using opened = await openImage(reference, options);
  const { image, progress } = opened;
  const analysis = analyse(image);
  progress.clear();
  await writePieces(process.stdout, historyLines(analysis, unitsOf(options)));
  reportTrouble(image, options.quiet === true);
}

function* historyLines({ image, accounts }: Analysis, units: Units): Generator<string> {
  const layerOfStep = new Map(image.layers.flatMap(({ step, index }) => (step ? [[step, index] as const] : [])));
  const size = (layer: number): string => formatBytes(accounts.layers[layer]?.storedBytes ?? 0, units);
  yield `layer     stored  created     command\n`;
  for (const step of image.document.config.history) {
    const layer = layerOfStep.get(step);
    yield line(layer, layer === undefined ? "" : size(layer), step);
  }
  // A history that does not fit the layers names no layer; they are listed without it.
  for (const { index, step } of image.layers) if (!step) yield line(index, size(index), undefined);
}

function line(layer: number | undefined, size: string, step: HistoryStep | undefined): string {
  const created = step?.created?.slice(0, 10) ?? "";
  const command = step?.createdBy ? dockerfileCommand(step.createdBy) : (step?.comment ?? "");
  const text = escapeText(command).replaceAll(" && ", " && \\\n".padEnd(38));
  return `${(layer === undefined ? "-" : String(layer)).padStart(5)}  ${size.padStart(9)}  ${escapeText(created).padEnd(10)}  ${text}\n`;
}
