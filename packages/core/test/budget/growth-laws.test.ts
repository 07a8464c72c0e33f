/** What is true of the growth of any image since any other. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { file, hardlink, type Member, whiteout } from "../../../../fixtures/build/tar.ts";
import { layerStack } from "../../../../test/model/arbitrary.ts";
import { type Baseline, filesOf } from "../../src/budget/baseline.ts";
import { growthOf } from "../../src/budget/growth.ts";
import { readBaseline } from "../../src/report/read-baseline.ts";
import { saved } from "../report/reopen.ts";
import { scanLayers } from "../tree/scan-layers.ts";
import { asBaseline, baseOf, bytes, growthVerdict } from "./growing-images.ts";

const RUNS = Number(process.env.LAYERSCOPE_TEST_RUNS ?? 60);

const path = fc
  .array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 3 })
  .map((segments) => segments.join("/"));

/** Files, repeated ones too, and markers; what each path stores can be told from the members alone. */
const plainLayer = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.tuple(path, fc.nat({ max: 50 })).map(([name, size]) => bytes(name, size)) },
    { weight: 1, arbitrary: path.map(whiteout) },
  ),
  { maxLength: 10 },
);
const plainLayers = fc.array(plainLayer, { minLength: 1, maxLength: 4 });
const split = fc.nat({ max: 4 });

interface Stored {
  readonly name: string;
  readonly layer: number;
  readonly size: number;
}

/** What every layer stores, as its members say. */
const storedBy = (layers: readonly (readonly Member[])[]): Stored[] =>
  layers.flatMap((members, layer) =>
    members.map(({ path: name, content = "" }) => ({ name: String(name), layer, size: content.length })),
  );

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

const sizeOf = (stored: readonly Stored[]): number => sum(stored.map(({ size }) => size));

const textOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString("latin1");

const isAtOrBelow = (name: string, above: string): boolean => name === above || name.startsWith(`${above}/`);

/** Whether a layer is in a group, of an image with so many base layers. */
const isIn = {
  image: () => true,
  own: (layer: number, base: number) => layer >= base,
  base: (layer: number, base: number) => layer < base,
} as const;

test("growth by path is the difference of what the members of both come to", async () => {
  await fc.assert(
    fc.asyncProperty(
      plainLayers,
      plainLayers,
      split,
      split,
      fc.constantFrom("image", "own", "base"),
      fc.option(path, { nil: undefined }),
      async (layersBefore, layersNow, splitBefore, splitNow, group, wanted) => {
        const model = (layers: Member[][], base: number): Stored[] =>
          storedBy(layers).filter(
            ({ name, layer }) => isIn[group](layer, base) && (wanted === undefined || isAtOrBelow(name, wanted)),
          );
        const before = model(layersBefore, splitBefore);
        const now = model(layersNow, splitNow);
        const baseline = asBaseline(await scanLayers(...layersBefore), baseOf(splitBefore));
        const verdict = growthVerdict(await scanLayers(...layersNow), baseline, {
          scope: { layers: group, ...(wanted !== undefined && { paths: [`/${wanted}`] }) },
          base: baseOf(splitNow),
        });
        expect(verdict.growth).toEqual({ before: sizeOf(before), now: sizeOf(now) });
        expect(verdict.value).toBe(sizeOf(now) - sizeOf(before));
        for (const finding of verdict.findings) {
          const isPart = ({ name }: Stored): boolean => isAtOrBelow(name, textOf(finding.path));
          const was = sizeOf(before.filter(isPart));
          const parts = now.filter(isPart);
          expect(finding.before).toBe(was);
          expect(finding.bytes).toBe(sizeOf(parts) - was);
          expect(finding.bytes).toBeGreaterThan(0);
          const byLayer = layersNow.map((_, at) => sizeOf(parts.filter(({ layer }) => layer === at)));
          expect(finding.layer).toBe(byLayer.indexOf(Math.max(...byLayer)));
        }
      },
    ),
    { numRuns: RUNS },
  );
});

