/**
 * What real tools write, image by image in the smallest form that shows it. What the other tests of this folder and the
 * overlay rules show already is not here.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Analysis, LayerscopeError, type ScanOptions, snapshotView } from "@layerscope/core";
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
  podmanArchive,
  pre110,
  zstdFrames,
} from "../../fixtures/build/image.ts";
import { dir, file, type Member, opaque, tar, whiteout } from "../../fixtures/build/tar.ts";
import {
  finalTree,
  layoutPath,
  layoutsOf,
  pathText,
  type TreeRow,
  temporaryDirectory,
  withImage,
} from "./real-images.ts";

function withArchive<T>(
  archive: Uint8Array,
  use: (analysis: Analysis) => T | Promise<T>,
  options: ScanOptions = {},
): Promise<T> {
  const path = join(temporaryDirectory(), "image.tar");
  writeFileSync(path, archive);
  return withImage(path, use, options);
}

const same = (analysis: Analysis): Analysis => analysis;

const scan = (archive: Uint8Array, options: ScanOptions = {}): Promise<Analysis> => withArchive(archive, same, options);

const scanMembers = (...layers: Member[][]): Promise<Analysis> =>
  scan(dockerSaveNew({ layers: layers.map((members) => tar(members)) }));

async function failure(archive: Uint8Array, options: ScanOptions = {}): Promise<LayerscopeError> {
  const error: unknown = await scan(archive, options).catch((thrown: unknown) => thrown);
  if (!(error instanceof LayerscopeError)) throw new Error("it was read");
  return error;
}

/** Paths of the last snapshot, in the order of a listing. */
function pathsOf({ image }: Analysis): string[] {
  const view = snapshotView(image.tree, image.classes, image.layers.length - 1);
  return [...view.walk()].slice(1).map(({ node }) => pathText(image, node));
}

const rowsOf = (...layers: Member[][]): Promise<TreeRow[]> =>
  withArchive(dockerSaveNew({ layers: layers.map((members) => tar(members)) }), ({ image }) => finalTree(image));

describe("one Dockerfile, several ways to write its removals", () => {
  const lower = [dir("d"), file("d/a", "1"), file("d/b", "22")];

  test("a directory made anew: an opaque marker, or a whiteout for each child", async () => {
    const overlay = await scanMembers(lower, [dir("d"), opaque("d"), file("d/c", "333")]);
    const snapshotter = await scanMembers(lower, [dir("d"), whiteout("d/a"), whiteout("d/b"), file("d/c", "333")]);
    expect(pathsOf(overlay)).toEqual(pathsOf(snapshotter));
    expect(overlay.accounts.wastedBytes).toBe(3);
    expect(snapshotter.accounts.wastedBytes).toBe(3);
    expect(overlay.accounts.layers[1]?.changes).toEqual(snapshotter.accounts.layers[1]?.changes);
  });

  test("a file that becomes a directory: an opaque marker in it, and no whiteout of the file", async () => {
    const { accounts } = await scanMembers([file("x", "12345")], [dir("x"), opaque("x"), file("x/y", "1")]);
    expect(accounts).toMatchObject({ wastedBytes: 5, wastedByCause: { rewritten: 5 } });
    expect(accounts.layers[1]?.changes).toMatchObject({ modified: 1, added: 1, removed: 0 });
  });

  test("a thousand new directories with an opaque marker each are a thousand additions", async () => {
    const layer = Array.from({ length: 1000 }, (_, n) => [dir(`d${n}`), opaque(`d${n}`), file(`d${n}/f`)]).flat();
    const { accounts } = await scanMembers([file("a")], layer);
    expect(accounts.layers[1]?.changes).toEqual({ added: 2000, modified: 0, metadata: 0, identical: 0, removed: 0 });
  });

  test("markers have any mode and owner", async () => {
    for (const mode of [0, 0o600, 0o755, 0o100644]) {
      expect(pathsOf(await scanMembers([file("f")], [{ ...whiteout("f"), mode, uid: 1000 }]))).toEqual([]);
    }
  });
});

