/** One image, wherever it is: every engine gives the report of the archive that it was loaded from. */
import type { Report } from "@layerscope/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { layoutPath } from "../ground-truth/real-images.ts";
import { reportOf } from "../registry/reports.ts";
import { temporaryPath } from "../temporary-directory.ts";
import { type RunningEngine, startDocker, startPodman } from "./engines.ts";

const IMAGES = ["edge-whiteout", "edge-names", "edge-empty"];

/** What an engine keeps of an image: not the blobs as they were stored, and not what the archive called them. */
function kept({ image, layers, summary, waste, own, base, complete }: Report): object {
  const { reference: _, source: __, tags: ___, manifestDigest: ____, annotations: _____, ...facts } = image;
  return {
    image: facts,
    summary: { ...summary, compressedBytes: null, tarBytes: null },
    layers: layers.map((layer) => ({ ...layer, digest: null, mediaType: null, compressedBytes: null, tarBytes: null })),
    waste,
    own: { ...own, compressedBytes: null, tarBytes: null },
    base,
    complete,
  };
}

for (const [kind, start] of [
  ["docker", startDocker],
  ["podman", startPodman],
] as const) {
  const started = await start(temporaryPath(`same-${kind}`));
  const why = typeof started === "string" ? ` (skipped: ${started})` : "";
  const running = started as RunningEngine;

  describe.skipIf(why)(`${kind}${why}`, () => {
    const env = () => ({
      PATH: "",
      HOME: "",
      [kind === "docker" ? "DOCKER_HOST" : "CONTAINER_HOST"]: `unix://${running.socket}`,
    });

    beforeAll(async () => {
      for (const image of IMAGES) {
        const { code, stderr } = await running.run(["load", "--input", layoutPath(image, "docker-save-26.tar")]);
        expect(code, stderr).toBe(0);
      }
    });

    afterAll(() => running.stop());

    test.each(IMAGES)("has %s as its archive has it", async (image) => {
      const expected = await reportOf(layoutPath(image, "docker-save-26.tar"));
      const found = await reportOf(`${kind}:${image}`, { env: env() });
      expect(found.image.source).toMatchObject({ kind: "engine", location: `${kind}:${image}` });
      expect(kept(found)).toEqual(kept(expected));
    });

    test("has it under its bare name, too", async () => {
      const found = await reportOf("edge-whiteout:latest", { env: env() });
      expect(found.image.source.steps?.at(-1)).toMatchObject({ outcome: "found" });
    });
  });
}
