/** Whether a document is a report, and one that a tree can be made of. */
import type * as z from "zod";
import { LayerscopeError } from "../model/errors.ts";
import { DEFAULT_LIMITS } from "../model/limits.ts";
import type { Turns } from "../model/turns.ts";
import { contradiction, notAReport, type Place, placeText } from "./report-problem.ts";
import type { Report, ReportLayer, ReportLayerEntry } from "./schema.ts";

/** A report in which every layer lists what it did. */
export interface FullReport extends Report {
  readonly layers: FullReportLayer[];
}

interface FullReportLayer extends ReportLayer {
  readonly entries: ReportLayerEntry[];
}

/**
 * Checks a document against the schema. What the schema does not know is let pass: new fields do not raise its version.
 * Parts that a tree is not made of are not looked at: what files show is checked where it is read
 * ({@link ./restore-inspection.ts}), verdicts and advice nowhere.
 * @throws LayerscopeError `invalid-document`, `limit-exceeded`, `aborted`
 */
export async function checkReport(document: unknown, name: string, turns: Turns): Promise<Report> {
  // Loading the schema takes as long as scanning a small image.
  const { reportItemSchemas, reportSchema, SCHEMA_VERSION } = await import("./schema.ts");
  if (!isObject(document) || typeof document.schemaVersion !== "number") {
    throw notAReport(name, "it has no schemaVersion");
  }
  if (Array.isArray(document.reports))
    throw notAReport(name, `it has the reports of ${document.reports.length} images`);
  if (document.schemaVersion !== SCHEMA_VERSION) {
    throw new LayerscopeError(
      "invalid-document",
      `${name} is a report of schema version ${document.schemaVersion}; this layerscope reads version ${SCHEMA_VERSION}`,
      { where: { source: name }, hint: "Open it with the version that saved it, or save it again from the image." },
    );
  }
  const check = checkerOf(name);
  // The long lists are checked item by item: the schema would copy them.
  check(reportSchema, withoutLists(document), []);
  const report = document as unknown as Report;
  if (report.layers.length > DEFAULT_LIMITS.layers) {
    throw new LayerscopeError("limit-exceeded", `${name} has more than ${DEFAULT_LIMITS.layers} layers`, {
      where: { source: name },
    });
  }
  for (const [index, { entries }] of report.layers.entries()) {
    if (entries === undefined) continue;
    if (!Array.isArray(entries)) throw notAReport(name, `layers[${index}].entries: expected array`);
    await turns.inParts(entries, (entry, at) =>
      check(reportItemSchemas.entry, entry, ["layers", index, "entries", at]),
    );
  }
  await turns.inParts(report.waste, (record, at) => check(reportItemSchemas.wasteRecord, record, ["waste", at]));
  checkLayerNumbers(report, name);
  return report;
}

export type Checker = (schema: z.ZodType, value: unknown, place: Place) => void;

/** Throws `invalid-document` for what is not as its schema has it; unknown keys are let pass. */
export function checkerOf(name: string): Checker {
  return (schema, value, place) => {
    const issue = schema.safeParse(value).error?.issues.find(({ code }) => code !== "unrecognized_keys");
    if (!issue) return;
    throw notAReport(name, `${placeText([...place, ...issue.path])}: ${issue.message.replace(/^Invalid input: /, "")}`);
  };
}

/** @throws LayerscopeError `invalid-document` when a layer has no list of what it did */
export function requireLists(report: Report, name: string): FullReport {
  const without = report.layers.findIndex(({ entries }) => entries === undefined);
  if (without < 0) return report as FullReport;
  throw new LayerscopeError(
    "invalid-document",
    `${name} was saved without --files, so it does not say what layer ${without} did`,
    { where: { source: name, layer: without }, hint: "Save it again: layerscope --json --files IMAGE > report.json" },
  );
}

/** Parts that a tree is not made of. */
const SAID_BY_OTHERS: ReadonlySet<string> = new Set<keyof Report>([
  "verdict",
  "budgets",
  "compat",
  "inspected",
  "savings",
  "advice",
  "packages",
  "unowned",
  "packageVersions",
  "packageChanges",
  "duplicates",
  "secrets",
  "allowedSecrets",
  "permissions",
]);

function withoutLists(document: Record<string, unknown>): object {
  const { layers, waste, ...rest } = document;
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([key]) => !SAID_BY_OTHERS.has(key))),
    layers: Array.isArray(layers) ? layers.map(withoutEntries) : layers,
    waste: Array.isArray(waste) ? [] : waste,
  };
}

function withoutEntries(layer: unknown): unknown {
  return isObject(layer) ? { ...layer, entries: [] } : layer;
}

function checkLayerNumbers({ image, layers, waste, base }: Report, name: string): void {
  if (base && base.layers > layers.length) {
    throw contradiction(name, ["base", "layers"], `it is ${base.layers}, of ${layers.length} layers`);
  }
  for (const [at, { index }] of layers.entries()) {
    if (index !== at) throw contradiction(name, ["layers", at, "index"], `it is ${index}`);
  }
  const known = new Set<number>();
  for (const [at, { layer }] of image.history.entries()) {
    if (layer === null) continue;
    if (layer >= layers.length || known.has(layer)) {
      throw contradiction(
        name,
        ["image", "history", at, "layer"],
        `no other step may have layer ${layer}, which must exist`,
      );
    }
    known.add(layer);
  }
  for (const [at, { storedIn, hiddenBy }] of waste.entries()) {
    if (storedIn <= hiddenBy && hiddenBy < layers.length) continue;
    throw contradiction(name, ["waste", at], `stored in layer ${storedIn}, hidden by ${hiddenBy}`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
