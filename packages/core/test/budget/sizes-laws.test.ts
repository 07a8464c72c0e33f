/** What is true of budgets of sizes for any image. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { layerStack } from "../../../../test/model/arbitrary.ts";
import type { BudgetLimit, LayerGroup } from "../../src/budget/budget.ts";
import { checkBudgets } from "../../src/budget/check-budgets.ts";
import type { Analysis } from "../../src/metrics/analyse.ts";
import { reopened } from "../report/reopen.ts";
import { pack, scanArchive, scanLayers } from "../tree/scan-layers.ts";
import { baseOf, budgetOf, check } from "./check-image.ts";
import {
  bytesOf,
  comparable,
  filesAt,
  inScope,
  isAtOrBelow,
  mostOf,
  type NaiveFile,
  naiveFiles,
  pathText,
  type Scope,
  wasteOf,
} from "./naive-budgets.ts";
import { REAL_IMAGES, realImage } from "./real-images.ts";

const RUNS = Number(process.env.LAYERSCOPE_TEST_RUNS ?? 60);
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

const path = fc
  .array(fc.constantFrom("a", "b", "c", "é", ".wh.a", ".wh..wh.plnk"), { minLength: 1, maxLength: 2 })
  .map((segments) => `/${segments.join("/")}`);
const paths = fc.option(fc.array(path, { minLength: 1, maxLength: 2 }), { nil: undefined });
const group: fc.Arbitrary<LayerGroup> = fc.constantFrom<LayerGroup[]>("image", "own", "base", 0, 1);
const scope: fc.Arbitrary<Scope> = fc.record({ layers: group, paths, ignore: paths });

/** Whether an image of so many layers has them. */
const has = (layers: number, { layers: wanted }: Scope): boolean => typeof wanted !== "number" || wanted < layers;

const hiddenBy = (files: readonly NaiveFile[]): number | undefined =>
  files.every(({ waste }) => waste) ? Math.max(...files.map((one) => wasteOf(one).hiddenBy)) : undefined;

test("sizes are what the model finds in the layers and paths in question", async () => {
  await fc.assert(
    fc.asyncProperty(layerStack, scope, fc.nat({ max: 5 }), async (layers, wanted, split) => {
      fc.pre(has(layers.length, wanted));
      const base = Math.min(split, layers.length);
      const analysis = await scanLayers(...layers);
      const { counted, ignored } = inScope(naiveFiles(layers), wanted, base);
      const verdictOn = (limit: BudgetLimit) => check(analysis, limit, wanted, { base: baseOf(base) });

      const total = verdictOn({ kind: "maxSize", bytes: NO_LIMIT });
      expect(total).toMatchObject({ status: "passed", value: bytesOf(counted), ignoredBytes: bytesOf(ignored) });
      for (const finding of total.findings) {
        const files = filesAt(counted, finding);
        expect(finding.bytes).toBe(bytesOf(files));
        expect(finding.layer).toBe(mostOf(files, ({ layer }) => layer));
        expect(finding.hiddenBy).toBe(finding.isDirectory ? undefined : hiddenBy(files));
      }
      if (total.findingCount === total.findings.length) {
        expect(total.findings.reduce((sum, { bytes = 0 }) => sum + bytes, 0)).toBe(total.value);
      }

      const layerSizes = layers.map((_, at) => bytesOf(counted.filter(({ layer }) => layer === at)));
      const perLayer = verdictOn({ kind: "maxLayerSize", bytes: 0 });
      expect(perLayer.value).toBe(Math.max(0, ...layerSizes));
      expect(perLayer.findings.map(({ layer }) => layer)).toEqual(
        [...layers.keys()]
          .filter((layer) => layerSizes[layer])
          .sort((one, other) => (layerSizes[other] ?? 0) - (layerSizes[one] ?? 0) || one - other),
      );
      expect(perLayer.ignoredBytes).toBe(bytesOf(ignored));

      const perFile = verdictOn({ kind: "maxFileSize", bytes: 0 });
      expect(perFile.value).toBe(Math.max(0, ...counted.map(({ bytes }) => bytes)));
      expect(perFile.findingCount).toBe(counted.length);
      const lines = counted.map((one) => [one.bytes, one.path, one.layer, one.waste?.hiddenBy] as const);
      lines.sort(
        (one, other) => other[0] - one[0] || (one[1] < other[1] ? -1 : one[1] > other[1] ? 1 : one[2] - other[2]),
      );
      const listed = perFile.findings.map(
        (found) => [found.bytes, pathText(found), found.layer, found.hiddenBy] as const,
      );
      // Which of several members for one path in one layer comes first is left open.
      expect(listed.map((line) => line.slice(0, 3))).toEqual(lines.slice(0, 10).map((line) => line.slice(0, 3)));
      if (lines.length <= 10) expect(listed.map(String).sort()).toEqual(lines.map(String).sort());
    }),
    { numRuns: RUNS },
  );
});

