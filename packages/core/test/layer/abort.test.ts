import { describe, expect, test } from "vitest";
import { gzip, zstdFrames } from "../../../../fixtures/build/image.ts";
import { file, memberBytes, tar } from "../../../../fixtures/build/tar.ts";
import { readLayerFile, readLayerStream } from "../../src/layer/read-layer.ts";
import { FileRange } from "../../src/source/open-file.ts";
import { onFile } from "../temporary.ts";
import { entriesOf, layerOptions, streamLayer } from "./read-layers.ts";

const layer = tar(Array.from({ length: 300 }, (_, i) => file(`f${i}`, "x".repeat(3000))));

describe("a layer whose reading is aborted in the middle", () => {
  test.each([
    ["plain", layer],
    ["gzip", gzip(layer)],
    ["gzip of several members", gzip(layer, { members: 9 })],
    ["zstd", zstdFrames(layer, { frames: 9 })],
  ])("%s: the input is let go, and the next layer can be read", async (_, blob) => {
    const stop = new AbortController();
    let released = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (let round = 0; ; round++) {
          yield blob.subarray(0, blob.length >> 1);
          if (round > 200) throw new Error("nobody stopped");
          stop.abort();
          yield blob.subarray(blob.length >> 1);
        }
      } finally {
        released = true;
      }
    }
    const reading = readLayerStream(endless(), { ...layerOptions(), signal: stop.signal });
    await expect(reading).rejects.toMatchObject({ code: "aborted" });
    await expect.poll(() => released).toBe(true);
    expect((await streamLayer(blob)).layer.error).toBeUndefined();
  });

  test("one that is walked", async () => {
    const header = memberBytes(file("f"));
    class Endless extends FileRange {
      override readSync(target: Uint8Array, offset: number, length: number): number {
        for (let at = 0; at < length; at += 512) target.set(header.subarray(0, length - at), offset + at);
        return length;
      }
    }
    await onFile(Buffer.of(), async (opened) => {
      const options = { ...layerOptions(), signal: AbortSignal.timeout(30) };
      const reading = readLayerFile(new Endless(opened, 0, 2 ** 40), options);
      await expect(reading).rejects.toMatchObject({ code: "aborted" });
    });
  });
});

test("the same signal, not fired, changes nothing", async () => {
  const options = { ...layerOptions(), signal: new AbortController().signal };
  const read = await onFile(layer, (opened) => readLayerFile(opened.range(), options));
  expect(entriesOf({ layer: read, paths: options.paths })).toHaveLength(300);
});
