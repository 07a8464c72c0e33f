/** Runs Node programs and measures them from outside: time, processor time, memory, bytes read. */

import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const HOOK = fileURLToPath(new URL("usage-hook.cjs", import.meta.url));

/** A program is what follows `node` on the command line. @typedef {string[]} Program */
/** @typedef {{ cpuMs: number, peakBytes: number, diskBytes: number | null }} Usage */
/** @typedef {{ times: number[], minimum: number, median: number, usage: Usage }} Sample */

/**
 * Runs a program once and throws when it fails. The environment's NODE_OPTIONS do not count, so that the heap is
 * Node's default.
 * @param {Program} program
 * @param {{ output?: string, env?: Record<string, string>, wrapper?: string[] }} [options] `output` is a file for
 *   standard output; `wrapper` a command to run it under
 * @returns {number} milliseconds
 */
export function run(program, { output = devNull, env = {}, wrapper = [] } = {}) {
  const [command, ...args] = [...wrapper, process.execPath, ...program];
  const stdout = openSync(output, "w");
  const start = performance.now();
  const result = spawnSync(command, args, {
    stdio: ["ignore", stdout, "pipe"],
    env: { ...process.env, NODE_OPTIONS: "", ...env },
  });
  const time = performance.now() - start;
  closeSync(stdout);
  if (result.error) throw result.error;
  if (result.status !== 0) {
    const why = result.stderr.toString().trim().split("\n").slice(-5).join("\n");
    throw new Error(`node ${program.join(" ")}: ended with ${result.status ?? result.signal}\n${why}`);
  }
  return time;
}

/**
 * Runs a program once with the usage hook in it. Such a run is not timed: the hook itself takes some milliseconds.
 * @param {Program} program
 * @param {string} [output] a file for standard output
 * @returns {Usage}
 */
export function usageOf(program, output) {
  return inTemporaryFolder((folder) => {
    const file = join(folder, "usage.json");
    run(["--require", HOOK, ...program], { output, env: { LAYERSCOPE_BENCH_USAGE: file } });
    return JSON.parse(readFileSync(file, "utf8"));
  });
}

/**
 * Times programs against each other. They take turns (A B A B …), because the machine's other work would otherwise
 * hit one of them only. One untimed run each comes first and fills the page cache; two more tell the usage.
 * @param {Program[]} programs
 * @param {number} rounds
 * @returns {Sample[]} in the order of `programs`
 */
export function takeTurns(programs, rounds) {
  for (const program of programs) run(program);
  const times = programs.map(() => /** @type {number[]} */ ([]));
  for (let round = 0; round < rounds; round++) {
    programs.forEach((program, i) => {
      times[i].push(run(program));
    });
  }
  return programs.map((program, i) => sample(times[i], [usageOf(program), usageOf(program)]));
}

/** @param {number[]} times @param {Usage[]} usages @returns {Sample} */
function sample(times, usages) {
  const ascending = times.toSorted((a, b) => a - b);
  const middle = ascending.length / 2;
  return {
    times,
    minimum: ascending[0],
    median: (ascending[Math.ceil(middle) - 1] + ascending[Math.floor(middle)]) / 2,
    usage: {
      cpuMs: Math.min(...usages.map(({ cpuMs }) => cpuMs)),
      peakBytes: Math.max(...usages.map(({ peakBytes }) => peakBytes)),
      diskBytes: usages[0].diskBytes,
    },
  };
}

/**
 * The milliseconds that programs say they took, which take turns as in {@link takeTurns}.
 * @param {Program[]} programs each prints one number
 * @param {number} rounds
 * @returns {number[][]} in the order of `programs`
 */
export function ownTimes(programs, rounds) {
  const times = programs.map(() => /** @type {number[]} */ ([]));
  for (let round = 0; round < rounds; round++) {
    programs.forEach((program, i) => {
      times[i].push(inTemporaryFolder((folder) => Number(outputOf(program, join(folder, "time")))));
    });
  }
  return times;
}

/** @param {Program} program @param {string} file for its standard output */
function outputOf(program, file) {
  run(program, { output: file });
  return readFileSync(file, "utf8");
}

/**
 * How many bytes of a file a program gets by read calls, from all its threads.
 * @param {Program} program
 * @param {string} path
 * @returns {{ bytes: number, calls: number } | undefined} undefined without `strace`
 */
export function bytesRead(program, path) {
  if (spawnSync("strace", ["-V"]).status !== 0) return undefined;
  return inTemporaryFolder((folder) => {
    // One log per thread (-ff), so that no call is split in two lines.
    const log = ["-ff", "-o", join(folder, "log")];
    const trace = ["-qq", "-y", "-s", "0", "-e", "trace=read,pread64,readv,preadv,preadv2"];
    run(program, { wrapper: ["strace", ...log, ...trace], env: { UV_USE_IO_URING: "0" } });
    const file = `<${realpathSync(path)}>`;
    let bytes = 0;
    let calls = 0;
    for (const name of readdirSync(folder)) {
      for (const line of readFileSync(join(folder, name), "utf8").split("\n")) {
        const count = line.includes(file) ? / = (\d+)$/.exec(line) : null;
        if (count === null) continue;
        bytes += Number(count[1]);
        calls++;
      }
    }
    return { bytes, calls };
  });
}

/**
 * Asks the system to forget the file's pages, which takes GNU dd.
 * @param {string} path
 * @returns {boolean} whether it was asked
 */
export function dropFromCache(path) {
  return spawnSync("dd", [`if=${path}`, "iflag=nocache", "count=0", "status=none"]).status === 0;
}

/** @template T @param {(folder: string) => T} work @returns {T} */
export function inTemporaryFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), "layerscope-bench-run-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
