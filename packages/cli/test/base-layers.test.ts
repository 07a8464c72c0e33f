import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ImageDocument, openSource, readDocuments } from "@layerscope/core";
import { afterAll, describe, expect, test } from "vitest";
import { dockerSaveNew, type ImageSpec, ociArchive } from "../../../fixtures/build/image.ts";
import { file, tar } from "../../../fixtures/build/tar.ts";
import { baseOf, describeBase } from "../src/base-layers.ts";

const directory = mkdtempSync(join(tmpdir(), "layerscope-test-"));
afterAll(() => rmSync(directory, { recursive: true }));

const [one, two, three, other] = ["1", "2", "3", "4"].map((name) => tar([file(name, name)])) as [
  Buffer,
  Buffer,
  Buffer,
  Buffer,
];

function put(name: string, archive: Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, archive);
  return path;
}

async function documentOf(spec: ImageSpec): Promise<ImageDocument> {
  await using source = await openSource(put("image.tar", dockerSaveNew(spec)));
  const [document] = await readDocuments(source);
  if (!document) throw new Error("no image");
  return document;
}

const document = await documentOf({ layers: [one, two, three] });

describe("--base", () => {
  test("is compared by its layers, not by its file", async () => {
    const base = put("base.tar", ociArchive({ layers: [one, two], compression: "gzip", tags: ["base:1"] }));
    const found = await baseOf(document, { base });
    expect(found).toMatchObject({ layers: 2, foundBy: "given-image", certainty: "certain" });
    expect(describeBase(found)).toMatch(/^shared with --base \(.+\), certain$/);
  });

  test("of an archive with several images, the nearest is taken", async () => {
    const base = put("several.tar", dockerSaveNew([{ layers: [other] }, { layers: [one, two] }, { layers: [one] }]));
    expect(await baseOf(document, { base })).toMatchObject({ layers: 2 });
  });

  test("that is not there is an error", async () => {
    const base = join(directory, "nowhere.tar");
    await expect(baseOf(document, { base })).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("--base-layers", () => {
  test("is taken as it is", async () => {
    const found = await baseOf(document, { baseLayers: "1" });
    expect(found).toMatchObject({ layers: 1, foundBy: "given-number" });
    expect(describeBase(found)).toBe("given by --base-layers, certain");
  });

  test.each(["x", "-1", "1.5", "4", ""])("%j is an error", async (baseLayers) => {
    await expect(baseOf(document, { baseLayers })).rejects.toMatchObject({ code: "invalid-option" });
  });
});

test("without either the image tells", async () => {
  expect(describeBase(await baseOf(document, {}))).toBe("nothing tells of a base");
});
