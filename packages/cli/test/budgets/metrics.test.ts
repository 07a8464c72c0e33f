/** `--format metrics`: held against a strict reader of OpenMetrics, and against that of others. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CheckRun } from "../../src/budgets/check-run.ts";
import { metrics } from "../../src/budgets/formats/metrics.ts";
import { parseOpenMetrics } from "./openmetrics.ts";
import { pythonModule } from "./python.ts";
import {
  checkedImage,
  demoAnalysis,
  everyKindRun,
  hostileRun,
  hostileTexts,
  runOf,
  unmeasured,
  unreadImage,
  verdictOf,
} from "./runs.ts";

const textOf = (run: CheckRun): string => [...metrics(run)].join("");
const read = (run: CheckRun) => parseOpenMetrics(textOf(run));
const labels = (of: Record<string, string>): string => JSON.stringify(of);
const demo = await demoAnalysis();

describe("an image has", () => {
  const families = read(runOf([checkedImage(demo, [])]));

  test("the numbers of its accounting", () => {
    const { accounts, image } = demo;
    const expected = {
      layerscope_image_complete: 1,
      layerscope_stored_bytes: accounts.storedBytes,
      layerscope_final_bytes: accounts.finalBytes,
      layerscope_wasted_bytes: accounts.wastedBytes,
      layerscope_efficiency_ratio: accounts.efficiency,
      layerscope_layers: image.layers.length,
      layerscope_files: accounts.paths.files,
      layerscope_compressed_bytes: image.layers.reduce((sum, { blobBytes }) => sum + (blobBytes ?? Number.NaN), 0),
    };
    for (const [name, value] of Object.entries(expected)) {
      expect([name, [...(families.get(name)?.samples ?? [])]]).toEqual([
        name,
        [[labels({ image: "demo.tar" }), value]],
      ]);
    }
  });

  test("bytes and ratios with their units", () => {
    for (const [name, { unit, type }] of families) {
      expect(type).toBe("gauge");
      expect(unit).toBe(/_(bytes|ratio)$/.exec(name)?.[1]);
    }
  });

  test("no compressed size when that of one layer is not known", () => {
    const layers = demo.image.layers.map((layer, index) => (index === 3 ? { ...layer, blobBytes: undefined } : layer));
    const analysis = { ...demo, image: { ...demo.image, layers } };
    expect(read(runOf([checkedImage(analysis, [])])).get("layerscope_compressed_bytes")?.samples.size).toBe(0);
  });
});

test("of an image that could not be read, or not to its end, there is only that", () => {
  const partial = { ...demo, image: { ...demo.image, complete: false } };
  const families = read(runOf([unreadImage(), checkedImage(partial, [], { name: "partial" })]));
  expect([...(families.get("layerscope_image_complete")?.samples ?? [])]).toEqual([
    [labels({ image: "worker" }), 0],
    [labels({ image: "partial" }), 0],
  ]);
  for (const [name, { samples }] of families) {
    if (name !== "layerscope_image_complete") expect([name, samples.size]).toEqual([name, 0]);
  }
});

describe("a budget has", () => {
  const families = read(
    runOf([
      checkedImage(demo, [
        verdictOf(),
        verdictOf({
          budget: { name: "share", severity: "warn" },
          status: "failed",
          unit: "share",
          value: 0.2,
          limit: 0.1,
        }),
        unmeasured("undecided", "it cannot be told", { name: "open" }),
        unmeasured("skipped", "there is no baseline", { name: "growth" }),
      ]),
    ]),
  );
  const samplesOf = (name: string) => [...(families.get(name)?.samples ?? [])];

  test("its value and its limit, with their unit, when there is a verdict", () => {
    const size = labels({ image: "demo.tar", budget: "total size", unit: "bytes" });
    const share = labels({ image: "demo.tar", budget: "share", unit: "share" });
    expect(samplesOf("layerscope_budget_value")).toEqual([
      [size, 280_000_000],
      [share, 0.2],
    ]);
    expect(samplesOf("layerscope_budget_limit")).toEqual([
      [size, 300_000_000],
      [share, 0.1],
    ]);
  });

  test("whether it failed, and how bad that is", () => {
    expect(samplesOf("layerscope_budget_failed")).toEqual([
      [labels({ image: "demo.tar", budget: "total size", severity: "error" }), 0],
      [labels({ image: "demo.tar", budget: "share", severity: "warn" }), 1],
    ]);
  });
});

test("equal names make no equal series, not even where a name looks like a number was added", () => {
  const verdicts = ["size", "size", "size (2)", "size"].map((name) => verdictOf({ budget: { name } }));
  const families = read(runOf([checkedImage(demo, verdicts), checkedImage(demo, verdicts)]));
  expect(families.get("layerscope_stored_bytes")?.samples.size).toBe(2);
  expect(families.get("layerscope_budget_value")?.samples.size).toBe(8);
});

test("the same run makes the same text", async () => {
  expect(textOf(await everyKindRun())).toBe(textOf(await everyKindRun()));
});

test("hostile names stay labels", async () => {
  expect(read(await hostileRun()).get("layerscope_image_complete")?.samples.size).toBe(hostileTexts.length * 2);
});

test("any name stays a label, and any number a number", () => {
  const name = fc.oneof(fc.string({ unit: "binary" }), fc.string(), fc.constantFrom(...hostileTexts));
  const value = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(name, fc.array(fc.tuple(name, value), { maxLength: 4 }), (image, budgets) => {
      const verdicts = budgets.map(([budget, measured]) => verdictOf({ budget: { name: budget }, value: measured }));
      const families = read(runOf([checkedImage(demo, verdicts, { name: image }), unreadImage({ name: image })]));
      const values = [...(families.get("layerscope_budget_value")?.samples.values() ?? [])];
      // A negative zero is written without its sign.
      expect(values).toEqual(budgets.map(([, measured]) => measured + 0));
      expect(families.get("layerscope_image_complete")?.samples.size).toBe(2);
    }),
  );
});

const prometheus = pythonModule("prometheus_client.openmetrics.parser", "python3-prometheus-client");

test.skipIf(!prometheus.isThere)(`the reader of prometheus-client reads the same${prometheus.unless}`, async () => {
  const program = `
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
print(json.dumps([
  [family.name, family.type, family.unit, family.documentation, [[s.labels, s.value] for s in family.samples]]
  for family in text_string_to_metric_families(sys.stdin.read())
]))`;
  for (const run of [await everyKindRun(), await hostileRun()]) {
    const theirs = JSON.parse(prometheus.run(program, textOf(run)));
    const ours = [...read(run)].map(([name, { type, unit = "", help, samples }]) => [
      name,
      type,
      unit,
      help,
      [...samples].map(([key, value]) => [JSON.parse(key), value]),
    ]);
    expect(theirs).toEqual(ours);
  }
});
