/** Images in a real registry that lets everybody in: the same as in a directory. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostPlatform } from "../../packages/core/src/model/platform.ts";
import { layerscope } from "../cli/command.ts";
import { temporaryPath } from "../temporary-directory.ts";
import { nobody } from "./credentials.ts";
import { BUILDKIT_INDEX, blobPath, manifestsOf, SINGLE_LAYOUTS, topDigest, writePlatforms } from "./images.ts";
import { MISSING, type RunningRegistry, startRegistry, WHY } from "./registries.ts";
import { reportOf, withoutOrigin } from "./reports.ts";

describe.skipIf(MISSING.length > 0)(`a registry${WHY}`, () => {
  const flat = writePlatforms(temporaryPath("flat"), 1);
  const nested = writePlatforms(temporaryPath("nested"), 2);
  const env = nobody();
  let registry: RunningRegistry;
  const at = (name: string): string => `registry:${registry.host}/${name}`;

  beforeAll(async () => {
    registry = await startRegistry(temporaryPath("registry"));
    const layouts = [...SINGLE_LAYOUTS, BUILDKIT_INDEX, flat];
    await Promise.all(layouts.map(({ source, name }) => registry.push(source, `${name}:latest`)));
    // skopeo knows no index in an index.
    await registry.push(flat.source, `${nested.name}:flat`);
    await registry.putIndex(readFileSync(blobPath(nested, topDigest(nested))), nested.name, "latest");
  });
  afterAll(() => registry?.stop());

  test.each(SINGLE_LAYOUTS)("gives the report of $name", async ({ name, path }) => {
    const [there, here] = [await reportOf(at(name), { env }), await reportOf(path)];
    expect(withoutOrigin(there)).toEqual(withoutOrigin(here));
    expect(there.complete).toBe(true);
  });

  test("is told of in the report", async () => {
    const { image } = await reportOf(at("edge-whiteout/oci-dir-gzip"), { env });
    const name = `${registry.host}/edge-whiteout/oci-dir-gzip:latest`;
    expect(image.tags).toEqual([name]);
    expect(image.source).toMatchObject({
      kind: "registry",
      location: `registry:${name}`,
      steps: [{ place: `registry ${registry.host}`, outcome: "found" }],
    });
    const layout = SINGLE_LAYOUTS.find((each) => each.name === "edge-whiteout/oci-dir-gzip");
    const blobs = join(layout?.path ?? "", "blobs/sha256");
    const sizes = readdirSync(blobs).map((blob) => readFileSync(join(blobs, blob)).length);
    expect(image.source.bytesRequested, "each blob comes once").toBe(sizes.reduce((sum, size) => sum + size));
  });

  test("is asked for a bare name when that is allowed", async () => {
    const { openSource } = await import("@layerscope/core");
    const steps: string[] = [];
    const onStep = ({ place, outcome }: { place: string; outcome: string }) => void steps.push(`${place}: ${outcome}`);
    await using source = await openSource(`${registry.host}/edge-zero/oci-dir-buildah`, {
      env,
      pull: "always",
      onStep,
    });
    expect(source.location).toBe(at("edge-zero/oci-dir-buildah:latest"));
    expect(steps).toEqual([`registry ${registry.host}: found`]);
  });

  describe.each([BUILDKIT_INDEX, flat, nested])("with the index of $name", (index) => {
    const { architecture } = hostPlatform();

    test.each(index.platforms)("gives the report of %s", async (platform) => {
      const [there, here] = [
        await reportOf(at(index.name), { env, platform }),
        await reportOf(index.path, { platform }),
      ];
      expect(there.image.platform).toBe(platform);
      expect(withoutOrigin(there)).toEqual(withoutOrigin(here));
    });

    test.skipIf(!index.platforms.includes(`linux/${architecture}`))(
      "chooses the platform of this machine",
      async () => {
        const { image } = await reportOf(at(index.name), { env });
        expect(image.platform).toContain(`/${architecture}`);
      },
    );

    test("lists the platforms when there is none of that name, and does not take attestations for one", async () => {
      await expect(reportOf(at(index.name), { env, platform: "linux/s390x" })).rejects.toMatchObject({
        code: "no-such-platform",
        message: `${registry.host}/${index.name}:latest has no image for linux/s390x`,
        choices: index.platforms,
      });
    });

    test("is opened by the digest of the index, also with a tag that says otherwise", async () => {
      const digest = topDigest(index);
      const expected = withoutOrigin(await reportOf(index.path, { platform: "linux/arm64" }));
      for (const name of [`${index.name}@${digest}`, `${index.name}:no-such@${digest}`]) {
        const report = await reportOf(at(name), { env, platform: "linux/arm64" });
        expect(withoutOrigin(report), name).toEqual(expected);
        expect(report.image.tags).toEqual([`${registry.host}/${index.name}@${digest}`]);
      }
    });
  });

  test("gives the manifest of a digest, whatever its platform", async () => {
    const manifests = manifestsOf(BUILDKIT_INDEX, topDigest(BUILDKIT_INDEX));
    for (const architecture of ["amd64", "arm64"]) {
      const digest = manifests.find(({ platform }) => platform?.architecture === architecture)?.digest ?? "";
      const report = await reportOf(at(`${BUILDKIT_INDEX.name}@${digest}`), { env });
      expect(report.image).toMatchObject({ manifestDigest: digest, platform: `linux/${architecture}` });
    }
  });

  describe("has not", () => {
    const absent = `sha256:${createHash("sha256").update("no such manifest").digest("hex")}`;

    test.each([
      ["a tag", "edge-empty/oci-dir-gzip:2", ":2"],
      ["a repository", "edge-empty/no-such", ":latest"],
      ["a manifest", `edge-empty/oci-dir-gzip@${absent}`, `@${absent}`],
    ])("%s", async (_, name, which) => {
      const repository = `${registry.host}/${name.replace(/[:@].*$/, "")}`;
      await expect(reportOf(at(name), { env })).rejects.toMatchObject({
        code: "no-such-image",
        message: `${registry.host} has no ${repository}${which}`,
        hint: expect.stringContaining(`understood as ${repository}${which}`),
      });
    });

    test("a layer that its storage lost", async () => {
      const layout = SINGLE_LAYOUTS.find(({ name }) => name === "edge-names/oci-dir-zstd");
      const name = "lost/layer";
      await registry.push(layout?.source ?? "", `${name}:latest`);
      const whole = await reportOf(at(name), { env });
      const digest = whole.layers[1]?.digest ?? "";
      rmSync(join(registry.storage, "docker/registry/v2/repositories", name, "_layers", digest.replace(":", "/")), {
        recursive: true,
      });
      const report = await reportOf(at(name), { env });
      expect(report.complete).toBe(false);
      expect(report.layers.map(({ status }) => status)).toEqual(
        whole.layers.map((layer) => (layer.digest === digest ? "partial" : "complete")),
      );
      expect(report.diagnostics).toContainEqual(
        expect.objectContaining({
          severity: "error",
          message: expect.stringContaining(`${registry.host} does not have the blob ${digest}`),
        }),
      );
    });
  });

  describe("for the built command", () => {
    const run = (...args: string[]) => layerscope(args, { env });

    test("is one more place of images", async () => {
      const { code, stdout, stderr } = await run(at("edge-whiteout/oci-dir-zstd"), "--json", "--files");
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      const here = await reportOf("fixtures/images/edge-whiteout/oci-dir-zstd");
      expect(withoutOrigin(JSON.parse(stdout))).toEqual(withoutOrigin(here));
    });

    test("gives listings and files", async () => {
      const name = at(nested.name);
      const listing = await run("ls", name, "/etc");
      expect(listing).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining("/etc/arch") });
      const content = await run("cat", name, "/etc/arch");
      expect(content).toMatchObject({ code: 0, stderr: "", stdout: expect.stringMatching(/^a(md|rm)64\n$/) });
    });

    test("ends with 2 and one line when there is no such tag", async () => {
      const { code, stdout, stderr } = await run(at("edge-empty/oci-dir-gzip:2"), "--json");
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr.split("\n")[0]).toBe(
        `layerscope: ${registry.host} has no ${registry.host}/edge-empty/oci-dir-gzip:2`,
      );
    });

    test("ends with 2 when nothing listens there", async () => {
      const gone = await startRegistry(temporaryPath("gone"));
      await gone.stop();
      const { code, stderr } = await run(`registry:${gone.host}/app`);
      expect(code).toBe(2);
      expect(stderr).toMatch(`layerscope: ${gone.host}: it refuses the connection\n  Nothing listens there`);
    });

    test("takes a platform", async () => {
      const { code, stdout } = await run(at(nested.name), "--json", "--platform", "linux/arm64");
      expect(code).toBe(0);
      expect(JSON.parse(stdout).image.platform).toBe("linux/arm64");
    });
  });
});
