/** A step in GitHub Actions, by the variables and files that its runner documents. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { lexer } from "marked";
import { beforeAll, describe, expect, test } from "vitest";
import { dockerSaveNew } from "../../fixtures/build/image.ts";
import { tar, whiteout } from "../../fixtures/build/tar.ts";
import { parseJunit } from "../../packages/cli/test/budgets/junit-structure.ts";
import { parseOpenMetrics } from "../../packages/cli/test/budgets/openmetrics.ts";
import { checkProblems, reportProblems } from "../../packages/core/test/report/schema-files.ts";
import type { Result } from "../cli/command.ts";
import { EVIL, hostileImage, UNSAFE } from "../cli/hostile-image.ts";
import { outputsIn, workflowCommands } from "./github-runner.ts";
import { APP, image, type Repository, repository, sized } from "./repository.ts";

interface Step extends Result {
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
}

let count = 0;

/** A step of a job: the runner gives it empty files, and reads them when it ends. */
async function step(repo: Repository, args: readonly string[], cwd = "."): Promise<Step> {
  const files = `runner-${count++}`;
  repo.write(`${files}/summary`, "");
  repo.write(`${files}/output`, "");
  const result = await repo.run(["ci", ...args], {
    cwd,
    env: {
      CI: "true",
      GITHUB_ACTIONS: "true",
      GITHUB_WORKSPACE: repo.directory,
      GITHUB_STEP_SUMMARY: join(repo.directory, files, "summary"),
      GITHUB_OUTPUT: join(repo.directory, files, "output"),
    },
  });
  return { ...result, summary: repo.read(`${files}/summary`), outputs: outputsIn(repo.read(`${files}/output`)) };
}

const CONFIG = `budgets:
  - maxSize: 10 kB
  - maxLayers: 2
    severity: warn
  - maxFiles: 100
`;

let repo: Repository;

beforeAll(() => {
  repo = repository({ "app.tar": image(APP), "layerscope.yaml": CONFIG });
  repo.write("services/worker/layerscope.yaml", CONFIG);
  repo.write("services/worker/app.tar", image(APP));
});

