/** Growth against what was saved on another branch: reports with and without lists of files, of several images, and images. */
import { beforeAll, describe, expect, test } from "vitest";
import { type Member, whiteout } from "../../fixtures/build/tar.ts";
import { type Checked, type CheckedReport, image, type Repository, repository, sized } from "./repository.ts";

type Layers = readonly (readonly Member[])[];

const base = [sized("etc/os", 1000), sized("usr/lib/a", 5000)];
const app = [sized("app/server", 4000), sized("app/old", 300), sized("app/lib/one", 500)];
const BEFORE: Layers = [base, app, [sized("cache/index", 700)]];

const data = Array.from({ length: 12 }, (_, index) => sized(`data/${index}/file`, 100 * (index + 1)));

/** What became of it, and by how many bytes it grew. */
const IMAGES: Readonly<Record<string, readonly [layers: Layers, growth: number]>> = {
  same: [BEFORE, 0],
  grown: [[base, [...app.slice(1), sized("app/server", 4900)], [sized("cache/index", 900), ...data]], 8900],
  shrunk: [[base, app.slice(1), [sized("cache/index", 701)]], -3999],
  "lost-a-layer": [[base, app], -700],
  "gained-a-layer": [[...BEFORE, [whiteout("app/old"), sized("app/server", 4100, {}, "y"), sized("new", 50)]], 4150],
  renamed: [[base, [app[0] as Member, sized("app/other", 300), app[2] as Member], [sized("cache/index", 700)]], 0],
  empty: [[], -11_500],
};
const NAMES = Object.keys(IMAGES);

let repo: Repository;

beforeAll(async () => {
  repo = repository({ "main.tar": image(BEFORE) });
  for (const [name, [layers]] of Object.entries(IMAGES)) repo.write(`${name}.tar`, image(layers));
  const [files, noFiles] = await Promise.all([
    repo.ci("main.tar", "--json", "--files", "--max-layers", "9", "-o", "main.json"),
    repo.ci("main.tar", "--json", "--max-layers", "9", "-o", "layers.json"),
  ]);
  expect([files, noFiles]).toEqual([expect.objectContaining({ code: 0 }), expect.objectContaining({ code: 0 })]);
});

/** Bytes stored at each path, by all layers together. */
function sizesOf(layers: Layers): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { path, content = "" } of layers.flat()) {
    const name = `/${path}`;
    sizes.set(name, (sizes.get(name) ?? 0) + content.length);
  }
  return sizes;
}

/** How much each path grew, negative for those that shrank. */
function growthOf(layers: Layers): Map<string, number> {
  const before = sizesOf(BEFORE);
  const now = sizesOf(layers);
  const paths = new Set([...before.keys(), ...now.keys()]);
  return new Map([...paths].map((path) => [path, (now.get(path) ?? 0) - (before.get(path) ?? 0)]));
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, one) => total + one, 0);

async function checkAll(...args: string[]): Promise<{ code: number | null; reports: readonly CheckedReport[] }> {
  const { code, stdout, stderr } = await repo.ci("--json", ...NAMES.map((name) => `${name}.tar`), ...args);
  expect(stderr).toBe("");
  return { code, reports: (JSON.parse(stdout) as { reports: CheckedReport[] }).reports };
}

describe.concurrent("growth", () => {
  for (const baseline of ["main.json", "layers.json", "main.tar"]) {
    test(`is told by ${baseline}`, async () => {
      const { code, reports } = await checkAll("--baseline", baseline, "--max-growth", "0");
      expect(code).toBe(1);
      for (const [index, name] of NAMES.entries()) {
        const [layers, growth] = IMAGES[name] ?? [[], 0];
        const now = sum(sizesOf(layers).values());
        expect(reports[index]?.budgets, name).toMatchObject([
          { status: growth > 0 ? "failed" : "passed", value: growth, growth: { before: 11_500, now } },
        ]);
        expect(now - 11_500, name).toBe(growth);
      }
    });
  }

  for (const baseline of ["main.json", "main.tar"]) {
    test(`is told of each path by ${baseline}, biggest first, and adds up`, async () => {
      const { reports } = await checkAll("--baseline", baseline, "--max-growth", "0");
      for (const [index, name] of NAMES.entries()) {
        const byPath = growthOf(IMAGES[name]?.[0] ?? []);
        const { findings = [], findingCount, notes = [] } = reports[index]?.budgets[0] ?? {};
        const listed = findings.map(({ bytes = 0 }) => bytes);
        expect(listed, name).toEqual([...listed].sort((one, other) => other - one));
        for (const { path = "", bytes, directory, before } of findings) {
          const isPart = (one: string): boolean => one === path || (directory === true && one.startsWith(`${path}/`));
          const part = [...byPath].filter(([one]) => isPart(one));
          expect(sum(part.map(([, grown]) => grown)), `${name} ${path}`).toBe(bytes);
          const stored = [...sizesOf(BEFORE)].filter(([one]) => isPart(one));
          expect(sum(stored.map(([, size]) => size)), `${name} ${path}`).toBe(before);
        }
        if (findingCount === findings.length) {
          const shrank = Number(/shrank by ([\d,]+) bytes/.exec(notes.join())?.[1]?.replaceAll(",", "") ?? 0);
          expect(sum(listed) - shrank, name).toBe(sum(byPath.values()));
        }
      }
      const pathsOf = (name: string) => reports[NAMES.indexOf(name)]?.budgets[0]?.findings.map(({ path }) => path);
      expect(pathsOf("grown")?.[0]).toBe("/data");
      expect(pathsOf("renamed")).toEqual(["/app/other"]);
      expect(pathsOf("gained-a-layer")).toEqual(["/app/server", "/new"]);
      expect(pathsOf("lost-a-layer")).toEqual([]);
    });
  }

  test("of paths cannot be told by a report without them, which is no pass", async () => {
    const budgets = ["--max-growth", "/app=1 GB", "--max-growth", "1 GB"];
    const { code, report } = await repo.check("same.tar", "--baseline", "layers.json", ...budgets);
    expect(report.budgets.map(({ status, reason = null }) => [status, reason])).toEqual([
      ["undecided", expect.stringContaining("layers.json was saved without its lists of files")],
      ["passed", null],
    ]);
    expect(code).toBe(2);
  });

  test("of paths is that of both, and ignored ones count in neither", async () => {
    const budgets = ["/app=0", "/data=7800", "/cache=200", "*.so=0"].flatMap((one) => ["--max-growth", one]);
    const [paths, ignored] = await Promise.all([
      repo.check("grown.tar", "--baseline", "main.json", ...budgets),
      repo.check("grown.tar", "--baseline", "main.json", "--max-growth", "0", "--ignore", "data", "--ignore", "/cache"),
    ]);
    expect(paths.report.budgets.map(({ value, status }) => `${value} ${status}`)).toEqual([
      "900 failed",
      "7800 passed",
      "200 passed",
      "0 passed",
    ]);
    expect(ignored.report.budgets[0]).toMatchObject({ value: 900, growth: { before: 10_800, now: 11_700 } });
  });

  test("of own layers is none when only the base image grew", async () => {
    repo.write("updated.tar", image([[...base, sized("usr/lib/b", 2000)], ...BEFORE.slice(1)]));
    repo.write(
      "groups.json",
      JSON.stringify({
        baseLayers: 1,
        baseline: "main.json",
        budgets: ["image", "own", "base"].map((layers) => ({ maxGrowth: 0, layers })),
      }),
    );
    const { report } = await repo.check("--config", "groups.json", "updated.tar");
    expect(report.budgets.map(({ value, status }) => [value, status])).toEqual([
      [2000, "failed"],
      [0, "passed"],
      [2000, "failed"],
    ]);
  });

  test("is shown with the paths in the table", async () => {
    const { code, stdout } = await repo.ci("gained-a-layer.tar", "--baseline", "main.json", "--max-growth", "10%");
    expect(code).toBe(1);
    expect(stdout).toContain("compared with main.json");
    expect(stdout).toMatch(/✗ FAILED +growth +\+36\.1 % +≤ 10 %/);
    expect(stdout).toMatch(/\+4\.10 kB +\/app\/server\n +4\.00 kB → 8\.10 kB/);
  });
});

