import { expect, test } from "vitest";
import { file } from "../../../../fixtures/build/tar.ts";
import { PACKINGS, pack, withScan } from "./scan-layers.ts";

const layers = [[file("a", "1")], [file("b", "2")]];

test.each(PACKINGS)("the document is told once, before the first layer: %s", async (packing) => {
  const told: string[] = [];
  await withScan(
    pack(layers, packing, { tags: ["app:1"] }),
    ({ document }) => expect(document.names).toEqual(["app:1"]),
    {
      onDocument: (document) => told.push(`${document.names[0]} ${document.layers.length}`),
      onLayer: ({ index }) => told.push(`layer ${index}`),
    },
  );
  expect(told).toEqual(["app:1 2", "layer 0", "layer 1"]);
});

test("nothing is told of an archive without an image", async () => {
  const told: unknown[] = [];
  const scan = withScan(pack(layers, "plain"), () => undefined, { image: "other", onDocument: (it) => told.push(it) });
  await expect(scan).rejects.toMatchObject({ code: "no-such-image" });
  expect(told).toEqual([]);
});
