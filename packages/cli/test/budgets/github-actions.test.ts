/** What a run leaves for GitHub Actions, as its documentation says the runner reads it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LayerscopeError } from "@layerscope/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { outputsIn, workflowCommands } from "../../../../test/ci/github-runner.ts";
import type { CheckRun } from "../../src/budgets/check-run.ts";
import { markdown } from "../../src/budgets/formats/markdown.ts";
import { reportErrorToGitHub, reportToGitHub } from "../../src/budgets/github-actions.ts";
import { checkedImage, demoAnalysis, hostileRun, runOf, unmeasured, unreadImage, verdictOf } from "./runs.ts";

const MEBIBYTE = 1024 * 1024;
let directory: string;
let summaryFile: string;
let outputFile: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "layerscope-github-"));
  summaryFile = join(directory, "summary");
  outputFile = join(directory, "output");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Reports a run, and gives back the log. */
function report(run: CheckRun, env: NodeJS.ProcessEnv = {}): string {
  let log = "";
  const files = { GITHUB_STEP_SUMMARY: summaryFile, GITHUB_OUTPUT: outputFile };
  const write = (text: string): void => {
    log += text;
  };
  reportToGitHub(run, { GITHUB_ACTIONS: "true", ...files, ...env }, write, { annotate: true });
  return log;
}

const summary = (): string => readFileSync(summaryFile, "utf8");
const outputs = (): Record<string, string> => outputsIn(readFileSync(outputFile, "utf8"));
const markdownOf = (run: CheckRun): string => [...markdown(run)].join("");

async function someRun(): Promise<CheckRun> {
  const failed = verdictOf({ status: "failed", value: 321_000_000 });
  const warned = verdictOf({ budget: { name: "files", severity: "warn" }, status: "failed", value: 400_000_000 });
  return runOf([checkedImage(await demoAnalysis(), [failed, warned, warned, verdictOf()])]);
}

describe("elsewhere than in GitHub Actions", () => {
  it("nothing is written", async () => {
    for (const value of ["", "false", undefined]) {
      expect(report(await someRun(), { GITHUB_ACTIONS: value })).toBe("");
      expect(summary).toThrow("ENOENT");
      expect(outputs).toThrow("ENOENT");
    }
  });
});

describe("in GitHub Actions", () => {
  it("the log has an annotation for each budget that failed", async () => {
    expect(workflowCommands(report(await someRun())).map(({ name }) => name)).toEqual(["error", "warning", "warning"]);
  });

  it("the summary is the Markdown report, behind what is there", async () => {
    const run = await someRun();
    report(run);
    expect(summary()).toBe(markdownOf(run));
    writeFileSync(summaryFile, "# Build");
    report(run);
    expect(summary()).toBe(`# Build\n\n${markdownOf(run)}`);
  });

  it("the outputs have the verdict, the counts and the sizes", async () => {
    const { storedBytes, finalBytes, wastedBytes, efficiency } = (await demoAnalysis()).accounts;
    writeFileSync(outputFile, "of-another=1");
    report(await someRun());
    const { images = "", ...others } = outputs();
    expect(others).toEqual({
      "of-another": "1",
      verdict: "failed",
      failed: "1",
      warnings: "2",
      "stored-bytes": String(storedBytes),
      "wasted-bytes": String(wastedBytes),
      efficiency: String(efficiency),
    });
    const [image] = JSON.parse(images);
    expect(JSON.parse(images)).toHaveLength(1);
    expect(image).toEqual({
      name: "demo.tar",
      reference: "demo.tar",
      verdict: "failed",
      failed: 1,
      warnings: 2,
      storedBytes,
      finalBytes,
      wastedBytes,
      efficiency,
    });
  });

  it("the sizes of several images are added up", async () => {
    const { storedBytes, wastedBytes, efficiency } = (await demoAnalysis()).accounts;
    const image = checkedImage(await demoAnalysis(), [verdictOf()]);
    report(runOf([image, { ...image, name: "worker" }]));
    expect(outputs()).toMatchObject({
      verdict: "passed",
      "stored-bytes": String(2 * storedBytes),
      "wasted-bytes": String(2 * wastedBytes),
      efficiency: String(efficiency),
    });
    expect(JSON.parse(outputs().images ?? "")).toMatchObject([{ name: "demo.tar" }, { name: "worker", storedBytes }]);
  });

  it("an image that stores nothing has an efficiency of 1", async () => {
    const analysis = await demoAnalysis();
    const nothing = { storedBytes: 0, finalBytes: 0, wastedBytes: 0, efficiency: 1 };
    const empty = { ...analysis, accounts: { ...analysis.accounts, ...nothing } };
    report(runOf([checkedImage(empty, [verdictOf()])]));
    expect(outputs()).toMatchObject({ "stored-bytes": "0", "wasted-bytes": "0", efficiency: "1" });
  });

  it("no sizes are told when an image could not be read, or not to its end", async () => {
    const analysis = await demoAnalysis();
    const partial = { ...analysis, image: { ...analysis.image, complete: false } } as typeof analysis;
    for (const [index, image] of [unreadImage(), checkedImage(partial, [verdictOf()])].entries()) {
      outputFile = join(directory, `output-${index}`);
      report(runOf([checkedImage(analysis, [verdictOf()]), image]));
      expect(outputs()).toMatchObject({
        verdict: "undecided",
        "stored-bytes": "",
        "wasted-bytes": "",
        efficiency: "",
      });
      const images = JSON.parse(outputs().images ?? "");
      const { storedBytes } = analysis.accounts;
      expect(images).toMatchObject([{ verdict: "passed", storedBytes }, { verdict: "undecided" }]);
      expect(images[1]).not.toHaveProperty("storedBytes");
    }
  });

  it("an undecided budget counts neither as failed nor as a warning", async () => {
    report(runOf([checkedImage(await demoAnalysis(), [unmeasured("undecided", "a layer is not there")])]));
    expect(outputs()).toMatchObject({ verdict: "undecided", failed: "0", warnings: "0" });
  });

  it("no name breaks out of an output", async () => {
    const run = await hostileRun();
    report(run);
    expect(Object.keys(outputs())).toEqual([
      "verdict",
      "failed",
      "warnings",
      "stored-bytes",
      "wasted-bytes",
      "efficiency",
      "images",
    ]);
    const names = JSON.parse(outputs().images ?? "").map(({ name }: { readonly name: string }) => name);
    expect(names).toEqual(run.images.map(({ name }) => name));
  });
});

