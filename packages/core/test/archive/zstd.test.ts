import { describe, expect, test } from "vitest";
import { type ZstdOptions, zstdFrames } from "../../../../fixtures/build/image.ts";
import { file, tar } from "../../../../fixtures/build/tar.ts";
import { decompress } from "../../src/archive/decompress.ts";
import { TrailingBytesError } from "../../src/archive/trailing-bytes.ts";
import { chunksOf, entriesOf, streamLayer } from "../layer/read-layers.ts";
import { typed } from "./read-tar.ts";

const layer = tar([file("a", "some text, ".repeat(100)), file("b", Buffer.alloc(200_000))]);

async function unpacked(blob: Uint8Array, chunkSize?: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of decompress("zstd", chunksOf(blob, chunkSize))) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const failureOf = async (blob: Uint8Array, chunkSize?: number): Promise<unknown> =>
  unpacked(blob, chunkSize).then(
    () => undefined,
    (thrown) => typed(thrown),
  );

const skippable = (length: number): Buffer => {
  const frame = Buffer.alloc(8 + length, 0x28);
  frame.writeUInt32LE(0x184d2a5f, 0);
  frame.writeUInt32LE(length, 4);
  return frame;
};

/** A frame of the given blocks, with a window of 2^`log` bytes and no content size. */
const frame = (log: number, ...blocks: { type: number; size: number; bytes: Uint8Array }[]): Buffer =>
  Buffer.concat([
    Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0, (log - 10) << 3),
    ...blocks.flatMap(({ type, size, bytes }, index) => {
      const header = Buffer.alloc(3);
      header.writeUIntLE((index === blocks.length - 1 ? 1 : 0) | (type << 1) | (size << 3), 0, 3);
      return [header, bytes];
    }),
  ]);
const RAW = 0;
const RLE = 1;
const COMPRESSED = 2;

describe("sound zstd", () => {
  test.each<[string, ZstdOptions]>([
    ["one frame", {}],
    ["many frames", { frames: 40 }],
    ["many frames without their content's size", { frames: 40, contentSize: false }],
    ["skippable frames first", { skippableFirst: 2 }],
    ["skippable frames last, as zstd:chunked has them", { frames: 7, skippable: 3 }],
    ["skippable frames first and last", { frames: 3, skippableFirst: 1, skippable: 1 }],
  ])("%s, fed in chunks of any size", async (_, options) => {
    const blob = zstdFrames(layer, options);
    for (const chunkSize of [undefined, 1, 3, 13, 1000]) {
      expect((await unpacked(blob, chunkSize)).equals(layer), `chunks of ${chunkSize}`).toBe(true);
    }
  });

  test("skippable frames between frames, some of them empty", async () => {
    const half = layer.length >> 1;
    const parts = [skippable(0), zstdFrames(layer.subarray(0, half)), skippable(300), skippable(0)];
    const blob = Buffer.concat([...parts, zstdFrames(layer.subarray(half)), skippable(0)]);
    for (const chunkSize of [undefined, 1, 7, 64]) expect((await unpacked(blob, chunkSize)).equals(layer)).toBe(true);
  });

  test("empty frames, and nothing but skippable frames", async () => {
    const empty = zstdFrames(Buffer.alloc(0));
    expect(await unpacked(Buffer.concat([empty, zstdFrames(Buffer.from("x")), empty]))).toEqual(Buffer.from("x"));
    expect(await unpacked(skippable(10))).toHaveLength(0);
  });

  test("runs of one byte", async () => {
    const run = { type: RLE, size: 131_072, bytes: Buffer.of(7) };
    const output = await unpacked(frame(17, run, run, { ...run, size: 5 }));
    expect(output.equals(Buffer.alloc(2 * 131_072 + 5, 7))).toBe(true);
  });

  test("compressed blocks", async () => {
    // What `zstd -19 --no-check` 1.5.4 makes of the lines.
    const packed =
      "KLUv/QBoPQMA8kQQEaBvqGxDa4P/C4EtSeXGbxUPxxQyxHuHP6aQId47+DGFDPHefUwhQ7w3cE5ZpopSNeWLiStiletVlRGvyIEVbC4oqBHAt/9n4DWr" +
      "ARE0BP//DcF+/9q2X7Ydqs0BRICXwWmVVQ==";
    const lines = Array.from({ length: 40 }, (_, i) => `line ${i} of a text that compresses well\n`).join("");
    for (const chunkSize of [undefined, 1, 9]) {
      expect((await unpacked(Buffer.from(packed, "base64"), chunkSize)).toString()).toBe(lines);
    }
  });

  test("a window of 128 MiB", async () => {
    expect(await unpacked(frame(27, { type: RAW, size: 3, bytes: Buffer.from("abc") }))).toEqual(Buffer.from("abc"));
  });
});

