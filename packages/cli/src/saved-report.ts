/** Reads a saved report. Loaded only where one is: it takes more code than most commands need. */
import { readFile } from "node:fs/promises";
import { readReport, type ScannedImage } from "@layerscope/core";
import { interruption } from "./interruption.ts";

/**
 * The image that a report was made of, with what its files have shown, but without their contents.
 * @throws LayerscopeError `invalid-document`
 */
export async function savedReport(file: string): Promise<ScannedImage> {
  return readReport(await readFile(file), { signal: interruption.signal });
}