describe.concurrent("a report of several images", () => {
  const config = (names: readonly string[]): string =>
    JSON.stringify({
      images: names.map((name) => ({ name, reference: `${name}.tar` })),
      budgets: [{ maxGrowth: 0 }, { maxLayers: 9 }],
    });

  test("is the baseline of each by its name, and of a new one it says nothing", async () => {
    const one = repository({ "layerscope.json": config(["app", "worker"]) });
    one.write("app.tar", image(BEFORE));
    one.write("worker.tar", image([[sized("worker", 200)]]));
    expect(await one.ci("--json", "--files", "-o", "main.json")).toMatchObject({ code: 0, stderr: "" });

    one.write("layerscope.json", config(["fresh", "worker", "app"]));
    one.write("worker.tar", image([[sized("worker", 201)]]));
    one.write("fresh.tar", image([[sized("fresh", 1000)]]));
    const { code, stdout, stderr } = await one.ci("--json", "--baseline", "main.json");
    const { reports } = JSON.parse(stdout) as { reports: Checked["report"][] };
    expect(reports.map(({ image, budgets: [growth] }) => [image.name, growth?.status, growth?.value])).toEqual([
      ["fresh", "skipped", null],
      ["worker", "failed", 1],
      ["app", "passed", 0],
    ]);
    expect(stderr).toMatch(/^layerscope: warning: there is nothing to compare fresh with: .*main\.json.*\n$/);
    expect(code).toBe(1);
  });
});

describe.concurrent("a baseline that is none", () => {
  const report = (): Record<string, unknown> & { summary: object } => JSON.parse(repo.read("main.json"));

  test.each([
    ["cut off", () => repo.read("main.json").slice(0, 1000), /not JSON/],
    [
      "another program's",
      () => '{ "schemaVersion": "x", "dependencies": {} }',
      /another-program-s\.json is not a layerscope report/,
    ],
    ["of a later version", () => JSON.stringify({ ...report(), schemaVersion: 2 }), /schema version 2/],
    ["no report nor image", () => "no", /not an image/],
    [
      "contradicting itself",
      () => JSON.stringify({ ...report(), summary: { ...report().summary, storedBytes: 1 } }),
      /it is 1/,
    ],
    ["not there", () => undefined, /no such file/],
  ])("is an error with what to do: %s", async (name, content, message) => {
    const file = `${name.replace(/\W+/g, "-")}.json`;
    const text = content();
    if (text !== undefined) repo.write(file, text);
    const { code, stdout, stderr } = await repo.ci("same.tar", "--baseline", file, "--max-growth", "1 GB");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    const [first, hint] = stderr.split("\n");
    expect(first).toMatch(/^layerscope: the baseline cannot be read: /);
    expect(first).toMatch(message);
    expect(hint).toBe("  Save one with: layerscope --json --files IMAGE > report.json");
  });

  test("is no pass when only a part of it could be read", async () => {
    const archive = image(BEFORE, { broken: { missing: [1] } });
    repo.write("part.tar", archive);
    const { code, report } = await repo.check("same.tar", "--baseline", "part.tar", "--max-growth", "1 GB");
    expect(report.budgets[0]).toMatchObject({ status: "undecided", reason: expect.stringContaining("part.tar") });
    expect(code).toBe(2);
  });
});
