/** Runs the built command and keeps all that it says. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const COMMAND = join(ROOT, "packages/cli/bin/layerscope.js");
export const DEMO = "fixtures/demo.tar";
export const EDGE_NAMES = "fixtures/images/edge-names/docker-save-26.tar";

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly bytes: Buffer;
}

export interface RunOptions {
  /** Standard input; empty when left out. */
  readonly input?: Uint8Array | undefined;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** User and group to run as. */
  readonly id?: number;
}

/** The environment without what decides on colours. */
export function plainEnvironment(env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { NO_COLOR, FORCE_COLOR, TERM, CI, ...rest } = process.env;
  return { ...rest, TERM: "xterm-256color", ...env };
}

/** `layerscope ARGS`, in the root of the repository, to its end. */
export function layerscope(args: readonly string[], options: RunOptions = {}): Promise<Result> {
  const { input, env, cwd = ROOT, id } = options;
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd,
    env: plainEnvironment(env),
    ...(id !== undefined && { uid: id, gid: id }),
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  // The command need not read all of it.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const bytes = Buffer.concat(stdout);
      resolve({ code, bytes, stdout: bytes.toString(), stderr: Buffer.concat(stderr).toString() });
    });
  });
}

/** The lines of `--json` output that has one object a line. */
export function jsonLines<T>(text: string): T[] {
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as T);
}
