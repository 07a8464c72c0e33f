/** `ls` and `cat`. */
import { createHash } from "node:crypto";
import type { ListedPath } from "@layerscope/core";
import { listedPathSchema } from "@layerscope/core/report-schema";
import { describe, expect, test } from "vitest";
import { dockerSaveNew, gzip } from "../../fixtures/build/image.ts";
import { dir, file, hardlink, symlink, tar, whiteout } from "../../fixtures/build/tar.ts";
import { temporaryFile } from "../temporary-directory.ts";
import { jsonLines, layerscope } from "./command.ts";

const binary = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7919) % 256));
const latin1 = Buffer.from("etc/caf\xe9", "latin1");

const image = temporaryFile(
  dockerSaveNew({
    layers: [
      tar([
        dir("etc", { mode: 0o755, mtime: 1_700_000_000 }),
        file("etc/motd", "hello\n", { mode: 0o640, uid: 7, gid: 8, mtime: 1_700_000_001.25 }),
        file(latin1, "latin"),
        file("etc/sudo", "#!", { mode: 0o4755, xattrs: { "security.capability": Buffer.from([1, 2, 255]) } }),
        symlink("etc/link", "motd"),
        symlink("conf", "/etc"),
        file("first", binary),
        hardlink("second", "first"),
        { path: "null", type: "char", devMajor: 1, devMinor: 3 },
        { path: "pipe", type: "fifo" },
        symlink("loop", "loop"),
        file("deep/er/file", "deep"),
      ]),
      tar([dir("etc", { mtime: 1_700_000_000 }), whiteout("etc/motd"), file("etc/new", "new")]),
    ],
  }),
);

async function list(...args: string[]): Promise<ListedPath[]> {
  const { code, stdout, stderr } = await layerscope(["ls", "--json", image, ...args]);
  expect([code, stderr]).toEqual([0, ""]);
  const lines = jsonLines<ListedPath>(stdout);
  for (const line of lines) expect(listedPathSchema.parse(line)).toStrictEqual(line);
  return lines;
}

const sha256 = (content: Uint8Array | string): string => createHash("sha256").update(content).digest("hex");

describe("ls --json", () => {
  const all = list("--layer", "0");
  const find = async (path: string): Promise<ListedPath | undefined> => (await all).find((each) => each.path === path);

  test("has one line for each path, bytewise by name", async () => {
    const paths = (await all).map(({ path }) => path);
    expect(paths).toEqual([
      "/conf",
      "/deep",
      "/deep/er",
      "/deep/er/file",
      "/etc",
      "/etc/caf\ufffd",
      "/etc/link",
      "/etc/motd",
      "/etc/sudo",
      "/first",
      "/loop",
      "/null",
      "/pipe",
      "/second",
    ]);
  });

  test("has owner, mode, size and the fraction of the time", async () => {
    const expected = { type: "file", mode: "0640", uid: 7, gid: 8, size: 6, mtime: 1_700_000_001.25, layer: 0 };
    expect(await find("/etc/motd")).toMatchObject(expected);
  });

  test("has setuid in the mode, and extended attributes", async () => {
    expect(await find("/etc/sudo")).toMatchObject({ mode: "4755", xattrs: { "security.capability": "AQL/" } });
  });

  test("has the bytes of a name that is not UTF-8", async () => {
    expect((await find("/etc/caf\ufffd"))?.pathBase64).toBe(Buffer.from("/etc/caf\xe9", "latin1").toString("base64"));
    expect((await find("/etc/motd"))?.pathBase64).toBeUndefined();
  });

  test("has both names of a hard link as files of one inode", async () => {
    const [first, second] = [await find("/first"), await find("/second")];
    expect([first?.type, first?.size, first?.inode]).toEqual(["file", binary.length, second?.inode]);
    expect([second?.type, second?.size]).toEqual(["file", binary.length]);
    expect((await find("/etc/motd"))?.inode).not.toBe(first?.inode);
  });

  test("has links, devices and pipes, and directories that no layer lists", async () => {
    expect(await find("/conf")).toMatchObject({ type: "symlink", linkTarget: "/etc" });
    expect(await find("/null")).toMatchObject({ type: "char", device: { major: 1, minor: 3 } });
    expect(await find("/pipe")).toMatchObject({ type: "fifo" });
    expect(await find("/deep/er")).toMatchObject({ type: "directory", mode: "0755", implicit: true });
  });

  test("--digests has the sha256 of every file and of nothing else", async () => {
    const digests = Object.fromEntries(
      (await list("--layer", "0", "--digests")).flatMap(({ path, type, sha256: digest }) => {
        expect(digest !== undefined).toBe(type === "file");
        return digest ? [[path, digest]] : [];
      }),
    );
    const content = sha256(binary);
    expect(digests).toMatchObject({ "/first": content, "/second": content, "/etc/motd": sha256("hello\n") });
  });

  test("is of the last layer without --layer, and of a path when there is one", async () => {
    expect((await list("/etc")).map(({ path, layer }) => [path, layer])).toEqual([
      ["/etc", 1],
      ["/etc/caf\ufffd", 0],
      ["/etc/link", 0],
      ["/etc/new", 1],
      ["/etc/sudo", 0],
    ]);
  });

  test("--changes is what the layer did", async () => {
    expect((await list("--changes", "--layer", "1")).map(({ path, change }) => [path, change])).toEqual([
      ["/etc", "identical"],
      ["/etc/motd", "removed"],
      ["/etc/new", "added"],
    ]);
  });

  test("--changes finds a path that the layer removed", async () => {
    expect(await list("/etc/motd", "--changes")).toMatchObject([{ path: "/etc/motd", change: "removed", size: 6 }]);
  });
});

