/** Reads a saved report. Loaded only where one is: it takes more code than most commands need. */
import { readReport, type ScannedImage } from "@layerscope/core";
import { interruption } from "./interruption.ts";

/**
 * The image that a report was made of, with what its files have shown, but without their contents.
 * @throws LayerscopeError `invalid-document`, `limit-exceeded`, `aborted`, and what the file system says
 */
export function savedReport(file: string): Promise<ScannedImage> {
  return readReport(file, { signal: interruption.signal });
}
