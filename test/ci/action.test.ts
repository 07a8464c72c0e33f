/** The GitHub action: its script runs as the runner would run it, with the built command in place of the published one. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { DEMO, plainEnvironment, ROOT } from "../cli/command.ts";
import { temporaryPath } from "../temporary-directory.ts";
import { outputsIn, workflowCommands } from "./github-runner.ts";
import { npxStandIn } from "./npx-stand-in.ts";
import { complaints, publishedSchema } from "./published-schema.ts";

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

interface Step {
  readonly shell: string;
  readonly "working-directory": string;
  readonly env: Readonly<Record<string, string>>;
  readonly run: string;
}

const action: Action = parse(readFileSync(join(ROOT, "action.yml"), "utf8"));
const step = action.runs.steps[0] as Step;
const { version } = JSON.parse(readFileSync(join(ROOT, "packages/cli/package.json"), "utf8"));
const image = join(ROOT, DEMO);

/** A stand-in for npx comes first. */
const withoutNpm = [npxStandIn(), process.env.PATH].join(delimiter);
const withNpm = { PATH: process.env.PATH };

let repository: string;

beforeEach(() => {
  repository = temporaryPath();
  mkdirSync(join(repository, "node_modules/.bin"), { recursive: true });
  symlinkSync(join(ROOT, "packages/cli"), join(repository, "node_modules/layerscope"));
  symlinkSync("../layerscope/bin/layerscope.js", join(repository, "node_modules/.bin/layerscope"));
  put("package.json", "{}");
});

function put(name: string, content: string): void {
  writeFileSync(join(repository, name), content);
}

interface Outcome {
  readonly code: number | null;
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** `${{ inputs.NAME }}`, with what the action is used with, else its default. */
function filledIn(template: string, inputs: Readonly<Record<string, string>>): string {
  const name = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(template)?.[1] ?? "";
  const value = inputs[name] ?? action.inputs[name]?.default;
  if (value === undefined) throw new Error(`no input: ${template}`);
  return value;
}

/** A step that uses the action. @param env added to the environment; npm's own npx is called when it has a PATH */
function use(inputs: Readonly<Record<string, string>>, env: NodeJS.ProcessEnv = { PATH: withoutNpm }): Outcome {
  const files = { GITHUB_OUTPUT: temporaryPath(), GITHUB_STEP_SUMMARY: temporaryPath() };
  for (const file of Object.values(files)) writeFileSync(file, "");
  const script = temporaryPath();
  writeFileSync(script, step.run);
  const inputValues = Object.entries(step.env).map(([name, template]) => [name, filledIn(template, inputs)] as const);
  // As `shell: bash` is documented.
  const { status, stdout, stderr } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", script], {
    cwd: join(repository, filledIn(step["working-directory"], inputs)),
    encoding: "utf8",
    env: plainEnvironment({
      CI: "true",
      GITHUB_ACTIONS: "true",
      GITHUB_WORKSPACE: repository,
      ...files,
      // Nothing may be fetched.
      npm_config_offline: "true",
      npm_config_cache: temporaryPath(),
      ...Object.fromEntries(inputValues),
      ...env,
    }),
  });
  const written = outputsIn(readFileSync(files.GITHUB_OUTPUT, "utf8"));
  const outputs = Object.entries(action.outputs).map(([name, { value }]) => {
    const source = /^\$\{\{ steps\.check\.outputs\.([\w-]+) \}\}$/.exec(value)?.[1] ?? "";
    return [name, written[source] ?? ""] as const;
  });
  return {
    code: status,
    log: stdout + stderr,
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, "utf8"),
    outputs: Object.fromEntries(outputs),
  };
}

const annotationsIn = (log: string): { readonly level: string; readonly file: string | undefined }[] =>
  workflowCommands(log).map(({ name, properties }) => ({ level: name, file: properties.file }));

