/** `layerscope packages IMAGE`. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryPath } from "../temporary-directory.ts";
import { chownedImage } from "./chowned-image.ts";
import { DEMO, jsonLines, layerscope } from "./command.ts";
import { widest } from "./display-width.ts";
import { PACKINGS, secretImage } from "./secret-image.ts";

const directory = temporaryPath("packages");
const at = (name: string): string => join(directory, name);
const IMAGE = "image.tar";

beforeAll(() => {
  mkdirSync(directory);
  for (const packing of PACKINGS) writeFileSync(at(`${packing}.tar`), secretImage(packing));
  writeFileSync(at(IMAGE), secretImage());
});

const run = (args: readonly string[], input?: Uint8Array) => layerscope(args, { cwd: directory, input });
const packages = (...args: string[]) => run(["packages", IMAGE, ...args]);

test("each package has its bytes and its layer, and what belongs to none is told by path", async () => {
  const { code, stdout, stderr } = await packages();
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^image\.tar: 1 package\n/);
  expect(stdout).toMatch(/^ {2}2\.06 kB +2 +0 +npm +left-pad 1\.3\.0$/m);
  expect(stdout).toMatch(/^ +400 kB +1 +\/var\/lib\/apt\/lists/m);
});

test("by layer it is what each installed", async () => {
  const { stdout } = await packages("--by-layer");
  expect(stdout).toMatch(
    /layer 0 .*COPY \. \/\n[^\n]*\n {2}2\.06 kB {2}npm {3}left-pad 1\.3\.0\n\nlayer 1 .*\n {2}no packages\n/,
  );
});

test("of a package that a later layer stored again, each of the two layers says which the other is", async () => {
  writeFileSync(at("chowned.tar"), chownedImage());
  const table = await run(["packages", "chowned.tar"]);
  expect(table.stdout).toMatch(/^ {2}\d[\d.]+ k?B +2 +0 +npm +left-pad 1\.3\.0, again in layer 1$/m);
  const { stdout } = await run(["packages", "chowned.tar", "--by-layer"]);
  expect(stdout).toMatch(
    /layer 0 [\s\S]* 0 B {2}npm {3}left-pad 1\.3\.0, again in layer 1\n\nlayer 1 [\s\S]* k?B {2}npm {3}left-pad 1\.3\.0, installed by layer 0\n/,
  );
});

test("it fits into 80 columns", async () => {
  for (const args of [[], ["--by-layer"], ["--top", "3"]]) {
    const { stdout } = await layerscope(["packages", DEMO, ...args]);
    expect(widest(stdout)).toBeLessThanOrEqual(80);
    expect(stdout).not.toBe("");
  }
});

test("--top says how many", async () => {
  const rows = async (top: string) =>
    [
      ...(await layerscope(["packages", DEMO, "--top", top])).stdout.matchAll(
        / (?:npm|deb) {3}\S+ [^\s,]+(?:, again in .*)?$/gm,
      ),
    ].length;
  expect(await rows("3")).toBe(3);
  expect(await rows("20")).toBe(20);
});

test("JSON has a package a line, by either option", async () => {
  const { stdout } = await packages("--json");
  expect(jsonLines(stdout)).toEqual([
    expect.objectContaining({ purl: "pkg:npm/left-pad@1.3.0", installedIn: 0, files: 2, license: "WTFPL" }),
  ]);
  expect((await packages("--format", "json")).stdout).toBe(stdout);
});

test.each([
  ["cyclonedx", "bomFormat", "CycloneDX"],
  ["spdx", "spdxVersion", "SPDX-2.3"],
])("%s can be written to a file", async (format, key, value) => {
  expect(await packages("--format", format, "-o", "sbom.json")).toMatchObject({ code: 0, stdout: "", stderr: "" });
  const text = readFileSync(at("sbom.json"), "utf8");
  expect(JSON.parse(text)).toHaveProperty(key, value);
  expect(text).toContain("pkg:npm/left-pad@1.3.0");
});

test.each([
  ["--format spdxx", 'there is no format "spdxx"; did you mean "spdx"?'],
  ["--json --format spdx", "--json and --format spdx exclude each other"],
  ["--by-layer --json", "--by-layer is about the table"],
  ["--top many", "--top many is not a number"],
])("%s is a mistake, told before the image is read", async (args, message) => {
  const { code, stdout, stderr } = await run(["packages", "no-image.tar", ...args.split(" ")]);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(message);
});

describe("however the image is packed, it says the same", () => {
  const expected = new Map<string, string>();
  beforeAll(async () => {
    for (const args of ["--json", "--by-layer"]) expected.set(args, (await packages(args)).stdout);
  });

  test.each(PACKINGS)("%s, as a file and from standard input", async (packing) => {
    for (const [args, stdout] of expected) {
      expect((await run(["packages", `${packing}.tar`, args])).stdout).toBe(stdout);
      expect((await run(["packages", "-", args], readFileSync(at(`${packing}.tar`)))).stdout).toBe(stdout);
    }
  });
});

describe("a saved report", () => {
  beforeAll(async () => {
    const report = (await run(["--json", "--files", IMAGE])).stdout;
    writeFileSync(at("report.json"), report);
    writeFileSync(at("sizes.json"), JSON.stringify({ ...JSON.parse(report), inspected: undefined }));
  });

  test.each([[[]], [["--by-layer"]], [["--json"]], [["--format", "cyclonedx"]], [["--format", "spdx"]]])(
    "says the same: packages %j",
    async (args) => {
      const [ofImage, ofReport] = await Promise.all(
        [IMAGE, "report.json"].map((image) => run(["packages", image, ...args])),
      );
      const { stdout } = ofImage ?? { stdout: "" };
      // What has no name of its own is called as it was asked for; the number of a list is made of that.
      const named = (text = ""): string =>
        text.replaceAll("report.json", IMAGE).replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "number");
      expect(named(ofReport?.stdout)).toBe(named(stdout));
      expect(stdout).not.toBe("");
      expect(ofReport?.code).toBe(0);
    },
  );

  test("that does not say what is in files is no empty list", async () => {
    const { code, stdout, stderr } = await run(["packages", "sizes.json"]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("what is in its files is not known");
    expect(stderr).toContain("layerscope --json --files IMAGE");
  });
});
