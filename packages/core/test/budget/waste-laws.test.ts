/** What is true of budgets of waste for any image. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { layerStack } from "../../../../test/model/arbitrary.ts";
import type { BudgetLimit, LayerGroup } from "../../src/budget/budget.ts";
import { checkBudgets } from "../../src/budget/check-budgets.ts";
import type { Analysis } from "../../src/metrics/analyse.ts";
import { accountForLayers } from "../../src/metrics/layer-group.ts";
import { WASTE_CAUSES } from "../../src/metrics/waste-cause.ts";
import { reopened } from "../report/reopen.ts";
import { scanLayers } from "../tree/scan-layers.ts";
import { baseOf, budgetOf, check } from "./check-image.ts";
import { bytesOf, comparable, filesAt, inScope, mostOf, naiveFiles, type Scope, wasteOf } from "./naive-budgets.ts";
import { REAL_IMAGES, realImage } from "./real-images.ts";

const RUNS = Number(process.env.LAYERSCOPE_TEST_RUNS ?? 60);

const path = fc
  .array(fc.constantFrom("a", "b", "c", ".wh.a"), { minLength: 1, maxLength: 2 })
  .map((segments) => `/${segments.join("/")}`);
const paths = fc.option(fc.array(path, { minLength: 1, maxLength: 2 }), { nil: undefined });
const scope: fc.Arbitrary<Scope> = fc.record({
  layers: fc.constantFrom<LayerGroup>("image", "own", "base", 0),
  paths,
  ignore: paths,
});
const cause = fc.constantFrom(undefined, ...WASTE_CAUSES);
/** In thousandths. */
const share = fc.integer({ min: 0, max: 1000 });
const floor = fc.option(fc.nat({ max: 20 }), { nil: undefined });

test("waste is what the model finds in the layers and paths in question", async () => {
  await fc.assert(
    fc.asyncProperty(layerStack, scope, cause, fc.nat({ max: 5 }), async (layers, wanted, only, split) => {
      const base = Math.min(split, layers.length);
      const { counted, ignored } = inScope(naiveFiles(layers), wanted, base);
      const isMeant = ({ waste }: (typeof counted)[number]): boolean =>
        waste !== undefined && (only === undefined || waste.cause === only);
      const wasted = counted.filter(isMeant);
      const verdict = check(await scanLayers(...layers), { kind: "maxWastedBytes", bytes: 0, cause: only }, wanted, {
        base: baseOf(base),
      });
      expect(verdict).toMatchObject({ value: bytesOf(wasted), ignoredBytes: bytesOf(ignored.filter(isMeant)) });
      for (const finding of verdict.findings) {
        const files = filesAt(wasted, finding);
        expect(finding.bytes).toBe(bytesOf(files));
        expect(finding.layer).toBe(mostOf(files, ({ layer }) => layer));
        const ofLayer = files.filter(({ layer }) => layer === finding.layer);
        expect(finding.hiddenBy).toBe(mostOf(ofLayer, (one) => wasteOf(one).hiddenBy));
        const ofBoth = ofLayer.filter((one) => wasteOf(one).hiddenBy === finding.hiddenBy);
        const place = mostOf(ofBoth, (one) => WASTE_CAUSES.indexOf(wasteOf(one).cause));
        expect(finding.cause).toBe(WASTE_CAUSES[place ?? -1]);
      }
    }),
    { numRuns: RUNS },
  );
});