describe("names", () => {
  test("two names that are not UTF-8 and share one short name in the header are two files", async () => {
    const names = [0xff, 0xfe].map((byte) =>
      Buffer.concat([Buffer.from("u/bad-"), Buffer.of(byte), Buffer.from(".bin")]),
    );
    const rows = await rowsOf(names.map((name, index) => file(name, `content ${index}`)));
    expect(rows.map(({ path, sha256 }) => [path, typeof sha256])).toEqual([
      ["u", "undefined"],
      ["u/bad-\xfe.bin", "string"],
      ["u/bad-\xff.bin", "string"],
    ]);
    expect(rows[1]?.sha256).not.toBe(rows[2]?.sha256);
  });

  test.each([
    "__proto__",
    "toString",
    "constructor",
    "...",
    " leading",
    "trailing ",
    "back\\slash",
    "new\nline",
    "\u001b[31m",
    "\u202e",
  ])("%j is a name like any other", async (name) => {
    const analysis = await scanMembers([file(name, "1"), file(`${name}2`)], [file(`d/${name}`), whiteout(name)]);
    const bytes = Buffer.from(name).toString("latin1");
    expect(pathsOf(analysis).sort()).toEqual(["d", `d/${bytes}`, `${bytes}2`].sort());
    expect(analysis.accounts.wastedByCause.deleted).toBe(1);
  });
});

describe("numbers that do not fit the header", () => {
  test("a size in a pax record beside a size of zero in the header", async () => {
    const raw = (header: Uint8Array): void => {
      header.fill(0x30, 124, 135);
    };
    const rows = await rowsOf([file("big", "12345", { pax: { size: "5" }, raw }), file("next", "x")]);
    expect(rows.map(({ path, size }) => [path, size])).toEqual([
      ["big", 5],
      ["next", 1],
    ]);
  });

  test("owners above two million and times before 1970 and after 2242, in pax and in base 256", async () => {
    for (const extra of [{}, { format: "gnu", base256: true } as const]) {
      const rows = await rowsOf([
        file("old", "", { uid: 3_000_000, gid: 2_500_000, mtime: -100, ...extra }),
        file("young", "", { mtime: 9_000_000_000, ...extra }),
      ]);
      expect(rows.map(({ owner, mtime }) => [owner, mtime])).toEqual([
        ["3000000:2500000", -100],
        ["0:0", 9_000_000_000],
      ]);
    }
  });
});

test("a layer that only has what the engine mounts over is a layer with its step, not an empty step", async () => {
  const history = [{ created_by: "COPY . ." }, { created_by: "RUN true" }, { created_by: "CMD", empty_layer: true }];
  const layers = [tar([file("f", "1")]), tar([dir("etc"), file("etc/hosts", "", { mode: 0o755 })])];
  const { image, accounts } = await scan(dockerSaveNew({ layers, history }));
  expect(image.layers.map(({ step }) => step?.createdBy)).toEqual(["COPY . .", "RUN true"]);
  expect(accounts.layers[1]).toMatchObject({ entries: 2, storedBytes: 0, changes: { added: 2 } });
});

describe("layouts", () => {
  const A = tar([file("a", "1")]);
  const B = tar([file("b", "22"), whiteout("a")]);
  const C = tar([file("c", "333")]);
  const spec: ImageSpec = { layers: [A, B, A, C], tags: ["demo:1"] };
  const ARCHIVES: Record<string, Buffer> = {
    "docker save before 25": dockerSaveOld(spec),
    "docker save since 25": dockerSaveNew(spec),
    "docker save with the containerd store": dockerSaveContainerd(spec),
    "podman save": podmanArchive(spec),
    kaniko: kaniko(spec),
    bazel: bazel(spec),
    "docker before 1.10": pre110(spec),
    "OCI archive": ociArchive(spec),
    "OCI archive with indexes in indexes": ociArchive(spec, { nested: 3 }),
  };

  test.each(Object.entries(ARCHIVES))("%s: a layer that occurs twice stands in both places", async (_, archive) => {
    const { image, accounts } = await scan(archive);
    expect(image.complete).toBe(true);
    const tarSizes = image.layers.map(({ tarBytes }) => tarBytes);
    expect(tarSizes).toEqual([A, B, A, C].map(({ length }) => length));
    expect(accounts).toMatchObject({ storedBytes: 7, finalBytes: 6, wastedByCause: { deleted: 1 } });
    expect(pathsOf({ image, accounts })).toEqual(["a", "b", "c"]);
  });

  test("manifest.json counts where index.json lists nothing", async () => {
    const edit = (members: Member[]): Member[] =>
      members.map((member) =>
        member.path === "index.json" ? file("index.json", '{"schemaVersion":2,"manifests":null}') : member,
      );
    expect(pathsOf(await scan(dockerSaveNew(spec, { edit })))).toEqual(["a", "b", "c"]);
  });

  test("index.json counts where there is no manifest.json", async () => {
    const edit = (members: Member[]): Member[] => members.filter(({ path }) => path !== "manifest.json");
    expect(pathsOf(await scan(dockerSaveNew(spec, { edit })))).toEqual(["a", "b", "c"]);
  });

  test("no layers at all: null, and an empty list", async () => {
    for (const broken of [{ layersNull: true }, {}]) {
      const { image, accounts } = await scan(dockerSaveContainerd({ layers: [], history: [], broken }));
      expect(image.layers).toEqual([]);
      expect(accounts.efficiency).toBe(1);
    }
  });

  test("a layer of nothing but the end of the archive, and one of no byte at all", async () => {
    const { image, accounts } = await scan(ociArchive({ layers: [tar([]), Buffer.alloc(0)] }));
    expect(image.errors).toEqual([]);
    expect(accounts.layers.map(({ entries }) => entries)).toEqual([0, 0]);
  });
});

