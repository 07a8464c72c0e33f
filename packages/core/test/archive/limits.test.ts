import { describe, expect, test } from "vitest";
import {
  dockerSaveOld,
  gzip,
  type ImageSpec,
  ociArchive,
  pre110,
  zstdFrames,
} from "../../../../fixtures/build/image.ts";
import { file, gnuLongName, memberBytes, paxHeader, symlink, tar } from "../../../../fixtures/build/tar.ts";
import { PathTable } from "../../src/layer/path-table.ts";
import { readLayerStream } from "../../src/layer/read-layer.ts";
import type { Limits } from "../../src/model/limits.ts";
import { chunksOf, fileLayer, layerOptions, streamLayer } from "../layer/read-layers.ts";
import { openBytes, openFailure } from "./open-images.ts";
import { problemIn } from "./read-tar.ts";

const exceeded = { code: "limit-exceeded" };
const spec: ImageSpec = { layers: [tar([file("a", "1")]), tar([file("b", "2")])], tags: ["app:1"] };

/** The error of a layer, the same from a file and from a stream. */
async function layerProblem(blob: Uint8Array, limits: Partial<Limits> = {}): Promise<unknown> {
  const walked = (await fileLayer(blob, limits)).layer.error;
  expect((await streamLayer(blob, 1000, limits)).layer.error?.code).toBe(walked?.code);
  return walked;
}

describe("every limit is reached, and is none below it", () => {
  test("headerBytes: pax headers, GNU long names", async () => {
    for (const member of [
      paxHeader({ comment: "x".repeat(2000) }),
      gnuLongName("x".repeat(2000)),
      paxHeader({ comment: "x".repeat(2000) }, "g"),
    ]) {
      const bytes = tar([member, file("f")]);
      expect(await problemIn(bytes, { headerBytes: 1000 })).toEqual({ ...exceeded, offset: 0 });
      expect(await problemIn(bytes, { headerBytes: 3000 })).toBeUndefined();
    }
  });

  test("pathBytes: paths, and targets of links", async () => {
    for (const member of [
      file("d/".repeat(300)),
      symlink("l", "d/".repeat(300)),
      { ...symlink("h", "d/".repeat(300)), type: "link" as const },
    ]) {
      expect(await layerProblem(tar([member]), { pathBytes: 599 })).toMatchObject(exceeded);
      expect(await layerProblem(tar([member]), { pathBytes: 600 })).toBeUndefined();
    }
  });

  test("entries: over all layers that share a budget", async () => {
    const layer = tar([file("a"), file("b"), file("c")]);
    expect(await layerProblem(layer, { entries: 2 })).toMatchObject({ ...exceeded, where: { offset: 1024 } });
    expect(await layerProblem(layer, { entries: 3 })).toBeUndefined();
    const options = { ...layerOptions({ entries: 5 }) };
    expect((await readLayerStream(chunksOf(layer), options)).error).toBeUndefined();
    expect((await readLayerStream(chunksOf(layer), options)).error).toMatchObject(exceeded);
  });

  test("entries: directories that only paths imply are counted too", () => {
    const options = layerOptions({ entries: 1000 });
    const paths = new PathTable(options.limits);
    const many = (): void => {
      for (let i = 0; i < 100; i++) {
        const path = Buffer.from(`${i}/`.repeat(200));
        paths.intern(path, 0, path.length);
      }
    };
    expect(many).toThrow(expect.objectContaining(exceeded));
  });

  test("nameBytes: names, link targets, extended attributes", async () => {
    const names = Array.from({ length: 300 }, (_, i) => `${i}`.padEnd(90, "n"));
    for (const layer of [
      tar(names.map((name) => file(name))),
      tar(names.map((name, i) => symlink(`${i}`, name))),
      tar(names.map((name, i) => file(`${i}`, "", { xattrs: { "user.a": Buffer.from(name) } }))),
    ]) {
      expect(await layerProblem(layer, { nameBytes: 20_000 })).toMatchObject(exceeded);
      expect(await layerProblem(layer, { nameBytes: 100_000 })).toBeUndefined();
    }
  });

  test("layerBytes: what comes out of a compressed layer, and what headers claim", async () => {
    const layer = tar([file("f", Buffer.alloc(100_000))]);
    for (const blob of [gzip(layer), zstdFrames(layer), layer]) {
      expect(await layerProblem(blob, { layerBytes: 99_999 })).toMatchObject(exceeded);
      expect(await layerProblem(blob, { layerBytes: 200_000 })).toBeUndefined();
    }
  });

  test("jsonBytes: manifests and configurations", async () => {
    for (const build of [dockerSaveOld, ociArchive]) {
      const bytes = build({ ...spec, config: { Labels: { long: "x".repeat(5000) } } });
      for (const packed of [bytes, gzip(bytes)]) {
        expect(await openFailure(packed, { jsonBytes: 4000 })).toMatchObject(exceeded);
        expect((await openBytes(packed, { jsonBytes: 9000 })).only).toHaveLength(2);
      }
    }
  });

  test("layers", async () => {
    for (const build of [dockerSaveOld, ociArchive, pre110]) {
      expect(await openFailure(build(spec), { layers: 1 })).toMatchObject(exceeded);
      expect((await openBytes(build(spec), { layers: 2 })).only).toHaveLength(2);
    }
  });

  test("manifests: of an index, of a manifest.json, and indexes within indexes", async () => {
    const specs = [1, 2, 3].map((i): ImageSpec => ({ layers: [tar([file(`${i}`)])], tags: [`app:${i}`] }));
    for (const bytes of [ociArchive(specs), dockerSaveOld(specs), ociArchive(specs, { nested: 2 })]) {
      expect(await openFailure(bytes, { manifests: 2 })).toMatchObject(exceeded);
      expect((await openBytes(bytes, { manifests: 10 })).list.images.length).toBeGreaterThan(0);
    }
    expect(await openFailure(ociArchive(specs, { nested: 12 }))).toMatchObject(exceeded);
  });

  test("archiveMembers", async () => {
    const bytes = dockerSaveOld(spec);
    for (const packed of [bytes, gzip(bytes)]) {
      expect(await openFailure(packed, { archiveMembers: 5 })).toMatchObject(exceeded);
      expect((await openBytes(packed, { archiveMembers: 20 })).only).toHaveLength(2);
    }
  });
});

