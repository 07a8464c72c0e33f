/** Help and version. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { layerscope, ROOT } from "./command.ts";
import { widest } from "./display-width.ts";

test("--version is the version of the package, and nothing else", async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, "packages/cli/package.json"), "utf8")) as { version: string };
  expect(await layerscope(["--version"])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: "" });
});

test.each(["ls", "cat", "extract", "history", "ci"])(
  "%s --help names the options that all commands have",
  async (command) => {
    const { code, stdout, stderr } = await layerscope([command, "--help"]);
    expect([code, stderr]).toEqual([0, ""]);
    for (const option of [
      "--platform",
      "--pull",
      "--insecure",
      "--verbose",
      "--image",
      "--verify",
      "-q, --quiet",
      "--no-color",
      "--si",
      "--iec",
    ]) {
      expect(stdout).toContain(`  ${option}`);
    }
    expect(widest(stdout)).toBeLessThanOrEqual(80);
  },
);
