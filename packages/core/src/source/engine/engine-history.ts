/** The steps that made an image, as engines tell of them. */
import type { HistoryStep } from "../../model/image.ts";
import { isObject } from "../config-file.ts";

/** A history as the image's configuration has it, oldest first. */
export function ociHistory(history: readonly unknown[]): readonly HistoryStep[] {
  return history.filter(isObject).map((step) => ({
    createdBy: textOf(step.created_by),
    created: textOf(step.created),
    comment: textOf(step.comment),
    author: textOf(step.author),
    emptyLayer: step.empty_layer === true,
  }));
}

/** Instructions of a Dockerfile that make no layer, as the classic builder (`#(nop)`) and BuildKit write them. */
const NO_LAYER =
  /^(?:.{0,100}#\(nop\)\s+)?(?:ARG|CMD|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|SHELL|STOPSIGNAL|USER|VOLUME)\s/;

/**
 * The history as Docker answers, newest first and without saying which steps made a layer. One that stored bytes did; of
 * the others, setting something for the container did not, and the rest did when that makes as many as there are layers.
 * @returns oldest first; nothing when it cannot be told for sure which steps made the layers
 */
export function engineHistory(history: unknown, layers: number): readonly HistoryStep[] {
  if (!Array.isArray(history)) return [];
  const steps = history.filter(isObject).reverse();
  const madeLayer = steps.map(({ Size: size, CreatedBy: command }) => {
    if (typeof size === "number" && size > 0) return "yes";
    return NO_LAYER.test(textOf(command) ?? "") ? "no" : "perhaps";
  });
  const certain = madeLayer.filter((answer) => answer === "yes").length;
  const possible = madeLayer.filter((answer) => answer !== "no").length;
  if (layers !== certain && layers !== possible && layers !== steps.length) return [];
  return steps.map((step, index) => ({
    createdBy: textOf(step.CreatedBy),
    created: timeOf(step.Created),
    comment: textOf(step.Comment),
    author: undefined,
    emptyLayer: layers === certain ? madeLayer[index] !== "yes" : layers === possible && madeLayer[index] === "no",
  }));
}

/** From seconds; the engines write an unknown time as 0, or as the beginning of Go's calendar. */
function timeOf(seconds: unknown): string | undefined {
  if (typeof seconds !== "number" || !(seconds > 0) || seconds > MOST_SECONDS) return undefined;
  return new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, "Z");
}

/** The end of what a Date can say. */
const MOST_SECONDS = 8_640_000_000_000;

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
