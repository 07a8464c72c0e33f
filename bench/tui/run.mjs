/**
 * Measures the interactive view against its limits, on a pseudo-terminal; see ../README.md.
 *
 *     npm run bench:tui [-- --cache DIR] [--cli PATH] [--rounds N]
 */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { DEFAULT_CACHE, needImage } from "../images.mjs";
import { isGood, machine, printTable } from "../table.mjs";

/** @typedef {import("../table.mjs").Result} Result */
/** Times are in seconds. @typedef {{ name: string, count: number, pressed: number, p50: number, p95: number, settled95: number, bytes: number }} Latency */
/** @typedef {{ VmRSS: number, VmHWM: number }} Memory */
/** @typedef {{ keys: number, frames: number, cpuShare: number, lag: number, last: number, clears: number, bytesPerSecond: number }} Held */
/** @typedef {{ firstLayers: number, fullTree: number, steps: Latency[], memory: Memory, hold: Held, memoryAtEnd: Memory }} Measured */

const { values: options } = parseArgs({
  options: {
    cache: { type: "string", default: DEFAULT_CACHE },
    cli: { type: "string", default: inRepository("../../packages/cli/bin/layerscope.js") },
    rounds: { type: "string", default: "40" },
  },
});
const ROUNDS = Number(options.rounds);
const COLUMNS = 200;
const ROWS = 50;
const MB = 1_000_000;

/** Opens all directories of the tree of files, which then has a row for every node, and goes to its top. */
const ALL_OPEN = ["\r", "t", "E", "g"];
const TYPED = [..."node"];

/** Pressed on the large tree, in this order. p95 must be under `limit`, in seconds. */
const STEPS = [
  { name: "move down", before: ALL_OPEN, keys: ["j"], rounds: ROUNDS, limit: 0.016 },
  { name: "move where all rows scroll", before: ["d", "d", "d"], keys: ["j"], rounds: ROUNDS, limit: 0.016 },
  { name: "page", keys: ["d", "d", "u"], rounds: Math.ceil(ROUNDS / 2), limit: 0.016 },
  { name: "layer change", before: ["c"], keys: ["[", "[", "]", "]"], rounds: Math.ceil(ROUNDS / 4), limit: 0.05 },
  {
    name: "layer change in the tree of all files",
    before: ["t"],
    keys: ["[", "[", "]", "]"],
    rounds: Math.ceil(ROUNDS / 4),
    limit: 0.05,
  },
  { name: "collapse all", before: ["E"], keys: ["C"], between: ["E"], rounds: Math.ceil(ROUNDS / 2), limit: 0.05 },
  { name: "expand all", before: ["C"], keys: ["E"], between: ["C"], rounds: Math.ceil(ROUNDS / 2), limit: 0.05 },
  {
    name: "filter as typed",
    before: ["f"],
    keys: TYPED,
    between: [...TYPED.map(() => "\u007f")],
    rounds: Math.ceil(ROUNDS / 4),
    limit: 0.05,
  },
];
const HOLD = { key: "j", rate: 30, seconds: 5, before: ["\u001b", ...ALL_OPEN] };

/** @param {string} path */
function inRepository(path) {
  return fileURLToPath(new URL(path, import.meta.url));
}