describe.concurrent("a step that checks an image", () => {
  test("annotates the budgets that failed, on standard error", async () => {
    const { code, stdout, stderr } = await step(repo, ["app.tar"]);
    expect(code).toBe(1);
    expect(workflowCommands(stdout)).toEqual([]);
    expect(workflowCommands(stderr)).toMatchObject([
      { name: "error", properties: { file: "layerscope.yaml", line: "2", title: "total size" } },
      { name: "warning", properties: { file: "layerscope.yaml", line: "3", title: "number of layers" } },
    ]);
    expect(workflowCommands(stderr)[0]?.data).toMatch(/^20\.0 kB; expected ≤ 10 kB, 10\.0 kB over\n/);
  });

  test("names the configuration from the top of the repository", async () => {
    const { stderr } = await step(repo, ["app.tar"], "services/worker");
    expect(workflowCommands(stderr).map(({ properties }) => properties.file)).toEqual([
      "services/worker/layerscope.yaml",
      "services/worker/layerscope.yaml",
    ]);
  });

  test("leaves a summary with the table, and outputs", async () => {
    const { summary, outputs } = await step(repo, ["app.tar"]);
    const tables = lexer(summary).filter((token) => token.type === "table");
    expect(tables).toMatchObject([{ header: ["what", "size", "limit", "delta"].map((text) => ({ text })) }]);
    const { images, ...others } = outputs;
    expect(others).toEqual({
      verdict: "failed",
      failed: "1",
      warnings: "1",
      "stored-bytes": "20000",
      "wasted-bytes": "6000",
      efficiency: "0.7",
    });
    expect(JSON.parse(images ?? "")).toMatchObject([{ name: "app.tar", verdict: "failed", storedBytes: 20_000 }]);
  });

  test("says all of it when nothing failed, and annotates nothing", async () => {
    const { code, stderr, summary, outputs } = await step(repo, ["app.tar", "--no-config", "--max-size", "1 MB"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(summary).toContain("| what | size | limit | delta |");
    expect(outputs).toMatchObject({ verdict: "passed", failed: "0", warnings: "0" });
  });

  test("prints a report that is JSON and nothing else", async () => {
    const [one, several] = await Promise.all([
      step(repo, ["--json", "app.tar"]),
      step(repo, ["--json", "app.tar", "missing.tar"]),
    ]);
    expect(reportProblems(JSON.parse(one.stdout))).toEqual([]);
    expect(checkProblems(JSON.parse(several.stdout))).toEqual([]);
    expect(workflowCommands(several.stderr).map(({ name }) => name)).toEqual(["error", "error", "warning"]);
    expect(several).toMatchObject({ code: 2, outputs: { verdict: "failed", "stored-bytes": "", efficiency: "" } });
  });

  test("points to the mistake in a configuration that cannot be read", async () => {
    repo.write("wrong/layerscope.yaml", "budgets:\n  - maxSiz: 3\n");
    const { code, stdout, stderr, summary, outputs } = await step(repo, ["../app.tar"], "wrong");
    expect({ code, stdout, summary, outputs }).toEqual({ code: 2, stdout: "", summary: "", outputs: {} });
    expect(workflowCommands(stderr)).toMatchObject([
      { name: "error", properties: { file: "wrong/layerscope.yaml", line: "2" } },
    ]);
  });

  test("has its verdict although the files of the runner cannot be written", async () => {
    const { code, stderr } = await repo.run(["ci", "app.tar", "--no-config", "--max-size", "1 MB"], {
      env: { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: "/nonexistent/summary", GITHUB_OUTPUT: "" },
    });
    expect(code).toBe(0);
    expect(stderr.match(/^layerscope: warning: .*GITHUB_/gm)).toHaveLength(2);
  });

  test("elsewhere nothing is written but the report", async () => {
    const { stderr } = await repo.run(["ci", "app.tar"], {
      env: {
        CI: "true",
        GITHUB_STEP_SUMMARY: join(repo.directory, "none"),
        GITHUB_OUTPUT: join(repo.directory, "none"),
      },
    });
    expect(stderr).toBe("");
    expect(repo.has("none")).toBe(false);
  });
});

/** What a log of GitHub, Azure Pipelines or TeamCity, or a file of the runner, might take for its own. */
const COMMANDS = [
  "::error::owned",
  "##[error]owned",
  "##vso[task.setvariable variable=x]owned",
  "a\n::set-output name=verdict::passed",
  "b\r\n::add-mask::owned",
  "c%0A::error::owned",
  "verdict=passed\nfailed<<EOF\n0\nEOF",
  "]]></failure><testcase name='owned'/>",
  "| x | [y](javascript:z) <img src=x onerror=y> @owned #1",
  '"\\u001b[31m","status":"passed"',
];
const FORMATS = ["table", "markdown", "json", "junit", "sarif", "github", "gitlab", "metrics"] as const;
/** Of one kind each; ./github-log.test.ts prints them all. */
const PRINTED = ["table", "json", "github"] as const;

describe.concurrent("an image with hostile names", () => {
  /** Names that are paths, commands, tags, labels and the user. */
  function hostile(): Buffer {
    const paths = COMMANDS.map((name, index) => sized(`x/${name}`, 1000 + index));
    return dockerSaveNew({
      layers: [
        tar(paths),
        tar(paths.map(({ path }) => whiteout(path))),
        tar(paths.map(({ path }) => sized(`y/${path}`, 5, { mode: 0o4755 }))),
      ],
      history: [{ created_by: `RUN ${COMMANDS.join("\n")}` }, { created_by: COMMANDS[0] }, { created_by: COMMANDS[3] }],
      tags: [`app:${COMMANDS[3]}`],
      config: { User: `root:${COMMANDS[3]}`, Labels: { "org.opencontainers.image.base.name": COMMANDS[3] } },
    });
  }

  function inRepository(archive: Buffer, names: readonly string[]): Repository {
    const one = repository({ "app.tar": archive, "main.tar": image([[sized("main", 10)]]) });
    const all = {
      images: names.map((name) => ({ name, reference: "app.tar" })),
      baseline: "main.tar",
      budgets: [
        { maxSize: 1 },
        { maxWastedBytes: 0 },
        { maxGrowth: 0 },
        { maxFileSize: 1, layers: "own" },
        { maxFiles: 1, severity: "warn" },
        { forbidden: ["x/**", "y"] },
        { required: names },
        { allowedSetuid: [] },
        { nonRoot: true },
        ...names.map((name) => ({ name, maxLayers: 0 })),
      ],
    };
    one.write("layerscope.json", JSON.stringify(all));
    return one;
  }

  test.each<readonly [string, () => Buffer, readonly string[]]>([
    ["that would be commands", hostile, COMMANDS],
    ["that would reach a terminal", hostileImage, [EVIL.replaceAll("\u0000", "")]],
  ])("%s does nothing in any stream or file", async (_, make, names) => {
    const one = inRepository(make(), names);
    const files = FORMATS.flatMap((format) => ["--format", `${format}=reports/${format}`]);
    one.write("reports/.keep", "");
    const [first, ...printed] = await Promise.all([
      step(one, files),
      ...PRINTED.map((format) => step(one, ["--format", format])),
    ]);
    for (const { stdout, stderr, summary, code } of [first, ...printed]) {
      expect(code).not.toBe(0);
      for (const text of [stdout, stderr, summary]) expect(text).not.toMatch(UNSAFE);
      // Ours, and no others.
      const commands = workflowCommands(stdout + stderr);
      expect(new Set(commands.map(({ name }) => name))).toEqual(new Set(["error", "warning"]));
      for (const { properties, data } of commands) {
        expect(Object.keys(properties).filter((key) => !["title", "file", "line"].includes(key))).toEqual([]);
        expect(data).not.toMatch(UNSAFE);
      }
      expect(commands.filter(({ data }) => data === "owned")).toEqual([]);
    }
    for (const { outputs } of [first, ...printed]) {
      expect(Object.keys(outputs)).toEqual([
        "verdict",
        "failed",
        "warnings",
        "stored-bytes",
        "wasted-bytes",
        "efficiency",
        "images",
      ]);
      expect(outputs.verdict).toBe("failed");
      expect(JSON.parse(outputs.images ?? "").map(({ name }: { name: string }) => name)).toEqual(names);
    }
    const reports = join(one.directory, "reports");
    for (const file of readdirSync(reports))
      expect(readFileSync(join(reports, file), "utf8"), file).not.toMatch(UNSAFE);

    const text = (format: (typeof FORMATS)[number]): string => one.read(`reports/${format}`);
    const document = JSON.parse(text("json"));
    expect(names.length > 1 ? checkProblems(document) : reportProblems(document)).toEqual([]);
    expect(document.verdict).toBe("failed");
    const suites = parseJunit(text("junit")).children;
    expect(suites).toHaveLength(names.length);
    expect(parseOpenMetrics(text("metrics")).size).toBeGreaterThan(5);
    const issues = JSON.parse(text("gitlab")) as { description: string }[];
    expect(issues.length).toBeGreaterThan(names.length);
    // What stands in the log is the same document.
    const json = printed[PRINTED.indexOf("json")]?.stdout ?? "";
    expect(JSON.parse(json)).toEqual(document);
    expect(htmlIn(text("markdown"))).toEqual(htmlIn(first?.summary ?? ""));
    expect(htmlIn(text("markdown")).filter((tag) => !HARMLESS_HTML.test(tag))).toEqual([]);
  });
});

/** The tags that a page of Markdown has. */
function htmlIn(markdown: string): string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const { type, raw, href } = value as { type?: unknown; raw?: unknown; href?: unknown };
    if (type === "html") found.push(String(raw).trim());
    if (type === "link" || type === "image") found.push(`${type} ${href}`);
    for (const child of Object.values(value)) visit(child);
  };
  visit(lexer(markdown, { gfm: true }));
  return found;
}

const HARMLESS_HTML =
  /^(<!-- layerscope -->|<\/?details>|<summary>[\w ]*<\/summary>|<details>\n<summary>[\w ]*<\/summary>)$/;
