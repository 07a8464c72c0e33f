/** The table that a benchmark prints, and whether all of it is good. */

import { cpus, loadavg } from "node:os";

/** @typedef {{ row: string, value: string, limit: string, verdict: string }} Result */

/** @param {Result} result */
export const isGood = ({ verdict }) => verdict === "ok" || verdict.startsWith("skipped");

/** What it was measured on, in one line. */
export function machine() {
  const load = loadavg().map((value) => value.toFixed(1));
  return `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? "?"}, load ${load.join(" ")}`;
}

/** @param {Result[]} rows */
export function printTable(rows) {
  const table = [{ row: "row", value: "value", limit: "limit", verdict: "verdict" }, ...rows];
  const width = (/** @type {"row" | "value" | "limit"} */ key) => Math.max(...table.map((line) => line[key].length));
  const widths = { row: width("row"), value: width("value"), limit: width("limit") };
  for (const { row, value, limit, verdict } of table) {
    console.log(
      `${row.padEnd(widths.row)}  ${value.padStart(widths.value)}  ${limit.padStart(widths.limit)}  ${verdict}`,
    );
  }
}
