/** Bare names, and names with where the image is: what is found, what is asked, and what is said when nothing is. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "@layerscope/core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { SENT, standInEngine, withArchive } from "../../packages/core/test/source/engine/stand-in-engine.ts";
import { type RunningEngine, startDocker } from "../engines/engines.ts";
import { MISSING, type RunningRegistry, startRegistry, WHY } from "../registry/registries.ts";
import { temporaryPath } from "../temporary-directory.ts";
import { cursorOn, layerscopeIn, story } from "../tui/view.ts";
import { layerscope, type Result, ROOT, type RunOptions } from "./command.ts";
import { startLayerscope } from "./running.ts";

/** Of somebody whose machine has no engine, and no configuration. */
const empty = temporaryPath("empty");
mkdirSync(empty);
const NO_ENGINE: NodeJS.ProcessEnv = {
  PATH: empty,
  HOME: empty,
  XDG_CONFIG_HOME: empty,
  XDG_RUNTIME_DIR: empty,
  DOCKER_CONFIG: empty,
  DOCKER_CONTEXT: "",
  DOCKER_HOST: `unix://${empty}/docker.sock`,
  CONTAINER_HOST: `unix://${empty}/podman.sock`,
  DOCKER_DEFAULT_PLATFORM: "",
};
/** The same on a terminal, whose own programs must be found. */
const NO_ENGINE_THERE: NodeJS.ProcessEnv = {
  ...NO_ENGINE,
  PATH: process.env.PATH,
  CONTAINERD_ADDRESS: join(empty, "containerd.sock"),
};
const DOCKER_TRIED = `Docker at unix://${empty}/docker.sock (DOCKER_HOST)`;

describe("without an engine", () => {
  const run = (...args: string[]) => layerscope(args, { env: NO_ENGINE });

  test("a bare name is looked for in all places, which are told", async () => {
    const { code, stdout, stderr } = await run("nosuch:1.27");
    expect([code, stdout]).toEqual([2, ""]);
    const [message, docker, podman, hint, ...rest] = stderr.split("\n");
    expect(message).toBe('layerscope: no engine that could have the image "nosuch:1.27" answers');
    expect(docker).toContain(`  tried ${DOCKER_TRIED}: `);
    expect(podman).toContain(`  tried Podman at unix://${empty}/podman.sock (CONTAINER_HOST): `);
    expect(hint).toMatch(/^ {2}Start Docker or Podman, .*--pull missing/);
    expect(rest).toEqual([""]);
  });

  test.each(["docker:nosuch", "podman:nosuch", "containerd:nosuch", "container:nosuch"])(
    "%s is one line, and what to do",
    async (reference) => {
      const { code, stdout, stderr } = await run(reference);
      expect([code, stdout]).toEqual([2, ""]);
      const [message, ...advice] = stderr.split("\n").slice(0, -1);
      expect(message).toMatch(/^layerscope: .*(Docker|Podman|containerd|engine)/);
      expect(advice.at(-1)).toMatch(/^ {2}\S/);
    },
  );

  test.each(["./typo.tar", "typo.tar", "docker-archive:typo"])("%s is a file that is not there", async (reference) => {
    const { code, stderr } = await run(reference);
    expect(code).toBe(2);
    expect(stderr).toMatch(/typo(\.tar)?: no such file or directory\n/);
    expect(stderr).not.toContain("tried");
  });

  test("--verbose tells each place as it is asked", async () => {
    const { stderr } = await run("nosuch", "--verbose");
    const lines = stderr.split("\n");
    expect(lines[0]).toContain(`layerscope: ${DOCKER_TRIED}: `);
    expect(lines[1]).toContain("layerscope: Podman at ");
    expect(lines[2]).toBe('layerscope: no engine that could have the image "nosuch" answers');
    expect((await run("fixtures/demo.tar", "--summary", "--verbose")).stderr).toBe(
      "layerscope: fixtures/demo.tar: a file\n",
    );
  });

  test("--pull with another word is told before anything is looked for", async () => {
    expect(await run("--pull", "sometimes", "nosuch")).toMatchObject({
      code: 2,
      stderr:
        "layerscope: --pull sometimes is none of never, missing, always\n" +
        "  missing reads an image from its registry when no engine has it, always in any case.\n",
    });
  });

  test("--pull missing goes on to the registry, and says that all of it failed", async () => {
    // Port 1 of this machine is nobody's.
    const { code, stderr } = await run("--pull", "missing", "127.0.0.1:1/team/app");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^layerscope: .*127\.0\.0\.1:1/);
    expect(stderr).toContain(`  tried ${DOCKER_TRIED}: `);
    expect(stderr).toContain("  tried registry 127.0.0.1:1: ");
    const always = await run("--pull", "always", "127.0.0.1:1/team/app");
    expect(always.stderr).not.toContain("Docker");
  });

  test("nobody is asked where nobody sits", async () => {
    expect((await run("nosuch")).stderr).not.toContain("[y/N]");
  });

  test("mirrors of the user's configuration are read when a registry is asked, and not before", async () => {
    const home = temporaryPath();
    mkdirSync(join(home, "layerscope"), { recursive: true });
    const env = { ...NO_ENGINE, XDG_CONFIG_HOME: home };
    writeFileSync(join(home, "layerscope/config.yaml"), 'mirrors:\n  127.0.0.1:1: ["a b"]\n');
    const asked = await layerscope(["registry:127.0.0.1:1/team/app"], { env });
    expect(asked.stderr).toContain("the mirror of 127.0.0.1:1 is not a host");
    expect(asked.code).toBe(2);
    expect((await layerscope(["nosuch"], { env })).stderr).not.toContain("mirror");
  });
});

