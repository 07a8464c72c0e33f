/** What a report says of budgets, of the base image and of the own layers. */
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { file, hardlink, whiteout } from "../../../../fixtures/build/tar.ts";
import { layerStack } from "../../../../test/model/arbitrary.ts";
import type { Budget, BudgetFinding, BudgetLimit, BudgetVerdict } from "../../src/budget/budget.ts";
import { checkBudgets } from "../../src/budget/check-budgets.ts";
import { type Analysis, analyse } from "../../src/metrics/analyse.ts";
import { type BaseLayers, findBaseLayers } from "../../src/metrics/base-layers.ts";
import { diveCompat } from "../../src/metrics/dive-compat.ts";
import { accountForLayers } from "../../src/metrics/layer-group.ts";
import { WASTE_CAUSES } from "../../src/metrics/waste-cause.ts";
import { openSource } from "../../src/open-source.ts";
import { createReport, type ReportOptions, stringifyReport } from "../../src/report/report.ts";
import { type Report, reportSchema } from "../../src/report/schema.ts";
import { scanImage } from "../../src/tree/scan-image.ts";
import { pack, scanArchive, scanLayers } from "../tree/scan-layers.ts";
import { reportProblems } from "./schema-files.ts";

const RUNS = Number(process.env.LAYERSCOPE_TEST_RUNS ?? 100);

async function demo(): Promise<Analysis> {
  const path = fileURLToPath(new URL("../../../../fixtures/demo.tar", import.meta.url));
  await using source = await openSource(path);
  return analyse(await scanImage(source));
}

/** The report, which must be the same as an object and as text, and fit the schema. */
function reportOf(analysis: Analysis, options: ReportOptions): Report {
  const report = createReport(analysis, options);
  const text = [...stringifyReport(analysis, options)].join("");
  expect(JSON.parse(text)).toEqual(report);
  expect(JSON.parse(JSON.stringify(report))).toStrictEqual(JSON.parse(text));
  expect(reportProblems(JSON.parse(text))).toEqual([]);
  expect(reportSchema.parse(report)).toStrictEqual(report);
  return report;
}

const budget = (limit: BudgetLimit, more: Partial<Budget> = {}): Budget => ({
  name: limit.kind,
  limit,
  layers: "image",
  severity: "error",
  ...more,
});

const LIMITS: readonly BudgetLimit[] = [
  { kind: "maxSize", bytes: 1000 },
  { kind: "maxCompressedSize", bytes: 1000 },
  { kind: "maxLayers", count: 3 },
  { kind: "maxLayerSize", bytes: 1000 },
  { kind: "maxWastedBytes", bytes: 0, cause: "deleted" },
  { kind: "maxWastedShare", share: 0.1, butAtLeast: 20 },
  { kind: "minEfficiency", share: 0.95 },
  { kind: "maxFiles", count: 10 },
  { kind: "maxFileSize", bytes: 10 },
  { kind: "maxGrowth", share: 0.03 },
  { kind: "forbidden", patterns: ["**/*.json"] },
  { kind: "required", patterns: ["/no/such/path", "/etc"] },
  { kind: "allowedSetuid", patterns: [] },
  { kind: "nonRoot" },
  { kind: "diveLowestEfficiency", ratio: 0.9 },
  { kind: "diveHighestWastedBytes", bytes: 10 },
  { kind: "diveHighestUserWastedPercent", ratio: 0.1 },
];

