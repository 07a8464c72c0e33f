/** A saved report as what later images are compared with. */
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { file, hardlink, whiteout } from "../../../../fixtures/build/tar.ts";
import { layerStack } from "../../../../test/model/arbitrary.ts";
import { temporaryFile, temporaryPath } from "../../../../test/temporary-directory.ts";
import { type Baseline, baselineOf } from "../../src/budget/baseline.ts";
import { type BaseLayers, findBaseLayers } from "../../src/metrics/base-layers.ts";
import { LayerscopeError } from "../../src/model/errors.ts";
import { readBaseline } from "../../src/report/read-baseline.ts";
import type { Report } from "../../src/report/schema.ts";
import { PACKINGS, pack, scanArchive, scanLayers } from "../tree/scan-layers.ts";
import { placesIn, withValue } from "./changed.ts";
import { plain, reportOf, saved } from "./reopen.ts";

const RUNS = Number(process.env.LAYERSCOPE_TEST_RUNS ?? 60);

/** Everything of a baseline, its files sorted. */
function everything({ files, ...rest }: Baseline): object {
  const list =
    files && [...files()].map(({ path, layer, bytes }) => `${layer} ${Buffer.from(path).toString("latin1")} ${bytes}`);
  return { ...rest, base: { name: undefined, ...rest.base }, files: list?.sort() };
}

const two: BaseLayers = { layers: 1, foundBy: "given-image", certainty: "likely", name: "debian:12" };

test.each(PACKINGS)("a report with lists is the baseline that its image is: %s", async (packing) => {
  await fc.assert(
    fc.asyncProperty(layerStack, async (layers) => {
      const analysis = await scanArchive(pack(layers, packing));
      const base = findBaseLayers(analysis.image.document);
      const read = await readBaseline(saved(analysis));
      expect(everything(read)).toEqual(everything(baselineOf(analysis, base, "the document")));
    }),
    { numRuns: RUNS },
  );
});

test("a report without lists tells the layers and the base, and nothing of files", async () => {
  const analysis = await scanLayers([file("a", "12345")], [file("b", "1"), whiteout("a")]);
  const path = temporaryFile(saved(analysis, { files: false, base: two }));
  const baseline = await readBaseline(path);
  expect(baseline).toEqual({ name: path, base: two, layers: [5, 1], files: undefined, complete: true });
});

test("the base is what was given when the report was saved, with and without lists", async () => {
  const analysis = await scanLayers([file("a", "1")], [file("b", "1")]);
  expect((await readBaseline(saved(analysis, { base: two, files: true }))).base).toEqual(two);
  expect((await readBaseline(saved(analysis, { base: two, files: false }))).base).toEqual(two);
});

test("a report of an older version has the base that its history tells", async () => {
  const history = [{ created_by: "ADD /" }, { created_by: "CMD sh", empty_layer: true }, { created_by: "RUN make" }];
  const analysis = await scanArchive(pack([[file("a", "1")], [file("b", "1")]], "plain", { history }));
  const { base: _base, own: _own, ...older } = plain(reportOf(analysis));
  const { base } = await readBaseline(Buffer.from(JSON.stringify(older)));
  expect(base).toEqual(findBaseLayers(analysis.image.document));
  expect(base.layers).toBe(1);
});

test("an image that was not read to its end is no complete baseline", async () => {
  const analysis = await scanArchive(pack([[file("a", "1")], [file("b", "2")]], "plain", { broken: { missing: [0] } }));
  expect((await readBaseline(saved(analysis))).complete).toBe(false);
  expect((await readBaseline(saved(analysis, { files: false }))).complete).toBe(false);
});

test("an image without a layer has no files, which is not the same as not knowing them", async () => {
  const analysis = await scanArchive(pack([], "plain"));
  expect([...((await readBaseline(saved(analysis, { files: false }))).files?.() ?? ["none"])]).toEqual([]);
});

