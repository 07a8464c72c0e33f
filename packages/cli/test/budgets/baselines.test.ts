/** `--baseline`: a report or an image, and which of its layers are its own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { analyse, findBaseLayers, openSource, type ReportOptions, scanImage, stringifyReport } from "@layerscope/core";
import { afterAll, describe, expect, test } from "vitest";
import { dockerSaveNew, type ImageSpec } from "../../../../fixtures/build/image.ts";
import { file, tar } from "../../../../fixtures/build/tar.ts";
import { type BaselineOptions, openBaseline } from "../../src/budgets/baselines.ts";

const directory = mkdtempSync(join(tmpdir(), "layerscope-test-"));
afterAll(() => rmSync(directory, { recursive: true }));

let count = 0;

function put(content: string | Uint8Array): string {
  const path = join(directory, `baseline-${count++}`);
  writeFileSync(path, content);
  return path;
}

const layer = (name: string, size: number): Buffer => tar([file(name, "x".repeat(size))]);
const layers = [layer("base", 100), layer("more", 20), layer("app", 3)];
const imageOf = (spec: Partial<ImageSpec> = {}): string => put(dockerSaveNew({ layers, ...spec }));

/** A history that tells of two base layers. */
const history = [
  { created_by: "ADD rootfs / # buildkit", comment: "buildkit.dockerfile.v0", created: "2024-01-01T00:00:00Z" },
  { created_by: "RUN more # buildkit", comment: "buildkit.dockerfile.v0", created: "2024-01-01T00:00:00Z" },
  { created_by: 'CMD ["sh"]', comment: "buildkit.dockerfile.v0", created: "2024-01-01T00:00:00Z", empty_layer: true },
  { created_by: "COPY app / # buildkit", comment: "buildkit.dockerfile.v0", created: "2024-06-01T00:00:00Z" },
];

async function reportOf(
  image: string,
  options: ReportOptions & { readonly baseLayers?: number } = {},
): Promise<string> {
  await using source = await openSource(image);
  const analysis = analyse(await scanImage(source));
  const { baseLayers } = options;
  const base = findBaseLayers(analysis.image.document, { layers: baseLayers });
  return [...stringifyReport(analysis, { base, ...options })].join("");
}

const open = (reference: string, options: Partial<BaselineOptions> = {}) =>
  openBaseline(reference, { name: "app", reference: "app.tar", options: { color: false, quiet: true }, ...options });

describe("an image", () => {
  test("is a baseline with its files", async () => {
    const image = imageOf();
    const baseline = await open(image);
    expect(baseline).toMatchObject({ name: image, layers: [100, 20, 3], complete: true, base: { foundBy: "none" } });
    expect([...(baseline.files?.() ?? [])].map(({ path }) => String(Buffer.from(path)))).toEqual([
      "base",
      "more",
      "app",
    ]);
  });

  test("that is not complete is none to compare with", async () => {
    const baseline = await open(imageOf({ broken: { missing: [1] } }));
    expect(baseline).toMatchObject({ layers: [100, 0, 3], complete: false });
  });

  test("is taken for the platform that is checked", async () => {
    const image = imageOf({ platform: { os: "linux", architecture: "arm64" } });
    const options = { color: false, quiet: true, platform: "linux/s390x" };
    await expect(open(image, { options })).rejects.toMatchObject({ code: "no-such-platform" });
  });
});

