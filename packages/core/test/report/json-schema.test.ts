/** docs/report.schema.json and docs/check.schema.json are what the schemas say, and mean what those mean. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { analyse } from "../../src/metrics/analyse.ts";
import { openSource } from "../../src/open-source.ts";
import { createReport } from "../../src/report/report.ts";
import {
  checkReportJsonSchema,
  checkReportSchema,
  type Report,
  reportJsonSchema,
  reportSchema,
} from "../../src/report/schema.ts";
import { scanImage } from "../../src/tree/scan-image.ts";
import { checkProblems } from "./schema-files.ts";

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

test("docs/check.schema.json is up to date; if not: npm run schema", () => {
  const file: unknown = JSON.parse(readFileSync(pathOf("docs/check.schema.json"), "utf8"));
  expect(file).toEqual(JSON.parse(JSON.stringify(checkReportJsonSchema("report.schema.json"))));
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

describe("reports of several images", () => {
  const errors = [{ name: "worker", message: "dist/worker.tar: no such file or directory", code: "not-found" }];

  test("fit both", async () => {
    const document = { schemaVersion: 1, verdict: "undecided", reports: [await demoReport()], errors };
    expect(checkProblems(document)).toEqual([]);
    expect(checkReportSchema.parse(document)).toStrictEqual(document);
  });

  test.each<[string, (report: Report) => object]>([
    ["one that fits not", (report) => ({ reports: [report, { ...report, schemaVersion: 2 }] })],
    ["none at all", () => ({ reports: undefined })],
    ["another verdict", () => ({ verdict: "great" })],
    ["an error without a code", () => ({ errors: [{ name: "a", message: "b" }] })],
  ])("%s: neither takes it", async (_, change) => {
    const report = await demoReport();
    const document: unknown = JSON.parse(
      JSON.stringify({ schemaVersion: 1, verdict: "passed", reports: [report], errors, ...change(report) }),
    );
    expect(checkProblems(document)).not.toEqual([]);
    expect(checkReportSchema.safeParse(document).success).toBe(false);
  });
});
