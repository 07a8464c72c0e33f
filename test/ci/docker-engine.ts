/** A Docker engine that lives as long as a test file: everything it has is in a directory of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Result } from "../cli/command.ts";
import { has } from "../cli/terminal.ts";

export interface DockerEngine {
  /** `docker ARGS`, to its end. */
  docker(args: readonly string[], input?: Uint8Array): Promise<Result>;
  /** Ends it and all that it started. */
  stop(): Promise<void>;
}

/** Starts an engine, or tells why there is none. */
export async function startDockerEngine(directory: string): Promise<DockerEngine | string> {
  const missing = ["dockerd", "docker"].filter((program) => !has(program));
  if (missing.length > 0) return missing.map((program) => `no ${program}`).join(", ");
  if (process.getuid?.() !== 0) return "dockerd needs root";
  mkdirSync(directory);
  const host = `unix://${join(directory, "docker.sock")}`;
  const places = ["data-root", "exec-root", "pidfile"].map((name) => `--${name}=${join(directory, name)}`);
  // Containers share the network of the machine or have none, so nothing of its network is changed.
  const network = ["--iptables=false", "--ip6tables=false", "--bridge=none"];
  const daemon = spawn("dockerd", [`--host=${host}`, ...places, ...network], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(daemon, "close");
  let log = "";
  for (const stream of [daemon.stdout, daemon.stderr]) stream.on("data", (text) => (log += text));
  const kill = () => daemon.kill();
  process.once("exit", kill);

  // The client's own settings and credentials do not count, and the engine's own builder needs no plugin.
  const env = { ...process.env, DOCKER_HOST: host, DOCKER_CONFIG: directory, DOCKER_BUILDKIT: "0" };
  const docker = (args: readonly string[], input?: Uint8Array) => run("docker", args, env, input);
  const stop = async () => {
    daemon.kill();
    await ended;
    process.off("exit", kill);
    // A container that shared the network of the machine leaves a mount behind.
    for (const [, place = ""] of readFileSync("/proc/mounts", "utf8").matchAll(/^\S+ (\S+)/gm)) {
      if (place.startsWith(`${directory}/`)) await run("umount", [place], process.env);
    }
  };
  while (daemon.exitCode === null && daemon.signalCode === null) {
    if ((await docker(["version"])).code === 0) return { docker, stop };
    await setTimeout(100);
  }
  await stop();
  return `dockerd does not start: ${log.trimEnd().split("\n").at(-1)}`;
}

async function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv, input?: Uint8Array) {
  const child = spawn(program, args, { env });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  // Not every command reads all of it.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const [code] = (await once(child, "close")) as [number | null];
  const bytes = Buffer.concat(stdout);
  return { code, bytes, stdout: bytes.toString(), stderr: Buffer.concat(stderr).toString() };
}
