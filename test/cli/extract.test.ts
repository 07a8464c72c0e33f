/** `extract`: what the image has, below the directory that was named, and nothing anywhere else. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { dockerSaveNew } from "../../fixtures/build/image.ts";
import { dir, file, hardlink, type Member, symlink, tar, whiteout } from "../../fixtures/build/tar.ts";
import { temporaryFile, temporaryPath } from "../temporary-directory.ts";
import { layerscope, type Result } from "./command.ts";

const image = (...layers: Member[][]): string =>
  temporaryFile(dockerSaveNew({ layers: layers.map((members) => tar(members)) }));

interface Extraction extends Result {
  /** The directory around the target, to see that nothing got there. */
  readonly around: string;
  readonly to: string;
}

/** Extracts to `target` in a directory that has nothing else but what `prepare` puts there. */
async function extract(path: string, args: string[] = [], prepare?: (to: string) => void): Promise<Extraction> {
  const around = temporaryPath();
  const to = join(around, "target");
  mkdirSync(to, { recursive: true });
  prepare?.(to);
  return { ...(await layerscope(["extract", path, ...args, "--to", to])), around, to };
}

/** All below a directory, links not followed, one character a byte. */
function namesIn(directory: string, below = Buffer.alloc(0)): string[] {
  const here = Buffer.concat([Buffer.from(`${directory}/`), below]);
  const names = readdirSync(here, { encoding: "buffer" }).flatMap((name) => {
    const path = Buffer.concat([below, name]);
    const isDirectory = lstatSync(Buffer.concat([here, name])).isDirectory();
    const inside = isDirectory ? namesIn(directory, Buffer.concat([path, Buffer.from("/")])) : [];
    return [path.toString("latin1"), ...inside];
  });
  return names.sort();
}

describe("a whole image", () => {
  const members = [
    dir("bin", { mode: 0o711, mtime: 1_600_000_000 }),
    file("bin/tool", "#!/bin/sh\n", { mode: 0o755, mtime: 1_600_000_001.5 }),
    file("bin/sudo", "s", { mode: 0o4755 }),
    hardlink("bin/same", "bin/tool"),
    symlink("bin/sh", "/bin/tool", { mtime: 1_500_000_000 }),
    file("old", "old", { mode: 0o600, mtime: -86_400 }),
    file("far", "far", { mtime: 2 ** 40 }),
    dir("locked", { mode: 0o500 }),
    file("locked/in", "in", { mode: 0o400 }),
    file("no/one/lists/this", "x"),
    { path: "null", type: "char" },
    { path: "pipe", type: "fifo" },
    file("removed", "removed"),
  ] satisfies Member[];
  const done = extract(image(members, [whiteout("removed"), file("old", "new", { mode: 0o600, mtime: -86_400 })]));

  test("has its files, and says what was left out", async () => {
    const { code, stdout, stderr, to } = await done;
    expect([code, stdout]).toEqual([0, ""]);
    expect(namesIn(to)).toEqual([
      "bin",
      "bin/same",
      "bin/sh",
      "bin/sudo",
      "bin/tool",
      "far",
      "locked",
      "locked/in",
      "no",
      "no/one",
      "no/one/lists",
      "no/one/lists/this",
      "old",
    ]);
    expect(readFileSync(join(to, "old"), "utf8")).toBe("new");
    expect(stderr).toContain("layerscope: left out 2 devices and pipes: /null, /pipe\n");
  });

  test("has modes, without setuid", async () => {
    const { to } = await done;
    const mode = (name: string): string => (statSync(join(to, name)).mode & 0o7777).toString(8);
    const names = ["bin", "bin/tool", "bin/sudo", "old", "locked", "locked/in", "no", "no/one/lists"];
    expect(names.map(mode)).toEqual(["711", "755", "755", "600", "500", "400", "755", "755"]);
  });

  test("has times, before 1970, too, and those of links and directories", async () => {
    const { to } = await done;
    const time = (name: string): number => lstatSync(join(to, name)).mtimeMs / 1000;
    const names = ["bin", "bin/tool", "bin/sh", "old", "far"];
    expect(names.map(time).slice(0, 4)).toEqual([1_600_000_000, 1_600_000_001.5, 1_500_000_000, -86_400]);
  });

  test("has hard links as hard links, and links as they are", async () => {
    const { to } = await done;
    expect(statSync(join(to, "bin/same")).ino).toBe(statSync(join(to, "bin/tool")).ino);
    expect(readlinkSync(join(to, "bin/sh"))).toBe("/bin/tool");
  });

  test("is all that is written", async () => {
    expect(readdirSync((await done).around)).toEqual(["target"]);
  });
});

