/** Every kind of budget on images whose numbers are known: what passes, what fails, and with which exit code. */
import { beforeAll, describe, expect, test } from "vitest";
import { buildImage, type ImageSpec, ociArchive } from "../../fixtures/build/image.ts";
import { tar, whiteout } from "../../fixtures/build/tar.ts";
import { APP, type Checked, image, type Repository, repository, sized } from "./repository.ts";

type Limits = Readonly<Record<string, unknown>>;

const spec: ImageSpec = { layers: APP.map((members) => tar(members)), compression: "gzip", config: { User: "1000" } };
const compressed = buildImage(spec).layers.reduce((sum, { blob }) => sum + blob.length, 0);
/** 16,000 bytes; the image has 4,000 more. */
const before = image([
  APP[0] ?? [],
  [whiteout("tmp/cache"), sized("app/server", 4000), sized("app/lib", 3500), sized("app/.env", 500)],
  [sized("app/data", 1000)],
]);

interface Kind {
  readonly key: string;
  readonly value: number;
  /** At the limit. */
  readonly at: unknown;
  /** The nearest limit that is exceeded. */
  readonly beyond: unknown;
  readonly generous: unknown;
}

const KINDS: readonly Kind[] = [
  { key: "maxSize", value: 20_000, at: "20 kB", beyond: 19_999, generous: "1 MiB" },
  { key: "maxCompressedSize", value: compressed, at: compressed, beyond: compressed - 1, generous: "1 MB" },
  { key: "maxLayers", value: 3, at: 3, beyond: 2, generous: 100 },
  { key: "maxLayerSize", value: 8000, at: "8 kB", beyond: 7999, generous: "9 kB" },
  { key: "maxWastedBytes", value: 6000, at: "6kb", beyond: 5999, generous: "1 GB" },
  { key: "maxWastedShare", value: 0.3, at: "30 %", beyond: "29.995 %", generous: 1 },
  { key: "minEfficiency", value: 0.7, at: 0.7, beyond: "70.005 %", generous: "0 %" },
  { key: "maxFiles", value: 7, at: 7, beyond: 6, generous: 8 },
  { key: "maxFileSize", value: 4500, at: "4.5 kB", beyond: "4499 B", generous: "1 TiB" },
  { key: "maxGrowth", value: 4000, at: "4 kB", beyond: 3999, generous: "1 MB" },
  { key: "maxGrowth", value: 0.25, at: "25 %", beyond: "24.99375 %", generous: "100 %" },
  { key: "forbidden", value: 0, at: ["/app/.env.local", "*.pem"], beyond: ["*.pem", ".env"], generous: "id_rsa" },
  { key: "required", value: 0, at: ["/app/server"], beyond: ["/app/server", "/tmp/cache"], generous: "app" },
  { key: "allowedSetuid", value: 0, at: "/usr/bin/su", beyond: "/usr/bin/sudo", generous: ["**"] },
];

const optionOf = (key: string): string => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
const optionsFor = (of: "at" | "beyond" | "generous"): string[] =>
  KINDS.flatMap((kind) => [kind[of]].flat().flatMap((value) => [optionOf(kind.key), String(value)]));

let repo: Repository;
let count = 0;

beforeAll(() => {
  repo = repository({
    "app.tar": ociArchive(spec),
    "root.tar": image(APP),
    "before.tar": before,
  });
});

/** A check with these budgets in a configuration. */
function checkWith(budgets: readonly Limits[], reference = "app.tar", ...args: string[]): Promise<Checked> {
  const config = `budgets-${count++}.json`;
  repo.write(config, JSON.stringify({ budgets }));
  return repo.check("--config", config, ...args, reference);
}

const statuses = ({ report }: Checked): string[] => report.budgets.map(({ status }) => status);

/** How far values are beyond their limits, in the unit that decides. */
function excess({ report }: Checked): number[] {
  return report.budgets.map(({ bytes, margin }) => (bytes ? bytes.value - bytes.limit : -(margin ?? Number.NaN)));
}