test("shares are compared as fractions of whole numbers", async () => {
  await fc.assert(
    fc.asyncProperty(layerStack, scope, share, floor, async (layers, wanted, thousandths, butAtLeast) => {
      const { counted } = inScope(naiveFiles(layers), wanted, 1);
      const stored = bytesOf(counted);
      const wasted = bytesOf(counted.filter(({ waste }) => waste));
      const analysis = await scanLayers(...layers);
      const verdictOn = (limit: BudgetLimit) => check(analysis, limit, wanted, { base: baseOf(1) });
      const isFew = wasted <= (butAtLeast ?? -1);

      const most = verdictOn({ kind: "maxWastedShare", share: thousandths / 1000, butAtLeast });
      const isLittle = wasted * 1000 <= thousandths * stored;
      expect(most.status).toBe(isFew || isLittle ? "passed" : "failed");
      expect((most.margin ?? Number.NaN) >= 0).toBe(isLittle);
      expect(most.value).toBe(stored === 0 ? 0 : wasted / stored);

      const least = verdictOn({ kind: "minEfficiency", share: thousandths / 1000, butAtLeast });
      const isMuch = (stored - wasted) * 1000 >= thousandths * stored;
      expect(least.status).toBe(isFew || isMuch ? "passed" : "failed");
      expect((least.margin ?? Number.NaN) >= 0).toBe(isMuch);
      expect(least.value).toBe(stored === 0 ? 1 : (stored - wasted) / stored);

      for (const { bytes, status } of [most, least]) {
        expect(bytes?.value).toBe(wasted);
        expect(wasted <= (bytes?.limit ?? Number.NaN)).toBe(status === "passed");
      }
    }),
    { numRuns: RUNS },
  );
});

function agreesWithAccounts(analysis: Analysis): void {
  const { accounts } = analysis;
  const { length } = accounts.layers;
  const verdictOn = (limit: BudgetLimit, layers: LayerGroup = "image", base = 0) =>
    check(analysis, limit, { layers }, { base: baseOf(base) });
  expect(verdictOn({ kind: "maxWastedBytes", bytes: 0 }).value).toBe(accounts.wastedBytes);
  expect(verdictOn({ kind: "minEfficiency", share: 0 }).value).toBe(accounts.efficiency);
  for (const cause of WASTE_CAUSES) {
    expect(verdictOn({ kind: "maxWastedBytes", bytes: 0, cause }).value).toBe(accounts.wastedByCause[cause]);
  }
  for (const [layer, { wastedBytes }] of accounts.layers.entries()) {
    expect(verdictOn({ kind: "maxWastedBytes", bytes: 0 }, layer).value).toBe(wastedBytes);
  }
  for (let base = 0; base <= length; base++) {
    for (const [group, from, to] of [
      ["base", 0, base],
      ["own", base, length],
    ] as const) {
      const { wastedBytes, efficiency, wastedByCause } = accountForLayers(analysis, from, to);
      expect(verdictOn({ kind: "maxWastedBytes", bytes: 0 }, group, base).value).toBe(wastedBytes);
      expect(verdictOn({ kind: "minEfficiency", share: 0 }, group, base).value).toBe(efficiency);
      const deleted = verdictOn({ kind: "maxWastedBytes", bytes: 0, cause: "deleted" }, group, base);
      expect(deleted.value).toBe(wastedByCause.deleted);
    }
  }
}

test("without paths waste is that of the accounts, of all layers and of some", async () => {
  await fc.assert(
    fc.asyncProperty(layerStack, async (layers) => agreesWithAccounts(await scanLayers(...layers))),
    { numRuns: RUNS },
  );
});

test.each(REAL_IMAGES)("waste of a real image is that of its accounts: %s", async (image) => {
  agreesWithAccounts(await realImage(image));
});

test("a saved report gets the verdicts of the image it was made of", async () => {
  const limits: BudgetLimit[] = [
    { kind: "maxWastedBytes", bytes: 3 },
    { kind: "maxWastedShare", share: 0.2, butAtLeast: 3 },
    { kind: "maxWastedShare", share: 0.2, cause: "rewritten" },
    { kind: "minEfficiency", share: 0.7 },
  ];
  const base = baseOf(1);
  await fc.assert(
    fc.asyncProperty(layerStack, scope, async (layers, wanted) => {
      const analysis = await scanLayers(...layers);
      const budgets = limits.map((limit) => budgetOf(limit, wanted));
      const verdicts = checkBudgets(analysis, budgets, { base }).map(comparable);
      expect(checkBudgets(await reopened(analysis), budgets, { base }).map(comparable)).toEqual(verdicts);
    }),
    { numRuns: RUNS },
  );
});
