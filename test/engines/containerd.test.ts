/** containerd itself, through ctr. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectContainerd } from "../../packages/core/src/source/engine/containerd.ts";
import type { Engine, EngineImage } from "../../packages/core/src/source/engine/engine.ts";
import { withScan } from "../../packages/core/test/tree/scan-layers.ts";
import { ROOT } from "../cli/command.ts";
import { has } from "../cli/terminal.ts";
import { temporaryPath } from "../temporary-directory.ts";

interface RunningContainerd {
  readonly socket: string;
  stop(): Promise<void>;
}

async function startContainerd(directory: string): Promise<RunningContainerd | string> {
  const missing = ["containerd", "ctr"].filter((program) => !has(program));
  if (missing.length > 0) return missing.map((program) => `no ${program}`).join(", ");
  if (process.getuid?.() !== 0) return "containerd needs root";
  mkdirSync(directory);
  const socket = join(directory, "containerd.sock");
  const config = join(directory, "config.toml");
  const places = ["root", "state"].map((name) => `${name} = "${join(directory, name)}"\n`).join("");
  const unneeded = 'disabled_plugins = ["io.containerd.grpc.v1.cri"]';
  writeFileSync(config, `version = 2\n${places}${unneeded}\n[grpc]\naddress = "${socket}"\n`);
  const daemon = spawn("containerd", ["--config", config], { stdio: "ignore" });
  const ended = once(daemon, "close");
  const kill = () => daemon.kill("SIGKILL");
  process.once("exit", kill);
  while (daemon.exitCode === null && !existsSync(socket)) await setTimeout(50);
  const stop = async () => {
    daemon.kill();
    await ended;
    process.off("exit", kill);
  };
  return daemon.exitCode === null ? { socket, stop } : "containerd does not start";
}

const started = await startContainerd(temporaryPath("containerd"));
const why = typeof started === "string" ? ` (skipped: ${started})` : "";
const containerd = started as RunningContainerd;

describe.skipIf(why)(`containerd${why}`, () => {
  const archive = join(ROOT, "fixtures/images/multiarch/docker-save-26-containerd.tar");
  const platforms = join(ROOT, "fixtures/images/multiarch/oci-archive-noattest.tar");
  const run = promisify(execFile);
  // Should there be nerdctl as well, it is not meant here.
  const bin = temporaryPath("bin");
  let env: NodeJS.ProcessEnv;
  let engine: Engine;

  beforeAll(async () => {
    mkdirSync(bin);
    const { stdout } = await run("sh", ["-c", "command -v ctr"]);
    await run("ln", ["-s", stdout.trim(), join(bin, "ctr")]);
    env = { PATH: bin, CONTAINERD_ADDRESS: containerd.socket, CONTAINERD_NAMESPACE: "tests" };
    const ctr = ["--address", containerd.socket, "--namespace", "tests"];
    await run("ctr", [...ctr, "images", "import", "--no-unpack", archive]);
    const all = ["--no-unpack", "--all-platforms", "--base-name=registry.example/platforms"];
    await run("ctr", [...ctr, "images", "import", ...all, platforms]);
    const found = await connectContainerd(env);
    if (!found) throw new Error("ctr was not found");
    engine = found;
  });

  afterAll(async () => {
    await engine?.[Symbol.asyncDispose]();
    await containerd.stop();
  });

  const find = async (name: string, platform?: string): Promise<EngineImage> => {
    const image = await engine.findImage(name, platform);
    if (!image) throw new Error(`there is no ${name}`);
    return image;
  };
  const exported = async (image: EngineImage): Promise<Buffer> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of image.export()) chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  const diffIds = (bytes: Uint8Array, platform: string) =>
    withScan(
      bytes,
      ({ errors, document }) => {
        expect(errors).toEqual([]);
        return document.config.diffIds;
      },
      { platform },
    );

  test("has the image that was imported, under its whole and its familiar name, and by digest", async () => {
    const name = "docker.io/library/multi:latest";
    expect([...(await engine.imageNames())].sort()).toEqual([name, "registry.example/platforms:latest"]);
    const { stdout } = await run(join(bin, "ctr"), ["images", "ls", `name==${name}`], { env });
    const [digest = ""] = /sha256:[0-9a-f]{64}/.exec(stdout) ?? [];
    for (const other of [name, "multi", "multi:latest", "library/multi", digest, digest.slice(7, 19)]) {
      expect(await engine.findImage(other, undefined), other).toBeDefined();
    }
    expect(await engine.findImage("none", undefined)).toBeUndefined();
  });

  test("exports each platform as the archive had it", async () => {
    const original = readFileSync(platforms);
    for (const platform of ["linux/amd64", "linux/arm64"]) {
      const bytes = await exported(await find("registry.example/platforms", platform));
      expect(await diffIds(bytes, platform)).toEqual(await diffIds(original, platform));
    }
    await expect(find("multi", "windows/amd64")).rejects.toMatchObject({ code: "no-such-platform" });
  });

  test("an image that is there for another platform only is missing a blob", async () => {
    await expect(exported(await find("multi", "linux/arm64"))).rejects.toMatchObject({ code: "missing-blob" });
  });

  test("has nothing in another namespace", async () => {
    const other = await connectContainerd({ ...env, CONTAINERD_NAMESPACE: "empty" });
    expect(await other?.imageNames()).toEqual([]);
  });

  test("an export that fails says why, and one that is stopped leaves no program behind", async () => {
    const image = await find("multi", "linux/amd64");
    const stop = new AbortController();
    const read = async () => {
      for await (const _ of image.export(stop.signal)) stop.abort();
    };
    await expect(read()).rejects.toMatchObject({ code: "aborted" });
    const commands = readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => commandOf(pid));
    expect(commands.filter((command) => command.includes(bin))).toEqual([]);

    await run("ctr", [
      "--address",
      containerd.socket,
      "--namespace",
      "tests",
      "images",
      "rm",
      "docker.io/library/multi:latest",
    ]);
    await expect(exported(image)).rejects.toMatchObject({ message: expect.stringContaining("not found") });
  });
});

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
