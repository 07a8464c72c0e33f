import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import {
  bazel,
  dockerSaveContainerd,
  dockerSaveNew,
  dockerSaveOld,
  estargz,
  gzip,
  type ImageSpec,
  kaniko,
  ociArchive,
  ociLayout,
  podmanArchive,
  pre110,
  skopeoDir,
  zstdFrames,
} from "../../../../fixtures/build/image.ts";
import { dir, file, type Member, tar } from "../../../../fixtures/build/tar.ts";
import { temporaryFile, temporaryPath } from "../../../../test/temporary-directory.ts";
import { fifoOf } from "../temporary.ts";
import { openBytes, openImages } from "./open-images.ts";

const spec: ImageSpec = {
  layers: [tar([dir("etc"), file("etc/a", "lower")]), tar([file("etc/b", "upper")])],
  tags: ["example.com:5000/app:1"],
};
const FILES = [["etc", "etc/a"], ["etc/b"]];

const prefixed = (members: Member[]): Member[] => members.map((member) => ({ ...member, path: `./${member.path}` }));

type Options = { edit?: (members: Member[]) => Member[] };
const LAYOUTS: [string, (options?: Options) => Buffer][] = [
  ["docker save before 25", (options) => dockerSaveOld(spec, options)],
  ["docker save since 25", (options) => dockerSaveNew(spec, options)],
  ["docker save with the containerd store", (options) => dockerSaveContainerd(spec, options)],
  ["podman", (options) => podmanArchive(spec, options)],
  ["kaniko", (options) => kaniko(spec, options)],
  ["bazel", (options) => bazel(spec, options)],
  ["docker save before 1.10", (options) => pre110(spec, options)],
  ["OCI archive", (options) => ociArchive(spec, options)],
  ["OCI archive of gzip layers", (options) => ociArchive({ ...spec, compression: "gzip" }, options)],
  ["OCI archive of zstd layers", (options) => ociArchive({ ...spec, compression: "zstd" }, options)],
];

describe.each(LAYOUTS)("%s", (_, build) => {
  test.each([
    ["a file, whatever its name", (bytes: Buffer) => bytes, "file"],
    ["compressed with gzip as a whole", (bytes: Buffer) => gzip(bytes), "stream"],
    ["compressed with gzip in many members", (bytes: Buffer) => gzip(bytes, { members: 9 }), "stream"],
    ["compressed with zstd as a whole", (bytes: Buffer) => zstdFrames(bytes, { frames: 3, skippable: 1 }), "stream"],
  ])("%s", async (_how, pack, kind) => {
    const opened = await openBytes(pack(build()));
    expect(opened.kind).toBe(kind);
    expect(opened.only).toEqual(FILES);
    expect(opened.incomplete).toBeUndefined();
    expect(opened.list.diagnostics).toEqual([]);
  });

  test("with ./ before all names", async () => {
    expect((await openBytes(build({ edit: prefixed }))).only).toEqual(FILES);
    expect((await openBytes(gzip(build({ edit: prefixed })))).only).toEqual(FILES);
  });

  test("with the members in the opposite order", async () => {
    const reversed = build({ edit: (members) => members.toReversed() });
    expect((await openBytes(reversed)).only).toEqual(FILES);
    expect((await openBytes(gzip(reversed))).only).toEqual(FILES);
  });

  test("with something else behind the end", async () => {
    const longer = Buffer.concat([build(), Buffer.from("GARBAGE".repeat(300))]);
    for (const bytes of [longer, gzip(longer)]) {
      const opened = await openBytes(bytes);
      expect(opened.only).toEqual(FILES);
      expect(opened.incomplete).toBeUndefined();
    }
  });

  test("from a FIFO", async () => {
    const opened = await openImages(fifoOf(build()));
    expect(opened.kind).toBe("stream");
    expect(opened.only).toEqual(FILES);
  });

  test("from a FIFO, kept in a temporary file", async () => {
    const opened = await openImages(fifoOf(build()), { spool: true });
    expect(opened.kind).toBe("file");
    expect(opened.only).toEqual(FILES);
  });
});

test.each([
  ["an OCI layout", ociLayout],
  ["skopeo's dir:", skopeoDir],
])("%s is a directory", async (_, build) => {
  const path = temporaryPath();
  build(path, spec);
  const opened = await openImages(path);
  expect(opened.kind).toBe("directory");
  expect(opened.only).toEqual(FILES);
});

test("skopeo's dir: of several platforms", async () => {
  const path = temporaryPath();
  skopeoDir(path, [spec, { ...spec, platform: { os: "linux", architecture: "arm64" } }]);
  const { list } = await openImages(path);
  expect(list.images.map(({ platforms }) => platforms.map(({ platform }) => platform?.architecture))).toEqual([
    ["amd64", "arm64"],
  ]);
});

test.each(LAYOUTS)("%s that somebody unpacked into a directory", async (_, build) => {
  const path = temporaryPath();
  const archive = temporaryFile(build());
  execFileSync("mkdir", [path]);
  execFileSync("tar", ["-xf", archive, "-C", path]);
  expect((await openImages(path)).only).toEqual(FILES);
});

test("layers of the eStargz kind show the image's files", async () => {
  const layers = [estargz([file("a", "x")]), estargz([file("b", "y")], { toc: "after-end" })];
  expect((await openBytes(ociArchive({ layers }))).only).toEqual([["a"], ["b"]]);
});

test("a layer that is compressed otherwise than its media type says is read all the same", async () => {
  const broken = { mediaTypes: { 0: "application/vnd.oci.image.layer.v1.tar+gzip" } };
  expect((await openBytes(ociArchive({ ...spec, broken }))).only).toEqual(FILES);
});
