/** What goes wrong is told in one line, with a line that says what to do, and nothing on standard output. */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { dockerSaveNew, ociArchive } from "../../fixtures/build/image.ts";
import { dir, file, tar } from "../../fixtures/build/tar.ts";
import { temporaryFile, temporaryPath } from "../temporary-directory.ts";
import { DEMO, layerscope, ROOT } from "./command.ts";

const layers = [tar([file("a", "content")])];
const folder = temporaryPath("work");

beforeAll(() => {
  mkdirSync(join(folder, "directory"), { recursive: true });
  const put = (name: string, content: Uint8Array | string): string => temporaryFile(content, join("work", name));
  const demo = readFileSync(join(ROOT, DEMO));
  put("demo.tar", demo);
  put("notes.txt", "This is not an image.\n");
  put("short", "hi\n");
  put("empty", "");
  put("rootfs.tar", tar([dir("etc"), file("etc/passwd", "root"), file("usr/bin/env", "")]));
  put("demo.tar.xz", execFileSync("xz", ["-0"], { input: demo, maxBuffer: 1e8 }));
  put("cut.tar", demo.subarray(0, 300_000));
  put(
    "several.tar",
    dockerSaveNew([
      { layers, tags: ["one:1"] },
      { layers: [...layers, ...layers], tags: ["two:2"] },
    ]),
  );
  const platforms = ["amd64", "arm64"].map((architecture) => ({ layers, platform: { os: "linux", architecture } }));
  put("platforms.tar", ociArchive(platforms, { nested: true }));
});

const list = "List what there is with: layerscope ls IMAGE [PATH] [--layer N]";
const wanted = "Expected is what docker save, podman save, skopeo copy or a build tool writes";
const layerHint = "Layers count from 0, the oldest";

const CASES: [title: string, args: string[], ...lines: string[]][] = [
  [
    "a file that does not exist",
    ["nope.tar"],
    "nope.tar: no such file or directory",
    "Check the path; relative paths start at the working directory.",
  ],
  [
    "an empty file",
    ["empty"],
    "empty: the input is empty",
    "Whatever was to write it has failed: look at what it says, and write it again.",
  ],
  [
    "a text file",
    ["notes.txt"],
    "notes.txt is not an image archive: it is not a tar file",
    `${wanted}, or an OCI layout directory.`,
  ],
  [
    "a file of three bytes",
    ["short"],
    "short is not an image archive: it is not a tar file",
    `${wanted}, or an OCI layout directory.`,
  ],
  [
    "a directory without an image",
    ["directory"],
    "directory is not an image: it has no manifest.json, index.json or repositories",
    `${wanted}.`,
  ],
  [
    "a tar of a root filesystem",
    ["rootfs.tar"],
    "rootfs.tar is not an image: it has no manifest.json, index.json or repositories",
    "It looks like a root filesystem (docker export): use docker save, which keeps the layers.",
  ],
  [
    "an archive compressed with xz",
    ["demo.tar.xz"],
    "demo.tar.xz is compressed with xz, which is not read",
    "Decompress it first: gzip, zstd and no compression are read.",
  ],
  [
    "an archive that is cut off before its manifest",
    ["cut.tar"],
    "cut.tar: the tar ends too early, at byte 300000, before its manifest",
    "The file is cut off or damaged; save or copy the image again.",
  ],
  [
    "several images and no choice",
    ["several.tar"],
    "there are 2 images; say which one",
    "1: one:1 (linux/amd64)",
    "2: two:2 (linux/amd64)",
    "Choose with --image N or --image NAME.",
  ],
  [
    "an image number that is not there",
    ["--image", "3", "several.tar"],
    'there is no image "3"',
    "1: one:1 (linux/amd64)",
    "2: two:2 (linux/amd64)",
  ],
  [
    "a platform that the image is not for",
    ["--platform", "linux/s390x", "platforms.tar"],
    "there is no image for linux/s390x",
    "linux/amd64",
    "linux/arm64",
    "Choose with --platform os/arch[/variant].",
  ],
  [
    "a platform that is none",
    ["--platform", "foo", "demo.tar"],
    '"foo" is not a platform',
    "Write os/arch or os/arch/variant, for example linux/arm64.",
  ],
  [
    "a word that --pull does not know",
    ["--pull", "sometimes", "nginx:1.27"],
    "--pull sometimes is none of never, missing, always",
    "missing reads an image from its registry when no engine has it, always in any case.",
  ],
  ["a reference without a name", ["docker:"], "docker:: the name is missing"],
  [
    "a layer that does not exist",
    ["ls", "demo.tar", "--layer", "10"],
    "there is no layer 10",
    `${layerHint}; the last is 9.`,
  ],
  [
    "a layer that is no number",
    ["cat", "demo.tar", "/etc/passwd", "--layer", "-1"],
    "--layer -1 is not a number",
    `${layerHint}.`,
  ],
  ["a path that is not there", ["ls", "demo.tar", "/nope"], "/nope: no such path in the image as of layer 9", list],
  [
    "a path that is not there yet",
    ["cat", "demo.tar", "/app/package.json", "--layer", "1"],
    "/app/package.json: no such path in the image as of layer 1",
    list,
  ],
  [
    "a path below a file",
    ["cat", "demo.tar", "/etc/passwd/x"],
    "/etc/passwd/x: no such path in the image as of layer 9",
    list,
  ],
  ["a directory to print", ["cat", "demo.tar", "/etc"], "/etc is a directory, not a file"],
  [
    "--files without --json",
    ["--files", "demo.tar"],
    "--files needs --json",
    "To list files as text: layerscope ls IMAGE [--changes] [--layer N]",
  ],
  [
    "--digests without --json",
    ["ls", "--digests", "demo.tar"],
    "--digests needs --json",
    "For example: layerscope ls --json --digests IMAGE",
  ],
  ["--top that is no number", ["--top", "many", "demo.tar"], "--top many is not a number", "For example: --top 20"],
  [
    "an unknown option",
    ["--jsn", "demo.tar"],
    "unknown option '--jsn'",
    "Did you mean --json?",
    "See layerscope --help.",
  ],
  ["an unknown option of a command", ["ls", "--nope", "x"], "unknown option '--nope'", "See layerscope ls --help."],
  ["no image", [], "missing required argument 'image'", "See layerscope --help."],
  ["no image for a command", ["history"], "missing required argument 'image'", "See layerscope history --help."],
  ["no path to print", ["cat", "demo.tar"], "missing required argument 'path'", "See layerscope cat --help."],
  [
    "no directory to extract to",
    ["extract", "demo.tar"],
    "required option '--to <directory>' not specified",
    "See layerscope extract --help.",
  ],
  [
    "an option without its value",
    ["demo.tar", "--platform"],
    "option '--platform <os/arch[/variant]>' argument missing",
    "See layerscope --help.",
  ],
  [
    "two images",
    ["demo.tar", "cut.tar"],
    "too many arguments. Expected 1 argument but got 2.",
    "See layerscope --help.",
  ],
  [
    "an option before the command",
    ["--json", "ls", "demo.tar"],
    '--json stands before the command "ls"',
    "Options follow the command: layerscope ls IMAGE [options]",
  ],
  [
    "-o into a directory that does not exist",
    ["--json", "-o", "missing/report.json", "demo.tar"],
    "cannot write missing/report.json: no such directory",
    "Choose another file, or print to standard output and redirect that.",
  ],
  [
    "-o to a directory",
    ["-o", "directory", "demo.tar"],
    "cannot write directory: it is a directory",
    "Choose another file, or print to standard output and redirect that.",
  ],
  ["extraction to a file", ["extract", "demo.tar", "--to", "notes.txt"], "notes.txt is not a directory"],
  ["extraction to nowhere", ["extract", "demo.tar", "--to", ""], "the directory to extract to has no name"],
];

