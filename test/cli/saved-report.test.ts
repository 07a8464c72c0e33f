import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO, layerscope } from "./command.ts";

/** Parts of a report about what is in files. */
const IN_FILES = ["inspected", "packages", "unowned", "packageVersions", "duplicates", "secrets", "permissions"];

describe("a saved report", () => {
  const directory = mkdtempSync(join(tmpdir(), "layerscope-test-"));
  const report = join(directory, "report.json");
  beforeAll(async () => writeFileSync(report, (await layerscope(["--json", "--files", DEMO])).stdout));
  afterAll(() => rmSync(directory, { recursive: true }));

  test.each([
    ["the files", "ls", []],
    ["what a layer did", "ls", ["--changes", "--layer", "7"]],
    ["the build steps", "history", []],
  ])("tells %s as the image does", async (_, command, args) => {
    const [ofImage, ofReport] = await Promise.all(
      [DEMO, report].map((reference) => layerscope([command, reference, ...args])),
    );
    expect(ofReport).toEqual(ofImage);
    expect(ofReport?.stdout).not.toBe("");
  });

  test("has the summary and the report of the image, but for what is in its files", async () => {
    const [ofImage, ofReport] = await Promise.all([DEMO, report].map((reference) => layerscope([reference])));
    const numbers = (text = ""): string => (text.split("\n\nAdvice")[0] ?? "").replace(/^ {2}savings.*\n/m, "");
    expect(numbers(ofReport?.stdout)).toBe(numbers(ofImage?.stdout));
    const again = JSON.parse((await layerscope(["--json", "--files", report])).stdout);
    const first = JSON.parse((await layerscope(["--json", "--files", DEMO])).stdout);
    expect(first.inspected.unreadLayers).toEqual([]);
    expect(again.inspected.unreadLayers).toHaveLength(first.layers.length);
    for (const key of [...IN_FILES, "advice"]) {
      delete first[key];
      delete again[key];
    }
    expect(again).toEqual({ ...first, image: { ...first.image, reference: report } });
  });

  test.each([
    ["cat", ["/etc/passwd"]],
    ["extract", ["/etc", "--to", join(directory, "out")]],
  ])("has no contents to %s", async (command, args) => {
    const { code, stdout, stderr } = await layerscope([command, report, ...args]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("a saved report has no file contents; open the image itself");
  });
});
