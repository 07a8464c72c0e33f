import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO, layerscope } from "./command.ts";

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

  test("that is none is named in the error", async () => {
    const none = join(directory, "none.json");
    writeFileSync(none, "{}");
    const { code, stderr } = await layerscope(["packages", none]);
    expect(stderr).toContain(`layerscope: ${none} is not a layerscope report`);
    expect(code).toBe(2);
  });

  test("has the summary, the advice and the report of the image, with all that is in its files", async () => {
    const named = (text: string): string => text.replaceAll(report, DEMO);
    for (const args of [["--summary"], ["advise"]]) {
      const [ofImage, ofReport] = await Promise.all(
        [DEMO, report].map((reference) => layerscope([...args, reference])),
      );
      expect(named(ofReport?.stdout ?? "")).toBe(ofImage?.stdout);
      expect(ofReport?.stderr).toBe(ofImage?.stderr);
    }
    const again = JSON.parse(named((await layerscope(["--json", "--files", report])).stdout));
    const first = JSON.parse((await layerscope(["--json", "--files", DEMO])).stdout);
    expect(first.inspected.unreadLayers).toEqual([]);
    expect(first.packages.length).toBeGreaterThan(0);
    expect(again).toEqual(first);
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