describe("one line and what to do, on standard error only, with exit code 2, for", () => {
  test.concurrent.each(CASES)("%s", async (_title, args, message, ...advice) => {
    const { code, stdout, stderr } = await layerscope(args, { cwd: folder });
    expect(stderr).toBe([`layerscope: ${message}`, ...advice.map((line) => `  ${line}`), ""].join("\n"));
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });

  test("an empty pipe", async () => {
    expect(await layerscope(["-"])).toMatchObject({
      code: 2,
      stdout: "",
      stderr:
        "layerscope: -: the input is empty\n  Whatever was to write it has failed: look at what it says, and write it again.\n",
    });
  });

  test("a name that a terminal would act on, which is written out", async () => {
    const { stderr } = await layerscope(["/\u001b[31m\nnope\u202e"]);
    expect(stderr).toBe(
      "layerscope: /\\e[31m\\nnope\\u{202e}: no such file or directory\n" +
        "  Check the path; relative paths start at the working directory.\n",
    );
  });
});

// Nothing is forbidden to root, so that somebody else has to try.
const isRoot = process.getuid?.() === 0;
const someone = isRoot ? { id: 65534 } : {};

test.skipIf(process.platform === "win32")("a file without permission is named, and what to look at", async () => {
  const secret = temporaryFile("x", "secret.tar");
  chmodSync(secret, 0o000);
  chmodSync(join(secret, ".."), 0o755);
  expect(await layerscope([secret], someone)).toMatchObject({
    code: 2,
    stdout: "",
    stderr:
      `layerscope: ${secret}: permission denied\n` +
      "  Check the permissions of the file and of the directories above it.\n",
  });
});

test.skipIf(process.platform === "win32")("a directory without permission to write is named", async () => {
  const locked = temporaryPath("locked");
  mkdirSync(locked, { mode: 0o555 });
  chmodSync(join(locked, ".."), 0o755);
  const report = join(locked, "report.json");
  const { code, stdout, stderr } = await layerscope(["--json", "-o", report, DEMO], someone);
  expect(stderr).toBe(
    `layerscope: cannot write ${report}: permission denied\n` +
      "  Choose another file, or print to standard output and redirect that.\n",
  );
  expect([code, stdout, existsSync(report)]).toEqual([2, "", false]);
});

test.skipIf(process.platform !== "linux")(
  "a full disk behind standard output is an error without a stack",
  async () => {
    const { execFile } = await import("node:child_process");
    const { promisify } = await import("node:util");
    const run = promisify(execFile)(
      "sh",
      ["-c", '"$0" packages/cli/bin/layerscope.js "$1" > /dev/full', process.execPath, DEMO],
      {
        cwd: ROOT,
      },
    );
    await expect(run).rejects.toMatchObject({
      code: 2,
      stderr: "layerscope: cannot write to standard output: no space left on the device\n",
    });
  },
);
