import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findConfig } from "../../src/budgets/config/find-config.ts";
import { loadBudgetSettings } from "../../src/budgets/config/load-settings.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "layerscope-budgets-")));
afterAll(() => rmSync(root, { recursive: true }));

/** A directory with these files. */
function repository(files: Readonly<Record<string, string | Uint8Array>>): string {
  const directory = mkdtempSync(join(root, "repository-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return directory;
}

const SIZE = "budgets: [{ maxSize: 1 MB }]\n";
const PACKAGE = '{ "layerscope": { "budgets": [{ "maxSize": 1000000 }] } }';
const NAMES = ["layerscope.yaml", "layerscope.yml", "layerscope.json", ".layerscoperc", "package.json", ".dive-ci"];
const TEXTS = new Map([
  ["layerscope.json", '{"budgets": [{"maxSize": 1000000}]}'],
  ["package.json", PACKAGE],
  [".dive-ci", "rules: {}\n"],
]);
const textOf = (name: string): string => TEXTS.get(name) ?? SIZE;

describe("the configuration that is found", () => {
  test.each(NAMES)("may be %s", async (name) => {
    const cwd = repository({ [name]: textOf(name) });
    const settings = await loadBudgetSettings({ cwd });
    expect(settings).toMatchObject({ file: name, warnings: [] });
    expect(settings?.budgets[0]?.name).toBe(name === ".dive-ci" ? "lowestEfficiency" : "total size");
  });

  test.each(NAMES.slice(0, -1).map((name, index) => [name, NAMES[index + 1] ?? ""] as const))(
    "is %s rather than %s beside it, and says so",
    (first, second) => {
      const found = findConfig(repository({ [second]: textOf(second), [first]: textOf(first) }));
      expect(found).toMatchObject({
        file: first,
        warnings: [`${second} is not read: ${first} comes before it`],
      });
    },
  );

  test("is the nearest upwards", async () => {
    const directory = repository({ "layerscope.yaml": SIZE, "a/.dive-ci": "", "a/b/c/none": "" });
    const settings = await loadBudgetSettings({ cwd: join(directory, "a/b/c") });
    expect(settings).toMatchObject({ file: "../../.dive-ci" });
    expect(settings?.budgets[0]?.origin).toEqual({ kind: "file", file: "../../.dive-ci", line: 1 });
  });

  test("is no package.json without our key, however broken it is", () => {
    for (const text of ['{ "name": "x" }', "{", "[1]", "null", '{ "dependencies": { "layerscope": "1" } }']) {
      expect(findConfig(repository({ "layerscope.yml": SIZE, "a/package.json": text }))?.file).toBe("layerscope.yml");
      const cwd = join(repository({ "layerscope.yml": SIZE, "a/package.json": text }), "a");
      expect(findConfig(cwd)?.file).toBe("../layerscope.yml");
    }
    const cwd = join(repository({ "layerscope.yml": SIZE, "a/package.json": Uint8Array.of(0xff) }), "a");
    expect(findConfig(cwd)?.file).toBe("../layerscope.yml");
  });

  test("is a package.json that names us, even if it is broken", async () => {
    const cwd = repository({ "package.json": '{\n  "layerscope": {}\n' });
    await expect(loadBudgetSettings({ cwd })).rejects.toMatchObject({
      code: "invalid-config",
      message: expect.stringMatching(/^package\.json:\d+:\d+: not JSON: /),
    });
  });

  test("is no directory", () => {
    const directory = repository({ "layerscope.yaml/x": "", "layerscope.yml": SIZE });
    expect(findConfig(directory)?.file).toBe("layerscope.yml");
  });

  test("is refused when it is large, or no text", async () => {
    const large = repository({ "layerscope.yaml": "#".repeat(1024 * 1024 + 1) });
    await expect(loadBudgetSettings({ cwd: large })).rejects.toMatchObject({
      code: "invalid-config",
      message: "layerscope.yaml:1:1: a configuration of more than 1048576 bytes",
    });
    const noText = repository({ "layerscope.yaml": Uint8Array.of(0x74, 0xff) });
    await expect(loadBudgetSettings({ cwd: noText })).rejects.toMatchObject({
      code: "invalid-config",
      message: "layerscope.yaml:1:1: not UTF-8 text",
    });
  });
});

describe("the configuration that is named", () => {
  test("is read whatever it is called, and whatever lies nearer", async () => {
    const cwd = repository({ "ci/budgets.txt": SIZE, ".dive-ci": "" });
    expect(await loadBudgetSettings({ cwd, config: "ci/budgets.txt" })).toMatchObject({
      file: "ci/budgets.txt",
      budgets: [{ origin: { file: "ci/budgets.txt", line: 1 } }],
    });
    expect(await loadBudgetSettings({ cwd, config: join(cwd, "ci/budgets.txt") })).toMatchObject({
      file: "ci/budgets.txt",
    });
  });

  test.each([".dive-ci", "ci/dive-ci.yaml", ".dive-ci.yml"])("may be dive's: %s", async (name) => {
    const settings = await loadBudgetSettings({ cwd: repository({ [name]: "rules: {}" }), config: name });
    expect(settings?.budgets.map(({ limit }) => limit.kind)).toEqual([
      "diveLowestEfficiency",
      "diveHighestUserWastedPercent",
    ]);
  });

  test("may be a package.json, which then must have our key", async () => {
    const cwd = repository({ "a/package.json": PACKAGE, "b/package.json": "{}" });
    expect(await loadBudgetSettings({ cwd, config: "a/package.json" })).toMatchObject({ file: "a/package.json" });
    await expect(loadBudgetSettings({ cwd, config: "b/package.json" })).rejects.toMatchObject({
      code: "invalid-config",
      message: 'b/package.json:1:1: it has no key "layerscope"',
    });
  });

  test("must be there", async () => {
    const cwd = repository({ "layerscope.yaml": SIZE });
    await expect(loadBudgetSettings({ cwd, config: "other.yaml" })).rejects.toMatchObject({
      code: "not-found",
      message: "other.yaml: no such configuration",
    });
    await expect(loadBudgetSettings({ cwd, config: "." })).rejects.toMatchObject({ code: "unreadable" });
  });

  test("may be none", async () => {
    expect(await loadBudgetSettings({ cwd: repository({ "layerscope.yaml": "broken: [" }), config: false })).toBe(
      undefined,
    );
  });
});

test("what lies beside the configuration is meant from there", async () => {
  const text = "images: [dist/app.tar, registry/app, /abs.tar]\nbase: base.tar\nbaseline: main.json\nbudgets: []\n";
  const directory = repository({ "layerscope.yaml": text, "dist/app.tar": "", "base.tar": "", "sub/main.json": "" });
  expect(await loadBudgetSettings({ cwd: join(directory, "sub") })).toMatchObject({
    images: [
      { name: "dist/app.tar", reference: "../dist/app.tar" },
      { name: "registry/app", reference: "registry/app" },
      { name: "/abs.tar", reference: "/abs.tar" },
    ],
    base: "../base.tar",
    baseline: "main.json",
  });
  expect(await loadBudgetSettings({ cwd: directory })).toMatchObject({
    images: [{ reference: "dist/app.tar" }, { reference: "registry/app" }, { reference: "/abs.tar" }],
    base: "base.tar",
  });
});
