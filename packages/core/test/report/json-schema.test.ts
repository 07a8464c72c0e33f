/** docs/report.schema.json is what the schema says, and means what the schema means. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import * as z from "zod";
import { analyse } from "../../src/metrics/analyse.ts";
import { openSource } from "../../src/open-source.ts";
import { createReport } from "../../src/report/report.ts";
import { type Report, reportJsonSchema, reportSchema } from "../../src/report/schema.ts";
import { scanImage } from "../../src/tree/scan-image.ts";

const pathOf = (name: string): string => fileURLToPath(new URL(`../../../../${name}`, import.meta.url));
const committed = readFileSync(pathOf("docs/report.schema.json"), "utf8");
const fromFile = z.fromJSONSchema(JSON.parse(committed) as Parameters<typeof z.fromJSONSchema>[0]);

async function demoReport(): Promise<Report> {
  await using source = await openSource(pathOf("fixtures/demo.tar"));
  return createReport(analyse(await scanImage(source)), { files: true });
}

test("docs/report.schema.json is up to date; if not: npm run schema", () => {
  expect(JSON.parse(committed)).toEqual(JSON.parse(JSON.stringify(reportJsonSchema())));
});

test("the demo's report fits both", async () => {
  const report = await demoReport();
  expect(fromFile.safeParse(report).error).toBeUndefined();
  expect(reportSchema.safeParse(report).error).toBeUndefined();
});

const without = (report: Report, key: keyof Report): object => {
  const { [key]: _, ...rest } = report;
  return rest;
};

test.each<[string, (report: Report) => object]>([
  ["a missing part", (report) => without(report, "waste")],
  ["a part that nobody knows", (report) => ({ ...report, more: 1 })],
  ["a size below zero", (report) => ({ ...report, summary: { ...report.summary, wastedBytes: -1 } })],
  ["half a byte", (report) => ({ ...report, summary: { ...report.summary, wastedBytes: 0.5 } })],
  ["an efficiency above 1", (report) => ({ ...report, summary: { ...report.summary, efficiency: 1.1 } })],
  ["another cause", (report) => ({ ...report, waste: [{ ...report.waste[0], cause: "lost" }] })],
  ["another version", (report) => ({ ...report, schemaVersion: 2 })],
])("neither takes %s", async (_, change) => {
  const changed = change(await demoReport());
  expect(fromFile.safeParse(changed).success).toBe(false);
  expect(reportSchema.safeParse(changed).success).toBe(false);
});
