import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  dockerSaveContainerd,
  dockerSaveNew,
  dockerSaveOld,
  gzip,
  type ImageSpec,
  ociArchive,
  podmanArchive,
  pre110,
} from "../../../../fixtures/build/image.ts";
import { dir, file, hardlink, type Member, symlink, tar } from "../../../../fixtures/build/tar.ts";
import { temporaryPath } from "../../../../test/temporary-directory.ts";
import { openBytes, openFailure, openImages } from "./open-images.ts";

const spec: ImageSpec = { layers: [tar([file("a", "1")]), tar([file("b", "2")])], tags: ["app:1"] };
const json = (name: string, value: unknown): Member => file(name, JSON.stringify(value));
const config = (layers: number): object => ({
  os: "linux",
  architecture: "amd64",
  rootfs: { type: "layers", diff_ids: Array.from({ length: layers }, (_, i) => `sha256:${String(i).repeat(64)}`) },
});
/** An archive of Docker's kind with these layers, each a member that is given too. */
const docker = (layers: unknown, ...members: Member[]): Buffer =>
  tar([
    ...members,
    json("c.json", config(Array.isArray(layers) ? layers.length : 0)),
    json("manifest.json", [{ Config: "c.json", RepoTags: null, Layers: layers }]),
  ]);
const layer = tar([file("a", "1")]);

