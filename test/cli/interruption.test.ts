/** Ctrl-C stops at once, says nothing and leaves nothing behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { dockerSaveNew } from "../../fixtures/build/image.ts";
import { file, tar } from "../../fixtures/build/tar.ts";
import { temporaryFile, temporaryPath } from "../temporary-directory.ts";
import { COMMAND, DEMO, plainEnvironment, ROOT } from "./command.ts";

interface Running {
  readonly child: ChildProcess;
  readonly said: () => string;
  /** Its own temporary directory. */
  readonly directory: string;
}

function start(args: string[]): Running {
  const directory = temporaryPath();
  mkdirSync(directory);
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd: ROOT,
    env: plainEnvironment({ TMPDIR: directory }),
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  child.stdin?.on("error", () => {});
  return { child, said: () => said, directory };
}

/** Sends the signal; gives the exit code and how many milliseconds the end took. */
async function interrupt({ child }: Running, signal: NodeJS.Signals): Promise<{ code: number | null; took: number }> {
  const begun = performance.now();
  const ended = once(child, "close");
  child.kill(signal);
  const slow = setTimeout(() => child.kill("SIGKILL"), 5000);
  const [code] = (await ended) as [number | null];
  clearTimeout(slow);
  return { code, took: performance.now() - begun };
}

const demo = readFileSync(join(ROOT, DEMO));

describe.skipIf(process.platform === "win32").each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s", (signal, exitCode) => {
  test.concurrent.each([
    ["the summary of a pipe that says nothing", ["-"], 0],
    ["the report of a pipe that stops in a layer", ["--json", "-"], 700_000],
    ["a list of a pipe, which is kept in a temporary file", ["ls", "-", "--json", "--digests"], 700_000],
    ["an extraction out of a pipe", ["extract", "-", "--to", "never"], 700_000],
  ])(`ends %s with ${exitCode}`, async (_, args, length) => {
    const running = start(args);
    // A pipe holds less than that, so the command has begun to read when all of it is written.
    if (length > 0) await new Promise((resolve) => running.child.stdin?.write(demo.subarray(0, length), resolve));
    // Nothing tells that a command waits for a pipe that says nothing.
    await sleep(length > 0 ? 200 : 4000);
    expect(running.child.exitCode).toBeNull();
    const { code, took } = await interrupt(running, signal);
    expect(code).toBe(exitCode);
    expect(took).toBeLessThan(4000);
    expect(running.said()).toBe("");
    expect(readdirSync(running.directory)).toEqual([]);
  });
});

test.skipIf(process.platform === "win32")("an interrupted extraction leaves no half file", async () => {
  // Compressible, so that the fixture is quick to make, and long enough to be caught in the middle.
  const size = 400_000_000;
  const sparse = { path: "big", content: "x", pax: { "GNU.sparse.major": "1", "GNU.sparse.minor": "0" } };
  const map = Buffer.alloc(1024);
  map.write(`1\n${size - 512}\n512\n`);
  const member = {
    ...sparse,
    content: map,
    pax: { ...sparse.pax, "GNU.sparse.name": "big", "GNU.sparse.realsize": String(size) },
  };
  const image = temporaryFile(dockerSaveNew({ layers: [tar([file("small", "small"), member])] }));
  const to = temporaryPath();
  const running = start(["extract", image, "--to", to]);
  await vi.waitUntil(() => filesIn(to).includes("big"), { timeout: 30_000, interval: 10 });
  const { code, took } = await interrupt(running, "SIGINT");
  expect(code).toBe(130);
  expect(took).toBeLessThan(4000);
  expect(running.said()).toBe("");
  expect(filesIn(to)).toEqual(["small"]);
});

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