describe("the limits as they are hold", () => {
  const header = memberBytes(file("f"));

  test("against ten million members", async () => {
    const block = Buffer.concat(Array.from({ length: 2000 }, () => header));
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (let count = 0; count < 10_000_000; count += 2000) yield block;
    }
    const options = layerOptions({ entries: 400_000 });
    const before = process.memoryUsage.rss();
    const read = await readLayerStream(endless(), options);
    expect(read.error).toMatchObject({ ...exceeded, where: { offset: 400_000 * 512 } });
    expect(process.memoryUsage.rss() - before).toBeLessThan(256 * 2 ** 20);
  });

  test("against a path of a megabyte", async () => {
    expect(await layerProblem(tar([paxHeader({ path: "x/".repeat(500_000) }), file("f")]))).toMatchObject(exceeded);
  });

  test("against a pax header that claims four gigabytes, in a layer and around the layers", async () => {
    const claim = tar([{ ...paxHeader({}), size: 4 * 2 ** 30 }]).subarray(0, 512);
    expect(await problemIn(claim)).toEqual({ ...exceeded, offset: 0 });
    // Zeros come as long as they are taken.
    async function* zeros(): AsyncGenerator<Uint8Array> {
      yield claim;
      for (let i = 0; i < 4096; i++) yield Buffer.alloc(2 ** 20);
    }
    const { error } = await readLayerStream(zeros(), layerOptions());
    expect(error).toMatchObject(exceeded);
    const whole = gzip(Buffer.concat([dockerSaveOld(spec).subarray(0, -1024), claim, Buffer.alloc(200 * 2 ** 20)]), {
      level: 1,
    });
    const before = process.memoryUsage.rss();
    expect(await openFailure(whole)).toMatchObject(exceeded);
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 2 ** 20);
  });

  test.each([
    ["gzip", (bytes: Buffer) => gzip(bytes, { level: 1 })],
    ["zstd", (bytes: Buffer) => zstdFrames(bytes, { contentSize: false })],
  ])("against a bomb of %s: memory stays bounded", async (_, pack) => {
    const bomb = pack(tar([file("f", Buffer.alloc(160 * 2 ** 20))]));
    const before = process.memoryUsage.rss();
    const { layer } = await streamLayer(bomb, undefined, { layerBytes: 140 * 2 ** 20 });
    expect(layer.error).toMatchObject(exceeded);
    expect(process.memoryUsage.rss() - before).toBeLessThan(96 * 2 ** 20);
  });

  test("against 100 MB of JSON", async () => {
    const bytes = tar([file("manifest.json", Buffer.alloc(100_000_000, "["))]);
    expect(await openFailure(bytes)).toMatchObject(exceeded);
    expect(await openFailure(gzip(bytes, { level: 1 }))).toMatchObject(exceeded);
  });

  test("against JSON that is nested a million deep", async () => {
    expect(await openFailure(tar([file("manifest.json", "[".repeat(1_000_000))]))).toMatchObject({
      code: "invalid-document",
    });
  });
});
