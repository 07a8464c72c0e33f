/** Nothing that an image says reaches a terminal as it is, and no line of the summary is too long. */

import { advise, escapeText, findBaseLayers, inspectImage } from "@layerscope/core";
import { describe, expect, test } from "vitest";
import { dockerSaveNew } from "../../fixtures/build/image.ts";
import { file, tar } from "../../fixtures/build/tar.ts";
import { formatAdvice } from "../../packages/cli/src/output/advice-text.ts";
import { formatPackages, formatPackagesByLayer } from "../../packages/cli/src/output/packages-text.ts";
import { formatSummary } from "../../packages/cli/src/output/summary.ts";
import { layoutPath, withImage } from "../ground-truth/real-images.ts";
import { temporaryFile, temporaryPath } from "../temporary-directory.ts";
import { DEMO, EDGE_NAMES, layerscope, ROOT } from "./command.ts";
import { displayWidth, widest } from "./display-width.ts";
import { EVIL, hostileImage, UNSAFE, wideImage } from "./hostile-image.ts";
import { has, onTerminal, unless } from "./terminal.ts";

const hostile = temporaryFile(hostileImage());
const wide = temporaryFile(wideImage());

describe.each([
  ["the image with every odd name", EDGE_NAMES],
  ["an image that is hostile everywhere", hostile],
])("of %s", (_, image) => {
  test.concurrent.each([
    ["the summary", [image, "--top", "100"]],
    ["the advice", ["advise", image, "--no-config"]],
    ["the packages", ["packages", image]],
    ["the packages by layer", ["packages", image, "--by-layer"]],
    ["the list", ["ls", image]],
    ["the changes", ["ls", "--changes", "--layer", "1", image]],
    ["the history", ["history", image]],
    ["what is said of an extraction", ["extract", image, "--to", temporaryPath(), "--layer", "1"]],
    ["the error for an image that is not there", ["--image", `x${EVIL.replace("\u0000", "")}`, image]],
    ["the error for a platform that is not there", ["--platform", "plan9/vax", image]],
  ])("%s has no control character and nothing that turns text around", async (_what, args) => {
    const { stdout, stderr } = await layerscope(args);
    expect(stdout + stderr).not.toBe("");
    expect(stdout).not.toMatch(UNSAFE);
    expect(stderr).not.toMatch(UNSAFE);
  });
});

test("the check finds what it is for", () => {
  for (const character of EVIL.replace("\n", "").match(/[^\w[\];]/gu) ?? []) expect(character).toMatch(UNSAFE);
});

describe.skipIf(!has("python3"))(`on a terminal${unless("python3")}`, () => {
  test("cat writes controls out, and keeps lines and tabs", async () => {
    const { code, stdout } = await onTerminal(`$layerscope cat ${hostile} /text`);
    expect(stdout.split("\n").slice(0, 2)).toEqual(["safe", "\\e]0;owned\\x07\\e[31m\\r"]);
    expect(stdout).not.toMatch(new RegExp(UNSAFE.source.replace("\\u0009", "\\u0008")));
    expect(code).toBe(0);
  });

  test("cat refuses what is no text", async () => {
    const { code, stdout } = await onTerminal(`$layerscope cat -q ${hostile} /binary`);
    expect(stdout).toBe(
      "layerscope: /binary is not text\n" +
        "  Send it to a file or another program: layerscope cat IMAGE PATH > FILE\n",
    );
    expect(code).toBe(2);
  });

  test("cat keeps the characters that two pieces of a long line share", async () => {
    const line = `x${"é".repeat(140_000)}`;
    const path = temporaryFile(dockerSaveNew({ layers: [tar([file("line", line)])] }));
    expect((await onTerminal(`$layerscope cat ${path} /line`)).stdout).toBe(line);
  });

  test("the summary takes the width of the terminal", async () => {
    const { stdout } = await onTerminal(`$layerscope --summary --no-color ${wide}`, { columns: 66 });
    expect(widest(stdout)).toBeLessThanOrEqual(66);
    expect(widest(stdout)).toBeGreaterThan(60);
  });
});

describe.each([60, 80, 120])("in %i columns no line is longer, but for those to be copied, of", (width) => {
  test.each([
    ["names of wide characters", wide],
    ["hostile names", hostile],
    ["every odd name", layoutPath("edge-names", "docker-save-26.tar")],
    ["the demo", `${ROOT}${DEMO}`],
    ["an image without files", layoutPath("edge-zero", "oci-dir-buildah")],
  ])("%s", async (_, path) => {
    const style = { width, color: false, units: "iec", top: 50, reference: path } as const;
    const texts = await withImage(path, async (analysis) => {
      const base = findBaseLayers(analysis.image.document);
      const inspection = await inspectImage(analysis);
      const advice = advise(analysis, inspection, { base });
      const toCopy = new Set(
        advice.findings.flatMap(({ snippet = "" }) => snippet.split("\n")).map((line) => escapeText(line).trim()),
      );
      const fitted = formatAdvice(analysis, advice, style)
        .split("\n")
        .filter((line) => !toCopy.has(line.trim()));
      return [
        formatSummary(analysis, { ...style, base, advice }),
        fitted.join("\n"),
        formatPackages(analysis, inspection.packages, style),
        formatPackagesByLayer(analysis, inspection.packages, style),
      ];
    });
    for (const text of texts) expect(text.split("\n").filter((line) => displayWidth(line) > width)).toEqual([]);
    expect(texts[0]?.split("\n").length).toBeGreaterThan(5);
  });
});

test("a command of a megabyte is fitted", async () => {
  const { fitEnd, fitMiddle } = await import("../../packages/cli/src/output/terminal.ts");
  const { dockerfileCommand } = await import("@layerscope/core");
  const long = `RUN |9 ${"a=b=c=d ".repeat(130_000)}${" ".repeat(100_000)}日`;
  expect(displayWidth(fitEnd(dockerfileCommand(long), 40))).toBe(40);
  expect(displayWidth(fitMiddle(long, 40))).toBe(40);
});
