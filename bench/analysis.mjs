/**
 * Analyses an image and makes the report, with the library:
 *
 *     node bench/analysis.mjs IMAGE [--inspect]
 *
 * Prints how long that took once all modules were there, in milliseconds. With `--inspect` files are looked into and there
 * is advice, as `layerscope --json` does it.
 */

import { openSource } from "../packages/core/dist/open-source.js";

const [path = "", option] = process.argv.slice(2);
const inspects = option === "--inspect";

const [{ scanImage }, { analyse }, { stringifyReport }, files, advice] = await Promise.all([
  import("../packages/core/dist/tree/scan-image.js"),
  import("../packages/core/dist/metrics/analyse.js"),
  import("../packages/core/dist/report/report.js"),
  inspects ? import("../packages/core/dist/inspection/inspect-image.js") : undefined,
  inspects ? import("../packages/core/dist/advice/advise.js") : undefined,
]);
const { CONTENT_INSPECTOR } = inspects ? await import("../packages/core/dist/inspection/content-inspector.js") : {};

const start = performance.now();
const source = await openSource(path);
const analysis = analyse(await scanImage(source, CONTENT_INSPECTOR ? { inspector: CONTENT_INSPECTOR } : {}));
const inspection = await files?.inspectImage(analysis);
const found = inspection && { inspection, advice: advice?.advise(analysis, inspection) };
let characters = 0;
for (const piece of stringifyReport(analysis, { reference: path, ...found })) characters += piece.length;
const time = performance.now() - start;
if (characters === 0) throw new Error("there is no report");
console.log(time.toFixed(3));
