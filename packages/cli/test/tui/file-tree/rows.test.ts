/** The rows of the file tree against plain objects. */
import { type Analysis, ROOT } from "@layerscope/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layoutPath, withImage } from "../../../../../test/ground-truth/real-images.ts";
import { layerStack } from "../../../../../test/model/arbitrary.ts";
import { pathText, scanLayers } from "../../../../core/test/tree/scan-layers.ts";
import { SHOWN, SORTS } from "../../../src/tui/state/files-state.ts";
import { type Question, questionOf } from "../../../src/tui/view-model/file-question.ts";
import type { RowOptions } from "../../../src/tui/view-model/file-rows.ts";
import { type FileRow, FileTree, fileTreeOf } from "../../../src/tui/view-model/file-tree.ts";
import { keepAncestors } from "../../../src/tui/view-model/query.ts";
import { subjectOf } from "../layers/subjects.ts";
import { type NaiveRow, naiveRows } from "./naive-tree.ts";

const RUNS = Number(process.env.LAYERSCOPE_TEST_RUNS ?? 60);

/** How something is asked, by numbers that are small fractions of what there is. */
const asked = fc.record({
  shown: fc.constantFrom(...SHOWN),
  to: fc.nat({ max: 99 }),
  from: fc.nat({ max: 99 }),
  sort: fc.constantFrom(...SORTS),
  hidden: fc.subarray(["added", "modified", "metadata", "identical", "removed", "unchanged"] as const, {
    maxLength: 3,
  }),
  hidesSmall: fc.boolean(),
  all: fc.boolean(),
  except: fc.array(fc.nat({ max: 99 }), { maxLength: 4 }),
  matching: fc.option(fc.array(fc.nat({ max: 99 }), { maxLength: 6 }), { nil: undefined }),
});
type Asked = typeof asked extends fc.Arbitrary<infer T> ? T : never;

const part = (percent: number, count: number): number => Math.floor((percent * count) / 100);

function questionFor({ shown, to, from }: Asked, layers: number): Question {
  const last = part(to, layers);
  if (shown === "wasted") return { shown, from: -1, to: layers - 1 };
  return { shown, from: shown === "all-changes" ? part(from, last + 1) - 1 : last - 1, to: last };
}

function optionsFor(
  { all, except, sort, hidden, hidesSmall, matching }: Asked,
  { image: { tree } }: Analysis,
): RowOptions {
  const { size } = tree.paths;
  let kept: Uint8Array | undefined;
  if (matching) {
    const nodes = new Uint8Array(size);
    for (const each of matching) nodes[part(each, size)] = 1;
    kept = keepAncestors(nodes, tree.paths);
  }
  const expansion = { all, except: new Set(except.map((each) => part(each, size))) };
  return { expansion, sort, hidden: new Set(hidden), hidesSmall, kept };
}

function rowsOf(tree: FileTree, options: RowOptions): FileRow[] {
  const rows = tree.rows(options);
  return Array.from({ length: rows.count }, (_, index) => tree.row(rows, index, options.expansion) as FileRow);
}

function plain(tree: FileTree, options: RowOptions): NaiveRow[] {
  return rowsOf(tree, options).map(({ node, depth, names, change, bytes, parentBytes, wastedBytes }) => ({
    path: pathText(tree.tree, node),
    depth,
    names: names.length,
    change,
    bytes,
    parentBytes,
    wastedBytes: wastedBytes ?? -1,
  }));
}

function expectAsNaive(analysis: Analysis, each: Asked): void {
  const layers = analysis.image.layers.length;
  const question = questionFor(each, layers);
  const options = optionsFor(each, analysis);
  const tree = new FileTree(subjectOf(analysis), analysis.image.tree, question);
  expect(plain(tree, options)).toEqual(naiveRows(analysis, question, options));
  expectNearest(tree, options);
}

/** Every path has a row, its own or one in which it is a part of a chain, or that of the nearest directory that has one. */
function expectNearest(tree: FileTree, options: RowOptions): void {
  const { paths } = tree.tree;
  const rows = tree.rows(options);
  const partOf = new Map<number, number>();
  for (let index = 0; index < rows.count; index++) {
    const top = paths.parentOf(rows.tops[index] as number);
    for (let at = rows.nodes[index] as number; at !== top; at = paths.parentOf(at)) partOf.set(at, index);
  }
  for (let node = ROOT + 1; node < paths.size; node++) {
    let at = node;
    while (at !== ROOT && !partOf.has(at)) at = paths.parentOf(at);
    expect(tree.nearest(rows, node)).toBe(at === ROOT ? undefined : partOf.get(at));
  }
  expect(tree.nearest(rows, -1)).toBeUndefined();
  expect(tree.nearest(rows, paths.size)).toBeUndefined();
}

