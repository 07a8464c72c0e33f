import { stripVTControlCharacters } from "node:util";
import { escapeText } from "@layerscope/core";
import { describe, expect, test } from "vitest";
import { dockerSaveNew } from "../../../../fixtures/build/image.ts";
import { file, tar } from "../../../../fixtures/build/tar.ts";
import { scanArchive } from "../../../core/test/tree/scan-layers.ts";
import { formatTableReport, type TableOptions } from "../../src/budgets/formats/table.ts";
import { cellWidth } from "../../src/output/terminal.ts";
import {
  bytesOf,
  checkedImage,
  demoAnalysis,
  everyKindRun,
  hostileRun,
  runOf,
  unmeasured,
  unreadImage,
  verdictOf,
} from "./runs.ts";

const analysis = await demoAnalysis();
const PLAIN: TableOptions = { width: 80, color: false, quiet: false };

const total = verdictOf();
const waste = verdictOf({
  budget: {
    name: "wasted bytes of own layers",
    limit: { kind: "maxWastedShare", share: 0.1, butAtLeast: 50_000 },
    layers: "own",
  },
  status: "failed",
  unit: "share",
  value: 0.63,
  limit: 0.1,
  margin: -0.53,
  bytes: { value: 335_000, limit: 53_000 },
  findings: [
    { path: bytesOf("app/node_modules"), isDirectory: true, bytes: 124_000, layer: 5, hiddenBy: 7, cause: "hidden" },
    { path: bytesOf("app/package-lock.json"), bytes: 9400, layer: 4, hiddenBy: 6, cause: "identical" },
  ],
  findingCount: 14,
  ignoredBytes: 1200,
});
const layer = verdictOf({
  budget: {
    name: "largest layer",
    limit: { kind: "maxLayerSize", bytes: 361_000 },
    severity: "warn",
    origin: { kind: "option", option: "--max-layer-size 361kB" },
  },
  status: "failed",
  value: 361_001,
  limit: 361_000,
  findings: [{ bytes: 361_001, layer: 5 }],
});
const growth = unmeasured("skipped", "there is no baseline to compare with", {
  name: "growth",
  limit: { kind: "maxGrowth", share: 0.03 },
});

test("a run at 80 columns", () => {
  const run = runOf([checkedImage(analysis, [total, waste, layer, growth], { name: "app" })]);
  expect(formatTableReport(run, PLAIN)).toBe(`app (demo.tar)  1.28 MB in 10 layers
  own layers: 4 to 9; base layers: 0 to 3 (base by the history, a guess)
  1.20 kB in ignored paths do not count

  verdict    budget                          value        limit        margin
  ✓ ok       total size                     280 MB     ≤ 300 MB  20.0 MB left
  ✗ FAILED   wasted bytes of own layers     63.0 %       ≤ 10 %   282 kB over
                                                       or 50 kB
  ! warning  largest layer               361,001 B  ≤ 361,000 B      1 B over
  - skipped  growth                              –        ≤ 3 %

✗ FAILED: wasted bytes of own layers
   124 kB  /app/node_modules/
           mostly layer 5 (RUN npm ci)
           hidden by layer 7: its directory was replaced
  9.40 kB  /app/package-lock.json
           layer 4 (COPY package.json package-lock.json ./)
           hidden by layer 6: stored again unchanged
  and 12 more
  Limit: ≤ 10 %, but at least 50 kB: 53.0 kB may be wasted, 335 kB are
  Mend: Do not store what a later step replaces as a whole. Copy it once; a step
        that touches nothing need not store it again.
  Counts: own layers (4 to 9; base by the history, a guess); 1.20 kB in ignored
          paths do not count
  Set by: layerscope.yaml:4

! warning: largest layer
  361 kB  layer 5 (RUN npm ci)
  Mend: Store less in layer 5, or split what rarely changes from what often
        does.
  Set by: --max-layer-size 361kB

- skipped: growth
  Why: there is no baseline to compare with
  Set by: layerscope.yaml:4

FAILED: 1 of 4 budgets failed, 1 warning, 1 skipped
`);
});