describe("an engine that sends no more", () => {
  const stalled = () =>
    standInEngine(
      withArchive((response) => {
        response.write(Buffer.alloc(100));
      }),
    );

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("is left at once by %s, and nothing stays", async (signal, exitCode) => {
    const engine = await stalled();
    onTestFinished(() => engine[Symbol.asyncDispose]());
    const running = startLayerscope(["docker:any", "--summary"], {
      env: { ...NO_ENGINE, DOCKER_HOST: engine.address.url },
    });
    await running.until(() => engine.asked.some((path) => path.endsWith("/get")));
    const { code, took } = await running.interrupt(signal);
    expect(code).toBe(exitCode);
    expect(took).toBeLessThan(4000);
    expect(running.said()).toBe("");
    expect(running.leftBehind()).toEqual([]);
  });

  test("is also left before it said what it is", async () => {
    const engine = await standInEngine(() => SENT);
    onTestFinished(() => engine[Symbol.asyncDispose]());
    const running = startLayerscope(["any", "--summary"], { env: { ...NO_ENGINE, DOCKER_HOST: engine.address.url } });
    await running.until(() => engine.asked.length > 0);
    expect((await running.interrupt("SIGINT")).code).toBe(130);
    expect(running.said()).toBe("");
  });
});

describe("on a terminal", () => {
  const question = "No engine has nosuch:1. Read it from docker.io/library/nosuch? [y/N]";

  story("the user is asked for a registry; no, Ctrl-C and nothing are no", async () => {
    for (const keys of [["n", "Enter"], ["Enter"], ["C-c"], ["C-d"]]) {
      const terminal = await layerscopeIn(["nosuch:1"], { env: NO_ENGINE_THERE });
      await terminal.waitFor(question);
      await terminal.keys(...keys);
      expect(await terminal.exitStatus()).toBe(2);
      const screen = await terminal.waitFor("no engine that could have the image");
      expect(screen.join("\n")).not.toContain("tried registry");
      expect(await terminal.state()).toEqual(terminal.stateBefore());
    }
  });

  story("yes goes on to the registry", async () => {
    const terminal = await layerscopeIn(["127.0.0.1:1/team/app"], { env: NO_ENGINE_THERE });
    await terminal.waitFor("Read it from 127.0.0.1:1/team/app? [y/N]");
    await terminal.keys("y", "Enter");
    expect(await terminal.exitStatus()).toBe(2);
    await terminal.waitFor("tried registry 127.0.0.1:1");
  });

  story("nothing is asked with --quiet, with --pull, or on a build server", async () => {
    for (const [args, env] of [
      [["--quiet"], {}],
      [["--pull", "never"], {}],
      [[], { CI: "true" }],
    ] as const) {
      const terminal = await layerscopeIn([...args, "nosuch:1"], { env: { ...NO_ENGINE_THERE, ...env } });
      expect(await terminal.exitStatus()).toBe(2);
      expect((await terminal.screen()).join("\n")).not.toContain("[y/N]");
    }
  });

  story("the base image is asked for before the view is there", async () => {
    const terminal = await layerscopeIn(["fixtures/demo.tar", "--base", "nosuch:1"], { env: NO_ENGINE_THERE });
    await terminal.waitFor(question);
    expect(await terminal.state()).toMatchObject({ alternateScreen: false });
    await terminal.keys("n", "Enter");
    expect(await terminal.exitStatus()).toBe(2);
  });
});

