/**
 * Measures the command line and the library against their limits; see README.md.
 *
 *     npm run bench [-- name…] [--image PATH] [--rounds N] [--cache DIR] [--cli PATH]
 */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { cached, DEFAULT_CACHE, needImage } from "./images.mjs";
import { bytesRead, dropFromCache, inTemporaryFolder, ownTimes, run, takeTurns, usageOf } from "./measure.mjs";
import { isGood, machine, printTable } from "./table.mjs";

/** @typedef {import("./images.mjs").Image} Image */
/** @typedef {import("./measure.mjs").Sample} Sample */
/** @typedef {import("./measure.mjs").Program} Program */
/** @typedef {import("./table.mjs").Result} Result */

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    image: { type: "string" },
    rounds: { type: "string", default: "7" },
    cache: { type: "string", default: DEFAULT_CACHE },
    cli: { type: "string", default: inRepository("../packages/cli/bin/layerscope.js") },
  },
});
const ROUNDS = Number(options.rounds);
/** For programs that run for seconds. */
const FEW_ROUNDS = Math.min(ROUNDS, 3);
const BARE_WALK = inRepository("bare-walk.mjs");
const ANALYSIS = inRepository("analysis.mjs");
const DECOMPRESS_ONLY = inRepository("decompress-only.mjs");

/** @type {Result[]} */
const results = [];
/** @type {string[]} */
const raw = [];

/** @type {Record<string, () => void>} */
const ROWS = {
  "real-mix": () => uncompressed("real-mix", need("real-mix")),
  reads: bytesReadOfRealMix,
  whiteouts: manyWhiteouts,
  gzip: () => compressed("gzip"),
  zstd: () => compressed("zstd"),
  growth: tenTimesTheEntries,
  small: smallImage,
  inspection: inspectionAndAdvice,
};

/** @param {string} path */
function inRepository(path) {
  return fileURLToPath(new URL(path, import.meta.url));
}

/** @param {string} path @returns {Program} */
const inspect = (path) => [options.cli, "--json", path];

/** Without packages, secrets and advice, which have rows of their own. @param {string} path @returns {Program} */
const analyse = (path) => [ANALYSIS, path];

/** @param {string} name */
const need = (name) => needImage(name, options.cache);

const MB = 1_000_000;
/** Of real-mix: what scripts, settings and databases of packages come to, and the beginnings of files of one size. */
const MOST_INSPECTED = 64 * MB;
/** @param {number} bytes */
const megabytes = (bytes) => `${(bytes / MB).toFixed(1)} MB`;
/** @param {number} ms */
const milliseconds = (ms) => `${ms.toFixed(0)} ms`;

/** @param {string} row @param {number} value @param {number} limit @param {(value: number) => string} format */
function judge(row, value, limit, format) {
  results.push({ row, value: format(value), limit: format(limit), verdict: value <= limit ? "ok" : "OVER" });
}

/** @param {number} share */
const percent = (share) => `${(share * 100).toFixed(0)} %`;

/** @param {number} value */
const times = (value) => `${value.toFixed(2)} x`;

/** @param {string} what @param {Sample} sample */
function note(what, sample) {
  const { minimum, median, usage } = sample;
  raw.push(
    `  ${what}: wall min ${milliseconds(minimum)}, median ${milliseconds(median)}; ` +
      `cpu ${milliseconds(usage.cpuMs)}; peak memory ${megabytes(usage.peakBytes)}; ` +
      `runs ${sample.times.map((time) => time.toFixed(0)).join(" ")}`,
  );
}

/** @param {string} row @param {string} path */
function noteImage(row, path) {
  raw.push(`${row}: ${basename(path)}, ${statSync(path).size} bytes`);
}

/**
 * Compares the program's own totals with those that the generator counted: a fast wrong answer is worth nothing.
 * @param {string} row
 * @param {Image} image
 */
function checkAnswer(row, image) {
  const report = inTemporaryFolder((folder) => {
    const file = join(folder, "report.json");
    run(inspect(image.path), { output: file });
    raw.push(`  report: ${statSync(file).size} bytes`);
    return statSync(file).size < 500 * MB ? JSON.parse(readFileSync(file, "utf8")) : {};
  });
  for (const key of /** @type {const} */ (["storedBytes", "finalBytes", "wastedBytes"])) {
    const found = shallowest(report, key);
    if (found === undefined) raw.push(`  ${key}: not found in the report, so not checked`);
    else if (found !== image.totals[key]) {
      results.push({ row: `${row} ${key}`, value: String(found), limit: String(image.totals[key]), verdict: "WRONG" });
    }
  }
}