describe("a report", () => {
  test("is a baseline with its files when it was saved with them", async () => {
    const saved = put(await reportOf(imageOf(), { files: true }));
    const baseline = await open(saved);
    expect(baseline).toMatchObject({ name: saved, layers: [100, 20, 3], complete: true });
    expect([...(baseline.files?.() ?? [])].map(({ bytes }) => bytes)).toEqual([100, 20, 3]);
  });

  test("is one without files when it was saved without", async () => {
    const baseline = await open(put(await reportOf(imageOf())));
    expect(baseline).toMatchObject({ layers: [100, 20, 3], files: undefined });
  });

  test("of several images is that of the image of the same name, or else reference", async () => {
    const one = await reportOf(imageOf(), { name: "app", reference: "old.tar" });
    const other = await reportOf(imageOf({ layers: [layer("other", 7)] }), { name: "other", reference: "other.tar" });
    const saved = put(`{"schemaVersion":1,"verdict":"passed","reports":[${one},${other}],"errors":[]}`);
    expect((await open(saved)).layers).toEqual([100, 20, 3]);
    expect((await open(saved, { name: "renamed", reference: "other.tar" })).layers).toEqual([7]);
    await expect(open(saved, { name: "none", reference: "none.tar" })).rejects.toMatchObject({
      code: "no-such-image",
      message: expect.stringMatching(/^the baseline cannot be read: /),
      choices: ["app", "other"],
    });
  });
});

describe.each([
  ["an image", async (spec?: Partial<ImageSpec>) => imageOf(spec)],
  ["a report with files", async (spec?: Partial<ImageSpec>) => put(await reportOf(imageOf(spec), { files: true }))],
  ["a report without files", async (spec?: Partial<ImageSpec>) => put(await reportOf(imageOf(spec)))],
])("the base of %s", (_, baselineOf) => {
  test("is told by its history when nothing else tells", async () => {
    const { base } = await open(await baselineOf({ history }));
    expect(base).toMatchObject({ layers: 2, foundBy: "history" });
  });

  test("is the base image that was given for the other, when it has all of it", async () => {
    const given = imageOf({ layers: layers.slice(0, 1), tags: ["base:1"] });
    for (const spec of [{}, { history }]) {
      const { base } = await open(await baselineOf(spec), { base: given });
      expect(base).toMatchObject({ layers: 1, foundBy: "given-image", certainty: "certain" });
    }
  });

  test("is its own when it has nothing of the base image that was given", async () => {
    const { base } = await open(await baselineOf({ history }), { base: imageOf({ layers: [layer("new", 1)] }) });
    expect(base).toMatchObject({ layers: 2, foundBy: "history" });
  });

  test("is its own, not only what an updated base image still has of it", async () => {
    const updated = imageOf({ layers: [...layers.slice(0, 1), layer("more", 25)] });
    expect((await open(await baselineOf({ history }), { base: updated })).base).toMatchObject({ layers: 2 });
    expect((await open(await baselineOf(), { base: updated })).base).toMatchObject({ layers: 1, certainty: "likely" });
  });

  test("has as many layers as were given for the other, when it has so many", async () => {
    const baseline = await baselineOf({ history });
    expect((await open(baseline, { baseLayers: 1 })).base).toMatchObject({ layers: 1, foundBy: "given-number" });
    expect((await open(baseline, { baseLayers: 0 })).base).toMatchObject({ layers: 0, foundBy: "given-number" });
    expect((await open(baseline, { baseLayers: 3 })).base).toMatchObject({ layers: 3, foundBy: "given-number" });
    expect((await open(baseline, { baseLayers: 4 })).base).toMatchObject({ layers: 2, foundBy: "history" });
  });
});

test("what was given when a report was saved stays", async () => {
  const saved = put(await reportOf(imageOf({ history }), { baseLayers: 1 }));
  expect((await open(saved, { baseLayers: 2 })).base).toMatchObject({ layers: 1, foundBy: "given-number" });
});

describe("what cannot be read is an error that names the baseline and says how to save one", () => {
  test.each<[string, () => string, string]>([
    ["nothing", () => join(directory, "nowhere.json"), "not-found"],
    ["no report", () => put('{"some":"json"}'), "invalid-document"],
    ["no image", () => put("a text"), "not-an-image"],
    ["half a report", () => put('{"schemaVersion":1,'), "invalid-document"],
  ])("%s", async (_, make, code) => {
    const reference = make();
    await expect(open(reference)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/^the baseline cannot be read: .*(nowhere\.json|baseline-\d+)/),
      hint: "Save one with: layerscope --json --files IMAGE > report.json",
      where: { source: reference },
    });
  });
});