describe("names of images", () => {
  const layers = [tar([file("f")])];

  test.each<[string, Buffer, string[]]>([
    ["saved by its ID, by docker", dockerSaveOld({ layers }), []],
    ["without a name, by podman", podmanArchive({ layers }), []],
    ["with a port and a path", dockerSaveOld({ layers, tags: ["localhost:5000/a/b:1.0"] }), ["localhost:5000/a/b:1.0"]],
    ["with several names", podmanArchive({ layers, tags: ["x:1", "y:2"] }), ["x:1", "y:2"]],
    ["named by its tag alone", ociArchive({ layers, tags: ["x:1"] }, { refs: "tag" }), ["1"]],
    ["named by name and tag", ociArchive({ layers, tags: ["x:1"] }, { refs: "name-tag" }), ["x:1"]],
    ["named in full", ociArchive({ layers, tags: ["h/x:1"] }, { refs: "full" }), ["h/x:1"]],
    ["without a reference", ociArchive({ layers, tags: ["x:1"] }, { refs: "none" }), []],
  ])("%s", async (_, archive, names) => {
    expect([...(await scan(archive)).image.document.names].sort()).toEqual(names);
  });

  test("of several images the one that was asked for is taken, by name, tag or number", async () => {
    const specs = ["one", "two", "three"].map((name) => ({ layers: [tar([file(name)])], tags: [`${name}:latest`] }));
    for (const archive of [
      dockerSaveOld(specs),
      dockerSaveNew(specs),
      podmanArchive(specs),
      ociArchive(specs, { refs: "full" }),
    ]) {
      expect(pathsOf(await scan(archive, { image: "two:latest" }))).toEqual(["two"]);
      expect(pathsOf(await scan(archive, { image: "two" }))).toEqual(["two"]);
      expect(pathsOf(await scan(archive, { image: "3" }))).toEqual(["three"]);
      const unsaid = await failure(archive);
      expect([unsaid.code, unsaid.choices.length]).toEqual(["ambiguous-image", 3]);
      expect((await failure(archive, { image: "four" })).code).toBe("no-such-image");
    }
  });
});

test("the ID of an image depends on the layout, its layers do not", async () => {
  const found = await Promise.all(
    layoutsOf("edge-whiteout").map((layout) =>
      withImage(layoutPath("edge-whiteout", layout), ({ image: { document } }) => ({
        layout,
        id: document.id,
        diffIds: document.layers.map(({ diffId }) => diffId).join(),
      })),
    ),
  );
  expect(new Set(found.map(({ id }) => id)).size).toBeGreaterThan(1);
  const own = found.filter(({ layout }) => !layout.includes("estargz"));
  expect(new Set(own.map(({ diffIds }) => diffIds)).size).toBe(1);
  expect(own.length).toBeLessThan(found.length);
});