test("ls prints type, mode, owner, size and link, as ls does", async () => {
  const { stdout } = await layerscope(["ls", image, "--layer", "0"]);
  expect(stdout.split("\n").filter((line) => /motd|sudo|null|café|caf/.test(line))).toEqual([
    "-rw-r--r--       0:0      5 B  /etc/caf\\xe9",
    "lrwxrwxrwx       0:0           /etc/link -> motd",
    "-rw-r-----       7:8      6 B  /etc/motd",
    "-rwsr-xr-x       0:0      2 B  /etc/sudo",
    "crw-r--r--       0:0           /null",
  ]);
});

test("ls --changes marks what was added and removed", async () => {
  const { stdout } = await layerscope(["ls", image, "--changes"]);
  expect(stdout.split("\n").map((line) => line.replace(/^(.) .* /, "$1 "))).toEqual([
    "= /etc",
    "- /etc/motd",
    "+ /etc/new",
    "",
  ]);
});

describe("cat", () => {
  test.each([
    ["a file", "/first"],
    ["the other name of a file", "/second"],
    ["a path without a slash before it", "first"],
    ["a path with dots", "/etc/../first"],
  ])("prints %s byte for byte", async (_, path) => {
    const { code, bytes, stderr } = await layerscope(["cat", image, path]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(bytes.equals(binary)).toBe(true);
  });

  test("follows links inside the image", async () => {
    expect((await layerscope(["cat", image, "/conf/link", "--layer", "0"])).stdout).toBe("hello\n");
  });

  test.each([
    ["a link that leads to itself", "/loop", "/loop: too many links in the image as of layer 1"],
    ["a device", "/null", "/null is a device, not a file"],
    ["a pipe", "/pipe", "/pipe is a pipe, not a file"],
    ["a removed file", "/etc/motd", "/etc/motd: no such path in the image as of layer 1"],
    ["a link to it", "/etc/link", "/etc/link: no such path in the image as of layer 1"],
  ])("refuses %s", async (_, path, message) => {
    const { code, stdout, stderr } = await layerscope(["cat", image, path]);
    expect(stderr.split("\n")[0]).toBe(`layerscope: ${message}`);
    expect([code, stdout]).toEqual([2, ""]);
  });

  test("reads out of a pipe, which is compressed", async () => {
    const packed = gzip(dockerSaveNew({ layers: [tar([file("a", binary)])] }));
    const { code, bytes } = await layerscope(["cat", "-", "/a"], { input: packed });
    expect(code).toBe(0);
    expect(bytes.equals(binary)).toBe(true);
  });
});
