import { existsSync, readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import {
  type BuiltLayer,
  buildImage,
  type ImageSpec,
  MEDIA,
  type OciOptions,
} from "../../../../fixtures/build/image.ts";
import { ociLayout } from "../../../../fixtures/build/oci.ts";
import { file, tar } from "../../../../fixtures/build/tar.ts";
import { temporaryPath } from "../../../../test/temporary-directory.ts";
import { openRegistryImage } from "../../src/archive/registry-archive.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";
import { formatPlatform, hostPlatform } from "../../src/model/platform.ts";
import { openSource, readDocuments, type Source } from "../../src/open-source.ts";
import { parseImageReference } from "../../src/source/image-reference.ts";
import type { RemoteOptions } from "../../src/source/remote-options.ts";
import { scanImage } from "../../src/tree/scan-image.ts";
import { blobOf, type LocalServer, serve, type TestBlob } from "../source/registry/local-server.ts";

vi.mock(import("node:timers/promises"), async (importOriginal) => ({
  ...(await importOriginal()),
  setTimeout: async () => undefined as never,
}));

const LAYERS = [tar([file("etc/a", "first")]), tar([file("etc/b", "second"), file("etc/a", "again")])];
const IMAGE: ImageSpec = { layers: LAYERS, tags: ["app:tag"] };
const HOST = formatPlatform(hostPlatform());

interface LocalRegistry extends LocalServer {
  open(options?: RemoteOptions & { reference?: string }): Promise<Source>;
  /** What was asked for, without the repository. */
  readonly asked: string[];
}

type Alter = (path: string, response: ServerResponse) => boolean;

/** A registry with the one thing that an index.json names, as `group/app:tag`. */
async function serveImages(specs: ImageSpec | ImageSpec[], options: OciOptions = {}, alter: Alter = () => false) {
  const directory = temporaryPath();
  ociLayout(directory, specs, options);
  const read = (name: string): Buffer | undefined => {
    const path = join(directory, name);
    return existsSync(path) ? readFileSync(path) : undefined;
  };
  const index = JSON.parse(String(read("index.json"))) as { manifests: { digest: string }[] };
  return serveBlobs((digest) => read(`blobs/${digest.replace(":", "/")}`), index.manifests[0]?.digest ?? "", alter);
}

/** A registry with the blobs, of which the tag names one. */
async function serveBlobs(
  find: (digest: string) => Buffer | undefined,
  tagged: string,
  alter: Alter = () => false,
): Promise<LocalRegistry> {
  const asked: string[] = [];
  const server = await serve(({ path }, response) => {
    const [, kind = "", reference = ""] = /^\/v2\/group\/app\/(manifests|blobs)\/(.+)$/.exec(path) ?? [];
    asked.push(`${kind} ${reference}`);
    if (alter(`${kind} ${reference}`, response)) return;
    const bytes = find(reference === "tag" ? tagged : reference);
    if (!bytes) return void response.writeHead(404).end();
    const mediaType = kind === "manifests" ? (JSON.parse(String(bytes)).mediaType ?? MEDIA.ociManifest) : "x/y";
    response.writeHead(200, { "content-type": mediaType, "content-length": bytes.length }).end(bytes);
  });
  return {
    ...server,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    asked,
    open({ reference = "group/app:tag", ...options } = {}) {
      const env = { HOME: temporaryPath() };
      return openRegistryImage(parseImageReference(`${server.host}/${reference}`), { env, ...options }, []);
    },
  };
}

const withPlatform = (architecture: string, variant?: string): ImageSpec => ({
  layers: [tar([file(`for-${architecture}${variant ?? ""}`, "x")])],
  platform: { os: "linux", architecture, ...(variant && { variant }) },
  tags: ["app:tag"],
});

const filesOf = async (source: Source, options: Parameters<typeof scanImage>[1] = {}): Promise<string> => {
  const { document } = await scanImage(source, options);
  return document.platform ? formatPlatform(document.platform) : "unknown";
};

describe("an image in a registry", () => {
  test.each(["none", "gzip", "zstd"] as const)("is the same as in a layout: %s", async (compression) => {
    const spec: ImageSpec = { ...IMAGE, compression };
    const directory = temporaryPath();
    ociLayout(directory, spec);
    await using layout = await openSource(directory);
    const expected = await scanImage(layout, { verify: true });
    await using registry = await serveImages(spec);
    await using source = await registry.open();
    const found = await scanImage(source, { verify: true });

    const { names, annotations, ...rest } = expected.document;
    expect(found.document).toMatchObject(rest);
    expect(found.layers).toEqual(expected.layers);
    expect(found.complete).toBe(true);
    expect(found.diagnostics).toEqual(expected.diagnostics);
    expect(names).toEqual(["tag"]);
    expect(annotations).toEqual({ "org.opencontainers.image.ref.name": "tag" });
  });

  test("has its whole name", async () => {
    await using registry = await serveImages(IMAGE);
    await using source = await registry.open();
    const name = `${registry.host}/group/app:tag`;
    expect(source).toMatchObject({ kind: "registry", location: `registry:${name}`, image: undefined });
    expect((await readDocuments(source)).map(({ names }) => names)).toEqual([[name]]);
  });

  test("is found by its digest", async () => {
    const digest = buildImage(IMAGE).manifestDigest;
    await using registry = await serveImages(IMAGE);
    await using source = await registry.open({ reference: `group/app:other@${digest}` });
    const [document] = await readDocuments(source);
    expect(document).toMatchObject({ manifestDigest: digest, names: [`${registry.host}/group/app@${digest}`] });
  });

  test("tells of itself without a layer", async () => {
    await using registry = await serveImages(IMAGE);
    await using source = await registry.open();
    await readDocuments(source);
    expect(registry.asked).toEqual(["manifests tag", `blobs ${buildImage(IMAGE).configDigest}`]);
  });

  test("is fetched once, every blob of it, and the bytes are counted", async () => {
    await using registry = await serveImages(IMAGE);
    await using source = await registry.open();
    const { source: read } = await scanImage(source, { verify: true });
    expect(new Set(registry.asked).size).toBe(registry.asked.length);
    const { manifest, config, layers } = buildImage(IMAGE);
    const bytes = [manifest, config, ...layers.map(({ blob }) => blob)].reduce((sum, { length }) => sum + length, 0);
    expect(read.bytesRequested).toBe(bytes);
  });

  test("says how much there is to come", async () => {
    await using registry = await serveImages(IMAGE);
    await using source = await registry.open();
    const totals: (number | undefined)[] = [];
    await scanImage(source, { onProgress: ({ totalBytes }) => totals.push(totalBytes) });
    const size = buildImage(IMAGE).layers.reduce((sum, { blob }) => sum + blob.length, 0);
    expect(new Set(totals)).toEqual(new Set([size]));
  });

  test("is partial when the transfer of a layer is cut for good", async () => {
    const cut = buildImage(IMAGE).layers[1]?.descriptor.digest;
    await using registry = await serveImages(IMAGE, {}, (path, response) => {
      if (path !== `blobs ${cut}`) return false;
      response.socket?.destroy();
      return true;
    });
    await using source = await registry.open();
    const { complete, layers, errors } = await scanImage(source);
    expect(complete).toBe(false);
    expect(layers.map(({ status }) => status)).toEqual(["complete", "partial"]);
    expect(errors).toMatchObject([{ code: "unreachable" }]);
  });

  test("is not complete when a layer's blob is another one", async () => {
    const spec: ImageSpec = { ...IMAGE, compression: "none" };
    const { descriptor, blob } = buildImage(spec).layers[0] as BuiltLayer;
    await using registry = await serveImages(spec, {}, (path, response) => {
      if (path !== `blobs ${descriptor.digest}`) return false;
      response.end(blob.toString("latin1").replace("first", "fiRst"), "latin1");
      return true;
    });
    await using source = await registry.open();
    const { complete, errors } = await scanImage(source);
    expect(complete).toBe(false);
    expect(errors).toMatchObject([{ code: "digest-mismatch" }]);
  });

  test("is none when its configuration is another one", async () => {
    const { configDigest } = buildImage(IMAGE);
    await using registry = await serveImages(IMAGE, {}, (path, response) => {
      if (path !== `blobs ${configDigest}`) return false;
      response.end(buildImage(IMAGE).config.toString().replace("linux", "minix"));
      return true;
    });
    await using source = await registry.open();
    await expect(readDocuments(source)).rejects.toMatchObject({ code: "digest-mismatch" });
  });

  test("has absent layers where they are to be fetched from elsewhere", async () => {
    const mediaType = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
    const urls = ["http://127.0.0.1:1/layer"];
    const editManifest = (manifest: Record<string, unknown>): void => {
      const [first] = manifest.layers as object[];
      Object.assign(first as object, { mediaType, urls });
    };
    await using registry = await serveImages({ ...IMAGE, broken: { editManifest } });
    await using source = await registry.open();
    const { layers } = await scanImage(source);
    expect(layers.map(({ status }) => status)).toEqual(["absent", "complete"]);
  });

  test("ends with the signal", async () => {
    const controller = new AbortController();
    await using registry = await serveImages(IMAGE, {}, (path) => {
      if (path !== `blobs ${buildImage(IMAGE).layers[1]?.descriptor.digest}`) return false;
      controller.abort();
      return true;
    });
    await using source = await registry.open({ signal: controller.signal });
    await expect(scanImage(source, { signal: controller.signal })).rejects.toMatchObject({ code: "aborted" });
  });

  test("that is not there is a miss when it is opened", async () => {
    await using registry = await serveImages(IMAGE);
    await expect(registry.open({ reference: "group/app:nosuch" })).rejects.toMatchObject({
      code: "no-such-image",
      where: { source: `registry:${registry.host}/group/app:nosuch` },
    });
  });
});

describe("of several platforms", () => {
  const BOTH = [withPlatform("amd64"), withPlatform("arm64", "v8"), withPlatform("s390x")];

  test("this machine's is taken when none is asked for", async () => {
    await using registry = await serveImages(BOTH, { nested: true });
    await using source = await registry.open();
    expect((await filesOf(source)).startsWith(HOST)).toBe(true);
  });

  test.each(["linux/amd64", "linux/arm64", "linux/arm64/v8", "linux/s390x"])("%s is taken", async (platform) => {
    await using registry = await serveImages(BOTH, { nested: true, attestations: true });
    await using source = await registry.open({ platform });
    expect((await filesOf(source, { platform })).startsWith(platform)).toBe(true);
    // The index, the manifest, the configuration, the layer.
    expect(registry.asked).toHaveLength(4);
  });

  test("those of an index in an index are found", async () => {
    await using registry = await serveImages(BOTH, { nested: 3 });
    await using source = await registry.open({ platform: "linux/s390x" });
    expect(await filesOf(source)).toBe("linux/s390x");
  });

  test("one that is not there is told, with those that are", async () => {
    await using registry = await serveImages(BOTH, { nested: true, attestations: true });
    await expect(registry.open({ platform: "linux/386" })).rejects.toMatchObject({
      code: "no-such-platform",
      message: `${registry.host}/group/app:tag has no image for linux/386`,
      choices: ["linux/amd64", "linux/arm64/v8", "linux/s390x"],
    });
  });

  test("one that is none is refused", async () => {
    await using registry = await serveImages(BOTH, { nested: true });
    await expect(registry.open({ platform: "amd64" })).rejects.toMatchObject({ code: "invalid-option" });
  });

  test("the configuration tells where the index does not", async () => {
    const images = BOTH.map(buildImage);
    const manifests = images.map(({ manifestDigest: digest, manifest: { length: size } }) => ({
      mediaType: MEDIA.ociManifest,
      digest,
      size,
    }));
    const index = blobOf(JSON.stringify({ schemaVersion: 2, mediaType: MEDIA.ociIndex, manifests }));
    const blobs = new Map<string, Buffer>([[index.digest, index.bytes]]);
    for (const { manifestDigest, manifest, configDigest, config, layers } of images) {
      blobs.set(manifestDigest, manifest).set(configDigest, config);
      for (const { descriptor, blob } of layers) blobs.set(descriptor.digest, blob);
    }
    await using registry = await serveBlobs((digest) => blobs.get(digest), index.digest);
    await using source = await registry.open({ platform: "linux/s390x" });
    expect(await filesOf(source)).toBe("linux/s390x");
    await expect(registry.open({ platform: "linux/386" })).rejects.toMatchObject({
      code: "no-such-platform",
      choices: ["linux/amd64", "linux/arm64/v8", "linux/s390x"],
    });
  });
});

describe("a manifest that stands alone", () => {
  test("is taken, whatever its platform", async () => {
    await using registry = await serveImages(withPlatform("s390x"));
    await using source = await registry.open();
    expect(await filesOf(source)).toBe("linux/s390x");
  });

  test("is taken for the platform that it is for", async () => {
    await using registry = await serveImages(withPlatform("s390x"));
    await using source = await registry.open({ platform: "linux/s390x" });
    expect(await filesOf(source)).toBe("linux/s390x");
  });

  test("is not taken for another one", async () => {
    await using registry = await serveImages(withPlatform("s390x"));
    await expect(registry.open({ platform: "linux/arm64" })).rejects.toMatchObject({
      code: "no-such-platform",
      choices: ["linux/s390x"],
    });
  });
});

describe("what is no image is told", () => {
  const openOne = async (document: unknown, more: TestBlob[] = []) => {
    const top = blobOf(typeof document === "string" ? document : JSON.stringify(document));
    const blobs = new Map([top, ...more].map(({ digest, bytes }) => [digest, bytes]));
    const server = await serve(({ path }, response) => {
      const reference = path.slice(path.lastIndexOf("/") + 1);
      response.writeHead(200, { "content-type": MEDIA.ociManifest });
      response.end(reference === "tag" ? top.bytes : blobs.get(reference));
    });
    try {
      const image = parseImageReference(`${server.host}/group/app:tag`);
      await using source = await openRegistryImage(image, { env: { HOME: temporaryPath() } }, []);
      return await readDocuments(source);
    } finally {
      await server[Symbol.asyncDispose]();
    }
  };
  const CONFIG = blobOf("{}");
  const config = { mediaType: MEDIA.ociConfig, digest: CONFIG.digest, size: CONFIG.size };

  test.each<[string, unknown, string]>([
    ["no JSON", "{", "invalid-document"],
    ["no object", "[]", "invalid-document"],
    ["an index of nothing", { mediaType: MEDIA.ociIndex, manifests: [] }, "not-an-image"],
    ["an index of something odd", { mediaType: MEDIA.ociIndex, manifests: [5] }, "invalid-document"],
    ["an index without digests", { mediaType: MEDIA.ociIndex, manifests: [{}] }, "invalid-document"],
    ["the old kind", { schemaVersion: 1, fsLayers: [] }, "unsupported-source"],
    ["a layer without a size", { config, layers: [{ digest: CONFIG.digest }] }, "invalid-document"],
    ["a layer without a digest", { config, layers: [{ digest: "../..", size: 1 }] }, "invalid-document"],
    ["no configuration", { layers: [] }, "invalid-document"],
    ["a chart", { config: { ...config, mediaType: "application/vnd.cncf.helm.config.v1+json" } }, "not-an-image"],
    [
      "a configuration that is too large",
      { config: { ...config, size: DEFAULT_LIMITS.jsonBytes + 1 } },
      "limit-exceeded",
    ],
  ])("%s", async (_, document, code) => {
    await expect(openOne(document, [CONFIG])).rejects.toMatchObject({ code });
  });

  test("an index that holds itself", async () => {
    // No digest can be its own, but a registry need not tell one.
    const inner = { mediaType: MEDIA.ociIndex, digest: CONFIG.digest, size: 1 };
    await expect(openOne({ mediaType: MEDIA.ociIndex, manifests: [inner] })).rejects.toMatchObject({
      code: "digest-mismatch",
    });
  });

  test("indexes without end", async () => {
    let index = blobOf(JSON.stringify({ mediaType: MEDIA.ociIndex, manifests: [] }));
    const all: TestBlob[] = [];
    for (let depth = 0; depth < 20; depth++) {
      all.push(index);
      const manifests = [{ mediaType: MEDIA.ociIndex, digest: index.digest, size: index.size }];
      index = blobOf(JSON.stringify({ mediaType: MEDIA.ociIndex, manifests }));
    }
    await expect(openOne(index.bytes.toString(), all)).rejects.toMatchObject({ code: "limit-exceeded" });
  });
});
