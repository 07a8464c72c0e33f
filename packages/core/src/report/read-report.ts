/** Opens a saved report as the image it was made of, with what its files have shown, but without their contents. */
import { toLayerscopeError } from "../model/errors.ts";
import { Turns } from "../model/turns.ts";
import type { ScannedImage } from "../tree/scan-image.ts";
import { checkReport, requireLists } from "./check-report.ts";
import { nameOf, readJson } from "./read-document.ts";
import { restoreImage } from "./restore-image.ts";
import { restoreInspection } from "./restore-inspection.ts";

export interface ReadReportOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a report that was saved with its lists of files (`layerscope --json --files`, or `createReport` with `files`).
 *
 * The image is the one that was scanned then: all questions have the same answers, and {@link createReport} gives the
 * same report. Only contents of files cannot be read (`no-content`), the root directory's own metadata is not known, and
 * `errors` is empty, since nothing went wrong now; `complete` and the diagnostics tell what did.
 *
 * Where the report was made with what files show (`inspection`), {@link inspectImage} has the same answer again; of one
 * that was made without, or that does not say who owns which file, it says that no file could be looked into.
 * @param report the file's path, or its bytes
 * @throws LayerscopeError `not-found`, `unreadable`, `invalid-document` when it is no such report or contradicts itself,
 *   `limit-exceeded`, `aborted`
 * @example
 * const { accounts } = analyse(await readReport("report.json"));
 */
export async function readReport(report: string | Uint8Array, options: ReadReportOptions = {}): Promise<ScannedImage> {
  const name = nameOf(report);
  const turns = new Turns(options);
  try {
    const checked = requireLists(await checkReport(await readJson(report, options.signal), name, turns), name);
    const restored = await restoreImage(checked, name, turns);
    const inspected = await restoreInspection(checked, restored, name, turns);
    return { ...restored.image, ...(inspected && { inspected }) };
  } catch (thrown) {
    throw toLayerscopeError(thrown, { source: name });
  }
}
