/**
 * What the command prints of the demo image, as it is in fixtures/golden. After a change that is meant:
 * `npm test -- golden -u`, and read the difference.
 */
import { join } from "node:path";
import { expect, test } from "vitest";
import { DEMO, layerscope, ROOT } from "./command.ts";
import { widest } from "./display-width.ts";

test.each([
  ["the summary", "summary.txt", [DEMO]],
  ["the summary in powers of 1024", "summary-iec.txt", ["--iec", DEMO]],
  ["the history", "history.txt", ["history", DEMO]],
  ["the history in powers of 1024", "history-iec.txt", ["history", "--iec", DEMO]],
  ["what layer 9 did", "changes.txt", ["ls", "--changes", "--layer", "9", DEMO]],
  ["the advice", "advice.txt", ["advise", "--no-config", DEMO]],
  ["the help", "help.txt", ["--help"]],
  ["the help of advise", "help-advise.txt", ["advise", "--help"]],
  ["the help of packages", "help-packages.txt", ["packages", "--help"]],
])("%s is as in fixtures/golden/%s", async (_, name, args) => {
  const { code, stdout, stderr } = await layerscope(args);
  expect([code, stderr]).toEqual([0, ""]);
  // Only the commands of a history may be wider, and lines to be copied, which advise.test.ts looks after.
  if (!/^(?:history|advice)/.test(name)) expect(widest(stdout)).toBeLessThanOrEqual(80);
  await expect(stdout).toMatchFileSnapshot(join(ROOT, "fixtures/golden", name));
});
