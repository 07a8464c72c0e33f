import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gzip, zstdFrames } from "../../../../fixtures/build/image.ts";
import { tar } from "../../../../fixtures/build/tar.ts";
import { anyMembers, ending } from "../archive/arbitrary-members.ts";
import { entriesOf, fileLayer, markersOf, type Reading, streamLayer } from "./read-layers.ts";

/** All that a layer is, but for hashes: they differ from run to run by their seed, not within one. */
const shown = (reading: Reading): unknown => ({
  entries: entriesOf(reading),
  markers: markersOf(reading),
  formatBytes: reading.layer.formatBytes,
  tarBytes: reading.layer.tarBytes,
  error: reading.layer.error && [reading.layer.error.code, reading.layer.error.where.offset],
});
const hashed = ({ layer }: Reading): unknown => [...layer.entries.hash.subarray(0, layer.entries.count)];

describe("whatever is in a layer", () => {
  test("walking its file and letting its bytes pass by give the same", async () => {
    await fc.assert(
      fc.asyncProperty(anyMembers, ending, async (members, end) => {
        const layer = tar(members, end);
        expect(shown(await streamLayer(layer))).toEqual(shown(await fileLayer(layer)));
      }),
      { numRuns: 300 },
    );
  });

  test("chunks of any size give the same entries and the same hashes", async () => {
    await fc.assert(
      fc.asyncProperty(anyMembers, fc.integer({ min: 1, max: 1500 }), async (members, chunkSize) => {
        const layer = tar(members);
        const whole = await streamLayer(layer);
        for (const size of [chunkSize, ...(layer.length < 20_000 ? [1, 511, 513] : [])]) {
          const pieces = await streamLayer(layer, size);
          expect(shown(pieces)).toEqual(shown(whole));
          expect(hashed(pieces)).toEqual(hashed(whole));
        }
      }),
      { numRuns: 100 },
    );
  });

  test("cut off anywhere, both ways stop at the same place with the same entries", async () => {
    await fc.assert(
      fc.asyncProperty(anyMembers, fc.double({ min: 0, max: 1, noNaN: true }), async (members, where) => {
        const whole = tar(members);
        const layer = whole.subarray(0, Math.floor(where * whole.length));
        expect(shown(await streamLayer(layer))).toEqual(shown(await fileLayer(layer)));
      }),
      { numRuns: 300 },
    );
  });

  test("compressing it changes nothing", async () => {
    await fc.assert(
      fc.asyncProperty(anyMembers, fc.integer({ min: 1, max: 5 }), async (members, parts) => {
        const layer = tar(members);
        const plain = shown(await streamLayer(layer));
        expect(shown(await streamLayer(gzip(layer, { members: parts })))).toEqual(plain);
        expect(shown(await streamLayer(zstdFrames(layer, { frames: parts, skippable: parts % 2 })))).toEqual(plain);
      }),
      { numRuns: 60 },
    );
  });
});
