/** `--json`: one document and nothing else, wherever the image comes from and wherever the document goes. */
import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Report } from "@layerscope/core";
import { reportSchema } from "@layerscope/core/report-schema";
import { describe, expect, test } from "vitest";
import { demoMembers } from "../../fixtures/build/demo.ts";
import { gzip, ociLayout, zstdFrames } from "../../fixtures/build/image.ts";
import { tar } from "../../fixtures/build/tar.ts";
import { temporaryFile, temporaryPath } from "../temporary-directory.ts";
import { COMMAND, DEMO, layerscope, ROOT } from "./command.ts";

const demo = readFileSync(join(ROOT, DEMO));

function parse(text: string): Report {
  return reportSchema.parse(JSON.parse(text));
}

/** Without what says where the image was and how much of it was read. */
function content({ image, ...rest }: Report): object {
  const { source: _source, reference: _reference, ...others } = image;
  return { ...rest, image: others };
}

const expected = layerscope(["--json", DEMO]);

test("it is one document on standard output, and nothing on standard error", async () => {
  const { code, stdout, stderr } = await expected;
  expect([code, stderr]).toEqual([0, ""]);
  const report = parse(stdout);
  expect(report.image).toMatchObject({ reference: DEMO, tags: ["layerscope/demo:latest"], platform: "linux/amd64" });
  expect(report).toMatchObject({ schemaVersion: 1, complete: true, wasteCut: false });
  expect(report.layers).toHaveLength(10);
});

const run = (script: string): { code: number | null; stdout: string; stderr: string } => {
  const { status, stdout, stderr } = spawnSync("sh", ["-c", script, process.execPath, COMMAND, DEMO], {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 1e8,
  });
  return { code: status, stdout, stderr };
};

test.each([
  ["standard input from a file", '"$0" "$1" --json - < "$2"'],
  ["standard input from a pipe", 'cat "$2" | "$0" "$1" --json -'],
  ["a pipe with a name", 'mkfifo "$TMP" && { cat "$2" > "$TMP" & } && "$0" "$1" --json "$TMP"'],
  ["a slow pipe", '{ head -c 700000 "$2"; sleep 0.3; tail -c +700001 "$2"; } | "$0" "$1" --json -'],
])("the report is the same from %s", async (_, script) => {
  const { code, stdout, stderr } = run(script.replaceAll("$TMP", temporaryPath()));
  expect([code, stderr]).toEqual([0, ""]);
  expect(content(parse(stdout))).toEqual(content(parse((await expected).stdout)));
});

test.each([
  ["gzip", () => gzip(demo)],
  ["zstd", () => zstdFrames(demo)],
])("the report is the same from the archive compressed with %s, as a file and as a pipe", async (_, compress) => {
  const compressed = compress();
  const report = content(parse((await expected).stdout));
  const [file, pipe] = await Promise.all([
    layerscope(["--json", temporaryFile(compressed)]),
    layerscope(["--json", "-"], { input: compressed }),
  ]);
  expect(content(parse(file.stdout))).toEqual(report);
  expect(content(parse(pipe.stdout))).toEqual(report);
});

test.each(["none", "gzip", "zstd"] as const)(
  "numbers and waste are the same from an OCI directory of %s layers",
  async (compression) => {
    const directory = temporaryPath();
    ociLayout(directory, { layers: demoMembers().map((members) => tar(members)), compression });
    const found = parse((await layerscope(["--json", directory])).stdout);
    const wanted = parse((await expected).stdout);
    expect({ ...found.summary, compressedBytes: 0 }).toEqual({ ...wanted.summary, compressedBytes: 0 });
    expect(found.waste).toEqual(wanted.waste);
    expect(found.layers.map(({ diffId }) => diffId)).toEqual(wanted.layers.map(({ diffId }) => diffId));
    const blobs = readdirSync(join(directory, "blobs/sha256"));
    for (const { digest, compressedBytes } of found.layers) {
      const name = blobs.find((blob) => digest === `sha256:${blob}`) ?? "";
      expect(compressedBytes).toBe(statSync(join(directory, "blobs/sha256", name)).size);
    }
  },
);

