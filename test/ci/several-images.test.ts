/** Several images in one run: one verdict, and each with what is special about it. */
import { beforeAll, describe, expect, test } from "vitest";
import { ociArchive } from "../../fixtures/build/image.ts";
import { tar } from "../../fixtures/build/tar.ts";
import { checkProblems } from "../../packages/core/test/report/schema-files.ts";
import type { Result } from "../cli/command.ts";
import { APP, type CheckedReport, image, type Repository, repository, sized } from "./repository.ts";

const CONFIG = `images:
  - name: app
    reference: dist/app.tar
    baseline: main/app.tar
    baseLayers: 1
    budgets:
      - maxLayers: 3
      - maxSize: 13 kB
        layers: own
  - name: worker
    reference: dist/both.tar
    platform: linux/arm64
    baseline: main/worker.json
    budgets:
      - maxSize: 200
  - dist/small.tar
budgets:
  - maxGrowth: 100
  - maxWastedBytes: 6 kB
`;

interface Document {
  readonly verdict: string;
  readonly reports: readonly CheckedReport[];
  readonly errors: readonly { readonly name: string; readonly code: string }[];
}

let repo: Repository;

beforeAll(async () => {
  repo = repository({ "layerscope.yaml": CONFIG, "dist/app.tar": image(APP), "main/app.tar": image(APP.slice(0, 2)) });
  const platforms = [
    { layers: [tar([sized("amd64", 900)])], tags: ["both:1"] },
    { layers: [tar([sized("arm64", 200)])], tags: ["both:1"], platform: { os: "linux", architecture: "arm64" } },
  ];
  repo.write("dist/both.tar", ociArchive(platforms, { nested: true }));
  repo.write("dist/small.tar", image([[sized("a", 1000)]]));
  repo.write("old.tar", image([[sized("arm64", 100)]]));
  const { code } = await repo.run(["--json", "--files", "-o", "main/worker.json", "old.tar"]);
  expect(code).toBe(0);
});

/** What a run of several images says. */
async function check(...args: string[]): Promise<Result & { readonly document: Document }> {
  const result = await repo.ci("--json", ...args);
  const document = JSON.parse(result.stdout) as Document;
  expect(checkProblems(document)).toEqual([]);
  return { ...result, document };
}

const statuses = ({ budgets }: CheckedReport): string[] => budgets.map(({ name, status }) => `${name} ${status}`);

describe.concurrent("several images", () => {
  test("have their own budgets, baselines, platforms and base layers, after what is common to all", async () => {
    const { code, document } = await check();
    const [app, worker, small] = document.reports;
    expect(document.reports.map((report) => report.image.name ?? report.image.reference)).toEqual([
      "app",
      "worker",
      "dist/small.tar",
    ]);
    expect(statuses(app as CheckedReport)).toEqual([
      "growth failed",
      "wasted bytes passed",
      "number of layers passed",
      "size of own layers passed",
    ]);
    expect(statuses(worker as CheckedReport)).toEqual(["growth passed", "wasted bytes passed", "total size passed"]);
    expect(worker?.budgets.map(({ value }) => value)).toEqual([100, 0, 200]);
    expect(statuses(small as CheckedReport)).toEqual(["growth skipped", "wasted bytes passed"]);
    expect(document.reports.map(({ verdict }) => verdict)).toEqual(["failed", "passed", "passed"]);
    expect({ code, verdict: document.verdict }).toEqual({ code: 1, verdict: "failed" });
  });

  test("have one verdict, which is that of the worst", async () => {
    const [passed, failed] = await Promise.all([
      check("worker", "dist/small.tar"),
      check("worker", "app", "dist/small.tar"),
    ]);
    expect([passed.code, passed.document.verdict]).toEqual([0, "passed"]);
    expect([failed.code, failed.document.verdict]).toEqual([1, "failed"]);
  });

  test("can be told apart in the table", async () => {
    const { code, stdout } = await repo.ci();
    expect(code).toBe(1);
    const heads = stdout.split("\n").filter((line) => / in \d layers?$/.test(line));
    expect(heads).toEqual([
      "app (dist/app.tar)  20.0 kB in 3 layers",
      "worker (dist/both.tar)  200 B in 1 layer",
      "dist/small.tar  1.00 kB in 1 layer",
    ]);
    expect(stdout).toMatch(/^FAILED: 1 of 9 budgets failed, 1 skipped$/m);
  });
});

describe.concurrent("one that is named on the command line", () => {
  test("is found by its name or its reference, and others need not be in the configuration", async () => {
    repo.write("other.tar", image([[sized("b", 10)]]));
    const [name, reference, other] = await Promise.all([
      repo.check("app", "--max-size", "1 MB"),
      repo.check("dist/app.tar"),
      repo.check("other.tar"),
    ]);
    expect(name.report.image).toMatchObject({ name: "app", reference: "dist/app.tar" });
    expect(statuses(name.report).slice(2)).toEqual([
      "number of layers passed",
      "size of own layers passed",
      "total size passed",
    ]);
    expect(reference.report.image).toMatchObject({ name: "app", reference: "dist/app.tar" });
    expect(statuses(other.report)).toEqual(["growth skipped", "wasted bytes passed"]);
    expect([name.code, reference.code, other.code]).toEqual([1, 1, 0]);
  });
});

describe.concurrent("one that cannot be read", () => {
  test("keeps the others from nothing but passing", async () => {
    repo.write("broken.tar", "no image");
    const [passed, failed] = await Promise.all([
      check("dist/small.tar", "broken.tar", "worker", "missing.tar"),
      check("broken.tar", "app"),
    ]);
    expect(passed.document.reports.map(({ verdict }) => verdict)).toEqual(["passed", "passed"]);
    expect(passed.document.errors).toEqual([
      { name: "broken.tar", message: expect.any(String), code: "not-an-image" },
      { name: "missing.tar", message: expect.any(String), code: "not-found" },
    ]);
    expect([passed.code, passed.document.verdict]).toEqual([2, "undecided"]);
    expect(passed.stderr.match(/^layerscope: /gm)).toHaveLength(2);
    expect(failed.document.reports.map(({ verdict }) => verdict)).toEqual(["failed"]);
    expect([failed.code, failed.document.verdict]).toEqual([2, "failed"]);
  });

  test("is said in the table, where it stands in the list", async () => {
    const { code, stdout } = await repo.ci("dist/small.tar", "nothing.tar", "worker");
    expect(code).toBe(2);
    expect(stdout).toMatch(/small\.tar {2}[\s\S]*\nnothing\.tar\n {2}\? could not be read: [\s\S]*\nworker \(/);
    expect(stdout).toMatch(/^UNDECIDED: .*1 image could not be read$/m);
  });
});

test("images of one name are warned about, and still told apart", async () => {
  const images = ["dist/app.tar", "dist/small.tar"].map((reference) => ({ name: "app", reference }));
  repo.write("same.json", JSON.stringify({ images, budgets: [{ maxSize: 1 }] }));
  const { code, stdout, stderr } = await repo.ci("--config", "same.json", "--format", "gitlab");
  expect(code).toBe(1);
  expect(stderr).toBe("layerscope: warning: same.json: several images are called app; give each a name of its own\n");
  const issues = JSON.parse(stdout) as { description: string; fingerprint: string }[];
  expect(issues.map(({ description }) => description.split(":")[0])).toEqual(["app", "app (2)"]);
  expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(2);
});