describe("the limit of a summary", () => {
  it("is kept to the byte", async () => {
    const run = await someRun();
    const room = MEBIBYTE - Buffer.byteLength(markdownOf(run)) - 2;
    writeFileSync(summaryFile, "x".repeat(room));
    expect(report(run)).not.toContain("layerscope: warning");
    expect(Buffer.byteLength(summary())).toBe(MEBIBYTE);
    expect(summary().endsWith(markdownOf(run))).toBe(true);
  });

  it("leaves the report out where it does not fit, and says so", async () => {
    const run = await someRun();
    writeFileSync(summaryFile, "x".repeat(MEBIBYTE - Buffer.byteLength(markdownOf(run)) - 1));
    expect(report(run)).toContain("layerscope: warning: the report does not fit into the step summary");
    expect(summary()).toMatch(/x\n\nlayerscope: failed\. The report is left out/);
    expect(Buffer.byteLength(summary())).toBeLessThanOrEqual(MEBIBYTE);
  });

  it("is not passed by the note either", async () => {
    writeFileSync(summaryFile, "x".repeat(MEBIBYTE));
    report(await someRun());
    expect(summary()).toBe("x".repeat(MEBIBYTE));
  });
});

describe("files that cannot be written", () => {
  it("are a warning", async () => {
    mkdirSync(summaryFile);
    outputFile = join(directory, "missing", "output");
    const log = report(await someRun());
    expect(log).toContain(`layerscope: warning: cannot write ${summaryFile}, which GITHUB_STEP_SUMMARY names: it is a`);
    expect(log).toContain(
      `layerscope: warning: cannot write ${outputFile}, which GITHUB_OUTPUT names: no such directory`,
    );
    expect(workflowCommands(log)).toHaveLength(3);
  });

  it("are a warning when no variable names them, and the others are written", async () => {
    const log = report(await someRun(), { GITHUB_STEP_SUMMARY: undefined });
    expect(log).toContain("layerscope: warning: GITHUB_STEP_SUMMARY names no file, so nothing is written there\n");
    expect(outputs()).toMatchObject({ verdict: "failed" });
  });
});

describe("what kept a run from checking anything", () => {
  const annotate = (error: LayerscopeError, env: NodeJS.ProcessEnv = { GITHUB_ACTIONS: "true" }): string => {
    let text = "";
    reportErrorToGitHub(error, env, (piece) => {
      text += piece;
    });
    return text;
  };

  it("is annotated where it is written", () => {
    const error = new LayerscopeError("invalid-config", 'layerscope.yaml:3:5: there is no setting "maxSzie"', {
      choices: ["layerscope.yaml:9:5: another\n::error::one"],
      hint: "docs/ci.md has every setting.",
    });
    const text = annotate(error);
    expect(text).toMatch(/^::error file=layerscope\.yaml,line=3,title=layerscope::layerscope\.yaml:3:5: there is no/);
    expect(text.trimEnd()).not.toContain("\n");
  });

  it("is annotated without a place where it has none, and only in a job there", () => {
    const error = new LayerscopeError("not-found", "app.tar: no such file");
    expect(annotate(error)).toBe("::error title=layerscope::app.tar: no such file\n");
    expect(annotate(error, {})).toBe("");
  });
});
