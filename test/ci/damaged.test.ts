/** What cannot be read never passes, and what is empty has numbers all the same. */
import { describe, expect, test } from "vitest";
import { ociArchive } from "../../fixtures/build/image.ts";
import { tar } from "../../fixtures/build/tar.ts";
import { parseJunit } from "../../packages/cli/test/budgets/junit-structure.ts";
import { parseOpenMetrics } from "../../packages/cli/test/budgets/openmetrics.ts";
import { reportProblems } from "../../packages/core/test/report/schema-files.ts";
import { workflowCommands } from "./github-runner.ts";
import { APP, type CheckedReport, image, type Repository, repository, sized } from "./repository.ts";

/** Limits that everything keeps to, one of each kind but the user, which no layer tells. */
const GENEROUS = [
  { maxSize: "1 TB" },
  { maxCompressedSize: "1 TB" },
  { maxLayers: 1000 },
  { maxLayerSize: "1 TB" },
  { maxWastedBytes: "1 TB" },
  { maxWastedShare: 1 },
  { maxWastedShare: 0.5, butAtLeast: "1 TB" },
  { minEfficiency: 0 },
  { maxFiles: 1_000_000 },
  { maxFileSize: "1 TB" },
  { maxGrowth: "1 TB" },
  { maxGrowth: "100 %" },
  { forbidden: "no such name" },
  { required: "etc" },
  { allowedSetuid: "**" },
];

const layers = APP.map((members) => tar(members));
const gzipped = { layers, compression: "gzip" } as const;

const DAMAGED: Readonly<Record<string, () => Buffer>> = {
  "a layer that ends in the middle of a file": () =>
    ociArchive({ ...gzipped, layers: layers.map((layer, index) => (index === 1 ? layer.subarray(0, 5000) : layer)) }),
  "a layer that the archive does not have": () => ociArchive({ ...gzipped, broken: { missing: [1] } }),
  "a layer with wrong bytes": () => ociArchive({ ...gzipped, broken: { corrupt: [2] } }),
};

function damaged(make: () => Buffer): Repository {
  const repo = repository({ "damaged.tar": make(), "main.tar": image(APP) });
  repo.write("layerscope.json", JSON.stringify({ baseline: "main.tar", budgets: GENEROUS }));
  repo.write("dive/.dive-ci", "rules: { lowestEfficiency: 0, highestWastedBytes: 1TB, highestUserWastedPercent: 1 }");
  return repo;
}

describe.concurrent.each(Object.entries(DAMAGED))("%s", (_, make) => {
  test("lets nothing pass, by our budgets or dive's", async () => {
    const repo = damaged(make);
    const [ours, dives] = await Promise.all([
      repo.check("damaged.tar"),
      repo.run(["ci", "--json", "../damaged.tar"], { cwd: "dive" }),
    ]);
    for (const { code, stdout } of [ours, dives]) {
      const report = JSON.parse(stdout) as CheckedReport;
      expect(reportProblems(report)).toEqual([]);
      expect(report).toMatchObject({ verdict: "undecided", complete: false });
      expect(new Set(report.budgets.map(({ status }) => status))).toEqual(new Set(["undecided"]));
      expect(code).toBe(2);
    }
  });
});

