/** The command line of checks: what is a check at all, what only some options mean, and how quiet it can be. */
import { beforeAll, describe, expect, test } from "vitest";
import { reportProblems } from "../../packages/core/test/report/schema-files.ts";
import type { Result } from "../cli/command.ts";
import { APP, type CheckedReport, image, type Repository, repository } from "./repository.ts";

let repo: Repository;

beforeAll(() => {
  repo = repository({ "app.tar": image(APP), "warn.yaml": "budgets: [{ maxSize: 1, severity: warn }]" });
});

describe.concurrent("whatever has budgets is a check", () => {
  test.each([
    [["--ci", "app.tar", "--max-size", "1kB"]],
    [["app.tar", "--ci", "--no-config", "--max-layers=1"]],
    [["--max-size=1kB", "app.tar"]],
    [["app.tar", "--forbidden", "app"]],
  ])("%j", async (args) => {
    const { code, stdout } = await repo.run(args);
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ FAILED/);
  });

  test.each([
    [["--json", "--ci", "app.tar", "--max-size", "1kB"]],
    [["--json", "--max-size", "1kB", "app.tar"]],
    [["app.tar", "--max-size", "1kB", "--json"]],
    [["ci", "--json", "app.tar", "--max-size", "1kB"]],
  ])("and prints the report as well: %j", async (args) => {
    const { code, stdout, stderr } = await repo.run(args);
    const report = JSON.parse(stdout) as CheckedReport;
    expect(reportProblems(report)).toEqual([]);
    expect(report).toMatchObject({
      verdict: "failed",
      budgets: [{ kind: "maxSize", status: "failed", value: 20_000 }],
    });
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  });

  test("or is refused: nothing that was asked for is left out", async () => {
    const refused = [
      ["--ci", "app.tar"],
      ["--format", "json", "app.tar"],
      ["app.tar", "--baseline", "app.tar"],
      ["--summary", "app.tar", "--max-size", "1GB"],
      ["--json", "--top", "3", "app.tar", "--max-size", "1GB"],
      ["ls", "app.tar", "--max-size", "1GB"],
      ["ls", "app.tar", "--ci"],
    ];
    for (const { code, stdout } of await Promise.all(refused.map((args) => repo.run(args)))) {
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    }
  });

  test("but a report without any is none", async () => {
    const { code, stdout } = await repo.run(["--json", "app.tar"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).not.toHaveProperty("verdict");
  });

  test("also of standard input", async () => {
    const { code, stdout } = await repo.run(["ci", "-", "--max-size", "20kB"], { input: image(APP) });
    expect(code).toBe(0);
    expect(stdout).toMatch(/✓ ok +total size +20\.0 kB +≤ 20 kB +at the limit/);
  });
});

describe.concurrent("a mistake on the command line", () => {
  test.each<readonly [readonly string[], string]>([
    [
      ["--max-size", "300 M"],
      '--max-size 300 M: "300 M" is unclear: write 300 MB (powers of 1000) or 300 MiB (powers of 1024)',
    ],
    [["--max-sise", "3"], "unknown option '--max-sise'\n  Did you mean --max-size?"],
    [["--max-layers", "/etc=3"], "--max-layers /etc=3: this limit is not about paths"],
    [["--max-size", "/=3"], '--max-size /=3: "/" is everything: say which part, for example /usr/share'],
    [["--max-layers", "3", "--cause", "deleted"], "--cause needs --max-wasted-bytes or --max-wasted-share"],
    [["--max-size", "3", "--but-at-least", "1MB"], "--but-at-least needs --max-wasted-share, --min-efficiency"],
    [["--max-layers", "3", "--layers", "2"], "--layers 2: --max-layers takes image, own or base"],
    [
      ["--max-size", "3", "--layers", "owm"],
      '--layers owm is none of image, own, base or a number; did you mean "own"?',
    ],
    [["--max-size", "3", "--ignore", "/"], '--ignore: "/" is everything'],
    [["--layers", "own", "--config", "warn.yaml"], "--layers needs a budget that is given as an option, too"],
    [["--max-size", "3", "--base-layers", "4"], "--base-layers 4 is more than the image's 3 layers"],
    [["--max-size", "3", "--base", "no.tar"], "no.tar: no such file or directory"],
  ])("%j", async (args, message) => {
    const { code, stdout, stderr } = await repo.ci("app.tar", ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr.slice(0, message.length + 12)).toBe(`layerscope: ${message}`);
  });
});

describe.concurrent("--quiet", () => {
  const check = (...args: string[]): Promise<Result> => repo.ci("app.tar", "--quiet", ...args);

  test("says nothing when all is well, warnings and what is skipped too", async () => {
    const [passed, warned, skipped] = await Promise.all([
      check("--max-size", "1 MB"),
      check("--config", "warn.yaml"),
      check("--max-growth", "1"),
    ]);
    for (const result of [passed, warned, skipped]) expect(result).toMatchObject({ code: 0, stdout: "", stderr: "" });
  });

  test("prints only what keeps the check from passing", async () => {
    const { code, stdout, stderr } = await check("--config", "warn.yaml", "--max-layers", "2", "--max-files", "100");
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toMatch(/✗ FAILED +number of layers/);
    expect(stdout).not.toMatch(/total size|number of files/);
  });

  test("leaves out no error", async () => {
    const { code, stderr } = await check("no.tar", "--max-size", "1 MB");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^layerscope: no\.tar: no such file/);
  });
});

describe.concurrent("sizes for people", () => {
  test("are in powers of 1000, or of 1024 when that is asked for on the command line or in the configuration", async () => {
    repo.write("iec.yaml", "units: iec\nbudgets: [{ maxSize: 19 KiB }]");
    const [si, option, configured, overruled] = await Promise.all([
      repo.ci("app.tar", "--max-size", "19 KiB"),
      repo.ci("app.tar", "--max-size", "19 KiB", "--iec"),
      repo.ci("app.tar", "--config", "iec.yaml"),
      repo.ci("app.tar", "--config", "iec.yaml", "--si"),
    ]);
    expect([si.code, option.code, configured.code, overruled.code]).toEqual([1, 1, 1, 1]);
    for (const { stdout } of [si, overruled]) expect(stdout).toMatch(/20\.0 kB +≤ 19\.456 kB/);
    for (const { stdout } of [option, configured]) expect(stdout).toMatch(/19\.5 KiB +≤ 19 KiB/);
  });
});

describe("what is read is not written over:", () => {
  test.each([
    ["the image", ["app.tar", "--max-size", "1GB", "--format", "junit=./app.tar"]],
    ["the baseline", ["app.tar", "--max-growth", "1GB", "--baseline", "app.tar", "-o", "app.tar"]],
    ["the configuration", ["app.tar", "--config", "warn.yaml", "--format", "json=warn.yaml"]],
  ])("%s", async (_, args) => {
    const { code, stdout, stderr } = await repo.run(["ci", ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/is read, and would be written over/);
  });
});

test("a report that cannot be written keeps no other from being written, and ends with 2", async () => {
  const args = ["app.tar", "--max-size", "1GB", "--format", "junit=nowhere/x.xml", "--format", "markdown=good.md"];
  const { code, stderr } = await repo.run(["ci", ...args]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/cannot write nowhere\/x\.xml: no such directory/);
  expect(repo.read("good.md")).toContain("<!-- layerscope -->");
});
