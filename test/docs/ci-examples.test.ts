/** The examples of docs/ci.md: each has the form that its CI asks for, and does what the page says. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { workflowCommands } from "../ci/github-runner.ts";
import { complaints, publishedSchema } from "../ci/published-schema.ts";
import { image, sized } from "../ci/repository.ts";
import { ROOT } from "../cli/command.ts";
import { Machine } from "./ci-machine.ts";
import { runJob, type Workflow } from "./github-job.ts";
import { type GitLabPipeline, PIPELINE_SCHEMA, runPipeline } from "./gitlab-pipeline.ts";
import { blocksAt, parseJenkinsfile, runJenkinsfile } from "./jenkins-pipeline.ts";

const page = readFileSync(join(ROOT, "docs/ci.md"), "utf8");
const { version } = JSON.parse(readFileSync(join(ROOT, "packages/cli/package.json"), "utf8"));
const section = /^## In your CI\n(.*?)^## /ms.exec(page)?.[1] ?? "";

/** Each says in a comment which file it is. */
const examples = [...section.matchAll(/^```\w+\n(.*?)^```$/gms)].map(([, text = ""]) => ({
  file: /^(?:#|\/\/) (\S+)$/m.exec(text)?.[1],
  text,
}));

function textsOf(file: string): [string, ...string[]] {
  const [first, ...others] = examples.filter((example) => example.file === file).map(({ text }) => text);
  if (first === undefined) throw new Error(`no example of ${file}`);
  return [first, ...others];
}

const [simpleWorkflow, pullRequestWorkflow] = textsOf(".github/workflows/image.yml").map(
  (text): Workflow => parse(text),
) as [Workflow, Workflow];
const gitlab: GitLabPipeline = parse(textsOf(".gitlab-ci.yml")[0]);
const jenkinsfile = parseJenkinsfile(textsOf("Jenkinsfile")[0]);
const circle = parse(textsOf(".circleci/config.yml")[0]);
const [shellScript] = textsOf("check-image.sh");
const preCommit = parse(textsOf(".pre-commit-config.yaml")[0]);

const config = "images: [app.tar]\nbudgets:\n  - maxSize: 2 kB\n  - maxGrowth: 500 B\n";
const small = image([[sized("app/server", 1000)]]);
/** Small enough by itself, and 600 bytes larger than the small one. */
const grown = image([[sized("app/server", 1600)]]);
const large = image([[sized("app/server", 3000)]]);

const machineWith = (built: Uint8Array, files: Readonly<Record<string, string>> = {}): Machine =>
  new Machine(built, { "layerscope.yaml": config, ...files });

describe("docs/ci.md", () => {
  it("has an example of each file", () => {
    expect(examples.map(({ file }) => file)).toEqual([
      ".github/workflows/image.yml",
      ".github/workflows/image.yml",
      ".gitlab-ci.yml",
      "Jenkinsfile",
      ".circleci/config.yml",
      "check-image.sh",
      ".pre-commit-config.yaml",
    ]);
  });

  it("names the version of this repository everywhere", () => {
    const npm = [...page.matchAll(/layerscope@(\d[\w.-]*)/g)].map(([, found]) => found);
    const tags = [...page.matchAll(/(?:OWNER\/layerscope@|rev: |`)v(\d[\w.-]*)/g)].map(([, found]) => found);
    expect(new Set(npm)).toEqual(new Set([version]));
    expect(new Set(tags)).toEqual(new Set([version]));
    expect(section.match(/npx --yes (?!layerscope@)/g)).toBeNull();
  });
});

describe("the form of an example", () => {
  const workflowSchema = publishedSchema("github-workflow.json");
  // It says that it is of draft 4, and has nothing that means something else today.
  const { $schema, ...circleSchema } = publishedSchema("circleciconfig.json");
  const preCommitSchema = publishedSchema("pre-commit-config.json");

  it("is that of a workflow of GitHub", () => {
    expect(complaints(workflowSchema, simpleWorkflow)).toEqual([]);
    expect(complaints(workflowSchema, pullRequestWorkflow)).toEqual([]);
    expect(complaints(workflowSchema, { ...simpleWorkflow, permissions: { "pull-request": "write" } })).not.toEqual([]);
  });

  it("is that of a pipeline of GitLab", () => {
    expect(complaints(PIPELINE_SCHEMA, gitlab)).toEqual([]);
    expect(complaints(PIPELINE_SCHEMA, { ...gitlab, variables: {} })).not.toEqual([]);
    expect(complaints(PIPELINE_SCHEMA, { ...gitlab, check: { script: "true" } })).not.toEqual([]);
  });

  it("is that of a declarative Jenkinsfile", () => {
    const [pipeline, ...others] = jenkinsfile.blocks;
    expect([pipeline?.name, others, jenkinsfile.statements]).toEqual(["pipeline", [], []]);
    expect(pipeline?.statements).toEqual(["agent any"]);
    expect(pipeline?.blocks.map(({ name }) => name)).toEqual(["stages"]);
    const stages = blocksAt(jenkinsfile, "pipeline", "stages", "stage");
    expect(stages.map(({ label }) => label)).toEqual(["Image", "Budgets"]);
    expect(stages.map(({ blocks }) => blocks.map(({ name }) => name))).toEqual([["steps"], ["steps", "post"]]);
    expect(() => parseJenkinsfile("pipeline {\n")).toThrow("not closed");
    expect(() => parseJenkinsfile("pipeline {\n}\n}\n")).toThrow("not opened");
  });

  it("is that of a configuration of CircleCI", () => {
    expect(complaints(circleSchema, circle)).toEqual([]);
    expect(complaints(circleSchema, { ...circle, workflows: { image: { jobs: "check" } } })).not.toEqual([]);
  });

  it("is that of a configuration of pre-commit", () => {
    const hooksSchema = publishedSchema("pre-commit-hooks.json");
    expect(complaints(preCommitSchema, preCommit, [hooksSchema])).toEqual([]);
    expect(
      complaints(preCommitSchema, { repos: [{ repo: "somewhere", hooks: [{ id: 1 }] }] }, [hooksSchema]),
    ).not.toEqual([]);
  });
});

describe("the workflow with the action", () => {
  const github = { event_name: "push", sha: "abc" };
  const run = (built: Uint8Array) => runJob(simpleWorkflow, { machine: machineWith(built), github, cache: new Map() });

  it("passes with an image that keeps to its budgets", () => {
    const { code, log, summary } = run(small);
    expect(code, log).toBe(0);
    expect(workflowCommands(log)).toEqual([]);
    expect(summary).toContain("| what | size |");
  });

  it("fails with one that does not, and annotates the line", () => {
    const { code, log, summary } = run(large);
    expect(code, log).toBe(1);
    expect(workflowCommands(log)).toMatchObject([
      { name: "error", properties: { file: "layerscope.yaml", line: "3" } },
    ]);
    expect(summary).toContain("| what | size |");
  });
});

describe("the command of all examples", () => {
  const command = `npx --yes layerscope@${version} ci`;

  it("is one", () => {
    const commands = [...section.matchAll(/(?<=^|run: |['`|] ?)npx \S+ \S+ \S+/gm)].map(([found]) => found);
    expect(commands.length).toBeGreaterThan(5);
    expect(new Set(commands)).toEqual(new Set([command]));
  });

  it.each([
    ["passes", small, 0],
    ["fails", large, 1],
    ["cannot decide", undefined, 2],
  ] as const)("%s with npm's own npx as it does with what stands for it elsewhere", (_, saved, expected) => {
    for (const npx of ["npm's", "stand-in"] as const) {
      const machine = new Machine(small, { "layerscope.yaml": config }, npx);
      if (saved) machine.put("app.tar", saved);
      expect(machine.run(["sh"], `${command} app.tar`)).toMatchObject({ code: expected });
    }
  });
});