/** The first number under this key, level by level. @param {unknown} json @param {string} key */
function shallowest(json, key) {
  for (let level = [json]; level.length > 0; ) {
    /** @type {unknown[]} */
    const next = [];
    for (const value of level) {
      if (typeof value !== "object" || value === null) continue;
      const found = /** @type {Record<string, unknown>} */ (value)[key];
      if (typeof found === "number") return found;
      for (const child of Object.values(value)) next.push(child);
    }
    level = next;
  }
  return undefined;
}

/** @param {string} row @param {{ path: string } & Partial<Image>} image */
function uncompressed(row, image) {
  noteImage(row, image.path);
  const [subject, peer] = takeTurns([analyse(image.path), [BARE_WALK, image.path]], ROUNDS);
  note("analysis", subject);
  note("bare walk", peer);
  raw.push(
    `  ratio of medians ${times(subject.median / peer.median)}, of cpu ${times(subject.usage.cpuMs / peer.usage.cpuMs)}`,
  );
  judge(`${row}: time against a bare walk`, subject.minimum / peer.minimum, 2.5, times);
  const whole = usageOf(inspect(image.path));
  raw.push(`  layerscope --json: cpu ${milliseconds(whole.cpuMs)}, peak memory ${megabytes(whole.peakBytes)}`);
  judge(`${row}: peak memory, with inspection`, whole.peakBytes, 150 * MB, megabytes);
  if (image.totals) checkAnswer(row, /** @type {Image} */ (image));
}

function bytesReadOfRealMix() {
  const row = "reads: bytes of the file";
  const image = need("real-mix");
  const { entries, comparedBytes } = image.totals;
  const limit = entries * 8192 + comparedBytes;
  noteImage("reads", image.path);
  const read = bytesRead(analyse(image.path), image.path);
  if (read === undefined) {
    results.push({ row, value: "-", limit: megabytes(limit), verdict: "skipped: no strace here" });
    return;
  }
  const peer = /** @type {NonNullable<typeof read>} */ (bytesRead([BARE_WALK, image.path], image.path));
  judge(row, read.bytes, limit, megabytes);
  raw.push(
    `  limit: ${entries} entries x 8192 + ${comparedBytes} bytes of bodies to compare`,
    `  analysis: ${read.bytes} bytes in ${read.calls} calls, ${((read.bytes - comparedBytes) / entries).toFixed(0)} an entry beside the bodies`,
    `  bare walk: ${peer.bytes} bytes in ${peer.calls} calls`,
  );
  for (const [what, program] of /** @type {const} */ ([
    ["analysis", analyse(image.path)],
    ["bare walk", [BARE_WALK, image.path]],
  ])) {
    if (!dropFromCache(image.path)) continue;
    const time = run([...program]);
    dropFromCache(image.path);
    const { diskBytes } = usageOf([...program]);
    raw.push(`  ${what}, file dropped from the cache: ${milliseconds(time)}, ${diskBytes ?? "?"} bytes from the disk`);
  }
}

/** What advice and packages take beside the analysis of the same image, in cold processes. */
function inspectionAndAdvice() {
  for (const name of ["real-mix", "files-95000"]) {
    const image = need(name);
    noteImage(`inspection ${name}`, image.path);
    const [plain, whole] = ownTimes(
      [
        [ANALYSIS, image.path],
        [ANALYSIS, image.path, "--inspect"],
      ],
      ROUNDS,
    );
    const share = Math.min(...whole) / Math.min(...plain) - 1;
    judge(`inspection and advice: time they add, ${name}`, share, 0.4, percent);
    raw.push(`  analysis and report: ${plain.map(milliseconds).join(", ")}`);
    raw.push(`  with inspection and advice: ${whole.map(milliseconds).join(", ")}`);
    if (name === "real-mix") bytesOfInspection(image);
  }
}