describe("options", () => {
  test("--top 3 cuts the waste to the largest records, and the report says so", async () => {
    const cut = parse((await layerscope(["--json", "--top", "3", DEMO])).stdout);
    const all = parse((await expected).stdout);
    expect(cut).toEqual({ ...all, waste: all.waste.slice(0, 3), wasteCut: true });
  });

  test("--files adds what every layer did to every path", async () => {
    const { layers, ...rest } = parse((await layerscope(["--json", "--files", DEMO])).stdout);
    const all = parse((await expected).stdout);
    expect({ ...rest, layers: layers.map(({ entries: _, ...layer }) => layer) }).toEqual(all);
    for (const { entries = [], changes } of layers) {
      const counted = { added: 0, modified: 0, metadata: 0, identical: 0, removed: 0 };
      for (const { change } of entries) counted[change]++;
      expect(counted).toEqual(changes);
    }
  });

  test("--base-layers and --base say which layers are the base image's, and a saved report keeps it", async () => {
    const numbered = await layerscope(["--json", "--files", "--base-layers", "3", DEMO]);
    const given = { layers: 3, foundBy: "given-number", certainty: "certain", name: null };
    expect(parse(numbered.stdout)).toMatchObject({ base: given, own: { layers: 7 } });
    const again = parse((await layerscope(["--json", temporaryFile(numbered.stdout)])).stdout);
    expect(again).toMatchObject({ base: given, own: { layers: 7 } });
    const same = parse((await layerscope(["--json", "--base", DEMO, DEMO])).stdout);
    expect(same).toMatchObject({ base: { layers: 10, foundBy: "given-image" }, own: { layers: 0, storedBytes: 0 } });
  });

  test("--verify finds nothing wrong with a sound image", async () => {
    const { code, stdout, stderr } = await layerscope(["--json", "--verify", DEMO]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(parse(stdout).complete).toBe(true);
  });
});

describe("-o", () => {
  test("writes what would be printed to a file, and prints nothing", async () => {
    const path = temporaryPath();
    expect(await layerscope(["--json", "-o", path, DEMO])).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(readFileSync(path, "utf8")).toBe((await expected).stdout);
  });

  test("writes the summary, too, without colours and 80 columns wide", async () => {
    const path = temporaryPath();
    await layerscope(["-o", path, DEMO]);
    expect(readFileSync(path, "utf8")).toBe(readFileSync(join(ROOT, "fixtures/golden/summary.txt"), "utf8"));
  });

  test("- is standard output", async () => {
    expect((await layerscope(["--json", "-o", "-", DEMO])).stdout).toBe((await expected).stdout);
  });

  test("replaces a file, and what a link points to", async () => {
    const path = temporaryFile("old");
    const link = temporaryPath();
    symlinkSync(path, link);
    await layerscope(["--json", "-o", link, DEMO]);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(path, "utf8")).toBe((await expected).stdout);
    expect(readdirSync(dirname(path)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("leaves the file as it was when the image cannot be read", async () => {
    const path = temporaryFile("old");
    expect((await layerscope(["--json", "-o", path, "nope.tar"])).code).toBe(2);
    expect(readFileSync(path, "utf8")).toBe("old");
  });

  test.skipIf(process.platform === "win32")("writes into a device or pipe instead of replacing it", async () => {
    const pipe = temporaryPath();
    const { code, stdout } = run(`mkfifo ${pipe} && { "$0" "$1" --json -o ${pipe} "$2" & } && cat ${pipe}`);
    expect([code, stdout]).toEqual([0, (await expected).stdout]);
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });
});

test.each([
  ["the report", '"$0" "$1" --json --files "$2"'],
  ["the list", '"$0" "$1" ls --json "$2"'],
  ["the summary", '"$0" "$1" "$2"'],
  ["a file", '"$0" "$1" cat "$2" /usr/local/bin/node'],
])("a reader that has had enough of %s is no error", (_, command) => {
  const code = temporaryPath();
  writeFileSync(code, "");
  const { stdout, stderr } = run(`{ ${command}; echo $? > ${code}; } | head -c 10`);
  expect(stderr).toBe("");
  expect(stdout).toHaveLength(10);
  expect(readFileSync(code, "utf8")).toBe("0\n");
});

test("no file is left in the working directory by any of this", () => {
  expect(readdirSync(ROOT).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  expect(existsSync(join(ROOT, "-"))).toBe(false);
});