test("what grew, listed or not, less what shrank, is the growth", async () => {
  await fc.assert(
    fc.asyncProperty(layerStack, layerStack, async (layersBefore, layersNow) => {
      const baseline = asBaseline(await scanLayers(...layersBefore));
      const growth = growthOf(await scanLayers(...layersNow), baseOf(0), baseline);
      if (!growth?.paths) throw new Error("there are lists of files");
      const { before, now, paths } = growth;
      const { findings, findingCount, othersGrew, othersShrank } = paths;
      expect(sum(findings.map(({ bytes = 0 }) => bytes)) + othersGrew - othersShrank).toBe(now - before);
      expect(othersGrew).toBeGreaterThanOrEqual(0);
      expect(othersShrank).toBeGreaterThanOrEqual(0);
      expect(findingCount > findings.length).toBe(othersGrew > 0);
      expect(findings.map(({ bytes }) => bytes)).toEqual(
        findings.map(({ bytes = 0 }) => bytes).sort((one, other) => other - one),
      );
    }),
    { numRuns: RUNS },
  );
});

test("what a baseline lists sums to what each layer stores", async () => {
  await fc.assert(
    fc.asyncProperty(layerStack, async (layers) => {
      const { image, accounts } = await scanLayers(...layers);
      const sizes = layers.map(() => 0);
      for (const { layer, bytes } of filesOf(image.tree)) sizes[layer] = (sizes[layer] ?? 0) + bytes;
      expect(sizes).toEqual(accounts.layers.map(({ storedBytes }) => storedBytes));
    }),
    { numRuns: RUNS },
  );
});

test("a saved report is the same baseline as the image it was made of", async () => {
  const listed = ({ files }: Baseline): string[] =>
    [...(files?.() ?? [])].map(({ path, layer, bytes }) => `${textOf(path)} ${layer} ${bytes}`).sort();
  await fc.assert(
    fc.asyncProperty(layerStack, async (layers) => {
      const analysis = await scanLayers(...layers);
      const image = asBaseline(analysis);
      const report = await readBaseline(saved(analysis));
      expect(report.layers).toEqual(image.layers);
      expect(listed(report)).toEqual(listed(image));
    }),
    { numRuns: RUNS },
  );
});

test("the order of the names of a file in a tar changes nothing", async () => {
  const names = fc.uniqueArray(fc.constantFrom("a", "b", "c/d", "c-", "c/e/f", "é"), { minLength: 2, maxLength: 6 });
  const layerOf = ([first = "", ...others]: readonly string[]): Member[] => [
    file(first, "content"),
    ...others.map((name) => hardlink(name, first)),
  ];
  const orders = names.chain((one) => fc.tuple(fc.constant(one), fc.shuffledSubarray(one, { minLength: one.length })));
  await fc.assert(
    fc.asyncProperty(orders, async ([one, other]) => {
      const baseline = asBaseline(await scanLayers(layerOf(one)));
      const verdict = growthVerdict(await scanLayers(layerOf(other)), baseline);
      expect(verdict).toMatchObject({ value: 0, findingCount: 0, notes: [] });
    }),
    { numRuns: RUNS },
  );
});

/** Without rounding: growth · 10,000 is at most share in hundredths of a percent · before. */
test("a share is decided as if there were no rounding", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: 3000 }),
      fc.nat({ max: 300 }),
      fc.nat({ max: 10_000 }),
      async (before, grown, parts) => {
        const baseline = asBaseline(await scanLayers([bytes("a", before)]));
        const image = await scanLayers([bytes("a", before), bytes("b", grown)]);
        const verdict = growthVerdict(image, baseline, { limit: { share: parts / 10_000 } });
        expect(verdict.status).toBe(grown * 10_000 <= parts * before ? "passed" : "failed");
        expect(Number.isFinite(verdict.value)).toBe(true);
        expect((verdict.margin ?? Number.NaN) >= 0).toBe(verdict.status === "passed");
      },
    ),
    { numRuns: RUNS },
  );
});
