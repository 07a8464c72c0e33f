/** A report that was saved and opened is the image that was scanned. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { withImage } from "../../../../test/ground-truth/real-images.ts";
import { layerStack } from "../../../../test/model/arbitrary.ts";
import type { Analysis } from "../../src/metrics/analyse.ts";
import { compareView, filterView } from "../../src/tree/views.ts";
import { PACKINGS, pack, pathText, scanArchive } from "../tree/scan-layers.ts";
import { changeLines, snapshotRows } from "../tree/tree-rows.ts";
import { REAL_LAYOUTS } from "./real-layouts.ts";
import { reopened, reportOf } from "./reopen.ts";

const RUNS = Number(process.env.LAYERSCOPE_TEST_RUNS ?? 60);

/** Everything that can be asked, the root left out: a report does not have it. */
function everything(analysis: Analysis): object {
  const { image, accounts } = analysis;
  const { tree, classes } = image;
  const layers = tree.layers.length;
  const pairs = Array.from({ length: layers }, (_, to) =>
    Array.from({ length: to + 1 }, (_, from) => [from - 1, to] as const),
  );
  const views = pairs.flat().map(([from, to]) => {
    const view = compareView(tree, classes, from, to);
    const rows = [...view.walk()].slice(1).map(({ node, change, fields }) => {
      return { path: pathText(tree, node), change, fields, ...view.totals(node) };
    });
    return { from, to, rows, files: filterView(view, ({ entry }) => entry.type === "file").size };
  });
  const waste = [...accounts.waste].map((record) => ({ ...record, node: pathText(tree, record.node) }));
  return {
    snapshots: snapshotRows(image),
    changes: changeLines(image).filter((line) => !/^\d+ {2}/.test(line)),
    views,
    accounts: { ...accounts, waste },
    complete: image.complete,
    diagnostics: image.diagnostics.map(({ code, message }) => [code, message]),
  };
}

async function isTheSameReopened(analysis: Analysis): Promise<void> {
  const again = await reopened(analysis);
  expect(reportOf(again)).toEqual(reportOf(analysis));
  expect(everything(again)).toEqual(everything(analysis));
}

test.each(PACKINGS)("any image is the same when it is opened from its report: %s", async (packing) => {
  await fc.assert(
    fc.asyncProperty(layerStack, async (layers) => isTheSameReopened(await scanArchive(pack(layers, packing)))),
    { numRuns: RUNS },
  );
});

test.each(REAL_LAYOUTS)("%s is the same when it is opened from its report", async (_, path, options) => {
  await withImage(path, isTheSameReopened, options);
});