describe("action.yml", () => {
  it("is what the published schema asks for", () => {
    expect(complaints(publishedSchema("github-action.json"), action)).toEqual([]);
    expect(complaints(publishedSchema("github-action.json"), { ...action, runs: {} })).not.toEqual([]);
  });

  it("runs the version of this repository", () => {
    expect(action.inputs.version?.default).toBe(version);
  });

  it("puts no expression into the script", () => {
    expect(action.runs.steps).toHaveLength(1);
    expect(step.shell).toBe("bash");
    expect(step.run).not.toContain("${{");
  });
});

describe("a step that uses the action", () => {
  it("passes, and says so in the summary and the outputs", () => {
    put("layerscope.yaml", "budgets: [{ maxSize: 1 GB }]\n");
    const { code, log, summary, outputs } = use({ image }, withNpm);
    expect(log).toContain("1 GB");
    expect(code).toBe(0);
    expect(annotationsIn(log)).toEqual([]);
    expect(summary).toContain("| what | size |");
    expect(outputs).toMatchObject({
      verdict: "passed",
      failed: "0",
      warnings: "0",
      efficiency: expect.stringMatching(/^0\.\d+$/),
    });
    expect(Number(outputs["stored-bytes"])).toBeGreaterThan(Number(outputs["wasted-bytes"]));
    expect(JSON.parse(outputs.images ?? "")).toMatchObject([{ name: image, verdict: "passed" }]);
  });

  it("fails with annotations at the budgets, and with all outputs", () => {
    put("layerscope.yaml", "budgets:\n  - maxSize: 1 kB\n  - maxFiles: 1\n    severity: warn\n  - maxLayers: 100\n");
    const { code, log, summary, outputs } = use({ image });
    expect(code).toBe(1);
    expect(annotationsIn(log)).toEqual([
      { level: "error", file: "layerscope.yaml" },
      { level: "warning", file: "layerscope.yaml" },
    ]);
    expect(summary).toContain("| what | size |");
    expect(outputs).toMatchObject({ verdict: "failed", failed: "1", warnings: "1" });
    for (const name of Object.keys(action.outputs)) expect(outputs[name], name).not.toBe("");
  });

  it("ends with 2 when an image is not there, and has a verdict of the others", () => {
    const { code, log, outputs } = use({ image: `${image}\nmissing.tar`, args: "--max-size 1GB" });
    expect(code).toBe(2);
    expect(annotationsIn(log)).toEqual([{ level: "error", file: undefined }]);
    expect(outputs).toMatchObject({ verdict: "undecided", "stored-bytes": "" });
    expect(JSON.parse(outputs.images ?? "")).toMatchObject([{ verdict: "passed" }, { verdict: "undecided" }]);
  });

  it("checks several images, takes a configuration and a baseline, and runs where it is told", () => {
    mkdirSync(join(repository, "services"));
    put("services/own.yaml", "budgets: [{ maxGrowth: 0 }]\n");
    const { code, log, outputs } = use({
      image: `\n  ${image}\n\n${join(ROOT, "fixtures/images/edge-names/docker-save-26.tar")}\n`,
      config: "own.yaml",
      baseline: image,
      "working-directory": "services",
    });
    expect(code, log).toBe(0);
    expect(JSON.parse(outputs.images ?? "")).toHaveLength(2);
  });

  it("points to a configuration from the top of the repository", () => {
    mkdirSync(join(repository, "services"));
    put("services/layerscope.yaml", "budgets: [{ maxSize: 1 }]\n");
    expect(annotationsIn(use({ image, "working-directory": "services" }).log)).toEqual([
      { level: "error", file: "services/layerscope.yaml" },
    ]);
  });

  it("takes the images of the configuration when none is named", () => {
    put("layerscope.yaml", `images: [${JSON.stringify(image)}]\nbudgets: [{ maxSize: 1 GB }]\n`);
    expect(use({})).toMatchObject({ code: 0, outputs: { verdict: "passed" } });
  });

  it("keeps quoted words of args together", () => {
    const { code, log } = use({ image, args: `--max-size "1 GB" --forbidden 'no such file'\n--max-layers 100` });
    expect(code, log).toBe(0);
    expect(log).toMatch(/1 GB[\s\S]*forbidden paths/);
  });

  it("says which quotes do not match", () => {
    const { code, log } = use({ image, args: `--max-size "1 GB` });
    expect(code).toBe(2);
    expect(workflowCommands(log)).toMatchObject([{ name: "error", data: "The quotes in args do not match." }]);
  });

  it("says what to install where there is no Node", () => {
    const bin = temporaryPath();
    mkdirSync(bin);
    const { stdout: bash } = spawnSync("sh", ["-c", "command -v bash"], { encoding: "utf8" });
    symlinkSync(bash.trim(), join(bin, "bash"));
    const { code, log } = use({ image }, { PATH: bin });
    expect(code, log).toBe(2);
    expect(workflowCommands(log)).toMatchObject([{ name: "error", data: expect.stringContaining("Node.js 20.19") }]);
  });

  it("runs what the project has installed when no version is asked for", () => {
    expect(use({ image, version: "", args: "--max-size 1GB" }, withNpm)).toMatchObject({ code: 0 });
  });

  it("does not run another version than the one that is asked for", () => {
    const { code, log } = use({ image, version: "0.0.99", args: "--max-size 1GB" }, withNpm);
    expect(code).not.toBe(0);
    expect(log).toContain("layerscope");
  });
});

