/** The container image: built by a real engine, held to its own budgets, and run as the documentation says. */
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMO, EDGE_NAMES, layerscope, type Result, ROOT } from "../cli/command.ts";
import { type RunningEngine, startDocker } from "../engines/engines.ts";
import { temporaryFile, temporaryPath } from "../temporary-directory.ts";
import { standInImage } from "./stand-in-image.ts";

const { version } = JSON.parse(readFileSync(join(ROOT, "packages/cli/package.json"), "utf8"));
const started = await startDocker(temporaryPath("engine"));
const why = typeof started === "string" ? ` (skipped: ${started})` : "";
const BUDGETS = ["--config", "docker/layerscope.yaml"];
// As little as a container can be allowed.
const LOCKED = ["--rm", "--interactive", "--network=none", "--read-only", "--cap-drop=ALL"];

const read = (name: string): string => readFileSync(join(ROOT, name), "utf8");

describe("Dockerfile", () => {
  it("builds from one tag that does not move to another release", () => {
    expect(read("Dockerfile").match(/^ARG BUILD_IMAGE=(.*)$/m)?.[1]).toMatch(/^alpine:3\.\d+$/);
    expect(read("Dockerfile").match(/^FROM .*$/gm)).toEqual([`FROM \${BUILD_IMAGE} AS build`, "FROM scratch"]);
  });

  it("gets only files that are there", () => {
    const names = read(".dockerignore").match(/(?<=^!).*$/gm) ?? [];
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
  });
});