describe.concurrent("an image that is damaged", () => {
  const cut = DAMAGED["a layer that ends in the middle of a file"] as () => Buffer;

  test("fails by what is already too much, and still ends with 2", async () => {
    const repo = damaged(cut);
    const { code, report } = await repo.check(
      "damaged.tar",
      "--no-config",
      "--max-size",
      "1 kB",
      "--required",
      "nothing",
    );
    expect(report.budgets.map(({ status }) => status)).toEqual(["failed", "undecided"]);
    expect([code, report.verdict]).toEqual([2, "failed"]);
  });

  test("is no success in any format", async () => {
    const repo = damaged(cut);
    const files = { junit: "j", sarif: "s", gitlab: "g", github: "c", metrics: "m", markdown: "d" };
    const formats = Object.entries(files).flatMap(([format, file]) => ["--format", `${format}=${file}`]);
    const { code, stdout, stderr } = await repo.ci("damaged.tar", ...formats);
    expect(code).toBe(2);
    expect(stdout).toContain("incomplete: the numbers are of what could be read");
    expect(stdout).toMatch(/^UNDECIDED: /m);
    expect(stderr).toMatch(/^layerscope: layer 1: /);
    expect(Number(parseJunit(repo.read("j")).attributes.errors)).toBe(GENEROUS.length + 1);
    expect(JSON.parse(repo.read("s")).runs[0].invocations).toMatchObject([{ executionSuccessful: false, exitCode: 2 }]);
    expect(JSON.parse(repo.read("g"))[0]).toMatchObject({ severity: "blocker" });
    expect(workflowCommands(repo.read("c"))[0]).toMatchObject({ name: "error" });
    // Numbers of a part would look as if the image had shrunk.
    expect(parseOpenMetrics(repo.read("m")).get("layerscope_stored_bytes")?.samples.size).toBe(0);
    expect(repo.read("d")).toMatch(/❔/);
  });

  test("is one that cannot be opened at all", async () => {
    const repo = repository({ "text.tar": "no image", "empty.tar": "", "cut.tar": image(APP).subarray(0, 3000) });
    const names = ["text.tar", "empty.tar", "cut.tar", "missing.tar"];
    const { code, stdout, stderr } = await repo.ci(...names, "--json", "--max-size", "1 TB");
    expect(code).toBe(2);
    const { verdict, reports, errors } = JSON.parse(stdout);
    expect({ verdict, reports: reports.length }).toEqual({ verdict: "undecided", reports: 0 });
    expect(errors.map(({ name }: { name: string }) => name)).toEqual(names);
    expect(stderr.match(/^layerscope: /gm)).toHaveLength(4);
  });

  test("is one whose digests are wrong, when they are looked at", async () => {
    const repo = repository({ "app.tar": ociArchive({ layers, broken: { wrongDiffId: [1] } }) });
    const [unseen, seen] = await Promise.all([
      repo.ci("app.tar", "--max-size", "1 TB"),
      repo.ci("app.tar", "--max-size", "1 TB", "--verify"),
    ]);
    expect([unseen.code, seen.code]).toEqual([0, 2]);
  });
});

describe.concurrent.each<readonly [string, Buffer]>([
  ["an image without layers", image([])],
  ["layers without files", image([[], []], { compression: "gzip" })],
  ["files without bytes", image([[sized("a", 0)], [sized("a", 0)]])],
])("%s", (_, archive) => {
  const limits = GENEROUS.map((limit) => ("required" in limit ? { required: "no such name" } : limit));

  test("has numbers for all that is measured, and nothing is infinite", async () => {
    const repo = repository({ "app.tar": archive, "layerscope.json": JSON.stringify({ budgets: limits }) });
    const [same, report, metrics] = await Promise.all([
      repo.check("app.tar", "--baseline", "app.tar"),
      repo.check(
        "app.tar",
        "--max-growth",
        "0%",
        "--min-efficiency",
        "1",
        "--max-wasted-share",
        "0",
        "--max-files",
        "0",
      ),
      repo.ci("app.tar", "--format", "metrics", "--baseline", "app.tar"),
    ]);
    for (const { stdout, report: document } of [same, report]) {
      expect(stdout).not.toMatch(/NaN|Infinity/);
      expect(reportProblems(document)).toEqual([]);
      for (const { kind, status, value, limit, margin } of document.budgets) {
        if (status === "skipped" || status === "undecided") continue;
        for (const number of [value, limit, margin]) expect(Number.isFinite(number), kind).toBe(true);
      }
      expect(document.summary.efficiency).toBe(1);
    }
    // Of layers that are stored uncompressed nobody knows what travels.
    const others = same.report.budgets.filter(({ kind }) => kind !== "maxCompressedSize");
    expect(others.filter(({ status }) => status !== "passed")).toMatchObject([
      { kind: "required", status: "failed", value: 1, limit: 0, margin: -1 },
    ]);
    expect(same.code).toBe(1);
    // The reader takes no NaN.
    expect(parseOpenMetrics(metrics.stdout).get("layerscope_efficiency_ratio")).toBeDefined();
  });

  test("is nothing to have grown from, so only bytes that are allowed pass", async () => {
    const repo = repository({ "app.tar": image(APP), "before.tar": archive });
    const growths = ["10 %", "20 kB", "19999"].flatMap((limit) => ["--max-growth", limit]);
    const { code, report } = await repo.check("app.tar", "--baseline", "before.tar", ...growths);
    expect(report.budgets.map(({ status, unit, value }) => [status, unit, value])).toEqual([
      ["failed", "bytes", 20_000],
      ["passed", "bytes", 20_000],
      ["failed", "bytes", 20_000],
    ]);
    expect(code).toBe(1);
  });
});