describe.concurrent("all limits in a configuration", () => {
  test("pass with room to spare", async () => {
    const checked = await checkWith(
      KINDS.map(({ key, generous }) => ({ [key]: generous })),
      "app.tar",
      "--baseline",
      "before.tar",
    );
    expect(new Set(statuses(checked))).toEqual(new Set(["passed"]));
    expect(checked.code).toBe(0);
  });

  test("pass when each value is at its limit", async () => {
    const checked = await checkWith(
      KINDS.map(({ key, at }) => ({ [key]: at })),
      "app.tar",
      "--baseline",
      "before.tar",
    );
    expect(checked.report.budgets.map(({ kind, status, value }) => ({ kind, status, value }))).toEqual(
      KINDS.map(({ key, value }) => ({ kind: key, status: "passed", value })),
    );
    expect(excess(checked).map(Math.abs)).toEqual(KINDS.map(() => 0));
    expect(checked).toMatchObject({ code: 0, report: { verdict: "passed" } });
  });

  test("fail when each value is one beyond its limit", async () => {
    const checked = await checkWith(
      KINDS.map(({ key, beyond }) => ({ [key]: beyond })),
      "app.tar",
      "--baseline",
      "before.tar",
    );
    expect(new Set(statuses(checked))).toEqual(new Set(["failed"]));
    expect(excess(checked)).toEqual(KINDS.map(() => 1));
    expect(checked).toMatchObject({ code: 1, report: { verdict: "failed" } });
  });

  test("fail when one of them does", async () => {
    const [first, ...others] = KINDS;
    const checked = await checkWith([
      ...others.map(({ key, generous }) => ({ [key]: generous })),
      { maxSize: first?.beyond },
    ]);
    expect(statuses(checked).filter((status) => status === "failed")).toHaveLength(1);
    expect(checked).toMatchObject({ code: 1, report: { verdict: "failed" } });
  });

  test("fail by a setuid file when none at all may be", async () => {
    const { code, report } = await checkWith([{ allowedSetuid: [] }]);
    expect(code).toBe(1);
    expect(report.budgets[0]?.findings).toEqual([expect.objectContaining({ path: "/usr/bin/su", bytes: 1000 })]);
  });

  test("fail for root only", async () => {
    const [user, root] = await Promise.all([
      checkWith([{ nonRoot: true }]),
      checkWith([{ nonRoot: true }], "root.tar"),
    ]);
    expect([user.code, statuses(user)]).toEqual([0, ["passed"]]);
    expect([root.code, statuses(root)]).toEqual([1, ["failed"]]);
  });
});

describe.concurrent("all limits as options", () => {
  const check = (of: "at" | "beyond", reference: string): Promise<Checked> =>
    repo.check("--no-config", ...optionsFor(of), "--non-root", "--baseline", "before.tar", reference);

  test("pass when each value is at its limit", async () => {
    const checked = await check("at", "app.tar");
    expect(new Set(statuses(checked))).toEqual(new Set(["passed"]));
    expect(checked.report.budgets).toHaveLength(KINDS.length + 1);
    expect(checked).toMatchObject({ code: 0, report: { verdict: "passed" } });
  });

  test("fail when each is one beyond", async () => {
    const checked = await check("beyond", "app.tar");
    const [user, ...others] = statuses(checked).reverse();
    expect([user, new Set(others)]).toEqual(["passed", new Set(["failed"])]);
    expect(checked).toMatchObject({ code: 1, report: { verdict: "failed" } });
    expect(statuses(await check("at", "root.tar")).at(-1)).toBe("failed");
  });

  test("come after those of the configuration, and say what was typed", async () => {
    repo.write("both.json", JSON.stringify({ budgets: [{ maxSize: "1 MB" }] }));
    const { code, report } = await repo.check("--config", "both.json", "app.tar", "--max-layers", "2");
    expect(report.budgets.map(({ kind, status, origin }) => ({ kind, status, origin }))).toEqual([
      { kind: "maxSize", status: "passed", origin: { file: "both.json", line: 1 } },
      { kind: "maxLayers", status: "failed", origin: { option: "--max-layers 2" } },
    ]);
    expect(code).toBe(1);
  });
});

