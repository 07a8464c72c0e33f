import { describe, expect, test } from "vitest";
import { gzip } from "../../../../fixtures/build/image.ts";
import { type SparseSpec, sparseFile, tar } from "../../../../fixtures/build/tar.ts";
import { hashesOf, streamLayer } from "./read-layers.ts";

const GIGABYTES = 2 ** 30;

function layerOf(form: SparseSpec["form"], data: string, offset: number): Buffer {
  const spec = { form, realSize: 100 * GIGABYTES, chunks: [{ offset, data }] };
  return gzip(tar([sparseFile("disk.img", spec)]));
}

async function hashOf(layer: Buffer): Promise<bigint> {
  return hashesOf(await streamLayer(layer)).get("disk.img") ?? expect.unreachable("not hashed");
}

// A hundred gigabytes of zeros would take most of a minute to hash: the test would run into its time limit.
describe.each(["gnu", "pax-0.1", "pax-1.0"] as const)(
  "a file of 100 GiB that is nearly all hole, in the form %s",
  (form) => {
    test("is the same again when its bytes and holes are", async () => {
      expect(await hashOf(layerOf(form, "boot", 512))).toBe(await hashOf(layerOf(form, "boot", 512)));
    });

    test("differs when its bytes do", async () => {
      expect(await hashOf(layerOf(form, "boot", 512))).not.toBe(await hashOf(layerOf(form, "BOOT", 512)));
    });

    test("differs when they stand elsewhere", async () => {
      expect(await hashOf(layerOf(form, "boot", 512))).not.toBe(await hashOf(layerOf(form, "boot", 1024)));
    });
  },
);
