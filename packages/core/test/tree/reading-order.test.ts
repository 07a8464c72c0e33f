/** Layers are read side by side, so which paths become known first is chance. It must not show. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { gzip, sha256 } from "../../../../fixtures/build/image.ts";
import { file, hardlink, type Member, tar, whiteout } from "../../../../fixtures/build/tar.ts";
import { layerStack } from "../../../../test/model/arbitrary.ts";
import type { Archive } from "../../src/archive/archive.ts";
import type { Source } from "../../src/archive/source.ts";
import { PathTable } from "../../src/layer/path-table.ts";
import { type ReadLayer, readLayerStream } from "../../src/layer/read-layer.ts";
import { accountFor } from "../../src/metrics/accounting.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";
import { openSource } from "../../src/open-source.ts";
import type { FileRange } from "../../src/source/open-file.ts";
import { compareContents } from "../../src/tree/compare-contents.ts";
import { HistoryTree } from "../../src/tree/history-tree.ts";
import { scanImage } from "../../src/tree/scan-image.ts";
import { compareView } from "../../src/tree/views.ts";
import { pack, pathText } from "./scan-layers.ts";
import { changeLines, type Folded, snapshotRows } from "./tree-rows.ts";

/** Everything that can be asked, by path. */
function everything(folded: Folded): object {
  const { tree, classes } = folded;
  const accounts = accountFor(tree, classes);
  const last = tree.layers.length - 1;
  const views = [-1, 0].map((from) => {
    const view = compareView(tree, classes, from, last);
    return [...view.walk()].map(({ node, change }) => ({ path: pathText(tree, node), change, ...view.totals(node) }));
  });
  const waste = [...accounts.waste].map((record) => ({ ...record, node: pathText(tree, record.node) }));
  return {
    snapshots: snapshotRows(folded),
    changes: changeLines(folded),
    views,
    accounts: { ...accounts, waste },
    diagnostics: tree.diagnostics.list(),
  };
}

/** Reads the layers in `order`, and folds them oldest first. */
async function foldReadInOrder(layers: readonly Member[][], order: readonly number[]): Promise<Folded> {
  const paths = new PathTable(DEFAULT_LIMITS);
  const budget = { used: 0 };
  const read: ReadLayer[] = [];
  for (const layer of order) {
    const chunks = (async function* () {
      yield tar(layers[layer] as Member[]);
    })();
    const options = { paths, limits: DEFAULT_LIMITS, budget, hashContents: true, digests: false, where: {} };
    read[layer] = await readLayerStream(chunks, options);
  }
  const tree = new HistoryTree(paths);
  for (const { entries } of read) tree.addLayer(entries);
  const { classes } = await compareContents(tree, { tars: layers.map(() => undefined) });
  return { tree, classes };
}

const stackAndOrder = layerStack.chain((layers) => {
  const inOrder = layers.map((_, layer) => layer);
  const shuffled = fc.shuffledSubarray(inOrder, { minLength: layers.length, maxLength: layers.length });
  return fc.record({ layers: fc.constant(layers), order: shuffled });
});

test("whatever the order in which layers are read, there is one tree", async () => {
  await fc.assert(
    fc.asyncProperty(stackAndOrder, async ({ layers, order }) => {
      const inOrder = await foldReadInOrder(
        layers,
        layers.map((_, layer) => layer),
      );
      expect(everything(await foldReadInOrder(layers, order))).toEqual(everything(inOrder));
    }),
    { numRuns: Number(process.env.LAYERSCOPE_TEST_RUNS ?? 300) },
  );
});

/** An object with some of its methods replaced. */
function withMethods<T extends object>(object: T, methods: Partial<T>): T {
  return new Proxy(object, {
    get(target, key) {
      if (key in methods) return methods[key as keyof T];
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** A source of which one layer's bytes come only when the `others` were read; `late` is its digest. */
function withLateLayer(source: Source, late: string, others: number): Source {
  let read = 0;
  const watchedRange = (range: FileRange, isLate: boolean): FileRange =>
    withMethods(range, {
      async *stream(...from: Parameters<FileRange["stream"]>) {
        while (isLate && read < others) await sleep(1);
        yield* range.stream(...from);
        read++;
      },
    });
  return withMethods(source, {
    openArchive: async (options) => {
      const archive = await source.openArchive(options);
      const blob: Archive["blob"] = (name) => {
        const found = archive.blob(name);
        return found?.range && withMethods(found, { range: watchedRange(found.range, name.endsWith(late)) });
      };
      return withMethods(archive, { blob });
    },
  });
}

test.each([0, 1, 2])("a layer that comes late (%i) changes nothing", async (late) => {
  const layers = [
    [file("z/f", "12345"), hardlink("a/f", "z/f"), file("b/same", "xx")],
    [whiteout("z/f"), file("b/same", "xx", { mode: 0o600 })],
    [file("c", "abc"), file("b/same", "yy")],
  ];
  const directory = mkdtempSync(join(tmpdir(), "layerscope-test-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "image.tar");
  writeFileSync(path, pack(layers, "gzip"));
  await using source = await openSource(path);
  const arrived: number[] = [];
  const digest = sha256(gzip(tar(layers[late] as Member[])));
  const image = await scanImage(withLateLayer(source, digest, 2), { onLayer: ({ index }) => arrived.push(index) });
  expect(arrived).toEqual([0, 1, 2]);
  const expected = await foldReadInOrder(layers, [0, 1, 2]);
  expect(everything(image)).toEqual(everything(expected));
  // Only the oldest layer has "a", and its paths were met last.
  if (late === 0) expect(image.tree.paths.find(Buffer.from("a"))).toBeGreaterThan(5);
});