describe.skipIf(MISSING.length > 0)(`an image that only a registry has${WHY}`, () => {
  let registry: RunningRegistry;

  beforeAll(async () => {
    registry = await startRegistry(temporaryPath("registry"));
    const layout = join(ROOT, "fixtures/images/edge-whiteout/oci-dir-gzip");
    await registry.push(`oci:${layout}`, "team/app:latest");
  });
  afterAll(() => registry?.stop());

  story("is read when the user says yes, and its files when they are opened", async () => {
    const name = `${registry.host}/team/app`;
    const terminal = await layerscopeIn([name], { env: NO_ENGINE_THERE, rows: 40 });
    await terminal.waitFor(`No engine has ${name}. Read it from ${name}? [y/N]`);
    await terminal.keys("y", "Enter");
    await terminal.waitFor(([top = ""]) => top.includes("wasted"));
    await terminal.keys("t", "/");
    await terminal.text("app.conf");
    await terminal.keys("Enter");
    await cursorOn(terminal, "app.conf");
    await terminal.waitFor("press enter to read it from the registry");
    await terminal.keys("Enter");
    await terminal.waitFor(/▸ File ─[\s\S]* 1 a=1/);
    await terminal.keys("q");
    expect(await terminal.exitStatus()).toBe(0);
    expect(await terminal.state()).toEqual(terminal.stateBefore());
  });

  test("is read from a mirror that the user's configuration names", async () => {
    const home = temporaryPath();
    mkdirSync(join(home, "layerscope"), { recursive: true });
    writeFileSync(join(home, "layerscope/config.yaml"), `mirrors:\n  registry.invalid: ["${registry.host}"]\n`);
    const args = ["--pull", "missing", "registry.invalid/team/app", "--summary", "--verbose"];
    const { code, stdout, stderr } = await layerscope(args, { env: { ...NO_ENGINE, XDG_CONFIG_HOME: home } });
    expect([code, stdout.split("\n")[0]]).toEqual([0, "registry.invalid/team/app:latest"]);
    expect(stderr).toMatch(/\nlayerscope: registry registry\.invalid: found/);
  });
});

const started = await startDocker(temporaryPath("docker"));
const why = typeof started === "string" ? ` (skipped: ${started})` : "";
const docker = started as RunningEngine;
afterAll(() => (why ? undefined : docker.stop()));

