/** The sizes of some of an image's layers together. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dockerSaveContainerd } from "../../../../fixtures/build/image.ts";
import { dir, file, tar, whiteout } from "../../../../fixtures/build/tar.ts";
import { layerStack } from "../../../../test/model/arbitrary.ts";
import type { Analysis } from "../../src/metrics/analyse.ts";
import { accountForLayers, type LayerGroupAccounts } from "../../src/metrics/layer-group.ts";
import { WASTE_CAUSES } from "../../src/metrics/waste-cause.ts";
import { pack, scanArchive, scanLayers } from "../tree/scan-layers.ts";
import { bytesOf, naiveFiles } from "./naive-budgets.ts";
import { REAL_IMAGES, realImage } from "./real-images.ts";

const LAYERS = [
  [file("a", "1234"), file("b", "12345678")],
  [whiteout("b"), file("c", "12")],
  [file("c", "123"), file("a", "1234")],
];

describe("layers together", () => {
  test("have what they store, what of it is seen at the end, and the rest as their waste", async () => {
    const analysis = await scanLayers(...LAYERS);
    expect(accountForLayers(analysis, 0, 2)).toMatchObject({
      layers: 2,
      storedBytes: 14,
      contributedBytes: 0,
      wastedBytes: 14,
      efficiency: 0,
      wastedByCause: { deleted: 8, rewritten: 2, identical: 4, hidden: 0, metadata: 0, "duplicate-member": 0 },
    });
    expect(accountForLayers(analysis, 1, 3)).toMatchObject({
      layers: 2,
      storedBytes: 9,
      wastedBytes: 2,
      efficiency: 7 / 9,
    });
    expect(accountForLayers(analysis, 2, 3)).toMatchObject({
      layers: 1,
      storedBytes: 7,
      wastedBytes: 0,
      efficiency: 1,
    });
  });

  test("have an efficiency of 1 when they store nothing, or are none", async () => {
    const nothing = { storedBytes: 0, contributedBytes: 0, wastedBytes: 0, efficiency: 1 };
    const empty = await scanLayers([dir("d")], [file("f")], []);
    expect(accountForLayers(empty, 0, 3)).toMatchObject({ layers: 3, ...nothing });
    expect(accountForLayers(empty, 1, 1)).toMatchObject({ layers: 0, ...nothing, compressedBytes: 0, tarBytes: 0 });
  });

  test("have the sizes of their blobs and tars", async () => {
    const tars = LAYERS.map((members) => tar(members).length);
    const { image, accounts } = await scanArchive(pack(LAYERS, "gzip"));
    const group = accountForLayers({ image, accounts }, 1, 3);
    expect(group.tarBytes).toBe((tars[1] ?? 0) + (tars[2] ?? 0));
    expect(group.compressedBytes).toBe((image.layers[1]?.blobBytes ?? 0) + (image.layers[2]?.blobBytes ?? 0));
    expect(group.compressedBytes).toBeLessThan(group.tarBytes ?? 0);
  });

  test("do not have a size that is not known of each", async () => {
    const spec = { layers: LAYERS.map((members) => tar(members)), broken: { missing: [1] } };
    const analysis = await scanArchive(dockerSaveContainerd(spec));
    expect(analysis.image.layers[1]?.status).toBe("absent");
    expect(accountForLayers(analysis, 0, 3).tarBytes).toBeUndefined();
    expect(accountForLayers(analysis, 2, 3).tarBytes).toBeGreaterThan(0);
  });
});

function sumsOf(groups: readonly LayerGroupAccounts[]): object {
  const sum = (of: (group: LayerGroupAccounts) => number | undefined): number =>
    groups.reduce((total, group) => total + (of(group) ?? Number.NaN), 0);
  return {
    layers: sum(({ layers }) => layers),
    storedBytes: sum(({ storedBytes }) => storedBytes),
    contributedBytes: sum(({ contributedBytes }) => contributedBytes),
    wastedBytes: sum(({ wastedBytes }) => wastedBytes),
    wastedByCause: Object.fromEntries(
      WASTE_CAUSES.map((cause) => [cause, sum(({ wastedByCause }) => wastedByCause[cause])]),
    ),
    compressedBytes: sum(({ compressedBytes }) => compressedBytes),
    tarBytes: sum(({ tarBytes }) => tarBytes),
  };
}

function splitsAddUp(analysis: Analysis): void {
  const { accounts, image } = analysis;
  const { length } = accounts.layers;
  const whole = accountForLayers(analysis, 0, length);
  const { storedBytes, wastedBytes, efficiency, wastedByCause } = accounts;
  expect(whole).toMatchObject({ layers: length, storedBytes, wastedBytes, efficiency, wastedByCause });
  expect(whole.compressedBytes).toBe(image.layers.reduce((sum, { blobBytes = Number.NaN }) => sum + blobBytes, 0));
  for (let at = 0; at <= length; at++) {
    const parts = [accountForLayers(analysis, 0, at), accountForLayers(analysis, at, length)];
    expect(sumsOf(parts)).toEqual(sumsOf([whole]));
  }
}

test("wherever an image is split, both parts add up to the image", async () => {
  await fc.assert(fc.asyncProperty(layerStack, async (layers) => splitsAddUp(await scanLayers(...layers))));
});

test.each(REAL_IMAGES)("the parts of a real image add up to the image: %s", async (path) => {
  splitsAddUp(await realImage(path));
});

test("what layers have is what the model finds in them", async () => {
  await fc.assert(
    fc.asyncProperty(layerStack, fc.nat({ max: 5 }), fc.nat({ max: 5 }), async (layers, one, other) => {
      const [from, to] = [Math.min(one, other, layers.length), Math.min(Math.max(one, other), layers.length)];
      const own = naiveFiles(layers).filter(({ layer }) => layer >= from && layer < to);
      const wasted = own.filter(({ waste }) => waste);
      const group = accountForLayers(await scanLayers(...layers), from, to);
      expect(group).toMatchObject({ layers: to - from, storedBytes: bytesOf(own), wastedBytes: bytesOf(wasted) });
      for (const cause of WASTE_CAUSES) {
        expect(group.wastedByCause[cause]).toBe(bytesOf(wasted.filter(({ waste }) => waste?.cause === cause)));
      }
    }),
  );
});
