/** Choosing one image out of several platforms, and saying what is missing. */
import { LayerscopeError, openSource, scanImage } from "@layerscope/core";
import { describe, expect, test } from "vitest";
import { layoutPath, layoutsOf, withImage } from "./real-images.ts";

const BOTH = layoutsOf("multiarch").filter((layout) => {
  return !["docker-archive-arm64.tar", "oci-dir-system", "oci-dir-indexonly"].includes(layout);
});

async function failure(layout: string, options: Parameters<typeof scanImage>[1] = {}): Promise<LayerscopeError> {
  await using source = await openSource(layoutPath("multiarch", layout));
  const error = await scanImage(source, options).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(LayerscopeError);
  return error as LayerscopeError;
}

describe.each(BOTH)("%s", (layout) => {
  test.each(["linux/amd64", "linux/arm64"])("gives %s when it is asked for", async (platform) => {
    const { document } = await withImage(layoutPath("multiarch", layout), ({ image }) => image, { platform });
    expect(document.platform).toMatchObject({ os: "linux", architecture: platform.slice("linux/".length) });
    expect(document.config.platform?.architecture).toBe(platform.slice("linux/".length));
  });

  test("lists what is there when something else is asked for", async () => {
    const error = await failure(layout, { platform: "linux/s390x" });
    expect(error.code).toBe("no-such-platform");
    expect(error.message).toContain("linux/s390x");
    expect(error.choices).toEqual(expect.arrayContaining(["linux/amd64", "linux/arm64"]));
    expect(error.choices).not.toContain("unknown/unknown");
  });
});

test("the only image there is is taken, whatever its platform", async () => {
  const image = await withImage(layoutPath("multiarch", "docker-archive-arm64.tar"), (analysis) => analysis.image);
  expect(image.document.platform).toMatchObject({ os: "linux", architecture: "arm64" });
  expect((await failure("docker-archive-arm64.tar", { platform: "linux/amd64" })).choices).toEqual(["linux/arm64"]);
});

test.each(["buildx-oci-attest-max.tar", "docker-save-26-containerd.tar", "oci-dir-all", "crane-oci-dir"])(
  "attestations in %s are set aside, and said to be there",
  async (layout) => {
    const { diagnostics, layers } = await withImage(layoutPath("multiarch", layout), ({ image }) => image, {
      platform: "linux/arm64",
    });
    // One for each of the three platforms.
    const aside = diagnostics.map(({ code, severity }) => `${code} ${severity}`);
    expect(aside).toEqual(Array(3).fill("not-an-image info"));
    expect(layers.every(({ reference }) => !reference.mediaType?.includes("in-toto"))).toBe(true);
    expect((await failure(layout, { platform: "unknown/unknown" })).code).toBe("no-such-platform");
  },
);

test("an index whose manifests are all missing says so", async () => {
  const error = await failure("oci-dir-indexonly");
  expect(error.code).toBe("missing-blob");
  expect(error.message).not.toContain("\n");
  expect(error.where.source).toContain("oci-dir-indexonly");
});
