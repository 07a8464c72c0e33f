/** An engine says what is in an image before its archive comes: layers are shown as they arrive, and nothing changes by that. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dockerSaveNew, dockerSaveOld } from "../../../../fixtures/build/image.ts";
import { file, type Member, tar, whiteout } from "../../../../fixtures/build/tar.ts";
import { layerStack } from "../../../../test/model/arbitrary.ts";
import type { Source, TopLayer } from "../../src/archive/source.ts";
import { StreamArchive } from "../../src/archive/stream-archive.ts";
import { analyse } from "../../src/metrics/analyse.ts";
import type { ImageDocument } from "../../src/model/image.ts";
import { createReport } from "../../src/report/report.ts";
import type { Report } from "../../src/report/schema.ts";
import { type ScannedImage, scanImage } from "../../src/tree/scan-image.ts";
import { scanArchive } from "./scan-layers.ts";

/** What an engine tells of an image, from what its archive says. */
async function announcementOf(archive: Buffer): Promise<ImageDocument> {
  const { document } = (await scanArchive(archive)).image;
  return { ...document, layers: document.layers.map((layer) => ({ ...layer, digest: undefined, member: undefined })) };
}

/** A source that streams an archive as an engine does. */
function engineSource(archive: Buffer, announced: ImageDocument | undefined, topLayer?: TopLayer): Source {
  return {
    kind: "engine",
    location: "docker:app",
    image: undefined,
    announced,
    topLayer,
    openArchive: (options) =>
      StreamArchive.read({
        ...options,
        location: "docker:app",
        bytesRequested: () => 0,
        reopenable: true,
        open: async function* () {
          for (let at = 0; at < archive.length; at += 1000) yield archive.subarray(at, at + 1000);
        },
      }),
    [Symbol.asyncDispose]: async () => {},
  };
}

/** Everything that a report says but for where the image comes from, and what it cost. */
function reportOf(image: ScannedImage): object {
  const { image: about, ...rest } = createReport(analyse(image), { files: true });
  const { source: _, reference: __, ...facts } = about as Report["image"];
  return { ...rest, image: facts };
}

const LAYERS: Member[][] = [
  [file("a", "first"), file("b/c", "1".repeat(3000)), file("same", "x")],
  [whiteout("a"), file("b/c", "2".repeat(3000))],
  [file("same", "x", { mode: 0o600 }), file("d", "new")],
];

describe.each([
  ["as Docker writes them now", dockerSaveNew],
  ["as Docker wrote them before 25", dockerSaveOld],
])("layers of an archive %s", (_, write) => {
  const archive = write({ layers: LAYERS.map((members) => tar(members)), tags: ["app:latest"] });

  test("are told in order, after the document and before the end of the archive", async () => {
    const told: string[] = [];
    const announced = await announcementOf(archive);
    await scanImage(engineSource(archive, announced), {
      onDocument: (document) => told.push(`document of ${document.layers.length}`),
      onLayer: ({ index, status }, tree) => told.push(`layer ${index} ${status}, ${tree.layers.length} in the tree`),
    });
    expect(told).toEqual([
      "document of 3",
      "layer 0 complete, 1 in the tree",
      "layer 1 complete, 2 in the tree",
      "layer 2 complete, 3 in the tree",
    ]);
  });

  test("make the image that the archive has", async () => {
    const expected = reportOf((await scanArchive(archive)).image);
    expect(reportOf(await scanImage(engineSource(archive, await announcementOf(archive))))).toEqual(expected);
    expect(reportOf(await scanImage(engineSource(archive, undefined)))).toEqual(expected);
  });

  test("are what the archive says when the engine said something else", async () => {
    const announced = await announcementOf(archive);
    const expected = reportOf((await scanArchive(archive)).image);
    for (const layers of [
      announced.layers.toReversed(),
      announced.layers.slice(0, 1),
      [...announced.layers, ...announced.layers],
    ]) {
      expect(reportOf(await scanImage(engineSource(archive, { ...announced, layers })))).toEqual(expected);
    }
  });
});

test("any image is the same, announced or not", async () => {
  await fc.assert(
    fc.asyncProperty(layerStack, async (layers) => {
      const archive = dockerSaveNew({ layers: layers.map((members) => tar(members)) });
      const announced = await announcementOf(archive);
      const image = await scanImage(engineSource(archive, announced));
      expect(reportOf(image)).toEqual(reportOf((await scanArchive(archive)).image));
    }),
    { numRuns: Number(process.env.LAYERSCOPE_TEST_RUNS ?? 40) },
  );
});

test("what the archive lacks is what the engine says", async () => {
  const layers = LAYERS.map((members) => tar(members));
  const announced = await announcementOf(dockerSaveNew({ layers, tags: ["app:latest"] }));
  const { document } = await scanImage(engineSource(dockerSaveNew({ layers, history: "none" }), announced));
  expect(document.names).toEqual(["app:latest"]);
  expect(document.config.history).toEqual(announced.config.history);
  const other = { ...announced, names: ["other:1"], config: { ...announced.config, history: [] } };
  const named = await scanImage(engineSource(dockerSaveNew({ layers, tags: ["app:latest"] }), other));
  expect(named.document.names).toEqual(["app:latest"]);
  expect(named.document.config.history).toHaveLength(3);
});

test("a layer that the engine left out is absent, and it is said where it may be", async () => {
  const archive = dockerSaveNew({ layers: LAYERS.map((members) => tar(members)), broken: { missing: [1] } });
  const whole = dockerSaveNew({ layers: LAYERS.map((members) => tar(members)) });
  const image = await scanImage(engineSource(archive, await announcementOf(whole)));
  expect(image.layers.map(({ status }) => status)).toEqual(["complete", "absent", "complete"]);
  expect(image.complete).toBe(false);
  expect(image.diagnostics.find(({ code }) => code === "layer-absent")?.message).toMatch(/registry:NAME/);
});

test("an archive that is cut off gives what came, and an error", async () => {
  const archive = dockerSaveNew({ layers: LAYERS.map((members) => tar(members)) });
  const announced = await announcementOf(archive);
  for (const part of [0.2, 0.5, 0.8, 0.95]) {
    const cut = archive.subarray(0, Math.floor(archive.length * part));
    const result = await scanImage(engineSource(cut, announced)).catch((error: unknown) => error);
    if (result instanceof Error) expect(result).toMatchObject({ name: "LayerscopeError" });
    else expect(result).toMatchObject({ complete: false });
  }
});

test("what a container changed is one more layer", async () => {
  const archive = dockerSaveNew({ layers: LAYERS.map((members) => tar(members)) });
  const changes = [whiteout("d"), file("made", "in the container")];
  const step = { createdBy: undefined, created: undefined, author: undefined, emptyLayer: false };
  const topLayer: TopLayer = {
    step: { ...step, comment: "changes of the container web" },
    stream: async function* () {
      yield tar(changes);
    },
  };
  const image = await scanImage(engineSource(archive, await announcementOf(archive), topLayer));
  expect(image.layers.map(({ status }) => status)).toEqual(["complete", "complete", "complete", "complete"]);
  expect(image.layers.at(-1)?.step?.comment).toBe("changes of the container web");
  expect(image.diagnostics).toEqual([]);
  const built = await scanArchive(dockerSaveNew({ layers: [...LAYERS, changes].map((members) => tar(members)) }));
  const { storedBytes, wastedBytes, wastedByCause, paths } = built.accounts;
  expect(analyse(image).accounts).toMatchObject({ storedBytes, wastedBytes, wastedByCause, paths });
});
