/** Annotations of a run, as GitHub's runner reads them. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type WorkflowCommand, workflowCommands } from "../../../../test/ci/github-runner.ts";
import type { CheckRun, LocatedVerdict } from "../../src/budgets/check-run.ts";
import { annotations, github } from "../../src/budgets/formats/github.ts";
import {
  budgetOf,
  checkedImage,
  demoAnalysis,
  everyKindRun,
  hostileRun,
  runOf,
  unmeasured,
  unreadImage,
  verdictOf,
} from "./runs.ts";

const commandsOf = (run: CheckRun, workspace?: string): WorkflowCommand[] =>
  workflowCommands([...annotations(run, workspace)].join(""));

async function runWith(...verdicts: LocatedVerdict[]): Promise<CheckRun> {
  return runOf([checkedImage(await demoAnalysis(), verdicts)]);
}

const failing = (name: string, more: Partial<LocatedVerdict["budget"]> = {}): LocatedVerdict =>
  verdictOf({ budget: { name, ...more }, status: "failed", value: 321_000_000 });

describe("--format github", () => {
  it("says nothing when all is well, or when there is nothing to check", async () => {
    const run = await runWith(verdictOf(), unmeasured("skipped", "there is no baseline"));
    expect([...github(run)]).toEqual([]);
  });

  it("points to the budget that failed, says by how much and what makes it up", async () => {
    const findings = [{ path: Buffer.from("usr/bin/node"), bytes: 98_000, layer: 2 }];
    const [command, ...others] = commandsOf(await runWith({ ...failing("total size"), findings, findingCount: 7 }));
    expect(others).toEqual([]);
    expect(command).toMatchObject({
      name: "error",
      properties: { file: "layerscope.yaml", line: "4", title: "total size" },
    });
    expect(command?.data).toMatch(/^321 MB; expected ≤ 300 MB, 21\.0 MB over\n/);
    expect(command?.data).toContain("\n- /usr/bin/node: 98.0 kB, layer 2");
    expect(command?.data).toContain("\n- and 6 more\n");
  });

  it("warns of what only warns, and of what cannot be decided", async () => {
    const run = await runWith(failing("a", { severity: "warn" }), unmeasured("undecided", "layer 2 is not there"));
    expect(commandsOf(run).map(({ name }) => name)).toEqual(["warning", "warning"]);
    expect(commandsOf(run)[1]?.data).toContain("layer 2 is not there");
  });

  it("has no place for a budget of the command line", async () => {
    const origin = { kind: "option", option: "--max-size 300MB" } as const;
    const [command] = commandsOf(await runWith(failing("total size", { origin })));
    expect(command?.properties).toEqual({ title: "total size" });
    expect(command?.data).toContain("--max-size 300MB");
  });

  it("names the image where there are several, and the one that cannot be read", async () => {
    const image = checkedImage(await demoAnalysis(), [failing("total size")]);
    const titles = commandsOf(runOf([image, image, unreadImage()])).map(({ properties }) => properties.title);
    expect(titles).toEqual(["demo.tar: total size", "demo.tar (2): total size", "cannot read worker"]);
  });

  it("says that an image could not be read to its end", async () => {
    const analysis = await demoAnalysis();
    const partial = { ...analysis, image: { ...analysis.image, complete: false } } as typeof analysis;
    expect(commandsOf(runOf([checkedImage(partial, [verdictOf()])]))).toMatchObject([
      { name: "error", properties: { title: "cannot read all of demo.tar" } },
    ]);
  });

  it("shows ten of each level as they are", async () => {
    const run = await runWith(...Array.from({ length: 10 }, (_, index) => failing(`size ${index}`)));
    expect(commandsOf(run).map(({ properties }) => properties.title)).toEqual(
      Array.from({ length: 10 }, (_, index) => `size ${index}`),
    );
  });

  it("tells with the tenth of a level which others there are", async () => {
    const many = Array.from({ length: 13 }, (_, index) => failing(`size ${index}`));
    const run = await runWith(...many, failing("just a warning", { severity: "warn" }));
    const commands = commandsOf(run);
    expect(commands).toHaveLength(11);
    expect(commands[8]?.properties.title).toBe("size 8");
    expect(commands[9]).toMatchObject({
      name: "error",
      properties: { title: "and 4 more problems" },
      data: "size 9\nsize 10\nsize 11\nsize 12",
    });
    expect(commands[10]).toMatchObject({ name: "warning", properties: { title: "just a warning" } });
  });

  it("is the same for every kind of budget: a title, and a message that GitHub does not cut", async () => {
    for (const run of [await everyKindRun(), await hostileRun()]) {
      const lines = [...annotations(run, undefined)];
      expect(lines.length).toBeGreaterThan(10);
      for (const line of lines) {
        expect(line).toMatch(/^::(error|warning) [^\n\r]*\n$/);
        const commands = workflowCommands(line);
        expect(commands).toHaveLength(1);
        expect(commands[0]?.properties.title).not.toBe("");
        expect(commands[0]?.data).not.toBe("");
        expect(commands[0]?.data.length).toBeLessThanOrEqual(4096);
      }
    }
  });

  it("lets no text of an image or a configuration be a command or reach a terminal", async () => {
    const run = await hostileRun();
    // One image at a time, so that all verdicts have their annotation.
    for (const image of run.images) {
      for (const command of commandsOf({ ...run, images: [image] })) {
        expect(["error", "warning"]).toContain(command.name);
        expect(Object.keys(command.properties).filter((key) => !["file", "line", "title"].includes(key))).toEqual([]);
        const texts = [command.data.replaceAll("\n", ""), ...Object.values(command.properties)];
        for (const text of texts) expect(text).not.toMatch(/[\p{Cc}\p{Surrogate}\u202a-\u202e\u2028\u2029]/u);
      }
    }
  });
});

describe("the file of an annotation", () => {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "layerscope-github-")));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  async function placeOf(file: string, workspace: string | undefined): Promise<string | undefined> {
    const { origin } = budgetOf({ origin: { kind: "file", file, line: 2 } });
    const [command] = commandsOf(await runWith(failing("size", { origin })), workspace);
    return command?.properties.file;
  }
  const fromHere = (path: string): string => relative(process.cwd(), join(directory, path));

  it("is named from the top of the repository", async () => {
    expect(await placeOf(fromHere("services/layerscope.yaml"), directory)).toBe("services/layerscope.yaml");
    expect(await placeOf("services/layerscope.yaml", undefined)).toBe("services/layerscope.yaml");
    expect(await placeOf("services/layerscope.yaml", "")).toBe("services/layerscope.yaml");
  });

  it("is found when the repository is known by a link", async () => {
    mkdirSync(join(directory, "real"));
    symlinkSync("real", join(directory, "link"));
    expect(await placeOf(fromHere("real/..x/layerscope.yaml"), join(directory, "link"))).toBe("..x/layerscope.yaml");
  });

  it("is left out when it is not in the repository", async () => {
    expect(await placeOf(fromHere("layerscope.yaml"), join(directory, "repository"))).toBeUndefined();
  });
});
