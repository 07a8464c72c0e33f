/** Opens a saved report as the image it was made of, all but the contents of its files. */
import { readFile, stat } from "node:fs/promises";
import { accountFor } from "../metrics/accounting.ts";
import { LayerscopeError, throwIfAborted, toLayerscopeError } from "../model/errors.ts";
import { escapeText } from "../model/path-text.ts";
import { Turns } from "../model/turns.ts";
import type { ScannedImage } from "../tree/scan-image.ts";
import { checkReport, type FullReport } from "./check-report.ts";
import { contradiction, notAReport, type Place } from "./report-problem.ts";
import { restoreDocument } from "./restore-document.ts";
import { type RestoredTree, restoreTree } from "./restore-tree.ts";

export interface ReadReportOptions {
  readonly signal?: AbortSignal | undefined;
}

/** The longest text that JavaScript can hold is little longer. */
const REPORT_BYTES = 500 * 2 ** 20;

/**
 * Opens a report that was saved with its lists of files (`layerscope --json --files`, or `createReport` with `files`).
 *
 * The image is the one that was scanned then: all questions have the same answers, and {@link createReport} gives the
 * same report. Only contents of files cannot be read (`no-content`), the root directory's own metadata is not known, and
 * `errors` is empty, since nothing went wrong now; `complete` and the diagnostics tell what did.
 * @param report the file's path, or its bytes
 * @throws LayerscopeError `not-found`, `unreadable`, `invalid-document` when it is no such report or contradicts itself,
 *   `limit-exceeded`, `aborted`
 * @example
 * const { accounts } = analyse(await readReport("report.json"));
 */
export async function readReport(report: string | Uint8Array, options: ReadReportOptions = {}): Promise<ScannedImage> {
  const name = typeof report === "string" ? report : "the document";
  const turns = new Turns(options);
  try {
    const bytes = typeof report === "string" ? await readBytes(report, options.signal) : report;
    requireSize(bytes.length, name);
    throwIfAborted(options.signal);
    const full = await checkReport(parse(bytes, name), name, turns);
    const restored = await restoreTree(full, name, turns);
    checkNumbers(full, restored, name);
    const { document, layers, diagnostics } = restoreDocument(full);
    return {
      document,
      source: full.image.source,
      layers,
      ...restored,
      contents: layers.map(() => undefined),
      diagnostics,
      complete: full.complete,
      errors: [],
    };
  } catch (thrown) {
    throw toLayerscopeError(thrown, { source: name });
  }
}

async function readBytes(path: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  requireSize((await stat(path)).size, path);
  return readFile(path, { signal });
}

function requireSize(bytes: number, name: string): void {
  if (bytes <= REPORT_BYTES) return;
  const message = `${name} has ${bytes} bytes, more than the ${REPORT_BYTES} that a report may have`;
  throw new LayerscopeError("limit-exceeded", message, { where: { source: name } });
}

function parse(bytes: Uint8Array, name: string): unknown {
  try {
    // Unlike Buffer's toString, this takes a byte-order mark off.
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (thrown) {
    throw notAReport(name, `it is not JSON (${escapeText((thrown as Error).message)})`);
  }
}

/** The numbers that were saved must be those of the tree: so nothing that matters was lost on the way. */
function checkNumbers({ summary, layers, wasteCut }: FullReport, { tree, classes }: RestoredTree, name: string): void {
  const accounts = accountFor(tree, classes);
  const { storedBytes, finalBytes, wastedBytes, wastedByCause, paths } = accounts;
  if (wasteCut && storedBytes !== summary.storedBytes) {
    throw new LayerscopeError(
      "invalid-document",
      `${name} was saved with --top, and files that only the records of waste had are missing`,
      { where: { source: name }, hint: "Save it again without --top: layerscope --json --files IMAGE > report.json" },
    );
  }
  // A file with several names can be noted under another of them when its record was cut, and with its cause.
  const byCause = wasteCut ? {} : { wastedByCause };
  requireSame(name, ["summary"], summary, { storedBytes, finalBytes, wastedBytes, ...byCause, ...paths });
  for (const [index, { entries: _, ...numbers }] of accounts.layers.entries()) {
    requireSame(name, ["layers", index], layers[index] ?? {}, numbers);
  }
}

/** @throws LayerscopeError when a number that was found is not the one that was saved */
function requireSame(name: string, place: Place, saved: object, found: object): void {
  const savedValues = new Map<string, unknown>(Object.entries(saved));
  for (const [key, value] of Object.entries(found)) {
    const was = savedValues.get(key);
    if (typeof value === "object" && typeof was === "object") {
      requireSame(name, [...place, key], was ?? {}, value as object);
    } else if (was !== value) {
      throw contradiction(name, [...place, key], `it is ${was}, but by the lists it is ${value}`);
    }
  }
}