describe("compressed layers", () => {
  const members = Array.from({ length: 50 }, (_, index) => file(`f${index}`, `content ${index}`.repeat(100)));
  const whole = tar(members);
  const BLOBS: Record<string, Buffer> = {
    "gzip of one member": gzip(whole),
    "gzip of 60 members": gzip(whole, { members: 60 }),
    "zstd of 40 frames, with skippable ones after them": zstdFrames(whole, { frames: 40, skippable: 3 }),
    "zstd whose first frame is skippable": zstdFrames(whole, { skippableFirst: 1, frames: 2 }),
    "zstd that tells no content size": zstdFrames(whole, { frames: 7, contentSize: false }),
    "eStargz with its index among the members": estargz(members, { toc: "in-archive" }).blob,
    "eStargz with its index after the end": estargz(members, { toc: "after-end" }).blob,
  };

  test.each(Object.entries(BLOBS))("%s: nothing of it is lost, by path or by content", async (_, blob) => {
    const expected = await rowsOf(members);
    const archive = ociArchive({ layers: [{ tar: whole, blob }] });
    const rows = await withArchive(archive, ({ image }) => {
      expect(image.errors).toEqual([]);
      return finalTree(image);
    });
    expect(rows).toEqual(expected);
    expect(rows.length).toBe(50);
  });

  test("the diffID of eStargz is that of all that is unpacked, what follows the end included", async () => {
    for (const toc of ["in-archive", "after-end"] as const) {
      const archive = ociArchive({ layers: [{ ...estargz(members, { toc }) }] });
      expect((await scan(archive, { verify: true })).image.errors).toEqual([]);
    }
  });

  test.each([
    ["application/vnd.oci.image.layer.v1.tar", "none"],
    ["application/vnd.oci.image.layer.v1.tar+gzip", "gzip"],
    ["application/vnd.oci.image.layer.v1.tar+zstd", "zstd"],
    ["application/vnd.docker.image.rootfs.diff.tar", "none"],
    ["application/vnd.docker.image.rootfs.diff.tar.gzip", "gzip"],
  ] as const)("the bytes are believed, whatever %s promises", async (mediaType, promised) => {
    for (const compression of ["none", "gzip", "zstd"] as const) {
      const { image } = await scan(
        ociArchive({ layers: [whole], compression, broken: { mediaTypes: { 0: mediaType } } }),
      );
      expect(image.layers[0]?.compression).toBe(compression);
      expect(image.complete).toBe(true);
      expect(image.diagnostics.map(({ code }) => code)).toEqual(
        promised === compression ? [] : ["media-type-mismatch"],
      );
    }
  });
});

describe("around the archive", () => {
  const archive = dockerSaveNew({ layers: [tar([file("f", "x")])] });

  test("gzip and zstd are read", async () => {
    for (const whole of [gzip(archive), zstdFrames(archive)]) expect(pathsOf(await scan(whole))).toEqual(["f"]);
  });

  test.each([
    ["bzip2", Buffer.from("BZh91AY&SY")],
    ["xz", Buffer.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 0)],
  ])("%s is named in the error, since engines load it", async (name, head) => {
    const error = await failure(Buffer.concat([head, Buffer.alloc(100)]));
    expect(error.code).toBe("unsupported-compression");
    expect(error.message).toContain(name);
  });
});

test("capabilities are raw bytes, and stay what they are", async () => {
  const value = Uint8Array.of(1, 0, 0, 2, 0, 0x0a, 0xff, 0x80, 0);
  const { image } = await scanMembers([file("ping", "x", { xattrs: { "security.capability": value } })]);
  const row = [...snapshotView(image.tree, image.classes, 0).walk()][1];
  expect([...(row?.entry.xattrs?.keys() ?? [])]).toEqual(["security.capability"]);
  expect(Buffer.from(row?.entry.xattrs?.get("security.capability") ?? [])).toEqual(Buffer.from(value));
});

test("127 layers, as many as an engine takes, are read", async () => {
  const { image, accounts } = await scanMembers(
    ...Array.from({ length: 127 }, (_, n): Member[] => [file(`f${n}`, "x")]),
  );
  expect(image.layers.length).toBe(127);
  expect(accounts).toMatchObject({ storedBytes: 127, finalBytes: 127 });
});

test("commands are given as each builder writes them", async () => {
  const written = [
    "RUN /bin/sh -c apt-get update # buildkit",
    "WORKDIR /app",
    "/bin/sh -c #(nop) COPY dir:0123 in /app ",
    "umoci repack",
  ];
  const empty = ["EXPOSE map[3000/tcp:{}]", '/bin/sh -c #(nop)  CMD ["sh"]'];
  const history = [
    ...written.map((created_by) => ({ created_by })),
    ...empty.map((created_by) => ({ created_by, empty_layer: true })),
  ];
  const layers = written.map((_, n) => tar([file(`${n}`)]));
  const { image } = await scan(dockerSaveNew({ layers, history }));
  expect(image.layers.map(({ step }) => step?.createdBy)).toEqual(written);
  expect(image.document.config.history.map(({ createdBy }) => createdBy)).toEqual([...written, ...empty]);
});