describe.concurrent("what a budget counts", () => {
  test("is what its layers, its paths and what it ignores leave", async () => {
    const cases: readonly (readonly [limits: Limits, value: number])[] = [
      [{ maxSize: 0, layers: "own" }, 13_000],
      [{ maxSize: 0, layers: "base" }, 7000],
      [{ maxSize: 0, layers: 1 }, 8000],
      [{ maxSize: 0, paths: "/app" }, 13_000],
      [{ maxSize: 0, paths: ["/usr/share/doc", "/etc/**"] }, 4000],
      [{ maxSize: 0, paths: "/app", ignore: ["server"] }, 4500],
      [{ maxSize: 0, paths: "/app", layers: 2 }, 5000],
      [{ maxSize: 0, ignore: "**" }, 0],
      [{ maxLayers: 0, layers: "own" }, 2],
      [{ maxLayerSize: 0, layers: "base" }, 7000],
      [{ maxLayerSize: 0, paths: "/app" }, 8000],
      [{ maxWastedBytes: 0, cause: "deleted" }, 2000],
      [{ maxWastedBytes: 0, cause: "rewritten" }, 4000],
      [{ maxWastedBytes: 0, cause: "identical" }, 0],
      [{ maxWastedBytes: 0, layers: "own" }, 4000],
      [{ maxWastedBytes: 0, layers: "base" }, 2000],
      [{ maxWastedShare: 0, layers: 1 }, 0.5],
      [{ maxWastedShare: 0, cause: "deleted" }, 0.1],
      [{ minEfficiency: 1, paths: "/app/server" }, 4500 / 8500],
      [{ minEfficiency: 1, layers: 2 }, 1],
      [{ maxFiles: 0, layers: "own" }, 4],
      [{ maxFiles: 0, paths: "/app/*", ignore: "/app/data" }, 3],
      [{ maxFileSize: 0, ignore: "server" }, 3500],
      [{ maxFileSize: 0, layers: 0 }, 3000],
      [{ forbidden: "cache", layers: "own" }, 0],
      // Deleted, and still in the image.
      [{ forbidden: "cache" }, 1],
      [{ forbidden: ["app"] }, 1],
      [{ required: ["su", "/app"], layers: "own" }, 1],
      [{ allowedSetuid: [], layers: "own" }, 0],
    ];
    const { report } = await checkWith(
      cases.map(([limits]) => limits),
      "app.tar",
      "--base-layers",
      "1",
    );
    expect(report.budgets.map(({ value }, index) => [cases[index]?.[0], value])).toEqual(cases);
  });

  test("is not decided by a share alone where it may be some bytes", async () => {
    const checked = await checkWith([
      { maxWastedShare: "1 %", butAtLeast: 6000 },
      { maxWastedShare: "1 %", butAtLeast: 5999 },
      { minEfficiency: "99 %", butAtLeast: 6000 },
      { minEfficiency: "99 %", butAtLeast: 5999 },
      { minEfficiency: "50 %", butAtLeast: 1 },
    ]);
    expect(statuses(checked)).toEqual(["passed", "failed", "passed", "failed", "passed"]);
  });

  test("is said by options, too", async () => {
    const check = (...options: string[]): Promise<Checked> => repo.check("--no-config", "app.tar", ...options);
    const [own, part, deleted, floor, ignored] = await Promise.all([
      check("--layers", "own", "--base-layers", "1", "--max-size", "12999"),
      check("--max-size", "/app=13kB", "--max-size", "/usr/share/doc=2999"),
      check("--max-wasted-bytes", "2kB", "--cause", "deleted"),
      check("--min-efficiency", "0.95", "--but-at-least", "6kB"),
      check("--max-size", "4kB", "--ignore", "/app", "--ignore", "tmp/**"),
    ]);
    expect(statuses(own)).toEqual(["failed"]);
    expect(own.report.budgets[0]).toMatchObject({ name: "size of own layers", value: 13_000, limit: 12_999 });
    expect(statuses(part)).toEqual(["passed", "failed"]);
    expect(statuses(deleted)).toEqual(["passed"]);
    expect(statuses(floor)).toEqual(["passed"]);
    expect(ignored.report.budgets[0]).toMatchObject({ status: "failed", value: 5000, ignoredBytes: 15_000 });
  });
});

describe.concurrent("exit codes", () => {
  test("a budget that warns fails nothing", async () => {
    const checked = await checkWith([{ maxSize: 1, severity: "warn" }, { maxLayers: 3 }]);
    expect(statuses(checked)).toEqual(["failed", "passed"]);
    expect(checked).toMatchObject({ code: 0, report: { verdict: "passed" } });
    repo.write("warns.json", JSON.stringify({ budgets: [{ maxSize: 1, severity: "warn" }] }));
    const table = await repo.ci("--config", "warns.json", "app.tar");
    expect(table.stdout).toMatch(/! warning +total size/);
    expect(table.stdout).toMatch(/^passed: .*1 warning$/m);
    expect(table.code).toBe(0);
  });

  test.each([
    ["the compressed size where nothing is compressed", { maxCompressedSize: "1 GB" }, /stored uncompressed/],
    ["a layer that is not there", { maxSize: "1 GB", layers: 3 }, /there is no layer 3/],
  ])("2 for %s, unless it only warns", async (_, limits, reason) => {
    const [error, warning, failed] = await Promise.all([
      checkWith([limits, { maxLayers: 3 }], "root.tar"),
      checkWith([{ ...limits, severity: "warn" }, { maxLayers: 3 }], "root.tar"),
      checkWith([limits, { maxLayers: 2 }], "root.tar"),
    ]);
    expect(statuses(error)).toEqual(["undecided", "passed"]);
    expect(error.report.budgets[0]).toMatchObject({ value: null, reason: expect.stringMatching(reason) });
    expect([error.code, error.report.verdict]).toEqual([2, "undecided"]);
    expect([warning.code, warning.report.verdict]).toEqual([0, "passed"]);
    expect([failed.code, failed.report.verdict]).toEqual([1, "failed"]);
  });

  test("0 for growth without a baseline, which is said to be skipped", async () => {
    const checked = await checkWith([{ maxGrowth: 0 }]);
    expect(statuses(checked)).toEqual(["skipped"]);
    expect(checked).toMatchObject({ code: 0, report: { verdict: "passed" } });
    expect((await repo.ci("--no-config", "--max-growth", "0", "app.tar")).stdout).toMatch(
      /- skipped +growth[\s\S]*baseline/,
    );
  });
});
