/** What to call a layer in a sentence. */
import { escapeText, shortCommand } from "@layerscope/core";
import { fitEnd } from "../../output/terminal.ts";
import type { Subject } from "../subject.ts";

/** Columns that a command has in a sentence. */
const COMMAND = 48;

/** Whether a layer comes with the base image, as far as that is known. */
export function isBaseLayer({ base }: Subject, layer: number): boolean {
  return base !== undefined && layer < base.layers;
}

/** The command that made a layer, on one line and safe to print; empty where the history does not tell. */
export function layerCommand({ layers }: Subject, layer: number): string {
  const step = layers[layer]?.step;
  return escapeText(step?.createdBy ? shortCommand(step.createdBy) : (step?.comment ?? "").slice(0, 2000));
}

/** `layer 3 (RUN npm install)`, `base layer 0 (ADD rootfs.tar /)`; safe to print. */
export function layerName(subject: Subject, layer: number, width = COMMAND): string {
  const command = fitEnd(layerCommand(subject, layer), width);
  return `${isBaseLayer(subject, layer) ? "base " : ""}layer ${layer}${command === "" ? "" : ` (${command})`}`;
}
