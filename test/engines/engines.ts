/** Engines that live as long as a test file: everything they have is in a directory of their own. */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Result } from "../cli/command.ts";
import { has } from "../cli/terminal.ts";

export interface RunningEngine {
  readonly socket: string;
  /** `docker ARGS` or `podman ARGS` to its end, asked of this engine. */
  run(args: readonly string[], input?: Uint8Array): Promise<Result>;
  /** Ends it at once, as if its machine had lost its power. */
  kill(): Promise<void>;
  /** Ends it and all that it started. */
  stop(): Promise<void>;
}

/**
 * Starts Docker's engine, or tells why there is none.
 * @param options more arguments for dockerd
 */
export async function startDocker(directory: string, options: readonly string[] = []): Promise<RunningEngine | string> {
  const missing = missingOf("dockerd", "docker");
  if (missing) return missing;
  mkdirSync(directory);
  const socket = join(directory, "docker.sock");
  const host = `unix://${socket}`;
  const places = ["data-root", "exec-root", "pidfile"].map((name) => `--${name}=${join(directory, name)}`);
  // Containers share the network of the machine or have none, so nothing of its network is changed.
  const network = ["--iptables=false", "--ip6tables=false", "--bridge=none"];
  // The client's own settings and credentials do not count, and the engine's own builder needs no plugin.
  const env = { ...process.env, DOCKER_HOST: host, DOCKER_CONFIG: directory, DOCKER_BUILDKIT: "0" };
  const daemon = spawn("dockerd", [`--host=${host}`, ...places, ...network, ...options], DAEMON);
  const run = (args: readonly string[], input?: Uint8Array) => runProgram("docker", args, env, input);
  const killRest = () => killByFile(join(directory, "exec-root/containerd/containerd.pid"));
  return untilReady({ directory, socket, daemon, run, killRest });
}

/** Starts Podman's service, or tells why there is none. */
export async function startPodman(directory: string): Promise<RunningEngine | string> {
  const missing = missingOf("podman");
  if (missing) return missing;
  mkdirSync(directory);
  const socket = join(directory, "podman.sock");
  const places = [`--root=${join(directory, "root")}`, `--runroot=${join(directory, "run")}`];
  const env = { ...process.env, CONTAINERS_CONF: "/dev/null" };
  const withDriver = (driver: string) => [...places, `--storage-driver=${driver}`, "--cgroup-manager=cgroupfs"];
  const canOverlay = (await runProgram("podman", [...withDriver("overlay"), "info"], env)).code === 0;
  const settings = withDriver(canOverlay ? "overlay" : "vfs");
  const service = ["system", "service", "--time=0", `unix://${socket}`];
  const daemon = spawn("podman", [...settings, ...service], { ...DAEMON, env });
  const run = (args: readonly string[], input?: Uint8Array) => runProgram("podman", [...settings, ...args], env, input);
  return untilReady({ directory, socket, daemon, run, killRest: () => {} });
}

const DAEMON: SpawnOptions = { stdio: ["ignore", "pipe", "pipe"] };

function missingOf(...programs: readonly string[]): string | undefined {
  const missing = programs.filter((program) => !has(program));
  if (missing.length > 0) return missing.map((program) => `no ${program}`).join(", ");
  return process.getuid?.() === 0 ? undefined : `${programs[0]} needs root`;
}

interface Starting {
  readonly directory: string;
  readonly socket: string;
  readonly daemon: ChildProcess;
  readonly run: RunningEngine["run"];
  /** Kills what a killed engine leaves. */
  readonly killRest: () => void;
}

async function untilReady(starting: Starting): Promise<RunningEngine | string> {
  const { directory, socket, daemon, run, killRest } = starting;
  const ended = once(daemon, "close");
  let log = "";
  for (const stream of [daemon.stdout, daemon.stderr]) stream?.on("data", (text) => (log += text));
  const onExit = () => {
    daemon.kill("SIGKILL");
    killRest();
  };
  process.once("exit", onExit);
  const end = async (signal: NodeJS.Signals) => {
    daemon.kill(signal);
    await ended;
    killRest();
    process.off("exit", onExit);
    await unmountBelow(directory);
  };
  const engine: RunningEngine = { socket, run, kill: () => end("SIGKILL"), stop: () => end("SIGTERM") };
  const patience = Date.now() + 30_000;
  while (daemon.exitCode === null && daemon.signalCode === null && Date.now() < patience) {
    if (await answers(socket)) return engine;
    await setTimeout(50);
  }
  await engine.stop();
  return `${daemon.spawnfile} does not start: ${log.trimEnd().split("\n").at(-1)}`;
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    // An engine that begins may take a question and never answer it.
    const request = get({ socketPath: socket, path: "/_ping", timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("timeout", () => request.destroy(new Error("no answer")));
    request.on("error", () => resolve(false));
  });
}

function killByFile(path: string): void {
  try {
    process.kill(Number(readFileSync(path, "utf8")), "SIGKILL");
  } catch {
    // It has ended, and taken its file with it.
  }
}

/** Engines leave mounts behind: of containers that shared the machine's network, and after they were killed. */
async function unmountBelow(directory: string): Promise<void> {
  const places = [...readFileSync("/proc/mounts", "utf8").matchAll(/^\S+ (\S+)/gm)].map(([, place = ""]) => place);
  for (const place of places.reverse()) {
    if (place.startsWith(`${directory}/`)) await runProgram("umount", [place], process.env);
  }
}

async function runProgram(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  input?: Uint8Array,
): Promise<Result> {
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