/** @param {Image} image */
function bytesOfInspection(image) {
  const row = "inspection and advice: bytes of the file";
  const plain = bytesRead([ANALYSIS, image.path], image.path);
  const whole = bytesRead([ANALYSIS, image.path, "--inspect"], image.path);
  if (!plain || !whole) {
    results.push({ row, value: "-", limit: megabytes(MOST_INSPECTED), verdict: "skipped: no strace here" });
    return;
  }
  judge(row, whole.bytes - plain.bytes, MOST_INSPECTED, megabytes);
  raw.push(`  ${whole.bytes - plain.bytes} bytes in ${whole.calls - plain.calls} calls`);
}

function manyWhiteouts() {
  const image = need("whiteouts-16");
  const plain = need("whiteouts-16-none");
  noteImage("whiteouts", image.path);
  const [subject, peer] = takeTurns([analyse(image.path), analyse(plain.path)], 2 * ROUNDS);
  note("with 5,000 whiteouts", subject);
  note("without", peer);
  judge("whiteouts: time against the same without", subject.minimum / peer.minimum, 1.1, times);
  checkAnswer("whiteouts", image);
}

/** @param {"gzip" | "zstd"} compression */
function compressed(compression) {
  const row = `${compression}: time against decompressing`;
  const name = `oci-${compression}`;
  if (compression === "zstd" && !cached(name, options.cache) && spawnSync("zstd", ["--version"]).status !== 0) {
    results.push({ row, value: "-", limit: times(1.25), verdict: "skipped: no zstd program to make the image with" });
    return;
  }
  const image = need(name);
  noteImage(compression, image.path);
  const [subject, peer] = takeTurns([analyse(image.path), [DECOMPRESS_ONLY, image.path]], Math.min(ROUNDS, 5));
  note("analysis", subject);
  note("decompress only", peer);
  judge(row, subject.minimum / peer.minimum, 1.25, times);
  checkAnswer(compression, image);
}

function tenTimesTheEntries() {
  const images = ["entries-20000", "entries-200000", "entries-2000000"].map(need);
  raw.push("growth:");
  const [few, some] = takeTurns([analyse(images[0].path), analyse(images[1].path)], ROUNDS);
  note("20,000 entries", few);
  note("200,000 entries", some);
  const [many] = takeTurns([analyse(images[2].path)], FEW_ROUNDS);
  note("2,000,000 entries, default heap", many);
  for (const [row, less, more] of /** @type {const} */ ([
    ["growth: 20,000 to 200,000", few, some],
    ["growth: 200,000 to 2,000,000", some, many],
  ])) {
    judge(`${row}, time`, more.minimum / less.minimum, 11, times);
    judge(`${row}, memory`, more.usage.peakBytes / less.usage.peakBytes, 11, times);
  }
  checkAnswer("growth", images[2]);
}

function smallImage() {
  const image = need("small-1mb");
  noteImage("small", image.path);
  const [subject, peer] = takeTurns([inspect(image.path), ["-e", "0"]], 3 * ROUNDS);
  note("layerscope --json", subject);
  note("node -e 0", peer);
  judge("small: time against node -e 0", subject.minimum / peer.minimum, 2.5, times);
  checkAnswer("small", image);
}

function main() {
  const unknown = names.filter((name) => !(name in ROWS));
  if (unknown.length > 0 || !(ROUNDS >= 1)) {
    console.error(`bench: no row ${unknown.join(", ")}; there are ${Object.keys(ROWS).join(", ")}`);
    return 2;
  }
  if (!existsSync(options.cli)) {
    console.error(`bench: there is no ${options.cli}; run \`npm run build\` first`);
    return 2;
  }
  const chosen = names.length > 0 ? names : Object.keys(ROWS);
  const { image } = options;
  /** @type {[string, () => void][]} */
  const work = chosen.map((name) => [name, ROWS[name]]);
  if (image !== undefined) work.push(["image", () => uncompressed("image", { path: image })]);
  for (const [name, measure] of work) {
    console.error(`measuring ${name} …`);
    try {
      measure();
    } catch (error) {
      raw.push(`  ${error instanceof Error ? error.message : error}`);
      results.push({ row: name, value: "-", limit: "-", verdict: "FAILED, see below" });
    }
  }
  console.log(`${machine()}\n`);
  printTable(results);
  console.log(`\n${raw.join("\n")}`);
  return results.every(isGood) ? 0 : 1;
}

process.exitCode = main();