describe.skipIf(why)(`the container image${why}`, () => {
  const engine = started as RunningEngine;
  let archive: string;
  /** A directory as a job has it, which the container sees as its working directory. */
  let directory: string;

  async function docker(args: readonly string[], input?: Uint8Array): Promise<Result> {
    const result = await engine.run(args, input);
    if (result.code !== 0) throw new Error(`docker ${args.join(" ")}\n${result.stdout}${result.stderr}`);
    return result;
  }

  const run = (options: readonly string[], args: readonly string[], input?: Uint8Array): Promise<Result> =>
    engine.run(["run", ...LOCKED, ...options, "layerscope", ...args], input);
  const mounted = () => ["--volume", `${directory}:/work`];

  beforeAll(async () => {
    const { tar, options } = standInImage();
    await docker(["import", ...options, "-", "stand-in"], tar);
    // From where this machine gets packages.
    const registry = execFileSync("npm", ["config", "get", "registry"], { cwd: ROOT, encoding: "utf8" }).trim();
    const given = [
      "BUILD_IMAGE=stand-in",
      `npm_config_registry=${registry}`,
      ...PROXIES.filter((name) => name in process.env),
    ];
    const buildArguments = given.flatMap((argument) => ["--build-arg", argument]);
    await docker(["build", "--network=host", ...buildArguments, "--tag=layerscope", ROOT]);
    archive = temporaryFile((await docker(["save", "layerscope"])).bytes, "layerscope.tar");
    directory = temporaryPath("job");
    mkdirSync(directory);
    copyFileSync(join(ROOT, DEMO), join(directory, "app.tar"));
    // Whoever runs the tests may keep new files to themselves.
    chmodSync(directory, 0o755);
    chmodSync(join(directory, "app.tar"), 0o644);
  }, 300_000);

  afterAll(async () => {
    await engine.stop();
  });

  it("keeps within its own budgets", async () => {
    const { code, stdout, stderr } = await layerscope(["ci", archive, ...BUDGETS]);
    expect(stderr).toBe("");
    expect(stdout).toContain("passed: 10 budgets");
    expect(code).toBe(0);
  });

  it("would not, with a shell, with a file twice, or as root", async () => {
    const lines = ["FROM layerscope", "USER 0", "COPY Dockerfile /bin/sh", "COPY Dockerfile /etc/passwd"];
    const context = execFileSync("tar", ["-C", temporaryDirectory({ Dockerfile: lines.join("\n") }), "-c", "."]);
    await docker(["build", "--tag=worse", "-"], context);
    const worse = temporaryFile((await docker(["save", "worse"])).bytes);
    const { code, stdout } = await layerscope(["ci", worse, ...BUDGETS]);
    expect(code).toBe(1);
    for (const name of ["no shell and no package manager", "wasted bytes", "user"]) expect(stdout).toContain(name);
  });

  it("runs as a user that is not root", async () => {
    const script = ["--eval", "console.log(process.getuid(), process.getgid())"];
    const { stdout } = await engine.run(["run", ...LOCKED, "--entrypoint=/usr/bin/node", "layerscope", ...script]);
    expect(stdout).toBe("65532 65532\n");
  });

  it("says its version", async () => {
    expect(await run([], ["--version"])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("reads what docker save prints, and says of it what the command says", async () => {
    const name = /^Loaded image: (.*)$/m.exec((await docker(["load", "--input", join(ROOT, EDGE_NAMES)])).stdout)?.[1];
    const { bytes } = await docker(["save", name ?? ""]);
    const inside = await run([], ["-", "--summary"], bytes);
    const outside = await layerscope(["-", "--summary"], { input: bytes });
    expect(inside).toEqual(outside);
    expect(inside.code).toBe(0);
  });

  it("reads an image of the engine through its socket, as the user of the socket's group", async () => {
    const name = /^Loaded image: (.*)$/m.exec((await docker(["load", "--input", join(ROOT, EDGE_NAMES)])).stdout)?.[1];
    const socket = ["--volume", `${engine.socket}:/var/run/docker.sock`];
    const group = ["--group-add", String(statSync(engine.socket).gid)];
    const inside = await run([...socket, ...group], ["--summary", name ?? ""]);
    expect(inside.stderr).toBe("");
    const env = { DOCKER_HOST: `unix://${engine.socket}` };
    expect(inside).toEqual(await layerscope(["--summary", name ?? ""], { env }));
    const refused = await run([...socket, "--user=65532:65532"], ["--summary", `docker:${name}`]);
    if (statSync(engine.socket).gid !== 65532) {
      expect(refused.stderr).toMatch(/no permission to use its socket/);
      expect(refused.code).toBe(2);
    }
  });

  it("keeps a pipe that is read twice in its temporary directory", async () => {
    const demo = readFileSync(join(ROOT, DEMO));
    const inside = await run(["--tmpfs=/tmp"], ["ls", "-", "/etc"], demo);
    expect(inside).toEqual(await layerscope(["ls", "-", "/etc"], { input: demo }));
    const args = ["cat", "-", "/etc/passwd"];
    expect(await run(["--tmpfs=/tmp"], args, demo)).toEqual(await layerscope(args, { input: demo }));
  });

  it("checks an image in the directory that is mounted, with the configuration there", async () => {
    writeFileSync(join(directory, "layerscope.yaml"), "budgets: [maxLayers: 10]", { mode: 0o644 });
    const passed = await run(mounted(), ["ci", "app.tar"]);
    expect(passed.stdout).toContain("passed: 1 budget");
    expect(passed.code).toBe(0);
    const failed = await run(mounted(), ["ci", "app.tar", "--max-size", "1 kB"]);
    expect(failed.stdout).toContain("FAILED: 1 of 2 budgets failed");
    expect(failed.code).toBe(1);
    expect((await run(mounted(), ["ci", "missing.tar"])).code).toBe(2);
  });

  it("writes reports there as the user that is named", async () => {
    const own = temporaryDirectory({ "app.tar": readFileSync(join(ROOT, DEMO)) });
    execFileSync("chown", ["-R", "1234:1234", own]);
    const options = ["--volume", `${own}:/work`, "--user=1234:1234"];
    const { code, stderr } = await run(options, ["ci", "app.tar", "--max-layers=10", "--format=json=report.json"]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(join(own, "report.json"), "utf8"))).toHaveProperty("verdict");
  });

  it("ends when it is told to, though it is the first process of its container", async () => {
    const container = (await docker(["create", "--interactive", "layerscope", "-", "--summary"])).stdout.trim();
    await docker(["start", container]);
    let isOver = false;
    const end = docker(["wait", container]).finally(() => {
      isOver = true;
    });
    // What comes before the command listens is lost, as it is for every first process.
    while (!isOver) await engine.run(["kill", "--signal=TERM", container]);
    expect((await end).stdout).toBe("143\n");
  });
});

const PROXIES = ["http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

function temporaryDirectory(files: Readonly<Record<string, string | Uint8Array>>): string {
  const path = temporaryPath();
  mkdirSync(path);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
}