describe.each([
  ["from a file", (bytes: Buffer) => bytes],
  ["from a stream", (bytes: Buffer) => gzip(bytes)],
])("%s", (_, pack) => {
  const only = async (bytes: Buffer): Promise<unknown> => (await openBytes(pack(bytes))).only;

  test("a layer that is a symlink to another", async () => {
    expect(
      await only(
        docker(["x/layer.tar", "y/layer.tar"], file("x/layer.tar", layer), symlink("y/layer.tar", "../x/layer.tar")),
      ),
    ).toEqual([["a"], ["a"]]);
  });

  test("a layer that is a hard link, to a name from the root", async () => {
    expect(
      await only(docker(["y/layer.tar"], file("x/layer.tar", layer), hardlink("y/layer.tar", "x/layer.tar"))),
    ).toEqual([["a"]]);
  });

  test("a link that comes before its target", async () => {
    expect(await only(docker(["l"], symlink("l", "x"), file("x", layer)))).toEqual([["a"]]);
  });

  test("links in a circle, and to nothing, are absent layers", async () => {
    const links = [symlink("l", "m"), symlink("m", "l"), symlink("self", "self"), symlink("gone", "nothing")];
    expect(await only(docker(["l", "self", "gone"], ...links))).toEqual(["absent", "absent", "absent"]);
  });

  test("the same layer twice", async () => {
    expect(await only(docker(["x", "x"], file("x", layer)))).toEqual([["a"], ["a"]]);
    expect(await only(dockerSaveOld({ layers: [layer, tar([]), layer] }))).toEqual([["a"], [], ["a"]]);
    expect(await only(podmanArchive({ layers: [layer, layer] }))).toEqual([["a"], ["a"]]);
  });

  test("a member twice: the last one counts", async () => {
    expect(await only(docker(["x"], file("x", tar([file("old")])), file("x", layer)))).toEqual([["a"]]);
  });

  test("layers that are missing are absent, the others are there", async () => {
    for (const build of [dockerSaveOld, dockerSaveNew, dockerSaveContainerd, ociArchive, pre110]) {
      expect(await only(build({ ...spec, broken: { missing: [0] } }))).toEqual(["absent", ["b"]]);
    }
  });

  test("a missing configuration is an error that names it", async () => {
    const error = await openFailure(pack(dockerSaveOld({ ...spec, broken: { missing: ["config"] } })));
    expect(error).toMatchObject({
      code: "missing-blob",
      where: { member: expect.stringMatching(/^[0-9a-f]{64}\.json$/) },
    });
    expect(await openFailure(pack(ociArchive({ ...spec, broken: { missing: ["config"] } })))).toMatchObject({
      code: "missing-blob",
    });
  });

  test("no layers, and null for them", async () => {
    for (const build of [dockerSaveOld, dockerSaveNew, dockerSaveContainerd, ociArchive]) {
      expect((await openBytes(pack(build({ layers: [] })))).list.images[0]?.platforms[0]?.layers).toEqual([]);
      const broken = { layersNull: true };
      expect((await openBytes(pack(build({ layers: [], broken })))).list.images[0]?.platforms[0]?.layers).toEqual([]);
    }
  });

  test("an index.json that is broken beside a good manifest.json is not needed", async () => {
    for (const content of ["{", "not JSON", "[]", "null", "{}", '{"manifests":[]}', '{"manifests":7}']) {
      const edit = (members: Member[]): Member[] =>
        members.map((member) => (member.path === "index.json" ? { ...member, content } : member));
      expect(await only(dockerSaveNew(spec, { edit })), content).toEqual([["a"], ["b"]]);
    }
  });

  test("JSON with a byte-order mark or spaces before it", async () => {
    for (const before of ["\ufeff", "\n\t ", "\r\n"]) {
      const edit = (members: Member[]): Member[] =>
        members.map((member) =>
          member.path === "manifest.json" ? { ...member, content: `${before}${member.content}` } : member,
        );
      expect(await only(dockerSaveOld(spec, { edit })), JSON.stringify(before)).toEqual([["a"], ["b"]]);
    }
  });

  test("an index whose manifests are all missing", async () => {
    expect(await openFailure(pack(ociArchive(spec, { omitChildren: [0] })))).toMatchObject({ code: "missing-blob" });
  });

  test("an index of which some manifests are missing: the others are there", async () => {
    const { list } = await openBytes(
      pack(ociArchive([spec, { ...spec, layers: [layer], tags: ["app:2"] }], { omitChildren: [0] })),
    );
    expect(list.images.map(({ names }) => names)).toEqual([["2"]]);
    expect(list.diagnostics).toMatchObject([{ code: "manifest-absent", severity: "warning" }]);
  });

  test.each<[string, Buffer, string]>([
    ["an empty manifest.json", tar([json("manifest.json", [])]), "not-an-image"],
    ["a manifest.json of another kind", tar([json("manifest.json", { name: "web app" })]), "not-an-image"],
    ["an image without a configuration", tar([json("manifest.json", [{ Layers: [] }])]), "invalid-document"],
    ["an image that is a number", tar([json("manifest.json", [7])]), "invalid-document"],
    ["layers that are numbers", docker([1]), "invalid-document"],
    ["layers that are an object", docker({}), "invalid-document"],
    ["a manifest.json that is cut", tar([file("manifest.json", '[{"Config"')]), "invalid-document"],
    [
      "a manifest.json that is not UTF-8",
      tar([file("manifest.json", Buffer.from('["\xff"]', "latin1"))]),
      "invalid-document",
    ],
    [
      "a configuration that is a list",
      tar([json("c", []), json("manifest.json", [{ Config: "c" }])]),
      "invalid-document",
    ],
    ["a root filesystem", tar([dir("bin"), dir("etc"), file("etc/passwd")]), "not-an-image"],
    ["a tar of something else", tar([file("readme", "hello")]), "not-an-image"],
    ["a tar of nothing but links", tar([symlink("a", "b")]), "not-an-image"],
  ])("%s is no image", async (_name, bytes, code) => {
    expect(await openFailure(pack(bytes))).toMatchObject({ code });
  });

  test("an archive that is cut inside its last layer: what comes before is there", async () => {
    const big = tar([file("a", "1"), file("b", "x".repeat(5000))]);
    const whole = docker(["l"], file("l", big));
    const reordered = tar([
      json("c.json", config(1)),
      json("manifest.json", [{ Config: "c.json", Layers: ["l"] }]),
      file("l", big),
    ]);
    expect(await only(whole)).toEqual([["a", "b"]]);
    const opened = await openBytes(pack(reordered.subarray(0, reordered.length - 4000)));
    expect(opened.incomplete).toMatchObject({ code: "truncated" });
    expect(opened.only).toEqual(["truncated"]);
  });

  test("an archive that is cut before its manifest, and inside it", async () => {
    const whole = dockerSaveOld(spec);
    const at = whole.indexOf("manifest.json");
    expect(await openFailure(pack(whole.subarray(0, at + 100)))).toMatchObject({ code: "truncated" });
    expect(await openFailure(pack(whole.subarray(0, at + 600)))).toMatchObject({ code: "truncated" });
  });
});

test("names in a manifest never leave the directory", async () => {
  const outside = temporaryPath();
  mkdirSync(outside);
  writeFileSync(join(outside, "secret"), layer);
  for (const name of [
    `../${outside.split("/").at(-1)}/secret`,
    join(outside, "secret"),
    `../../../../../../../..${outside}/secret`,
  ]) {
    const directory = temporaryPath();
    mkdirSync(directory);
    writeFileSync(join(directory, "c.json"), JSON.stringify(config(1)));
    writeFileSync(join(directory, "manifest.json"), JSON.stringify([{ Config: "c.json", Layers: [name] }]));
    expect((await openImages(directory)).only).toEqual(["absent"]);
  }
});
