import { describe, expect, test } from "vitest";
import { estargz, gzip } from "../../../../fixtures/build/image.ts";
import { file, tar } from "../../../../fixtures/build/tar.ts";
import { decompress } from "../../src/archive/decompress.ts";
import { TrailingBytesError } from "../../src/archive/trailing-bytes.ts";
import { chunksOf, entriesOf, sha256, streamLayer } from "../layer/read-layers.ts";
import { typed } from "./read-tar.ts";

/** Bytes that do not compress. */
function noise(size: number): Buffer {
  let state = 1;
  return Buffer.from(
    Uint8Array.from({ length: size }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
      return state >>> 24;
    }),
  );
}

const layer = tar([file("a", noise(5000)), file("b", "x".repeat(100_000))]);

async function unpacked(blob: Uint8Array, chunkSize?: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of decompress("gzip", chunksOf(blob, chunkSize))) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const failureOf = async (blob: Uint8Array, chunkSize?: number): Promise<unknown> =>
  unpacked(blob, chunkSize).then(
    () => undefined,
    (thrown) => typed(thrown),
  );

describe("sound gzip", () => {
  test.each([
    ["one member", gzip(layer)],
    ["many members", gzip(layer, { members: 50 })],
    ["stored, not compressed", gzip(layer, { level: 0 })],
    ["zeros behind it", Buffer.concat([gzip(layer), Buffer.alloc(700)])],
    ["an empty member at the end", Buffer.concat([gzip(layer), gzip(Buffer.alloc(0))])],
  ])("%s", async (_, blob) => {
    for (const chunkSize of [undefined, 1000, 1]) {
      if (chunkSize === 1 && blob.length > 20_000) continue;
      expect((await unpacked(blob, chunkSize)).equals(layer)).toBe(true);
    }
  });

  test("of nothing", async () => expect(await unpacked(gzip(Buffer.alloc(0)))).toHaveLength(0));
});

describe.each(["in-archive", "after-end"] as const)("an eStargz layer with its table of contents %s", (toc) => {
  const packed = estargz([file("a", "abc"), file("b", noise(9000))], { toc });

  test("has the image's files only, and the digest of the whole stream", async () => {
    const { layer: read, paths } = await streamLayer(packed.blob);
    expect(read.error).toBeUndefined();
    expect(entriesOf({ layer: read, paths }).map(({ path }) => path)).toEqual(["a", "b"]);
    expect(read.tarBytes).toBe(packed.tar.length);
    expect(read.formatBytes).toBeGreaterThan(0);
    expect(sha256(await unpacked(packed.blob))).toBe(sha256(packed.tar));
  });
});

describe("bytes behind the gzip data", () => {
  const garbage = Buffer.from("GARBAGE".repeat(30));
  const cases: [string, Buffer][] = [
    ["one member", gzip(layer)],
    ["several members", gzip(layer, { members: 3 })],
  ];

  test.each(cases)("%s: the layer is complete, and they are reported with their offset", async (_, blob) => {
    for (const chunkSize of [undefined, 4096, 100]) {
      const { layer: read, paths } = await streamLayer(Buffer.concat([blob, garbage]), chunkSize);
      expect(read.error).toBeUndefined();
      expect(read.diagnostics).toMatchObject([{ code: "trailing-bytes", where: { offset: blob.length } }]);
      expect(entriesOf({ layer: read, paths }).map(({ path }) => path)).toEqual(["a", "b"]);
      expect(read.tarBytes).toBe(layer.length);
    }
  });

  test.each(cases)("%s: a single byte", async (_, blob) => {
    const { layer: read } = await streamLayer(Buffer.concat([blob, Buffer.from("x")]));
    expect(read.error).toBeUndefined();
    expect(read.diagnostics).toMatchObject([{ code: "trailing-bytes" }]);
  });

  test.each(cases)("%s: zeros and then something else", async (_, blob) => {
    const { layer: read } = await streamLayer(Buffer.concat([blob, Buffer.alloc(100), garbage]));
    expect(read.error).toBeUndefined();
    expect(read.tarBytes).toBe(layer.length);
  });

  test("in the middle of a tar are no end of it", async () => {
    const half = gzip(layer.subarray(0, 600));
    const { layer: read } = await streamLayer(Buffer.concat([half, garbage]));
    expect(read.error).toMatchObject({ code: "corrupt" });
    expect(await failureOf(Buffer.concat([half, garbage]))).toBeInstanceOf(TrailingBytesError);
  });
});

describe("damaged gzip", () => {
  test.each([5, 12, 300, 4000, -1, -8])("truncated at %i", async (length) => {
    const blob = gzip(layer).subarray(0, length);
    expect(await failureOf(blob)).toMatchObject({ code: "truncated", where: { offset: blob.length } });
    expect(await failureOf(blob, 100)).toMatchObject({ code: "truncated", where: { offset: blob.length } });
  });

  test("a wrong checksum", async () => {
    const blob = gzip(layer);
    blob[blob.length - 6] = (blob[blob.length - 6] as number) ^ 1;
    expect(await failureOf(blob)).toMatchObject({ code: "corrupt" });
  });

  test("a wrong length", async () => {
    const blob = gzip(layer);
    blob[blob.length - 1] = (blob[blob.length - 1] as number) ^ 1;
    expect(await failureOf(blob)).toMatchObject({ code: "corrupt" });
  });

  test("flipped bits in the middle", async () => {
    const blob = gzip(layer);
    for (let at = 2000; at < 2100; at++) blob[at] = (blob[at] as number) ^ 0x55;
    expect(await failureOf(blob)).toMatchObject({ code: "corrupt", where: { offset: expect.any(Number) } });
  });

  test("in the second member", async () => {
    const blob = Buffer.concat([gzip(layer.subarray(0, 3000)), gzip(layer.subarray(3000)).subarray(0, 50)]);
    expect(await failureOf(blob)).toMatchObject({ code: "truncated" });
  });

  test("what came before the damage is there", async () => {
    const whole = tar([file("a", noise(400_000)), file("b", noise(400_000))]);
    const { layer: read, paths } = await streamLayer(gzip(whole, { level: 1 }).subarray(0, -200_000), 16_384);
    expect(read.error).toMatchObject({ code: "truncated" });
    expect(entriesOf({ layer: read, paths }).map(({ path }) => path)).toContain("a");
  });
});

test("a failure of what the bytes come from is passed on as it is", async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield gzip(layer).subarray(0, 100);
    throw new RangeError("the cable was cut");
  }
  const all = async (): Promise<void> => {
    for await (const _ of decompress("gzip", failing()));
  };
  await expect(all()).rejects.toThrow("the cable was cut");
});

test("whoever stops early leaves nothing running", async () => {
  let ended = false;
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      const blob = gzip(noise(3_000_000));
      for (;;) yield blob;
    } finally {
      ended = true;
    }
  }
  for await (const _ of decompress("gzip", source())) break;
  await expect.poll(() => ended).toBe(true);
});