/** @param {string} image @param {object} plan @returns {Measured} */
function measure(image, plan) {
  console.error(`measuring ${basename(image)} …`);
  const argv = [process.execPath, options.cli, image];
  const { NO_COLOR, FORCE_COLOR, CI, NODE_OPTIONS, NODE_ENV, ...env } = process.env;
  const whole = { argv, columns: COLUMNS, rows: ROWS, ...plan };
  const result = spawnSync("python3", [inRepository("measure.py"), JSON.stringify(whole)], {
    env: {
      ...env,
      TERM: "xterm-256color",
      COLORTERM: "truecolor",
      LC_ALL: "C.UTF-8",
      XDG_CONFIG_HOME: inRepository("none"),
    },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (result.status !== 0) throw new Error(result.stderr.trim().split("\n").slice(-1)[0] ?? "python3 failed");
  return JSON.parse(result.stdout);
}

/** @param {number} seconds */
const milliseconds = (seconds) => `${(seconds * 1000).toFixed(1)} ms`;
/** @param {number} bytes */
const megabytes = (bytes) => `${(bytes / MB).toFixed(1)} MB`;
/** @param {number} share */
const percent = (share) => `${(share * 100).toFixed(0)} %`;

/** @type {Result[]} */
const results = [];
/** @type {string[]} */
const raw = [];

/** @param {string} row @param {number} value @param {number} limit @param {(value: number) => string} format */
function judge(row, value, limit, format) {
  results.push({ row, value: format(value), limit: format(limit), verdict: value <= limit ? "ok" : "OVER" });
}

/**
 * The start, several times, and the memory that the view has then taken.
 * @param {string} name @param {string} layerText what a layer's command has in it @returns {{ firstLayers: number, fullTree: number, memory: number }}
 */
function opening(name, layerText) {
  const { path } = needImage(name, options.cache);
  const runs = [1, 2, 3].map(() =>
    measure(path, { layerText, steps: [{ name: "move", before: ["\r", "E"], keys: ["j"], rounds: 20 }] }),
  );
  raw.push(`${name}:`);
  for (const { firstLayers, fullTree, memoryAtEnd } of runs) {
    raw.push(
      `  first layers ${milliseconds(firstLayers)}, full tree ${milliseconds(fullTree)}, ` +
        `memory ${megabytes(memoryAtEnd.VmRSS)}, at its peak ${megabytes(memoryAtEnd.VmHWM)}`,
    );
  }
  return {
    firstLayers: Math.min(...runs.map((run) => run.firstLayers)),
    fullTree: Math.min(...runs.map((run) => run.fullTree)),
    memory: Math.max(...runs.map((run) => run.memoryAtEnd.VmRSS)),
  };
}

function openings() {
  const { firstLayers, fullTree, memory } = opening("files-95000", "npm install");
  judge("95,000 files: first frame with the layers", firstLayers, 0.5, milliseconds);
  judge("95,000 files: full tree, and all numbers", fullTree, 1.5, milliseconds);
  judge("95,000 files: memory with the view open", memory, 200 * MB, megabytes);
  // As large images are, with contents to compare: as a second case, under the same limits.
  const mix = opening("real-mix", "npm ci");
  judge("real-mix: first frame with the layers", mix.firstLayers, 0.5, milliseconds);
  judge("real-mix: full tree, and all numbers", mix.fullTree, 1.5, milliseconds);
  judge("real-mix: memory with the view open", mix.memory, 200 * MB, megabytes);
}

function keys() {
  const { path } = needImage("nodes-200000", options.cache);
  const { steps, hold, memoryAtEnd, fullTree } = measure(path, { layerText: "npm install", steps: STEPS, hold: HOLD });
  raw.push("nodes-200000:", `  full tree ${milliseconds(fullTree)}, memory ${megabytes(memoryAtEnd.VmRSS)}`);
  steps.forEach((step, i) => {
    judge(`${step.name}, p95`, step.p95, STEPS[i].limit, milliseconds);
    raw.push(
      `  ${step.name}: p50 ${milliseconds(step.p50)}, p95 ${milliseconds(step.p95)}, until the last byte p95 ` +
        `${milliseconds(step.settled95)}; ${step.bytes} bytes; ${step.count} of ${step.pressed} keys changed the screen`,
    );
  });
  judge("holding j: share of a core", hold.cpuShare, 0.35, percent);
  judge("holding j: lag, p95", hold.lag, 0.02, milliseconds);
  judge("holding j: full clears", hold.clears, 0, String);
  raw.push(
    `  holding j: ${hold.keys} keys, ${hold.frames} repaints, the last ${milliseconds(hold.last)} after the last key, ` +
      `${(hold.bytesPerSecond / 1000).toFixed(0)} kB/s`,
  );
}

function main() {
  if (!(ROUNDS >= 4)) {
    console.error("bench: --rounds is a number, at least 4");
    return 2;
  }
  if (!existsSync(options.cli)) {
    console.error(`bench: there is no ${options.cli}; run \`npm run build\` first`);
    return 2;
  }
  for (const [row, work] of /** @type {const} */ ([
    ["opening", openings],
    ["keys", keys],
  ])) {
    try {
      work();
    } catch (error) {
      raw.push(`  ${row}: ${error instanceof Error ? error.message : error}`);
      results.push({ row, value: "-", limit: "-", verdict: "FAILED, see below" });
    }
  }
  console.log(`${machine()}, ${COLUMNS}x${ROWS}\n`);
  printTable(results);
  console.log(`\n${raw.join("\n")}`);
  return results.every(isGood) ? 0 : 1;
}

process.exitCode = main();
