import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dockerSaveNew } from "../../../../fixtures/build/image.ts";
import { tar } from "../../../../fixtures/build/tar.ts";
import { containerLayer } from "../../src/archive/container-layer.ts";
import { LayerscopeError } from "../../src/model/errors.ts";
import { withScan } from "../tree/scan-layers.ts";
import { snapshotRows } from "../tree/tree-rows.ts";
import { Container, layerOf, type Node, type Tree } from "./container-files.ts";
import { membersOf, type SeenMember } from "./read-tar.ts";

const directory = (mode = 0o755): Node => ({ type: "directory", mode });
const regular = (content: string, mode = 0o644): Node => ({ type: "file", content, mode });

const image = (): Tree =>
  new Map<string, Node>([
    ["bin", directory()],
    ["bin/sh", regular("shell")],
    ["bin/ls", regular("list")],
    ["etc", directory()],
    ["etc/passwd", regular("root")],
  ]);

async function layerBytes(container: Container): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of containerLayer(container)) chunks.push(chunk);
  expect(container.open).toBe(0);
  return Buffer.concat(chunks);
}

const layerMembers = async (container: Container): Promise<readonly SeenMember[]> =>
  membersOf(await layerBytes(container));
const names = async (container: Container) => (await layerMembers(container)).map(({ path }) => path);

test("a container in which nothing changed gives an empty tar, and nothing is asked for", async () => {
  const container = new Container(image());
  expect(await layerBytes(container)).toEqual(Buffer.alloc(1024));
  expect(container.requests).toEqual([]);
});

