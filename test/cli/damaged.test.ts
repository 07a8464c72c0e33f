/** Images of which something is missing or wrong: what could be read is reported, and that it is not all. */

import type { Report } from "@layerscope/core";
import { describe, expect, test } from "vitest";
import { dockerSaveNew, type ImageSpec, ociArchive, pre110 } from "../../fixtures/build/image.ts";
import { file, tar } from "../../fixtures/build/tar.ts";
import { temporaryFile } from "../temporary-directory.ts";
import { jsonLines, layerscope } from "./command.ts";

const layers = [
  tar([file("a", "a".repeat(3000))]),
  tar([file("b", "b".repeat(2000)), file("c", "c".repeat(1000))]),
  tar([file("d", "d".repeat(500))]),
];
const image = (spec: Partial<ImageSpec>): string => temporaryFile(dockerSaveNew({ layers, ...spec }));

/** The second layer ends in the middle of its second file. */
const cut = image({ layers: layers.map((layer, index) => (index === 1 ? layer.subarray(0, 3600) : layer)) });

describe("a layer that ends too early", () => {
  test("gives the report of the rest, an error line and exit code 2", async () => {
    const { code, stdout, stderr } = await layerscope(["--json", cut]);
    const report = JSON.parse(stdout) as Report;
    expect(report.complete).toBe(false);
    expect(report.layers.map(({ status }) => status)).toEqual(["complete", "partial", "complete"]);
    expect(report.summary.files).toBe(4);
    expect(report.diagnostics.map((each) => each.code)).toContain("layer-incomplete");
    expect(stderr.split("\n")[0]).toMatch(/^layerscope: layer 1: .*ends.* at byte \d+/);
    expect(code).toBe(2);
  });

  test("is said at the top of the summary", async () => {
    const { code, stdout, stderr } = await layerscope([cut]);
    expect(stdout).toContain("  incomplete: the numbers below are of what could be read\n");
    expect(stdout).toContain("[partial] RUN");
    expect(stderr).toMatch(/^layerscope: layer 1: /);
    expect(code).toBe(2);
  });

  test.each([["ls"], ["history"]])("makes %s exit with 2, after what there is", async (command) => {
    const { code, stdout, stderr } = await layerscope([command, cut]);
    expect(stdout).not.toBe("");
    expect(stderr).toMatch(/^layerscope: layer 1: /);
    expect(code).toBe(2);
  });

  test("is an error with -q, too", async () => {
    const { code, stderr } = await layerscope(["-q", cut]);
    expect(stderr).toMatch(/^layerscope: layer 1: /);
    expect(code).toBe(2);
  });
});

describe("a layer that the archive does not have", () => {
  const absent = image({ broken: { missing: [1] } });

  test("is a warning, and exit code 0", async () => {
    const { code, stdout, stderr } = await layerscope(["--json", absent]);
    const report = JSON.parse(stdout) as Report;
    expect(report.complete).toBe(false);
    expect(report.layers.map(({ status }) => status)).toEqual(["complete", "absent", "complete"]);
    expect(stderr).toMatch(
      /^layerscope: warning: layer 1 \(sha256:[0-9a-f]{64}\) is absent: the archive does not have it\n$/,
    );
    expect(code).toBe(0);
  });

  test("is no warning with -q", async () => {
    expect(await layerscope(["-q", absent])).toMatchObject({ code: 0, stderr: "" });
  });

  test("keeps the other layers in their places", async () => {
    const { stdout } = await layerscope(["ls", "--json", absent]);
    const found = jsonLines<{ path: string; layer: number }>(stdout);
    expect(found.map(({ path, layer }) => [path, layer])).toEqual([
      ["/a", 0],
      ["/d", 2],
    ]);
  });
});

describe("--verify", () => {
  test.each([
    [
      "a layer that is not what its digest says",
      { wrongDigest: [1] },
      /layer 1: .* has the digest sha256:\w+ instead of sha256:\w+/,
    ],
    [
      "a diffID that is not the layer's",
      { wrongDiffId: [1] },
      /layer 1: the uncompressed content of .* has the digest/,
    ],
  ])("finds %s, and exits with 2", async (_, broken, message) => {
    const path = temporaryFile(ociArchive({ layers, broken }));
    const { code, stderr } = await layerscope(["--verify", path]);
    expect(stderr).toMatch(message);
    expect(stderr).toContain("  The archive is damaged or was changed; save or copy the image again.\n");
    expect(code).toBe(2);
  });

  test("says of a layer that has no digest anywhere that it was not verified", async () => {
    const path = temporaryFile(pre110({ layers, tags: ["old:1"] }));
    const codesOf = async (...args: string[]): Promise<string[]> =>
      (JSON.parse((await layerscope([...args, "--json", path])).stdout) as Report).diagnostics.map(({ code }) => code);
    expect(await codesOf("--verify")).toEqual(["not-verified", "not-verified", "not-verified"]);
    expect(await codesOf()).toEqual([]);
  });

  test("does not say that a layer could not be read when it could", async () => {
    const path = temporaryFile(ociArchive({ layers, broken: { wrongDiffId: [1] } }));
    const { diagnostics } = JSON.parse((await layerscope(["--verify", "--json", path])).stdout) as Report;
    expect(diagnostics.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^layer 1 is not what it should be: the uncompressed content of /),
    ]);
  });

  test("without it a wrong diffID is nobody's concern", async () => {
    const path = temporaryFile(ociArchive({ layers, broken: { wrongDiffId: [1] } }));
    expect(await layerscope([path])).toMatchObject({ code: 0, stderr: "" });
  });
});

test("an image without layers has a summary, an empty list and nothing to print", async () => {
  const empty = image({ layers: [] });
  expect(await layerscope([empty])).toMatchObject({ code: 0, stderr: "" });
  expect(await layerscope(["ls", empty])).toMatchObject({ code: 0, stdout: "", stderr: "" });
  expect(await layerscope(["cat", empty, "/x"])).toMatchObject({ code: 2, stdout: "" });
  expect(await layerscope(["ls", "--layer", "0", empty])).toMatchObject({
    code: 2,
    stderr: "layerscope: there is no layer 0\n  The image has no layers.\n",
  });
});
