/** Which packages changed since a baseline, from the command line: an image, reports with and without packages. */
import { beforeAll, describe, expect, test } from "vitest";
import { file, type Member } from "../../fixtures/build/tar.ts";
import { image, type Repository, repository } from "./repository.ts";

const npm = (name: string, version: string, bytes: number): Member[] => [
  file(`app/node_modules/${name}/package.json`, JSON.stringify({ name, version })),
  file(`app/node_modules/${name}/index.js`, "x".repeat(bytes)),
];

const BUDGET = ["--max-growth", "1 GB"];

let repo: Repository;
beforeAll(async () => {
  repo = repository({
    "main.tar": image([[...npm("same", "1.0.0", 10), ...npm("up", "1.9.0", 500)]]),
    "app.tar": image([[...npm("same", "1.0.0", 10), ...npm("up", "1.10.0", 700), ...npm("new", "2.0.0", 5000)]]),
  });
  const report = await repo.check("main.tar", "--max-layers", "9");
  repo.write("main.json", report.stdout);
  const { packages: _, ...older } = report.report;
  repo.write("older.json", JSON.stringify(older));
});

describe.each(["main.tar", "main.json"])("compared with %s", (baseline) => {
  test("the report lists them", async () => {
    const { report } = await repo.check("app.tar", "--baseline", baseline, ...BUDGET);
    const changes = report.packageChanges ?? [];
    expect(changes.map(({ kind, name, before, after }) => [kind, name, before?.version, after?.version])).toEqual([
      ["added", "new", undefined, "2.0.0"],
      ["upgraded", "up", "1.9.0", "1.10.0"],
    ]);
    expect(changes[1]?.bytes).toBe(201);
  });

  test("Markdown lists them, and a table that looks into files counts them", async () => {
    const { stdout } = await repo.ci("app.tar", "--baseline", baseline, "--format", "markdown", ...BUDGET);
    expect(stdout).toContain("1 package added, 1 upgraded, +5.23 kB:\n");
    expect(stdout).toContain("- +201 B `up 1.9.0 → 1.10.0`, upgraded\n");
    const rules = ["--rule", "apt-lists=warn"];
    const table = await repo.ci("app.tar", "--baseline", baseline, ...rules, ...BUDGET);
    expect(table.stdout).toContain("1 package added, 1 upgraded, +5.23 kB\n");
    expect((await repo.ci("app.tar", "--baseline", baseline, ...BUDGET)).stdout).not.toContain("package");
  });
});

test("a report of before packages were in it compares as it always did, and says nothing of them", async () => {
  const { code, report } = await repo.check("app.tar", "--baseline", "older.json", ...BUDGET);
  expect(code).toBe(0);
  expect(report.budgets[0]?.status).toBe("passed");
  expect(report.packages).toHaveLength(3);
  expect(report).not.toHaveProperty("packageChanges");
});

test("without a baseline there is nothing to compare", async () => {
  expect((await repo.check("app.tar", "--max-layers", "9")).report).not.toHaveProperty("packageChanges");
});