describe("bytes behind the zstd data", () => {
  test.each([
    ["text", Buffer.from("GARBAGE".repeat(30))],
    ["zeros", Buffer.alloc(600)],
    ["a single byte", Buffer.from("x")],
    ["three zeros", Buffer.alloc(3)],
  ])("%s: the layer is complete, and they are reported with their offset", async (_, garbage) => {
    for (const options of [{}, { frames: 3 }, { skippable: 1 }] as ZstdOptions[]) {
      const blob = zstdFrames(layer, options);
      for (const chunkSize of options.frames ? [1] : [undefined, 100]) {
        const { layer: read, paths } = await streamLayer(Buffer.concat([blob, garbage]), chunkSize);
        expect(read.error).toBeUndefined();
        expect(read.diagnostics).toMatchObject([{ code: "trailing-bytes", where: { offset: blob.length } }]);
        expect(entriesOf({ layer: read, paths }).map(({ path }) => path)).toEqual(["a", "b"]);
        expect(read.tarBytes).toBe(layer.length);
      }
    }
  });

  test("in the middle of a tar are no end of it", async () => {
    const half = Buffer.concat([zstdFrames(layer.subarray(0, 600)), Buffer.from("GARBAGE")]);
    expect((await streamLayer(half)).layer.error).toMatchObject({ code: "corrupt" });
    expect(await failureOf(half)).toBeInstanceOf(TrailingBytesError);
  });

  test("of no frame at all is no zstd", async () => {
    expect(await failureOf(Buffer.from("GARBAGE"))).toMatchObject({ code: "corrupt", where: { offset: 0 } });
    expect(await failureOf(Buffer.from("GARBAGE"))).not.toBeInstanceOf(TrailingBytesError);
  });
});

describe("damaged zstd ends in an error", () => {
  const blob = zstdFrames(layer, { frames: 2, skippable: 1 });

  test.each([2, 4, 6, 12, 700, -1, -20, -30])("truncated at %i", async (length) => {
    const cut = blob.subarray(0, length);
    for (const chunkSize of [undefined, 1, 100]) {
      expect(await failureOf(cut, chunkSize)).toMatchObject({ code: "truncated", where: { offset: cut.length } });
    }
  });

  test("a compressed block of nonsense", async () => {
    const nonsense = { type: COMPRESSED, size: 60, bytes: Buffer.alloc(60, 0xfb) };
    expect(await failureOf(frame(17, nonsense))).toMatchObject({ code: "corrupt" });
    const many = frame(17, ...Array.from({ length: 200 }, () => nonsense));
    expect(await failureOf(many)).toMatchObject({ code: "corrupt" });
    expect(await failureOf(many, 10)).toMatchObject({ code: "corrupt" });
  });

  test("a block type that does not exist", async () => {
    const blob = frame(17, { type: 3, size: 1, bytes: Buffer.from("x") });
    expect(await failureOf(blob)).toMatchObject({ code: "corrupt", where: { offset: 6 } });
  });

  test("a block larger than the window allows", async () => {
    const block = { type: RLE, size: 2 ** 21 - 1, bytes: Buffer.of(0) };
    expect(await failureOf(frame(10, block))).toMatchObject({ code: "corrupt" });
  });

  test("a window of 2 TiB", async () => {
    expect(await failureOf(frame(41, { type: RAW, size: 1, bytes: Buffer.from("x") }))).toMatchObject({
      code: "corrupt",
    });
  });

  test("less content than the header says", async () => {
    const short = zstdFrames(Buffer.from("abc"));
    short.writeUInt32LE(4, 5);
    expect(await failureOf(short)).toMatchObject({ code: "corrupt" });
  });

  test("what came before the damage is there", async () => {
    const { layer: read, paths } = await streamLayer(zstdFrames(layer, { frames: 20 }).subarray(0, -30), 200);
    expect(read.error).toMatchObject({ code: "truncated" });
    expect(entriesOf({ layer: read, paths }).map(({ path }) => path)).toContain("a");
  });
});
