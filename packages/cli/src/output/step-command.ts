import { dockerfileCommand, escapeText, type HistoryStep, type ScannedImage, secretMask } from "@layerscope/core";

/** The command of a build step on one line, as it stood in the Dockerfile, with secrets masked; escaped. */
export function stepCommand(step: HistoryStep | undefined, { document }: ScannedImage): string {
  const mask = secretMask(document.config);
  if (step?.createdBy) return escapeText(dockerfileCommand(mask(step.createdBy)));
  return escapeText(mask(step?.comment ?? ""));
}