describe("of the reports of several images", () => {
  let several: Uint8Array;

  beforeAll(async () => {
    const reports: Report[] = [];
    for (const [at, name] of ["web", "worker", "worker"].entries()) {
      const layers = [[file("a", "1".repeat(at + 1))]];
      const analysis = await scanArchive(pack(layers, "plain", { tags: [`example/${name}:${at}`, "example/any:1"] }));
      const text = saved(analysis, { name, reference: `dist/${name}${at}.tar`, files: at === 0 }).toString();
      reports.push(JSON.parse(text) as Report);
    }
    several = Buffer.from(JSON.stringify({ schemaVersion: 1, verdict: "passed", reports, errors: [] }));
  });

  test.each([
    ["its name", ["web"], 1],
    ["its reference", ["dist/worker1.tar"], 2],
    ["a tag", ["example/worker:2"], 3],
    ["the first name that is known", ["other", "dist/worker2.tar", "web"], 3],
  ])("the one that is meant is taken by %s", async (_, names, bytes) => {
    expect((await readBaseline(several, { names })).layers).toEqual([bytes]);
  });

  test.each([
    ["none is named", [], "ambiguous-image", ["web", "worker", "worker"]],
    ["several have the name", ["worker"], "ambiguous-image", ["web", "worker", "worker"]],
    ["several have the tag", ["example/any:1"], "ambiguous-image", ["web", "worker", "worker"]],
    ["none has the name", ["api", "dist/api.tar"], "no-such-image", ["web", "worker", "worker"]],
  ])("there is a choice to make when %s", async (_, names, code, choices) => {
    await expect(readBaseline(several, { names })).rejects.toMatchObject({ code, choices });
  });

  test("the only one needs no name", async () => {
    const { reports } = JSON.parse(Buffer.from(several).toString()) as { reports: Report[] };
    const one = Buffer.from(JSON.stringify({ schemaVersion: 1, reports: reports.slice(1, 2) }));
    expect((await readBaseline(one)).layers).toEqual([2]);
  });

  test("lists that are none, or have none, are refused", async () => {
    for (const reports of [[], [null], ["web"], [[]], [{ image: null }], [{ image: { tags: [1, "web"] } }]]) {
      const document = Buffer.from(JSON.stringify({ schemaVersion: 1, reports }));
      await expect(readBaseline(document, { names: ["web"] })).rejects.toBeInstanceOf(LayerscopeError);
      await expect(readBaseline(document)).rejects.toBeInstanceOf(LayerscopeError);
    }
  });
});

describe("what cannot be a baseline is refused", () => {
  test("a file that is not there", async () => {
    await expect(readBaseline(temporaryPath())).rejects.toMatchObject({ code: "not-found" });
  });

  test.each(["", "null", "[]", "7", "{}", '{"schemaVersion":2}', '{"schemaVersion":1}'])("%s", async (text) => {
    await expect(readBaseline(Buffer.from(text))).rejects.toMatchObject({ code: "invalid-document" });
  });

  test("sizes that do not add up", async () => {
    const report = plain(reportOf(await scanLayers([file("a", "1")])));
    for (const files of [true, false]) {
      const layers = report.layers.map(({ entries, ...layer }) => ({
        ...layer,
        storedBytes: 7,
        ...(files && { entries }),
      }));
      await expect(readBaseline(Buffer.from(JSON.stringify({ ...report, layers })))).rejects.toMatchObject({
        code: "invalid-document",
        message: expect.stringContaining("contradicts itself"),
      });
    }
  });

  test("lists of some layers only", async () => {
    const report = plain(reportOf(await scanLayers([file("a", "1")], [file("b", "1")])));
    delete report.layers[1]?.entries;
    await expect(readBaseline(Buffer.from(JSON.stringify(report)))).rejects.toMatchObject({ code: "invalid-document" });
  });

  test("anything, when it is no longer wanted", async () => {
    const analysis = await scanLayers([file("a", "1")]);
    await expect(readBaseline(saved(analysis), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "aborted",
    });
  });
});

test("whatever one value becomes, there is a baseline that adds up, or a typed error", async () => {
  const analysis = await scanLayers(
    [file("d/a", "12345"), hardlink("d/b", "d/a"), file("twice", "1"), file("twice", "2")],
    [file("d/a", "12345"), whiteout("d/b")],
  );
  const full = plain(reportOf(analysis));
  const light = { ...full, layers: full.layers.map(({ entries: _, ...layer }) => layer) };
  const documents = [full, light, { schemaVersion: 1, verdict: "passed", reports: [light, full], errors: [] }];
  const changes = documents.flatMap((document) => placesIn(document, "").map((place) => ({ document, place })));
  const value = fc.oneof(
    fc.constantFrom(
      undefined,
      null,
      -1,
      0,
      1,
      3,
      0.5,
      2 ** 31,
      2 ** 53,
      1e300,
      "",
      "/",
      "/d",
      [],
      {},
      true,
      "__proto__",
    ),
    fc.jsonValue(),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...changes), value, async ({ document, place }, what) => {
      try {
        const names = ["the image"];
        const { layers, files, base } = await readBaseline(withValue(document, place, what), { names });
        expect(base.layers).toBeLessThanOrEqual(layers.length);
        const sums = layers.map(() => 0);
        for (const { layer, bytes } of files?.() ?? []) sums[layer] = (sums[layer] ?? Number.NaN) + bytes;
        if (files) expect(sums).toEqual(layers);
      } catch (thrown) {
        if (!(thrown instanceof LayerscopeError)) throw thrown;
      }
    }),
    { numRuns: 6 * RUNS },
  );
});