test("a size at the limit passes, and one above does not", async () => {
  await fc.assert(
    fc.asyncProperty(layerStack, scope, async (layers, wanted) => {
      fc.pre(has(layers.length, wanted));
      const analysis = await scanLayers(...layers);
      for (const kind of ["maxSize", "maxLayerSize", "maxFileSize"] as const) {
        const { value = Number.NaN } = check(analysis, { kind, bytes: NO_LIMIT }, wanted);
        expect(check(analysis, { kind, bytes: value }, wanted)).toMatchObject({ status: "passed", margin: 0 });
        expect(check(analysis, { kind, bytes: value + 1 }, wanted)).toMatchObject({ status: "passed", margin: 1 });
        expect(check(analysis, { kind, bytes: value - 1 }, wanted)).toMatchObject({ status: "failed", margin: -1 });
      }
    }),
    { numRuns: RUNS },
  );
});

function agreesWithAccounts(analysis: Analysis): void {
  const { accounts } = analysis;
  const size = (layers: LayerGroup, base: number): number | undefined =>
    check(analysis, { kind: "maxSize", bytes: NO_LIMIT }, { layers }, { base: baseOf(base) }).value;
  expect(size("image", 0)).toBe(accounts.storedBytes);
  for (const [layer, { storedBytes }] of accounts.layers.entries()) {
    expect(size(layer, 0)).toBe(storedBytes);
    expect((size("base", layer) ?? 0) + (size("own", layer) ?? 0)).toBe(accounts.storedBytes);
  }
  const largest = check(analysis, { kind: "maxLayerSize", bytes: 0 }).value;
  expect(largest).toBe(Math.max(0, ...accounts.layers.map(({ storedBytes }) => storedBytes)));
}

test("without paths sizes are those of the accounts, and base and own layers make up the image", async () => {
  await fc.assert(
    fc.asyncProperty(layerStack, async (layers) => agreesWithAccounts(await scanLayers(...layers))),
    { numRuns: RUNS },
  );
});

test.each(REAL_IMAGES)("sizes of a real image are those of its accounts: %s", async (path) => {
  agreesWithAccounts(await realImage(path));
});

test("some paths and all others make up the whole, and findings do not overlap", async () => {
  await fc.assert(
    fc.asyncProperty(layerStack, fc.array(path, { minLength: 1, maxLength: 3 }), async (layers, some) => {
      const analysis = await scanLayers(...layers);
      const limit = { kind: "maxSize", bytes: NO_LIMIT } as const;
      const whole = check(analysis, limit);
      const only = check(analysis, limit, { paths: some });
      const others = check(analysis, limit, { ignore: some });
      expect((only.value ?? 0) + (others.value ?? 0)).toBe(whole.value);
      expect(others.ignoredBytes).toBe(only.value);
      expect(check(analysis, limit, { paths: some, ignore: some })).toMatchObject({
        value: 0,
        ignoredBytes: only.value,
      });
      for (const { findings } of [whole, only, others]) {
        const places = findings.map(pathText);
        for (const place of places) expect(places.filter((other) => isAtOrBelow(other, place))).toEqual([place]);
      }
    }),
    { numRuns: RUNS },
  );
});

test("a saved report gets the verdicts of the image it was made of", async () => {
  const limits: BudgetLimit[] = [
    { kind: "maxSize", bytes: 10 },
    { kind: "maxLayerSize", bytes: 5 },
    { kind: "maxFileSize", bytes: 3 },
    { kind: "maxLayers", count: 2 },
    { kind: "maxCompressedSize", bytes: 1000 },
  ];
  await fc.assert(
    fc.asyncProperty(layerStack, scope, async (layers, wanted) => {
      const analysis = await scanArchive(pack(layers, "gzip"));
      const budgets = limits.map((limit) => budgetOf(limit, wanted));
      const base = baseOf(1);
      const verdicts = checkBudgets(analysis, budgets, { base }).map(comparable);
      expect(checkBudgets(await reopened(analysis), budgets, { base }).map(comparable)).toEqual(verdicts);
    }),
    { numRuns: RUNS },
  );
});
