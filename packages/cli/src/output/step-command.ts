import { dockerfileCommand, escapeText, type HistoryStep } from "@layerscope/core";

/** The command of a build step on one line, as it stood in the Dockerfile; escaped. */
export function stepCommand(step: HistoryStep | undefined): string {
  return step?.createdBy ? escapeText(dockerfileCommand(step.createdBy)) : escapeText(step?.comment ?? "");
}
