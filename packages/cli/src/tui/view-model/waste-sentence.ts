/** One waste record as a sentence. */
import type { WasteRecord } from "@layerscope/core";
import { formatBytes, type Units } from "../../output/bytes.ts";
import type { Subject } from "../subject.ts";
import { layerName } from "./layer-names.ts";

/**
 * What was wasted, who stored it and who made it invisible:
 * `12.4 MB stored in layer 3 (RUN npm install), rewritten by layer 6 (RUN chown -R …), metadata only: owner`.
 * Safe to print.
 * @param commandWidth columns that each command may have
 */
export function describeWaste(record: WasteRecord, subject: Subject, units: Units, commandWidth?: number): string {
  const { bytes, storedIn, hiddenBy } = record;
  const stored = `${formatBytes(bytes, units)} stored in ${layerName(subject, storedIn, commandWidth)}`;
  if (record.cause === "duplicate-member") return `${stored}, which has the path again`;
  const by = storedIn === hiddenBy ? "the same layer" : layerName(subject, hiddenBy, commandWidth);
  return `${stored}, ${fateOf(record, by)}`;
}

function fateOf({ cause, fields }: WasteRecord, by: string): string {
  switch (cause) {
    case "deleted":
      return `deleted by ${by}`;
    case "hidden":
      return `hidden by ${by}: a directory above it was replaced`;
    case "rewritten":
      return `rewritten by ${by} with other content`;
    case "metadata":
      return `rewritten by ${by}, metadata only: ${fields.join(", ")}`;
    case "identical":
      return `stored again by ${by}, nothing changed`;
    case "duplicate-member":
      return `stored twice by ${by}`;
  }
}
