/** Reads the JSON of a saved report. */
import { readFile, stat } from "node:fs/promises";
import { LayerscopeError, throwIfAborted } from "../model/errors.ts";
import { escapeText } from "../model/path-text.ts";
import { notAReport } from "./report-problem.ts";

/** The longest text that JavaScript can hold is little longer. */
const REPORT_BYTES = 500 * 2 ** 20;

/** What messages call a report: the file that was asked for. */
export function nameOf(report: string | Uint8Array): string {
  return typeof report === "string" ? report : "the document";
}

/**
 * @param report the file's path, or its bytes
 * @throws LayerscopeError `invalid-document`, `limit-exceeded`, `aborted`, and what the file system says
 */
export async function readJson(report: string | Uint8Array, signal: AbortSignal | undefined): Promise<unknown> {
  const bytes = typeof report === "string" ? await readBytes(report, signal) : report;
  requireSize(bytes.length, nameOf(report));
  throwIfAborted(signal);
  return parse(bytes, nameOf(report));
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
