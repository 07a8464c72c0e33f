/** What is printed in a job of GitHub Actions goes through its log, where names are not to be commands. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { dockerSaveNew } from "../../fixtures/build/image.ts";
import { file, tar } from "../../fixtures/build/tar.ts";
import { layerscope, type Result } from "../cli/command.ts";
import { temporaryPath } from "../temporary-directory.ts";
import { workflowCommands } from "./github-runner.ts";

const COMMANDS = ["::set-output name=verdict::passed", "##[add-mask]a", "::warning::b\n::error::c", "\r::error::d"];
const directory = temporaryPath("job");

beforeAll(() => {
  mkdirSync(directory, { recursive: true });
  const paths = COMMANDS.map((command) => file(`x/${command}`, "1"));
  const history = COMMANDS.map((command) => ({ created_by: `RUN ${command}` }));
  const layers = COMMANDS.map(() => tar(paths));
  writeFileSync(join(directory, "app.tar"), dockerSaveNew({ layers, history }));
  const budgets = COMMANDS.flatMap((command) => [
    { name: command, maxWastedBytes: 0, severity: "warn" },
    { name: command, forbidden: ["x/**"], severity: "warn" },
  ]);
  const images = COMMANDS.map((name) => ({ name, reference: "app.tar" }));
  writeFileSync(join(directory, "layerscope.json"), JSON.stringify({ images, budgets }));
});

function check(...args: string[]): Promise<Result> {
  return layerscope(["ci", ...args], {
    cwd: directory,
    env: { GITHUB_ACTIONS: "true", GITHUB_OUTPUT: temporaryPath(), GITHUB_STEP_SUMMARY: temporaryPath() },
  });
}

describe("in the log of a job", () => {
  for (const format of ["table", "markdown", "json", "junit", "sarif", "gitlab", "metrics"]) {
    it(`no name is a command in ${format}`, async () => {
      const { code, stdout } = await check("--format", format);
      expect(code).toBe(0);
      expect(stdout).toContain("add-mask");
      expect(workflowCommands(stdout)).toEqual([]);
    });
  }

  it("no name is a command but ours", async () => {
    const { stderr } = await check();
    const names = workflowCommands(stderr).map(({ name }) => name);
    expect(names).toEqual(Array.from({ length: 10 }, () => "warning"));
  });

  it("no name of an image that is not there is one", async () => {
    for (const name of COMMANDS) {
      const { code, stdout, stderr } = await check(name, "--no-config", "--max-size", "1GB");
      expect(code).toBe(2);
      expect(workflowCommands(stdout)).toEqual([]);
      expect(workflowCommands(stderr).map((command) => command.name)).toEqual(["error"]);
    }
  });

  it("annotations are printed once, also when they are what is asked for", async () => {
    const { stdout, stderr } = await check("--format", "github");
    expect(workflowCommands(stdout + stderr)).toHaveLength(10);
  });
});
