/** Where in a repository a report points to. */
import type { BudgetOrigin } from "@layerscope/core";

export interface Place {
  /** Relative, with `/`, and never out of the directory it is relative to. Not escaped. */
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
}

/**
 * Where a budget is written. One of the command line is written nowhere, and then it is the image that is pointed to: what
 * shows reports shows nothing of a problem that has no place.
 */
export function placeOf(origin: BudgetOrigin, reference: string): Place {
  return origin.kind === "file"
    ? { path: pathInside(origin.file), line: origin.line }
    : { path: pathInside(reference), line: 1 };
}

/** The image itself. */
export const placeOfImage = (reference: string): Place => ({ path: pathInside(reference), line: 1 });

/**
 * The path without what leads out: reports are read relative to the top of a repository, and that is where a configuration
 * above the working directory usually lies.
 */
function pathInside(path: string): string {
  const names = path.split(/[\\/]/).filter((name) => name !== "" && name !== "." && name !== "..");
  return names.length > 0 ? names.join("/") : "image";
}

/** A path as a relative URI reference. */
export function uriOf(path: string): string {
  return path
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .split("/")
    .map((name) => encodeURIComponent(name))
    .join("/");
}
