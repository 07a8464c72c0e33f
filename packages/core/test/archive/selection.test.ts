import { describe, expect, test } from "vitest";
import {
  buildImage,
  dockerSaveNew,
  dockerSaveOld,
  gzip,
  type ImageSpec,
  ociArchive,
} from "../../../../fixtures/build/image.ts";
import { file, tar } from "../../../../fixtures/build/tar.ts";
import type { ImageList } from "../../src/archive/image-list.ts";
import { describeImages, type Selection, selectImage } from "../../src/archive/select-image.ts";
import { hostPlatform } from "../../src/model/platform.ts";
import { openBytes } from "./open-images.ts";
import { typed } from "./read-tar.ts";

const image = (content: string, ...tags: string[]): ImageSpec => ({ layers: [tar([file("f", content)])], tags });
const one = image("one", "app:1", "app:stable");
const two = image("two", "registry.example:5000/team/app:1");
const three = image("three", "nginx:latest");

function choose(list: ImageList, selection: Selection): string {
  return selectImage(list, selection).id ?? "no id";
}

function failure(list: ImageList, selection: Selection): object {
  try {
    choose(list, selection);
  } catch (thrown) {
    const { code, choices } = typed(thrown);
    return { code, choices };
  }
  throw new Error("one was chosen");
}

describe.each([
  ["docker save before 25", dockerSaveOld([one, two, three])],
  ["docker save since 25", dockerSaveNew([one, two, three])],
  ["the same, as a stream", gzip(dockerSaveNew([one, two, three]))],
])("several images in %s", (_, bytes) => {
  const ids = [one, two, three].map((spec) => buildImage(spec).configDigest);

  test.each([
    ["1", 0],
    ["3", 2],
    ["app:1", 0],
    ["app:stable", 0],
    ["stable", 0],
    ["docker.io/library/app:1", 0],
    ["registry.example:5000/team/app:1", 1],
    ["nginx", 2],
    ["docker.io/library/nginx:latest", 2],
    [ids[1] as string, 1],
    [(ids[2] as string).slice("sha256:".length, "sha256:".length + 12), 2],
  ])("--image %s", async (wanted, index) => {
    const { list } = await openBytes(bytes);
    expect(choose(list, { image: wanted })).toBe(ids[index]);
  });

  test("none is chosen by itself, and the error lists them", async () => {
    const { list } = await openBytes(bytes);
    expect(failure(list, {})).toEqual({ code: "ambiguous-image", choices: describeImages(list.images) });
    expect(describeImages(list.images)[0]).toMatch(/^1: app:1, app:stable/);
  });

  test.each(["0", "4", "nothing:1", "abc", "sha256:0000000000", "app:2", ""])(
    "--image %j is not there",
    async (wanted) => {
      const { list } = await openBytes(bytes);
      expect(failure(list, { image: wanted })).toEqual({ code: "no-such-image", choices: describeImages(list.images) });
    },
  );

  test("a tag that several images have is ambiguous", async () => {
    const { list } = await openBytes(bytes);
    expect(failure(list, { image: "1x" })).toMatchObject({ code: "no-such-image" });
    const same = await openBytes(dockerSaveNew([image("a", "w:1"), image("b", "x:dev"), image("c", "y:dev")]));
    // The numbers are those that --image takes, which are counted through all images.
    expect(failure(same.list, { image: "dev" })).toMatchObject({
      code: "ambiguous-image",
      choices: [/^2: x:dev/, /^3: y:dev/].map((name) => expect.stringMatching(name)),
    });
  });
});

describe("platforms of one image", () => {
  const host = hostPlatform();
  const foreign = host.architecture === "s390x" ? "riscv64" : "s390x";
  const specs: ImageSpec[] = [
    { ...image("foreign", "app:1"), platform: { os: "linux", architecture: foreign } },
    { ...image("host", "app:1"), platform: { os: host.os, architecture: host.architecture } },
    { ...image("arm", "app:1"), platform: { os: "linux", architecture: "arm", variant: "v6" } },
  ];
  const ids = specs.map((spec) => buildImage(spec).configDigest);
  const bytes = ociArchive(specs, { nested: true, attestations: true, refs: "full" });

  test("the host's is chosen by itself", async () => {
    const { list } = await openBytes(bytes);
    expect(list.images).toHaveLength(1);
    expect(choose(list, {})).toBe(ids[1]);
  });

  test("--platform", async () => {
    const { list } = await openBytes(bytes);
    expect(choose(list, { platform: `linux/${foreign}` })).toBe(ids[0]);
    expect(choose(list, { platform: "linux/arm" })).toBe(ids[2]);
    expect(choose(list, { platform: "linux/arm/v6", image: "app:1" })).toBe(ids[2]);
    const choices = [`linux/${foreign}`, `${host.os}/${host.architecture}`, "linux/arm/v6"];
    expect(failure(list, { platform: "linux/arm/v7" })).toEqual({ code: "no-such-platform", choices });
    expect(failure(list, { platform: "windows/amd64" })).toEqual({ code: "no-such-platform", choices });
    expect(failure(list, { platform: "arm" })).toMatchObject({ code: "invalid-option" });
  });

  test("the only one is chosen, whatever it is for; a platform that was asked for must fit", async () => {
    const { list } = await openBytes(dockerSaveOld(specs[0] as ImageSpec));
    expect(choose(list, {})).toBe(ids[0]);
    expect(failure(list, { platform: "linux/arm" })).toMatchObject({ code: "no-such-platform" });
  });

  test("attestations are no images; they are reported", async () => {
    const { list } = await openBytes(bytes);
    expect(list.images[0]?.platforms).toHaveLength(3);
    expect(list.diagnostics.map(({ code, severity }) => [code, severity])).toEqual(
      specs.map(() => ["not-an-image", "info"]),
    );
  });

  test("indexes within indexes", async () => {
    const { list } = await openBytes(ociArchive(specs, { nested: 3 }));
    expect(choose(list, {})).toBe(ids[1]);
  });
});