describe.skipIf(why)(`an image that Docker has${why}`, () => {
  const saved = temporaryPath("saved.tar");
  const env = (): NodeJS.ProcessEnv => ({ ...NO_ENGINE, DOCKER_HOST: `unix://${docker.socket}` });
  const run = (args: readonly string[], options: RunOptions = {}): Promise<Result> =>
    layerscope(args, { ...options, env: { ...env(), ...options.env } });
  let title: string;

  beforeAll(async () => {
    for (const name of ["edge-names", "edge-whiteout"]) {
      await docker.run(["load", "--input", join(ROOT, "fixtures/images", name, "docker-save-20.10.tar")]);
    }
    await docker.run(["save", "--output", saved, "edge-whiteout"]);
    await docker.run(["create", "--name", "changed", "edge-whiteout", "/nothing"]);
    await docker.run(
      ["cp", "-", "changed:/"],
      readFileSync(join(ROOT, "fixtures/images/edge-names/docker-save-20.10.tar")),
    );
    title = (await run(["--verbose", "--summary", "edge-whiteout"])).stderr;
  });

  test("is found by its bare name, its name and its ID, without anything written but the summary", async () => {
    const expected = await layerscope([saved, "--summary"]);
    const { image } = JSON.parse((await run(["--json", saved])).stdout) as Report;
    for (const name of [
      "edge-whiteout",
      "edge-whiteout:latest",
      "docker:edge-whiteout",
      "docker-daemon:edge-whiteout",
    ]) {
      expect(await run([name, "--summary"])).toEqual(expected);
    }
    for (const id of [image.id ?? "", image.id?.slice(7, 19) ?? ""]) {
      expect((await run([`docker:${id}`, "--json"])).stdout).toContain(`"id": "${image.id}"`);
    }
  });

  test("has the report of what docker save writes, apart from where it is", async () => {
    const there = JSON.parse((await run(["--json", "--files", "edge-whiteout"])).stdout) as Report;
    const here = JSON.parse((await run(["--json", "--files", saved])).stdout) as Report;
    expect(there.image.source).toEqual({
      kind: "engine",
      location: "docker:edge-whiteout",
      bytesRequested: 0,
      bytesCompared: 0,
      steps: [{ place: expect.stringMatching(/^Docker Engine \d+\.\d+\.\d+ at unix:/), outcome: "found" }],
    });
    const { reference, source, ...image } = here.image;
    expect(there).toEqual({ ...here, image: { ...image, reference: "edge-whiteout", source: there.image.source } });
  });

  test.each([
    ["ls", [], []],
    ["cat", [], ["/opq/new"]],
    ["history", [], []],
  ])("is what %s takes", async (command, before, after) => {
    const there = await run([command, ...before, "edge-whiteout", ...after]);
    expect(there).toEqual(await run([command, ...before, saved, ...after]));
    expect(there.stdout).not.toBe("");
  });

  test("can be extracted, base image, baseline, and what is checked", async () => {
    const to = temporaryPath();
    expect((await run(["extract", "edge-whiteout", "/opq", "--to", to])).code).toBe(0);
    expect(readFileSync(join(to, "opq/new"))).toHaveLength(4);
    const { base } = JSON.parse((await run(["--json", saved, "--base", "edge-whiteout"])).stdout) as Report;
    expect(base).toMatchObject({ foundBy: "given-image", layers: 10 });
    const checked = await run([
      "ci",
      "edge-whiteout",
      "--baseline",
      "edge-whiteout",
      "--max-growth",
      "0",
      "--no-config",
    ]);
    expect([checked.code, checked.stderr]).toEqual([0, ""]);
    expect((await run(["ci", "edge-whiteout", "--max-size", "10B", "--no-config"])).code).toBe(1);
  });

  test("is told of with --verbose, and nothing else", () => {
    expect(title).toMatch(/^layerscope: Docker Engine \d+\.\d+\.\d+ at unix:\/\/.*docker\.sock: found\n$/);
  });

  test("that it does not have is missed with the nearest name", async () => {
    const { code, stderr } = await run(["edge-whiteuot"]);
    expect(code).toBe(2);
    expect(stderr).toContain('layerscope: there is no image "edge-whiteuot"; did you mean "edge-whiteout:latest"?\n');
    expect(stderr).toMatch(/\n {2}tried Docker Engine .*: has none of that name\n/);
  });

  test("for another platform is an error, and the environment may ask for one", async () => {
    const asked = await run(["edge-whiteout", "--platform", "linux/s390x"]);
    expect(asked).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("but not for linux/s390x\n  linux/amd64\n"),
    });
    const other = { env: { DOCKER_DEFAULT_PLATFORM: "linux/s390x" } };
    expect(await run(["edge-whiteout"], other)).toEqual(asked);
    expect((await run([saved, "--summary"], other)).code).toBe(0);
    expect((await run(["container:changed", "--summary"], other)).code).toBe(0);
  });

  test("with what a container changed has one layer more", async () => {
    const { stdout, code } = await run(["--json", "container:changed"]);
    const { layers, image } = JSON.parse(stdout) as Report;
    expect([code, layers.length]).toEqual([0, 11]);
    expect(image.history.at(-1)).toMatchObject({ comment: "changes of the container changed", layer: 10 });
    expect(layers.at(-1)?.changes.added).toBeGreaterThan(0);
  });

  test("podman is not asked for what docker: names, and the other way round", async () => {
    const { code, stderr } = await run(["podman:edge-whiteout"]);
    expect(code).toBe(2);
    expect(stderr).not.toContain("Docker");
  });

  story("is shown in the view, and a file is read from the engine when it is opened", async () => {
    const terminal = await layerscopeIn(["edge-whiteout"], { env: { ...env(), PATH: process.env.PATH }, rows: 40 });
    await terminal.waitFor(([top = ""]) => top.includes("wasted"));
    await terminal.keys("t", "G", "/");
    await terminal.text("app.conf");
    await terminal.keys("Enter");
    await cursorOn(terminal, "app.conf");
    await terminal.waitFor("press enter to read it from the engine");
    await terminal.keys("Enter");
    await terminal.waitFor(/▸ File ─[\s\S]* 1 a=1/);
    await terminal.keys("Escape");
    // What was read once is shown.
    const screen = await terminal.waitFor(/▸ Files [\s\S]*─ Preview [\s\S]*a=1/);
    expect(screen.join("\n")).not.toContain("press enter to read");
    await terminal.keys("q");
    expect(await terminal.exitStatus()).toBe(0);
  });
});