describe("a part of an image", () => {
  const path = image(
    [dir("etc", { mode: 0o750, mtime: 1_600_000_000 }), file("etc/a", "first"), file("b", "b")],
    [file("etc/a", "second"), symlink("link", "etc")],
  );

  test("keeps its place, and the directories above it their modes and times", async () => {
    const { code, stderr, to } = await extract(path, ["/etc/a"]);
    expect([code, namesIn(to)]).toEqual([0, ["etc", "etc/a"]]);
    expect(stderr).toBe(`layerscope: wrote 1 file (6 B), 0 directories and 0 links to ${to}\n`);
    expect([statSync(join(to, "etc")).mode & 0o777, statSync(join(to, "etc")).mtimeMs]).toEqual([0o750, 1.6e12]);
  });

  test("is as of --layer", async () => {
    const { to } = await extract(path, ["/etc", "/b", "--layer", "0"]);
    expect(namesIn(to)).toEqual(["b", "etc", "etc/a"]);
    expect(readFileSync(join(to, "etc/a"), "utf8")).toBe("first");
  });

  test("that is a link is written as a link", async () => {
    const { to } = await extract(path, ["/link"]);
    expect([namesIn(to), readlinkSync(join(to, "link"))]).toEqual([["link"], "etc"]);
  });

  test("that does not exist is an error before anything is written", async () => {
    const { code, to } = await extract(path, ["/b", "/nope"]);
    expect([code, namesIn(to)]).toEqual([2, []]);
  });

  test("can be of a name that is not UTF-8, by its directory", async () => {
    const { to } = await extract(image([file(Buffer.from("d/\xff\xfe", "latin1"), "odd")]), ["/d"]);
    expect(namesIn(to)).toEqual(["d", "d/\xff\xfe"]);
  });
});

describe("what was there before", () => {
  const path = image([dir("d"), file("d/f", "new"), symlink("l", "d")]);

  test("makes room: files and links are replaced, never written through", async () => {
    const { code, to, around } = await extract(path, [], (target) => {
      writeFileSync(join(target, "../outside"), "untouched");
      mkdirSync(join(target, "d"));
      symlinkSync("../../outside", join(target, "d/f"));
      writeFileSync(join(target, "l"), "old");
    });
    expect(code).toBe(0);
    expect([readFileSync(join(to, "d/f"), "utf8"), readlinkSync(join(to, "l"))]).toEqual(["new", "d"]);
    expect(lstatSync(join(to, "d/f")).isSymbolicLink()).toBe(false);
    expect(readFileSync(join(around, "outside"), "utf8")).toBe("untouched");
  });

  test("a link in the place of a directory is not followed", async () => {
    const { code, stderr, to, around } = await extract(path, [], (target) => {
      mkdirSync(join(target, "../elsewhere"));
      symlinkSync("../elsewhere", join(target, "d"));
    });
    expect(stderr).toBe(`layerscope: ${to} already has a link at /d\n  Extract to an empty directory.\n`);
    expect([code, namesIn(join(around, "elsewhere"))]).toEqual([2, []]);
  });

  test("a directory in the place of a file is not removed", async () => {
    const { code, stderr, to } = await extract(path, [], (target) =>
      mkdirSync(join(target, "d/f/kept"), { recursive: true }),
    );
    expect(stderr).toBe(`layerscope: ${to} already has a directory at /d/f\n  Extract to an empty directory.\n`);
    expect([code, existsSync(join(to, "d/f/kept"))]).toEqual([2, true]);
  });

  test("other files stay", async () => {
    const { to } = await extract(path, [], (target) => writeFileSync(join(target, "mine"), "mine"));
    expect(readFileSync(join(to, "mine"), "utf8")).toBe("mine");
  });
});

describe("an image cannot write outside with", () => {
  const outside = temporaryPath();
  mkdirSync(outside);

  test.each<[string, Member[][]]>([
    ["names with ..", [[file("../../up", "x"), file("a/../../../up2", "x"), dir("../d"), file("../d/f", "x")]]],
    ["absolute names", [[file(`${outside}/absolute`, "x")]]],
    ["a link that points outside, and a file below it", [[symlink("d", outside), file("d/f", "x")]]],
    ["a link in one layer, and a file below it in the next", [[symlink("d", outside)], [file("d/f", "x")]]],
    ["a link upwards, and a file below it", [[symlink("d", "../.."), file("d/f", "x")]]],
    ["a hard link to a file outside", [[hardlink("h", "../../outside"), hardlink("g", "/etc/passwd")]]],
    ["a link, and a hard link through it", [[symlink("d", "/etc"), hardlink("h", "d/passwd")]]],
    ["a link that becomes a file", [[symlink("f", `${outside}/f`)], [file("f", "x")]]],
    [
      "a link to the directory above, and another name for it",
      [[symlink("l", ".."), hardlink("m", "l"), file("m/f", "x")]],
    ],
  ])("%s", async (_, layers) => {
    const { code, around, to } = await extract(image(...layers));
    expect(code).toBe(0);
    expect(readdirSync(around)).toEqual(["target"]);
    expect(readdirSync(outside)).toEqual([]);
    const names = namesIn(to).filter((name) => lstatSync(join(to, name)).isFile());
    for (const name of names) expect(readFileSync(join(to, name), "utf8")).not.toContain("root:");
  });
});

test("a layer that ends too early leaves no half file", async () => {
  const layer = tar([file("whole", "w".repeat(1000)), file("half", "h".repeat(100_000))]);
  const path = temporaryFile(dockerSaveNew({ layers: [layer.subarray(0, 60_000)] }));
  const { code, stderr, to } = await extract(path);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^layerscope: the layer ends \d+ bytes before the end of the file\n/);
  expect(namesIn(to)).toEqual(["whole"]);
});

test("-q says nothing", async () => {
  expect(await extract(image([file("a", "a"), { path: "p", type: "fifo" }]), ["-q"])).toMatchObject({
    code: 0,
    stderr: "",
  });
});
