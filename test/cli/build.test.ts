/** `layerscope build`: the build is Docker's own, and what comes out of it is opened. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "@layerscope/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningEngine, startDocker } from "../engines/engines.ts";
import { temporaryPath } from "../temporary-directory.ts";
import { layerscopeIn, story } from "../tui/view.ts";
import { layerscope, type Result } from "./command.ts";
import { startLayerscope } from "./running.ts";

const context = temporaryPath("context");
const temporary = temporaryPath("temporary");
mkdirSync(context);
mkdirSync(temporary);
writeFileSync(join(context, "Dockerfile"), "FROM scratch\nCOPY file /file\n");
writeFileSync(join(context, "file"), "content\n");

/** A directory with a program in place of a builder. */
function standIn(name: string, script: string): string {
  const directory = temporaryPath();
  mkdirSync(directory);
  const path = join(directory, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return directory;
}

describe.skipIf(process.platform === "win32")("what is run", () => {
  const run = (path: string, args: readonly string[], input?: Uint8Array) =>
    layerscope(args, { input, env: { PATH: path, TMPDIR: temporary, DOCKER_HOST: `unix://${temporary}/none.sock` } });

  test("is docker build, with all arguments as they are, standard input, and one more argument", async () => {
    const path = standIn("docker", 'for word; do echo "<$word>"; done; read -r line; echo "$line"; exit 7');
    const args = ["-t", "app", "--build-arg", "A=b c", "--json", "--", "."];
    const { code, stdout, stderr } = await run(path, ["build", ...args], Buffer.from("from a pipe\n"));
    const [command, idFile, ...rest] = stdout.split("\n");
    expect(command).toBe("<build>");
    expect(idFile).toMatch(/^<--iidfile=.*>$/);
    expect(rest).toEqual([...args.map((word) => `<${word}>`), "from a pipe", ""]);
    expect([code, stderr]).toEqual([7, ""]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test("is podman build where there is no docker", async () => {
    const { stdout, code } = await run(standIn("podman", "echo podman $1; exit 125"), ["build", "."]);
    expect([stdout, code]).toEqual(["podman build\n", 125]);
  });

  test("is nothing where neither is", async () => {
    expect(await run(temporary, ["build", "."])).toMatchObject({
      code: 2,
      stdout: "",
      stderr:
        "layerscope: neither docker nor podman is installed\n  Build elsewhere, and name the image: layerscope IMAGE\n",
    });
  });

  test("may write the image's ID to a file of the user's", async () => {
    const file = join(temporaryPath(), "..", "their-id");
    const path = standIn("docker", 'echo "$*"; exit 1');
    for (const args of [["--iidfile", file], [`--iidfile=${file}`]]) {
      expect((await run(path, ["build", ...args, "."])).stdout).toBe(`build ${args.join(" ")} .\n`);
    }
  });

  test("and leaves no image is said, unless it was asked for its help", async () => {
    const path = standIn("docker", "echo done");
    expect(await run(path, ["build", "-o", "out", "."])).toMatchObject({
      code: 2,
      stdout: "done\n",
      stderr: expect.stringMatching(/^layerscope: docker build has made no image\n {2}\S/),
    });
    expect(await run(path, ["build", "--help"])).toMatchObject({ code: 0, stdout: "done\n", stderr: "" });
  });

  test("hears of signals, and how it ends is how we end", async () => {
    const script = 'trap "echo stopped; exit 3" TERM; echo begun; while :; do /bin/sleep 0.05; done';
    const env = { PATH: standIn("docker", script) };
    const running = startLayerscope(["build", "."], { env });
    await running.until(() => running.said().includes("begun"));
    const { code } = await running.interrupt("SIGTERM");
    expect(running.said()).toBe("begun\nstopped\n");
    expect(code).toBe(143);
    expect(running.leftBehind()).toEqual([]);
  });
});

const started = await startDocker(temporaryPath("docker"));
const why = typeof started === "string" ? ` (skipped: ${started})` : "";
const docker = started as RunningEngine;
afterAll(() => (why ? undefined : docker.stop()));

describe.skipIf(why)(`an image built with Docker${why}`, () => {
  const env = (): NodeJS.ProcessEnv => ({
    DOCKER_HOST: `unix://${docker.socket}`,
    DOCKER_CONFIG: temporary,
    DOCKER_BUILDKIT: "0",
    TMPDIR: temporary,
  });
  const run = (...args: string[]): Promise<Result> => layerscope(args, { env: env(), cwd: context });
  const idOf = async (name: string): Promise<string> =>
    (await docker.run(["inspect", "--format={{.Id}}", name])).stdout.trim();
  let built: Result;

  beforeAll(async () => {
    built = await run("build", "-t", "app:1", ".");
  });

  test("is what the summary is of, after what the build says", async () => {
    expect(built.code).toBe(0);
    const [, output, summary] = /^([\s\S]*Successfully tagged app:1\n)(app:1\n[\s\S]*)$/.exec(built.stdout) ?? [];
    expect(output).toContain("Step 2/2 : COPY file /file");
    expect(summary).toContain(await idOf("app:1"));
    expect(summary).toContain("1 layer, 1 file in 0 directories");
    expect(readdirSync(temporary).filter((name) => name.startsWith("layerscope"))).toEqual([]);
  });

  test("can be a report that only is on standard output", async () => {
    const { code, stdout, stderr } = await run("--json", "build", "-q", ".");
    const { image } = JSON.parse(stdout) as Report;
    expect([code, image.id]).toEqual([0, await idOf("app:1")]);
    expect(stderr).toContain(`${image.id}\n`);
  });

  test("leaves the ID where the user wants it", async () => {
    const file = temporaryPath("id");
    expect((await run("build", "-q", `--iidfile=${file}`, ".")).code).toBe(0);
    expect(readFileSync(file, "utf8").trim()).toBe(await idOf("app:1"));
  });

  test("that cannot be built is none: the exit code is the build's", async () => {
    const { code, stdout, stderr } = await run("build", "-f", "nowhere", ".");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("nowhere");
    expect(stderr).not.toContain("layerscope:");
    expect(existsSync(join(context, "nowhere"))).toBe(false);
  });

  test("that the builder keeps to itself is told of, and --load", async () => {
    const id = `sha256:${"0".repeat(64)}`;
    const path = standIn("docker", `printf ${id} > "\${2#--iidfile=}"`);
    const { code, stderr } = await layerscope(["build", "."], { env: { ...env(), PATH: path } });
    expect(code).toBe(2);
    expect(stderr).toContain(`layerscope: docker has built ${id}, but its engine does not have it\n`);
    expect(stderr).toMatch(/\n {2}.*--load/);
  });

  story("opens in the view on a terminal", async () => {
    const terminal = await layerscopeIn(["build", "-t", "app:1", "."], { env: env(), cwd: context });
    await terminal.waitFor(/▸ Layers[\s\S]*COPY/);
    await terminal.keys("q");
    expect(await terminal.exitStatus()).toBe(0);
    await terminal.waitFor("Successfully tagged app:1");
  });
});
