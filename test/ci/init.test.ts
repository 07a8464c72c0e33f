/** The built command: what `layerscope init` writes, `layerscope ci` reads and passes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { dockerSaveNew } from "../../fixtures/build/image.ts";
import { dir, file, tar, whiteout } from "../../fixtures/build/tar.ts";
import { layerscope, type Result } from "../cli/command.ts";

const IMAGE = dockerSaveNew({
  layers: [
    tar([file("etc/os-release", "x".repeat(300)), file("usr/bin/su", "x".repeat(900), { mode: 0o4755 })]),
    tar([dir("app"), file("app/server", "x".repeat(9000)), file("app/cache/1", "x".repeat(90_000))]),
    tar([whiteout("app/cache")]),
  ],
  config: { User: "app" },
});

let repository = "";

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), "layerscope-test-"));
  writeFileSync(join(repository, "app.tar"), IMAGE);
});

afterEach(() => rmSync(repository, { recursive: true, force: true }));

const run = (...args: string[]): Promise<Result> => layerscope(args, { cwd: repository });
const config = (): string => readFileSync(join(repository, "layerscope.yaml"), "utf8");

test("an image passes the budgets that were made from it", async () => {
  const made = await run("init", "app.tar");
  expect(made).toMatchObject({ code: 0, stdout: "" });
  expect(made.stderr).toBe("layerscope: wrote layerscope.yaml with 10 budgets; check them with: layerscope ci\n");
  expect(await run("ci")).toMatchObject({ code: 0, stderr: "" });
});

test("an image that grew does not", async () => {
  await run("init", "app.tar");
  const grown = dockerSaveNew({ layers: [tar([file("app/server", "x".repeat(200_000))])], config: { User: "app" } });
  writeFileSync(join(repository, "app.tar"), grown);
  expect((await run("ci")).code).toBe(1);
});

test("a configuration that is there stays", async () => {
  await run("init", "app.tar");
  const before = config();
  const again = await run("init");
  expect(again).toMatchObject({ code: 2, stdout: "" });
  expect(again.stderr).toBe(
    "layerscope: layerscope.yaml is there already\n  Choose another file with -o, or write over it with --force.\n",
  );
  expect(config()).toBe(before);
  expect((await run("init", "--force")).code).toBe(0);
  expect(config()).not.toBe(before);
});

test("standard output gets the configuration and nothing else", async () => {
  const { code, stdout, stderr } = await run("init", "app.tar", "-o", "-");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.startsWith("# yaml-language-server: ")).toBe(true);
  await run("init", "app.tar");
  expect(stdout).toBe(config());
});

test("a configuration of another name is read when it is named", async () => {
  const made = await run("init", "app.tar", "-o", "budgets.yaml");
  expect(made.stderr).toContain("check them with: layerscope ci --config budgets.yaml\n");
  expect((await run("ci", "--config", "budgets.yaml")).code).toBe(0);
});

test("without an image there are examples", async () => {
  const made = await run("init");
  expect(made.stderr).toBe("layerscope: wrote layerscope.yaml with 3 budgets; check them with: layerscope ci IMAGE\n");
  expect((await run("ci", "app.tar")).code).toBe(0);
});

test("the nearest .dive-ci is translated, and passes where dive does", async () => {
  writeFileSync(join(repository, ".dive-ci"), "rules:\n  lowestEfficiency: 0.95\n  highestUserWastedPercent: 0.1\n");
  const before = await run("ci", "app.tar");
  expect(before.code).toBe(0);
  const made = await run("init", "app.tar", "--from-dive");
  expect(made.stderr).toBe(
    "layerscope: wrote layerscope.yaml with 2 budgets; check them with: layerscope ci\n" +
      "  Where it is, .dive-ci is for dive only.\n",
  );
  expect(config()).toContain("# Now 10.2 % here, 100.0 % by dive.");
  const after = await run("ci", "app.tar");
  expect(after.code).toBe(0);
});

test("an image that cannot be opened is an error, and nothing is written", async () => {
  const { code, stderr } = await run("init", "absent.tar");
  expect(code).toBe(2);
  expect(stderr).toContain("absent.tar");
  expect((await run("init")).code).toBe(0);
});