test("a run that passes is short", () => {
  expect(formatTableReport(runOf([checkedImage(analysis, [total])]), PLAIN)).toBe(`demo.tar  1.28 MB in 10 layers

  verdict  budget       value     limit        margin
  ✓ ok     total size  280 MB  ≤ 300 MB  20.0 MB left

passed: 1 budget
`);
});

test("at 40 columns each budget has lines of its own", () => {
  const text = formatTableReport(runOf([checkedImage(analysis, [total, layer])]), { ...PLAIN, width: 40 });
  expect(text).toContain(`
  ✓ ok  total size
      280 MB; ≤ 300 MB; 20.0 MB left
  ! warning  largest layer
      361,001 B; ≤ 361,000 B; 1 B over
`);
});

test.each([30, 57, 80])("no line is wider than %i columns, whatever is in it", async (width) => {
  for (const run of [await everyKindRun(), await hostileRun()]) {
    for (const line of formatTableReport(run, { ...PLAIN, width }).split("\n")) {
      expect(cellWidth(line), line).toBeLessThanOrEqual(width);
      expect(escapeText(line)).toBe(line);
    }
  }
});

test("colours only add to what the words say", async () => {
  const run = await everyKindRun();
  const colored = formatTableReport(run, { ...PLAIN, color: true });
  expect(colored).toContain("\u001b[31m✗ FAILED\u001b[39m");
  expect(stripVTControlCharacters(colored)).toBe(formatTableReport(run, PLAIN));
});

test("a note is told even where the budget passed", () => {
  const noted = verdictOf({ budget: { name: "lowestEfficiency" }, notes: ["dive does not see 247 kB"] });
  expect(formatTableReport(runOf([checkedImage(analysis, [noted])]), PLAIN)).toContain(
    "✓ ok: lowestEfficiency\n  Note: dive does not see 247 kB\n",
  );
});

test("several images have one verdict; one that cannot be read says why", () => {
  const run = runOf([checkedImage(analysis, [total]), unreadImage()]);
  const text = formatTableReport(run, PLAIN);
  expect(text).toContain(`
worker (dist/worker.tar)
  ? could not be read: dist/worker.tar: no such file or directory
    Build it first, or correct the path.
`);
  expect(text.endsWith("\n\nUNDECIDED: 1 budget, 1 image could not be read\n")).toBe(true);
});

test("an image that was not read to its end says so", async () => {
  const layers = [tar([file("a", "1")]), tar([file("b", "2")])];
  const partial = await scanArchive(dockerSaveNew({ layers, broken: { missing: [1] } }));
  expect(partial.image.complete).toBe(false);
  const text = formatTableReport(runOf([checkedImage(partial, [total])]), PLAIN);
  expect(text).toContain("incomplete: the numbers are of what could be read");
  expect(text).toMatch(/UNDECIDED: .*1 image could not be read to the end\n$/);
});

describe("--quiet", () => {
  const quiet = { ...PLAIN, quiet: true };
  const report = (...images: Parameters<typeof runOf>[0]): string => formatTableReport(runOf(images), quiet);

  test("says nothing when everything passes, warnings or not", () => {
    expect(report(checkedImage(analysis, [total, layer, growth]))).toBe("");
  });

  test("says only what keeps it from passing", () => {
    const text = report(
      checkedImage(analysis, [total, waste, layer, growth]),
      checkedImage(analysis, [total], { name: "good" }),
      checkedImage(analysis, [unmeasured("undecided", "no size is known", { name: "compressed size" })]),
    );
    expect(text).toContain("✗ FAILED: wasted bytes of own layers");
    expect(text).toContain("? undecided: compressed size\n  Why: no size is known");
    expect(text).toMatch(/\nFAILED: 1 of 6 budgets failed, 1 undecided, 1 warning, 1 skipped\n$/);
    for (const passed of ["total size", "largest layer", "growth", "good"]) expect(text).not.toContain(passed);
  });
});