test("random images have the rows that plain objects give, however they are asked for", async () => {
  await fc.assert(
    fc.asyncProperty(layerStack, fc.array(asked, { minLength: 6, maxLength: 6 }), async (layers, questions) => {
      const analysis = await scanLayers(...layers);
      for (const each of questions) expectAsNaive(analysis, each);
    }),
    { numRuns: RUNS },
  );
});

test("the waste among the bytes shown is never more than those, and all layers together have all of it", async () => {
  // A record is about the last name that a file lost, which may not be the one that is shown here.
  const withoutLinks = layerStack.map((layers) => layers.map((layer) => layer.filter(({ type }) => type !== "link")));
  await fc.assert(
    fc.asyncProperty(withoutLinks, async (layers) => {
      const analysis = await scanLayers(...layers);
      const subject = subjectOf(analysis);
      const { waste, wastedBytes } = analysis.accounts;
      let lostLater = 0;
      let gone = 0;
      for (let to = 0; to < layers.length; to++) {
        for (const shown of ["changes", "tree"] as const) {
          const tree = new FileTree(subject, analysis.image.tree, { shown, from: to - 1, to });
          expect(wastedAtRoot(tree)).toBeLessThanOrEqual(tree.bytesOf(ROOT));
        }
        const tree = new FileTree(subject, analysis.image.tree, { shown: "changes", from: to - 1, to });
        lostLater += wastedAtRoot(tree);
      }
      // What a layer stored in vain is in its changes, but for what it lost itself; what it removed is there once more.
      for (const { bytes, cause, storedIn, hiddenBy } of waste) {
        if (storedIn === hiddenBy) lostLater += bytes;
        else if (cause === "deleted" || cause === "hidden") gone += bytes;
      }
      expect(lostLater).toBe(wastedBytes + gone);
      const wasted = new FileTree(subject, analysis.image.tree, { shown: "wasted", from: -1, to: layers.length - 1 });
      expect(wasted.bytesOf(ROOT)).toBe(wastedBytes);
    }),
    { numRuns: RUNS },
  );
});

/** The sum at the root, which no row tells: the rows at the top have it between them. */
function wastedAtRoot(tree: FileTree): number {
  const options: RowOptions = {
    expansion: { all: false, except: new Set() },
    sort: "name",
    hidden: new Set(),
    hidesSmall: false,
    kept: undefined,
  };
  return rowsOf(tree, options).reduce((sum, { wastedBytes = 0 }) => sum + wastedBytes, 0);
}

describe("real images have the rows that plain objects give", () => {
  test.each([
    ["edge-names", "docker-save-26.tar"],
    ["edge-whiteout", "oci-archive-gzip.tar"],
    ["edge-empty", "docker-save-20.10.tar"],
  ])("%s", async (image, layout) => {
    await withImage(layoutPath(image, layout), (analysis) => {
      fc.assert(
        fc.property(asked, (each) => expectAsNaive(analysis, each)),
        { numRuns: 25 },
      );
    });
  });

  test("demo", async () => {
    await withImage("fixtures/demo.tar", (analysis) => {
      fc.assert(
        fc.property(asked, (each) => expectAsNaive(analysis, each)),
        { numRuns: 25 },
      );
    });
  });
});

test("a row says of what its bytes are a part, and how many paths below it were touched", async () => {
  await withImage("fixtures/demo.tar", (analysis) => {
    const subject = subjectOf(analysis);
    const tree = fileTreeOf(subject, questionOf(subject, { shown: "changes", since: undefined }, 1)) as FileTree;
    const expansion = { all: true, except: new Set<number>() };
    const rows = rowsOf(tree, { expansion, sort: "size", hidden: new Set(), hidesSmall: false, kept: undefined });
    for (const { bytes, parentBytes, totalBytes, layer, change, node, changes } of rows) {
      expect(bytes).toBeLessThanOrEqual(parentBytes);
      expect(parentBytes).toBeLessThanOrEqual(totalBytes);
      expect(totalBytes).toBe(tree.bytesOf(ROOT));
      if (change) expect(layer).toBe(1);
      expect(changes).toEqual(tree.view.totals(node).changes);
    }
    expect(rows.length).toBeGreaterThan(20);
  });
});