describe("of what changed", () => {
  test("a new directory is asked for once, with everything below it", async () => {
    const container = new Container(image());
    container.set("srv", directory(0o700));
    container.set("srv/sub", directory());
    container.set("srv/sub/file", regular("new", 0o4755));
    expect(await layerMembers(container)).toMatchObject([
      { path: "srv/", type: "directory", mode: 0o700 },
      { path: "srv/sub/", type: "directory" },
      { path: "srv/sub/file", type: "file", mode: 0o4755, size: 3 },
    ]);
    expect(container.requests).toEqual(["/srv"]);
  });

  test("files have their whole path, and what was removed a marker", async () => {
    const container = new Container(image());
    container.set("etc/passwd", regular("changed"));
    container.remove("bin/ls");
    // Sorted, whatever the order of the list.
    expect(await layerMembers(container)).toMatchObject([
      { path: "bin/" },
      { path: "bin/.wh.ls", type: "file", size: 0 },
      { path: "etc/passwd", size: 7 },
    ]);
  });

  test("a directory whose mode changed is itself only, and no more of it is read than its first members", async () => {
    const tree = image();
    for (let count = 0; count < 10; count++) tree.set(`etc/large${count}`, regular("x".repeat(2 ** 20)));
    const container = new Container(tree);
    container.set("etc", directory(0o700));
    expect(await layerMembers(container)).toMatchObject([{ path: "etc/", mode: 0o700 }]);
    expect(container.requests).toEqual(["/etc"]);
    expect(container.bytesGiven).toBe(container.chunkSize);
  });

  test("many files of a directory come with one request", async () => {
    const container = new Container(image());
    for (let count = 0; count < 50; count++) container.set(`etc/new${count}`, regular("new"));
    expect(await names(container)).toHaveLength(51);
    expect(container.requests.length).toBeLessThan(3);
  });

  test("files are asked for one by one when too much lies between them", async () => {
    const tree = image();
    tree.set("etc/between", regular("x".repeat(20 * 2 ** 20)));
    const container = new Container(tree);
    container.chunkSize = 2 ** 16;
    for (const name of ["a1", "a2", "z1", "z2"]) container.set(`etc/${name}`, regular("new"));
    expect(await names(container)).toEqual(["etc/", "etc/a1", "etc/a2", "etc/z1", "etc/z2"]);
    expect(container.requests).toContain("/etc/z1");
    expect(container.bytesGiven).toBeLessThan(2 ** 20);
  });

  test("what is mounted is left out", async () => {
    const container = new Container(image());
    container.mounts = ["/srv/data", "/srv/file"];
    container.set("srv", directory());
    container.set("srv/data", directory());
    container.set("srv/file", regular("of the machine"));
    container.set("srv/own", regular("own"));
    container.tree.set("srv/data/volume", regular("of the volume"));
    expect(await names(container)).toEqual(["srv/", "srv/own"]);
  });

  test("a file whose name would remove another one is left out", async () => {
    const container = new Container(image());
    container.set("etc/.wh.passwd", regular("odd"));
    expect(await names(container)).toEqual(["etc/"]);
  });

  test("names that are not UTF-8 keep their bytes", async () => {
    const container = new Container(new Map([...image(), ["etc/\xff", directory()], ["etc/\xff/old", regular("old")]]));
    container.set("etc/\xff/\xfe\xfd", regular("new"));
    container.set("etc/\xff/plain", regular("new"));
    container.set("etc/\xe2\x82", regular("cut off"));
    expect(await names(container)).toEqual([
      "etc/",
      "etc/\xe2\x82",
      "etc/\xff/",
      "etc/\xff/plain",
      "etc/\xff/\xfe\xfd",
    ]);
  });

  test("hard links name the whole path of what they link to", async () => {
    const container = new Container(image());
    const shared = regular("shared");
    container.set("srv", directory());
    container.set("srv/a", shared);
    container.set("srv/b", shared);
    expect(await layerMembers(container)).toMatchObject([
      { path: "srv/" },
      { path: "srv/a", type: "file", size: 6 },
      { path: "srv/b", type: "link", link: "srv/a" },
    ]);
  });

  test("a new name of a file of the image is a file, since its first name is not in the layer", async () => {
    const tree = image();
    const shared = regular("shared");
    tree.set("etc/first", shared);
    const container = new Container(tree);
    for (const name of ["second", "x1", "x2", "x3"]) container.set(`etc/${name}`, shared);
    expect(await layerMembers(container)).toMatchObject([
      { path: "etc/" },
      { path: "etc/second", type: "file", size: 6 },
      { path: "etc/x1", type: "file", size: 6 },
      { path: "etc/x2", type: "file", size: 6 },
      { path: "etc/x3", type: "file", size: 6 },
    ]);
  });

  test("everything comes with one request when the engine gives no parts", async () => {
    const container = new Container(image());
    container.givesParts = false;
    container.set("etc/link", { type: "symlink", target: "passwd" });
    container.set("srv", directory());
    container.remove("bin/ls");
    expect((await names(container)).sort()).toEqual(["bin/", "bin/.wh.ls", "etc/", "etc/link", "srv/"]);
    expect(container.requests).toEqual(["/"]);
  });

  test("long names, capabilities and large numbers stay", async () => {
    const container = new Container(image());
    const long = `etc/${"n".repeat(200)}`;
    const xattrs = { "security.capability": Buffer.from([1, 0, 255, 10]) };
    const extra = { xattrs, uid: 3_000_000_000, mtime: -1.5 };
    container.set(long, { type: "file", content: "new", mode: 0o644, extra });
    expect((await layerMembers(container)).at(-1)).toMatchObject({
      path: long,
      uid: 3_000_000_000,
      mtime: -2,
      mtimeNanos: 500_000_000,
      xattrs: { "security.capability": "\x01\x00\xff\n" },
    });
  });
});

describe("a container that runs", () => {
  test("a path that went after it was listed is removed when the image had it", async () => {
    const container = new Container(image());
    container.set("etc/passwd", regular("changed"));
    container.set("tmp", regular("for a moment"));
    container.onArchive = () => {
      container.tree.delete("etc/passwd");
      container.tree.delete("tmp");
    };
    expect(await names(container)).toEqual(["etc/.wh.passwd"]);
  });

  test("a file that became shorter is filled with zeros, and what comes after it is asked for again", async () => {
    const container = new Container(image());
    container.cutsShortFiles = true;
    container.set("var", directory());
    for (const name of ["a", "b", "c", "d"]) container.set(`var/${name}`, regular(name));
    container.set("var/b", { type: "file", content: "short", mode: 0o644, extra: { size: 100_000 } });
    expect(await layerMembers(container)).toMatchObject([
      { path: "var/" },
      { path: "var/a", size: 1 },
      { path: "var/b", size: 100_000 },
      { path: "var/c", size: 1 },
      { path: "var/d", size: 1 },
    ]);
    expect((await layerBytes(container)).includes(`short${"\0".repeat(99_995)}`)).toBe(true);
  });

  test("a file that became shorter where nothing can be asked for again ends the layer with an error", async () => {
    const container = new Container(image());
    container.cutsShortFiles = true;
    container.givesParts = false;
    container.set("tmp", { type: "file", content: "short", mode: 0o644, extra: { size: 100_000 } });
    container.set("var", directory());
    await expect(layerBytes(container)).rejects.toMatchObject({
      code: "truncated",
      message: expect.stringContaining("ends too early"),
    });
  });
});

