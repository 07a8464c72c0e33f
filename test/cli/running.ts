/** A command that runs until it is interrupted. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryPath } from "../temporary-directory.ts";
import { COMMAND, plainEnvironment, ROOT } from "./command.ts";

export interface RunningCommand {
  /** Everything that it printed. */
  said(): string;
  /** What is in its own temporary directory. */
  leftBehind(): readonly string[];
  until(isSo: () => boolean): Promise<void>;
  /** @returns the exit code, and how many milliseconds the end took */
  interrupt(signal: NodeJS.Signals): Promise<{ readonly code: number | null; readonly took: number }>;
}

export function startLayerscope(
  args: readonly string[],
  { env = {} }: { env?: NodeJS.ProcessEnv } = {},
): RunningCommand {
  const directory = temporaryPath();
  mkdirSync(directory);
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd: ROOT,
    env: plainEnvironment({ ...env, TMPDIR: directory }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "close");
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  return {
    said: () => said,
    leftBehind: () => readdirSync(directory),
    until: async (isSo) => {
      for (let tries = 0; tries < 1200 && !isSo(); tries++) {
        if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${said}`);
        await sleep(25);
      }
      if (!isSo()) throw new Error(`it never came to that: ${said}`);
    },
    interrupt: async (signal) => {
      const begun = performance.now();
      child.kill(signal);
      const slow = setTimeout(() => child.kill("SIGKILL"), 5000);
      const [code] = (await ended) as [number | null];
      clearTimeout(slow);
      return { code, took: performance.now() - begun };
    },
  };
}
