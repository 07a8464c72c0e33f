/**
 * Loaded into a measured program with `--require`: on exit it leaves what the process has used in the file named by
 * LAYERSCOPE_BENCH_USAGE. Not an ES module, because those cost a measured start-up more.
 */
"use strict";

const { readFileSync, writeFileSync } = require("node:fs");
const { isMainThread } = require("node:worker_threads");

const file = process.env.LAYERSCOPE_BENCH_USAGE;
if (isMainThread && file) {
  // Programs started by this one must not write over it.
  process.env.LAYERSCOPE_BENCH_USAGE = "";
  process.on("exit", () => writeFileSync(file, JSON.stringify(usage())));
}

function usage() {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return {
    cpuMs: (userCPUTime + systemCPUTime) / 1000,
    // Linux lets a process start with the peak of its parent in maxRSS; VmHWM is its own.
    peakBytes: (fromProc("status", /^VmHWM:\s*(\d+) kB$/m) ?? maxRSS) * 1024,
    diskBytes: fromProc("io", /^read_bytes: (\d+)$/m) ?? null,
  };
}

/** @param {string} name @param {RegExp} pattern */
function fromProc(name, pattern) {
  try {
    const found = pattern.exec(readFileSync(`/proc/self/${name}`, "latin1"));
    return found ? Number(found[1]) : undefined;
  } catch {
    return undefined;
  }
}