test("what an engine refuses is told as it is", async () => {
  const container = new Container(image());
  container.set("tmp", regular("new"));
  container.onArchive = () => {
    throw new LayerscopeError("refused", "no");
  };
  await expect(layerBytes(container)).rejects.toMatchObject({ code: "refused" });
});

test("stopping ends the request", async () => {
  const container = new Container(image());
  container.set("tmp", regular("x".repeat(100_000)));
  const stop = new AbortController();
  const read = async () => {
    for await (const _ of containerLayer(container, stop.signal)) stop.abort();
  };
  await expect(read()).rejects.toMatchObject({ code: "aborted" });
  expect(container.open).toBe(0);
  expect(container.bytesGiven).toBeLessThan(20_000);
});

const NAMES = ["a", "b", "c", "Ã©", "\xff", "\xfe\xfd", "n".repeat(120)];
const name = fc.constantFrom(...NAMES);
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
const node: fc.Arbitrary<Node> = fc.oneof(
  fc.record({ type: fc.constant("directory" as const), mode: fc.constantFrom(0o755, 0o700) }),
  fc.record({ type: fc.constant("symlink" as const), target: fc.constantFrom("a", "../b") }),
  fc.record({
    type: fc.constant("file" as const),
    mode: fc.constantFrom(0o644, 0o600),
    content: fc.constantFrom("", "x", "x".repeat(600), "x".repeat(1_500_000)),
  }),
);
type Step = { readonly path: string; readonly to: Node | "removed" | "linked" };
const step: fc.Arbitrary<Step> = fc.record({
  path,
  to: fc.oneof(node, fc.constant("removed" as const), fc.constant("linked" as const)),
});

function act(container: Container, { path: at, to }: Step): void {
  const parent = at.slice(0, Math.max(0, at.lastIndexOf("/")));
  const { tree } = container;
  if (parent !== "" && tree.get(parent)?.type !== "directory") return;
  // Engines do not tell the bytes of a removed name.
  if ([...tree.keys()].some((other) => `${other}/`.startsWith(`${at}/`) && /[\xfd-\xff]/.test(other))) return;
  if (to === "removed") {
    if (tree.has(at)) container.remove(at);
    return;
  }
  const source = [...tree.values()].find(({ type }) => type === "file");
  const made = to === "linked" ? source : { ...to };
  if (made) container.set(at, made);
}

test("image and layer together are the container, whatever was done in it and however it is listed", async () => {
  const options = fc.record({
    listing: fc.constantFrom("docker" as const, "podman" as const),
    givesParts: fc.boolean(),
    chunkSize: fc.constantFrom(512, 1000, 2 ** 16),
  });
  const steps = fc.array(step, { maxLength: 12 });
  const law = fc.asyncProperty(steps, steps, options, async (before, after, how) => {
    const built = new Container(new Map());
    for (const one of before) act(built, one);
    const container = Object.assign(new Container(built.tree), how);
    for (const one of after) act(container, one);
    const layers = [tar(layerOf(built.tree)), await layerBytes(container)];
    expect(await lastSnapshot(layers)).toEqual(await lastSnapshot([tar(layerOf(container.tree))]));
  });
  await fc.assert(law, { numRuns: 150 });
});

async function lastSnapshot(layers: Buffer[]): Promise<unknown> {
  return withScan(dockerSaveNew({ layers }), (scanned) => {
    expect(scanned.errors).toEqual([]);
    return (snapshotRows(scanned).at(-1) ?? []).map(({ inode, ...row }) => row);
  });
}
