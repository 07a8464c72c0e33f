/** Saves a scanned image as a report, and opens that. */
import { type Analysis, analyse } from "../../src/metrics/analyse.ts";
import { readReport } from "../../src/report/read-report.ts";
import { createReport, type ReportOptions, stringifyReport } from "../../src/report/report.ts";
import type { Report } from "../../src/report/schema.ts";

export const REFERENCE = "the image";

/** The report as it is on disk. */
export function saved(analysis: Analysis, options: ReportOptions = {}): Buffer {
  return Buffer.from([...stringifyReport(analysis, { reference: REFERENCE, files: true, ...options })].join(""));
}

export async function reopened(analysis: Analysis, options: ReportOptions = {}): Promise<Analysis> {
  return analyse(await readReport(saved(analysis, options)));
}

export const reportOf = (analysis: Analysis): Report => createReport(analysis, { reference: REFERENCE, files: true });

/** The report as plain data that can be changed. */
export const plain = (report: Report): Report => JSON.parse(JSON.stringify(report)) as Report;