describe("the workflow for pull requests", () => {
  const push = { event_name: "push", sha: "first", repository: "team/app", token: "t", event: {} };
  const pullRequest = (fork: boolean, base = "first") => ({
    ...push,
    event_name: "pull_request",
    sha: "merged",
    event: { number: 7, pull_request: { base: { sha: base }, head: { repo: { fork } } } },
  });
  const run = (built: Uint8Array, github: object, cache: Map<string, Uint8Array>) =>
    runJob(pullRequestWorkflow, { machine: machineWith(built), github, cache });

  it("keeps the report of main, also when a budget fails there", () => {
    for (const [built, expected] of [
      [small, 0],
      [large, 1],
    ] as const) {
      const cache = new Map<string, Uint8Array>();
      const { code, log, comment, sarif } = run(built, push, cache);
      expect(code, log).toBe(expected);
      expect([...cache.keys()]).toEqual(["main-image-first"]);
      expect(sarif.map(({ runs }) => runs[0]?.results.length)).toEqual([expected]);
      expect(comment).toBeUndefined();
    }
  });

  it("compares with the report of main, comments, and uploads what failed", () => {
    const cache = new Map<string, Uint8Array>();
    run(small, push, cache);
    for (const base of ["first", "a later one"]) {
      const { code, log, comment, sarif, summary } = run(grown, pullRequest(false, base), cache);
      expect(code, log).toBe(1);
      expect(comment).toMatch(/^#7\n[\s\S]*\+600 B/);
      expect(comment).toContain(summary.trim());
      expect(sarif.map(({ runs }) => runs[0]?.results)).toEqual([
        [expect.objectContaining({ ruleId: "budget/max-growth" })],
      ]);
    }
    expect(run(small, pullRequest(false), cache)).toMatchObject({ code: 0, comment: expect.stringMatching(/^#7\n/) });
    expect([...cache.keys()]).toEqual(["main-image-first"]);
  });

  it("skips growth while main has no report", () => {
    const { code, log, comment } = run(grown, pullRequest(false), new Map());
    expect(code, log).toBe(0);
    expect(comment).toContain("there is no baseline");
  });

  it("neither comments nor uploads from a fork, and has a summary", () => {
    const cache = new Map<string, Uint8Array>();
    run(small, push, cache);
    const { code, comment, sarif, summary } = run(grown, pullRequest(true), cache);
    expect([code, comment, sarif]).toEqual([1, undefined, []]);
    expect(summary).toContain("+600 B");
  });

  it("has a permission for each thing that it writes", () => {
    expect(pullRequestWorkflow.permissions).toEqual({
      contents: "read",
      "pull-requests": "write",
      "security-events": "write",
    });
  });
});

describe("the pipeline of GitLab", () => {
  const main = { CI_PIPELINE_SOURCE: "push", CI_COMMIT_BRANCH: "main", CI_DEFAULT_BRANCH: "main" };
  const mergeRequest = { CI_PIPELINE_SOURCE: "merge_request_event", CI_DEFAULT_BRANCH: "main" };
  const run = (built: Uint8Array, variables: Readonly<Record<string, string>>, cache = new Map<string, Uint8Array>()) =>
    runPipeline(gitlab, variables, () => machineWith(built), cache);

  it("compares a merge request with the default branch, and has all reports", () => {
    const cache = new Map<string, Uint8Array>();
    expect(run(small, main, cache)).toMatchObject({ code: 0 });
    expect([...cache.keys()]).toEqual(["main-image/main.json"]);
    const before = cache.get("main-image/main.json");
    const failed = run(grown, mergeRequest, cache);
    expect(failed?.code, failed?.log).toBe(1);
    expect(failed?.reports.junit).toContain("<failure");
    expect(JSON.parse(failed?.reports.codequality ?? "")).toHaveLength(1);
    expect(failed?.reports.metrics).toMatch(/# EOF\n$/);
    expect(run(small, mergeRequest, cache)).toMatchObject({ code: 0, reports: { codequality: "[]\n" } });
    expect(cache.get("main-image/main.json")).toBe(before);
  });

  it("keeps the report of the default branch also when a budget fails there", () => {
    const cache = new Map<string, Uint8Array>();
    expect(run(large, main, cache)).toMatchObject({ code: 1 });
    expect([...cache.keys()]).toEqual(["main-image/main.json"]);
  });

  it("skips growth while there is no report to compare with", () => {
    const { code, reports } = run(grown, mergeRequest) ?? {};
    expect(code).toBe(0);
    expect(reports?.junit).toContain("<skipped");
  });

  it("does not run for other branches", () => {
    expect(run(small, { ...main, CI_COMMIT_BRANCH: "topic" })).toBeUndefined();
  });
});

describe("the Jenkinsfile", () => {
  it.each([
    ["passes", small, 0],
    ["fails", large, 1],
  ] as const)("%s, and leaves all files", (_, built, expected) => {
    const { code, log, junit, archived } = runJenkinsfile(jenkinsfile, machineWith(built));
    expect(code, log).toBe(expected);
    expect(junit).toEqual([expect.stringContaining(`tests="2" failures="${expected}"`)]);
    expect(archived).toEqual(["summary.md", "report.json"]);
  });
});

describe("the configuration of CircleCI", () => {
  interface CircleStep {
    readonly run?: string;
    readonly store_test_results?: { readonly path: string };
    readonly store_artifacts?: { readonly path: string };
  }

  it.each([
    ["passes", small, 0],
    ["fails", large, 1],
  ] as const)("%s, and leaves all files", (_, built, expected) => {
    const machine = machineWith(built);
    const steps: readonly CircleStep[] = circle.jobs.check.steps;
    const scripts = steps.flatMap(({ run }) => run ?? []);
    const codes = scripts.map((script) => machine.run(["bash", "-eo", "pipefail"], script).code);
    expect(codes).toEqual([0, 0, expected]);
    // Both are done after a step that failed, too.
    const results = steps.flatMap(({ store_test_results: one }) => one?.path ?? []);
    const artifacts = steps.flatMap(({ store_artifacts: one }) => one?.path ?? []);
    expect(results.map((name) => machine.take(name).toString())).toEqual([
      expect.stringContaining(`tests="2" failures="${expected}"`),
    ]);
    expect(artifacts.map((name) => machine.take(name).toString())).toEqual([expect.stringContaining("| what |")]);
  });
});

describe("the shell script", () => {
  it.each([
    ["an image that keeps to its budgets", small, config, 0, "The image keeps to its budgets."],
    ["an image that does not", large, config, 1, "A budget failed"],
    ["a mistake in the configuration", small, "budget: []\n", 2, "The image could not be checked."],
  ] as const)("says what is with %s", (_, built, text, expected, said) => {
    const machine = machineWith(built, { "layerscope.yaml": text });
    const { code, log } = machine.run(["sh"], shellScript);
    expect(code, log).toBe(expected);
    expect(log).toContain(said);
    expect(machine.has("summary.md")).toBe(expected < 2);
  });

  it("stops when the image cannot be built", () => {
    const machine = machineWith(small);
    const { code, log } = machine.run(["sh"], shellScript, { BUILT_IMAGES: "/nowhere" });
    expect(code).toBe(1);
    expect(log).not.toContain("budget");
  });

  it.each([
    ["saves", small, 0],
    ["saves too much", large, 1],
    ["breaks off", small.subarray(0, 700), 2],
  ] as const)("may be a pipe of an engine that %s", (_, saved, expected) => {
    const pipe = /^`docker save app \| (.*?)` needs no file/m.exec(section)?.[1] ?? "";
    const machine = machineWith(small);
    machine.put("saved", saved);
    const { code, log } = machine.run(["sh"], `cat saved | ${pipe}`);
    expect(code, log).toBe(expected);
  });
});

describe("the hook of pre-commit", () => {
  const [{ repo, hooks }] = preCommit.repos;
  const manifest: readonly { readonly id: string; readonly entry: string; readonly stages: readonly string[] }[] =
    parse(readFileSync(join(ROOT, ".pre-commit-hooks.yaml"), "utf8"));
  const hook = manifest.find(({ id }) => id === hooks[0].id);

  it("is one of this repository, for the stages that the page names", () => {
    expect(repo).toMatch(/\/OWNER\/layerscope$/);
    expect(hook?.stages).toEqual(["pre-push", "manual"]);
    expect(section).toMatch(/--hook-type pre-push[\s\S]*--hook-stage manual layerscope/);
  });

  it.each([
    ["passes", small, 0],
    ["stops the push", large, 1],
    ["stops it without an image, too", undefined, 2],
  ] as const)("%s", (_, saved, expected) => {
    const machine = machineWith(small);
    if (saved) machine.put("app.tar", saved);
    const { code, log } = machine.run(["sh", "-e"], hook?.entry ?? "false");
    expect(code, log).toBe(expected);
  });
});
