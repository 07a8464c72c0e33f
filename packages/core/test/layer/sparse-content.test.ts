import { describe, expect, test } from "vitest";
import { gzip } from "../../../../fixtures/build/image.ts";
import { file, type SparseSpec, sparseFile, tar } from "../../../../fixtures/build/tar.ts";
import { contentOf, entriesOf, fileLayer, hashesOf, streamLayer } from "./read-layers.ts";

const CHUNKS = [
  { offset: 10, data: "first" },
  { offset: 70_000, data: Buffer.alloc(3000, "x") },
  { offset: 200_000, data: "third" },
  { offset: 200_100, data: "fourth" },
  { offset: 300_000, data: "fifth" },
  { offset: 400_000, data: "sixth" },
];

function expanded({ chunks, realSize }: SparseSpec): Buffer {
  const content = Buffer.alloc(realSize);
  for (const { offset, data } of chunks) Buffer.from(data as Buffer).copy(content, offset);
  return content;
}

describe.each(["gnu", "pax-0.0", "pax-0.1", "pax-1.0"] as const)("a sparse file in the form %s", (form) => {
  describe.each([
    ["ending in data", 400_005, 6],
    ["ending in a hole", 500_000, 6],
    ["with three chunks", 300_000, 3],
    ["all hole", 100_000, 0],
    ["all data", 15, 1],
  ])("%s", (_, realSize, count) => {
    const sparse: SparseSpec = { form, realSize, chunks: CHUNKS.slice(0, count) };
    const content = expanded(sparse);
    const layer = tar([sparseFile("d/sparse", sparse), file("plain", content)]);

    test("reads like the plain file of the same content", async () => {
      expect((await contentOf(layer, "d/sparse", "file")).equals(content)).toBe(true);
      expect((await contentOf(layer, "d/sparse", "stream")).equals(content)).toBe(true);
      expect((await contentOf(gzip(layer), "d/sparse", "stream")).equals(content)).toBe(true);
      expect(entriesOf(await fileLayer(layer)).map(({ size }) => size)).toEqual([realSize, realSize]);
    });

    test("has its hash, in whatever chunks the layer comes", async () => {
      for (const chunkSize of [undefined, 1000, 7]) {
        const hashes = hashesOf(await streamLayer(layer, chunkSize));
        expect(hashes.get("d/sparse")).toBe(hashes.get("plain"));
        expect(hashes.get("plain")).toBeDefined();
      }
    });
  });
});

test("a pax 1.0 map that cannot be read: an error when the content is wanted", async () => {
  const pax = {
    "GNU.sparse.major": "1",
    "GNU.sparse.minor": "0",
    "GNU.sparse.realsize": "100",
    "GNU.sparse.name": "f",
  };
  for (const map of ["x\n", "1\n99\n3\n", "2\n0\n1\n0\n1\n", "9999999\n", "\n"]) {
    const layer = tar([file("f", Buffer.from(map.padEnd(512, "\0")), { pax })]);
    await expect(contentOf(layer, "f", "file")).rejects.toMatchObject({ code: "corrupt" });
  }
});
