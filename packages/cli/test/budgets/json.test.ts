/** `--format json`. */
import type { CheckReport, Report } from "@layerscope/core";
import { checkReportSchema, reportSchema } from "@layerscope/core/report-schema";
import { describe, expect, test } from "vitest";
import { checkProblems, reportProblems } from "../../../core/test/report/schema-files.ts";
import { isChecked } from "../../src/budgets/check-run.ts";
import { json, jsonFormat } from "../../src/budgets/formats/json.ts";
import {
  checkedImage,
  demoAnalysis,
  everyKind,
  everyKindRun,
  hostileRun,
  hostileTexts,
  runOf,
  unmeasured,
  unreadImage,
  verdictOf,
} from "./runs.ts";

const textOf = (pieces: Iterable<string>): string => [...pieces].join("");

function reportOf(pieces: Iterable<string>): Report {
  const document: unknown = JSON.parse(textOf(pieces));
  expect(reportProblems(document)).toEqual([]);
  return reportSchema.parse(document);
}

function checkOf(pieces: Iterable<string>): CheckReport {
  const document: unknown = JSON.parse(textOf(pieces));
  expect(checkProblems(document)).toEqual([]);
  return checkReportSchema.parse(document);
}

describe("of one image", () => {
  test("it is the report, with what was checked", async () => {
    const run = runOf([checkedImage(await demoAnalysis(), everyKind)]);
    const report = reportOf(json(run));
    expect(report).toMatchObject({ verdict: "failed", image: { reference: "demo.tar" }, base: { layers: 4 } });
    expect(report.image).not.toHaveProperty("name");
    expect(report.budgets?.map(({ name, status }) => [name, status])).toEqual(
      everyKind.map(({ budget, status }) => [budget.name, status]),
    );
    expect(report.budgets?.map(({ origin }) => origin)).toContainEqual({ option: "--max-layers 10" });
    expect(report.budgets?.map(({ origin }) => origin)).toContainEqual({ file: ".dive-ci", line: 3 });
  });

  test("a name from a configuration is in it", async () => {
    const report = reportOf(json(runOf([checkedImage(await demoAnalysis(), [], { name: "web" })])));
    expect(report).toMatchObject({ verdict: "passed", image: { name: "web", reference: "demo.tar" }, budgets: [] });
  });

  test("lists of files and a cut of the waste are options", async () => {
    const run = runOf([checkedImage(await demoAnalysis(), [])]);
    expect(reportOf(json(run)).layers[0]).not.toHaveProperty("entries");
    const report = reportOf(jsonFormat({ files: true, top: 2 })(run));
    expect(report.layers[0]?.entries?.length).toBeGreaterThan(0);
    expect([report.waste.length, report.wasteCut]).toEqual([2, true]);
  });

  test("dive's numbers are in it when a verdict rests on them", async () => {
    const rule = { limit: { kind: "diveLowestEfficiency", ratio: 0.9 } } as const;
    const compatOf = async (verdict: Parameters<typeof checkedImage>[1][number]): Promise<Report["compat"]> =>
      reportOf(json(runOf([checkedImage(await demoAnalysis(), [verdict])]))).compat;
    expect(await compatOf(verdictOf({ budget: rule }))).toHaveProperty("dive.efficiency");
    expect(await compatOf(verdictOf())).toBeUndefined();
    expect(await compatOf(unmeasured("undecided", "it is a report", rule))).toBeUndefined();
  });
});

describe("of several images", () => {
  test("it has the report of each that could be read, and why the others could not", async () => {
    const run = await everyKindRun();
    const document = checkOf(json(run));
    expect(document.verdict).toBe(run.verdict);
    expect(document.reports.map(({ image }) => image.reference)).toEqual(["demo.tar"]);
    expect(document.errors).toEqual([
      { name: "worker", message: "dist/worker.tar: no such file or directory", code: "not-found" },
    ]);
  });

  test("each report is the one that the image alone would have", async () => {
    const images = [checkedImage(await demoAnalysis(), everyKind), checkedImage(await demoAnalysis(), [])];
    const { reports, errors } = checkOf(json(runOf(images)));
    expect(errors).toEqual([]);
    expect(reports).toEqual(images.map((image) => reportOf(json(runOf([image])))));
  });

  test("one that cannot be read is no report, even alone", () => {
    expect(checkOf(json(runOf([unreadImage()])))).toMatchObject({ verdict: "undecided", reports: [], errors: [{}] });
  });
});

test("whatever names, paths and messages are, the document has them", async () => {
  const run = await hostileRun();
  const { reports, errors } = checkOf(json(run));
  expect(errors.map(({ name }) => name)).toEqual(hostileTexts);
  expect(reports.map(({ image }) => image.reference)).toEqual(hostileTexts);
  expect(reports).toHaveLength(run.images.filter(isChecked).length);
  for (const [at, { budgets = [] }] of reports.entries()) {
    expect(budgets.flatMap(({ notes }) => notes)).toEqual(budgets.map(() => hostileTexts[at]));
    const withPaths = budgets.flatMap(({ findings }) => findings).filter(({ pathBase64 }) => pathBase64);
    expect(withPaths[0]).toMatchObject({ directory: true, path: expect.stringContaining("\ufffd") });
  }
});