describe("an input is never run", () => {
  const hostile = [
    "$(touch run) `touch run` ; touch run ; : && touch run | touch run > run $HOME ~ * %s \\",
    "'; touch run; '",
    '"; touch run; "',
    "a\n$(touch run)\ntouch run",
    "--help",
  ];

  const wasRun = (): boolean => existsSync(join(repository, "run"));

  /** What npx would be told; nothing when it is not called. */
  function toldToNpx(inputs: Readonly<Record<string, string>>): string[] {
    const [bin, told] = [temporaryPath(), temporaryPath()] as const;
    mkdirSync(bin);
    writeFileSync(join(bin, "npx"), `#!/bin/sh\nprintf '%s\\0' "$@" > '${told}'\n`, { mode: 0o755 });
    use(inputs, { PATH: [bin, process.env.PATH].join(delimiter) });
    return existsSync(told) ? readFileSync(told, "utf8").split("\0").slice(0, -1) : [];
  }

  const lines = (text: string): string[] =>
    text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");

  it.each<[string, (value: string) => string[]]>([
    ["image", (value) => [`layerscope@${version}`, "ci", "--", ...lines(value)]],
    ["config", (value) => [`layerscope@${version}`, "ci", `--config=${value}`, "--", image]],
    ["baseline", (value) => [`layerscope@${version}`, "ci", `--baseline=${value}`, "--", image]],
    ["version", (value) => [`layerscope@${value}`, "ci", "--", image]],
  ])("as %s, which npx is told as it is", (name, expected) => {
    for (const value of hostile) {
      expect(toldToNpx({ image, [name]: value })).toEqual(["--yes", "--", ...expected(value)]);
      expect(wasRun(), value).toBe(false);
    }
  });

  it("as args, of which npx is told words", () => {
    for (const value of hostile) {
      const [, , , , ...told] = toldToNpx({ image, args: value });
      for (const word of told.slice(0, -2)) expect(value.replaceAll(/['"\\]/g, "")).toContain(word);
      expect(wasRun(), value).toBe(false);
    }
    expect(toldToNpx({ image, args: "a '$(touch run)' b" }).slice(4, -2)).toEqual(["a", "$(touch run)", "b"]);
  });

  it("by npx or the command", () => {
    for (const value of hostile) {
      const { code, log } = use({ image: value, baseline: value, args: "--max-size 1GB" }, withNpm);
      expect(code, `${value}\n${log}`).toBe(2);
      expect(wasRun(), value).toBe(false);
    }
    expect(use({ image, config: "$(touch run)\ntouch run" }, withNpm).code).toBe(2);
    expect(wasRun()).toBe(false);
  });

  it("by npx as a version", () => {
    for (const value of hostile) {
      expect(use({ image, version: value }, withNpm).code, value).not.toBe(0);
      expect(wasRun(), value).toBe(false);
    }
  });
});