describe("budgets", () => {
  test("of every kind are in the report as they were checked, in their order", async () => {
    const analysis = await demo();
    const budgets = LIMITS.flatMap((limit) => [budget(limit), budget(limit, { layers: "own", severity: "warn" })]);
    const verdicts = checkBudgets(analysis, budgets);
    const report = reportOf(analysis, { budgets: verdicts });
    expect(report.budgets).toHaveLength(budgets.length);
    for (const [at, { status, value, limit, margin, findingCount, budget }] of verdicts.entries()) {
      expect(report.budgets?.[at]).toMatchObject({
        name: budget.name,
        kind: budget.limit.kind,
        layers: budget.layers,
        severity: budget.severity,
        status,
        value: value ?? null,
        limit: limit ?? null,
        margin: margin ?? null,
        findingCount,
      });
    }
    expect(report.verdict).toBe("failed");
  });

  test("are left out, like the verdict on all of them, where none were checked", async () => {
    const report = reportOf(await demo(), {});
    expect(Object.keys(report)).not.toContain("budgets");
    expect(Object.keys(report)).not.toContain("verdict");
    expect(Object.keys(report)).not.toContain("compat");
  });

  test("that were checked and are none pass, but not on an image that could not be read", async () => {
    expect(reportOf(await demo(), { budgets: [] })).toMatchObject({ verdict: "passed", budgets: [] });
    const broken = await scanArchive(pack([[file("a", "1")], [file("b", "2")]], "plain", { broken: { missing: [0] } }));
    expect(reportOf(broken, { budgets: [] })).toMatchObject({ verdict: "undecided", complete: false });
  });

  const verdictOf = (more: Partial<BudgetVerdict>): BudgetVerdict => ({
    budget: budget({ kind: "maxSize", bytes: 1 }),
    status: "failed",
    unit: "bytes",
    value: 2,
    limit: 1,
    margin: -1,
    findings: [],
    findingCount: 0,
    ignoredBytes: 0,
    notes: [],
    ...more,
  });

  const only = async (verdict: BudgetVerdict): Promise<object | undefined> =>
    reportOf(await scanLayers([file("a", "1")]), { budgets: [verdict] }).budgets?.[0];

  test("say where they are written, what they count and what their limit is besides a number", async () => {
    const all = budget(
      { kind: "maxWastedShare", share: 0.1, butAtLeast: 20, cause: "deleted" },
      {
        layers: 3,
        paths: ["/usr"],
        ignore: ["*.pyc"],
        origin: { kind: "file", file: "layerscope.yaml", line: 7 },
      },
    );
    expect(await only(verdictOf({ budget: all, bytes: { value: 5, limit: 20 } }))).toMatchObject({
      layers: 3,
      paths: ["/usr"],
      ignore: ["*.pyc"],
      cause: "deleted",
      butAtLeast: 20,
      bytes: { value: 5, limit: 20 },
      origin: { file: "layerscope.yaml", line: 7 },
    });
    const option = "--forbidden .env";
    const typed = budget({ kind: "forbidden", patterns: [".env"] }, { origin: { kind: "option", option } });
    expect(await only(verdictOf({ budget: typed }))).toMatchObject({ patterns: [".env"], origin: { option } });
  });

  test("show findings by absolute paths, exactly", async () => {
    const findings: BudgetFinding[] = [
      { path: Buffer.from("usr/share"), isDirectory: true, bytes: 5, before: 3, layer: 0 },
      { path: Buffer.from([0x61, 0xff]), bytes: 1, layer: 0, hiddenBy: 2, cause: "rewritten", pattern: "a*" },
      { pattern: "/no/such/path" },
    ];
    expect(await only(verdictOf({ findings, findingCount: 30 }))).toMatchObject({
      findings: [
        { path: "/usr/share", directory: true, bytes: 5, before: 3, layer: 0 },
        { path: "/a\ufffd", pathBase64: "L2H/", bytes: 1, layer: 0, hiddenBy: 2, cause: "rewritten", pattern: "a*" },
        { pattern: "/no/such/path" },
      ],
      findingCount: 30,
    });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "never have a number that JSON does not: %d",
    async (odd) => {
      const limit: BudgetLimit = { kind: "maxWastedShare", share: odd, butAtLeast: odd };
      const verdict = verdictOf({
        budget: budget(limit),
        value: odd,
        limit: odd,
        margin: odd,
        bytes: { value: 1, limit: odd },
      });
      const written = await only(verdict);
      expect(written).toMatchObject({ value: null, limit: null, margin: null });
      expect(Object.keys(written ?? {})).not.toContain("bytes");
      expect(Object.keys(written ?? {})).not.toContain("butAtLeast");
    },
  );
});

describe("dive's numbers", () => {
  test("are there when they are given", async () => {
    const analysis = await demo();
    const dive = diveCompat(analysis.image);
    const { efficiency, wastedBytes, userWastedShare } = dive;
    expect(reportOf(analysis, { dive }).compat?.dive).toEqual({
      efficiency,
      wastedBytes,
      userWastedShare,
      inefficientFiles: dive.inefficient.length,
    });
  });

  test.each([
    ["not-a-number", [[file("a", "1")]]],
    ["infinite", [[file("a", "1")], [whiteout("a")], [file("b", "")], [file("a", "")]]],
  ])("say in words what no number is: %s", async (word, layers) => {
    const analysis = await scanLayers(...layers);
    const { dive } = reportOf(analysis, { dive: diveCompat(analysis.image) }).compat ?? {};
    expect(dive).toMatchObject({ userWastedShare: null, userWastedIs: word });
  });
});

describe("the base image", () => {
  test("is found by what the image says, unless it is given", async () => {
    const analysis = await demo();
    const { name = null, ...found } = findBaseLayers(analysis.image.document);
    expect(reportOf(analysis, {}).base).toEqual({ ...found, name });
    const given: BaseLayers = { layers: 3, foundBy: "given-number", certainty: "certain", name: "debian:12" };
    const report = reportOf(analysis, { base: given });
    expect(report.base).toEqual(given);
    expect(report.own?.layers).toBe(7);
  });

  test("and the own layers add up to the image", async () => {
    await fc.assert(
      fc.asyncProperty(layerStack, fc.nat(6), async (layers, wanted) => {
        const analysis = await scanArchive(pack(layers, "plain"));
        const count = Math.min(wanted, layers.length);
        const base: BaseLayers = { layers: count, foundBy: "given-number", certainty: "certain" };
        const { own, summary } = reportOf(analysis, { base });
        if (!own) throw new Error("the report has no own layers");
        const below = accountForLayers(analysis, 0, count);
        expect(own.layers + count).toBe(summary.layers);
        expect(own.storedBytes + below.storedBytes).toBe(summary.storedBytes);
        expect(own.contributedBytes + below.contributedBytes).toBe(summary.finalBytes);
        expect(own.wastedBytes + below.wastedBytes).toBe(summary.wastedBytes);
        expect(own.wastedBytes).toBe(own.storedBytes - own.contributedBytes);
        for (const cause of WASTE_CAUSES) {
          expect(own.wastedByCause[cause] + below.wastedByCause[cause]).toBe(summary.wastedByCause[cause]);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test("has what its layers store even if the own layers remove it", async () => {
    const analysis = await scanLayers(
      [file("a", "12345"), hardlink("b", "a")],
      [whiteout("a"), whiteout("b"), file("c", "1")],
    );
    const base: BaseLayers = { layers: 1, foundBy: "given-number", certainty: "certain" };
    expect(reportOf(analysis, { base }).own).toMatchObject({ storedBytes: 1, wastedBytes: 0, efficiency: 1 });
  });
});
