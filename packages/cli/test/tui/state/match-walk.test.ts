/** Going from match to match visits each of them once before it comes back. */
import { NONE, ROOT } from "@layerscope/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { layerStack } from "../../../../../test/model/arbitrary.ts";
import { scanLayers } from "../../../../core/test/tree/scan-layers.ts";
import { MatchWalk } from "../../../src/tui/state/matches.ts";
import { FileTree } from "../../../src/tui/view-model/file-tree.ts";
import { keepAncestors } from "../../../src/tui/view-model/query.ts";
import { subjectOf } from "../layers/subjects.ts";

const RUNS = Number(process.env.LAYERSCOPE_TEST_RUNS ?? 60);

const asked = fc.record({
  layers: layerStack,
  matching: fc.array(fc.nat({ max: 99 }), { maxLength: 8 }),
  sort: fc.constantFrom("size", "name", "change"),
  start: fc.nat({ max: 99 }),
});

test("n until the first comes again visits every match once, in the order of the tree; N is the way back", async () => {
  await fc.assert(
    fc.asyncProperty(asked, async ({ layers, matching, sort, start }) => {
      const analysis = await scanLayers(...layers);
      const { tree } = analysis.image;
      const { paths } = tree;
      const files = new FileTree(subjectOf(analysis), tree, { shown: "all-changes", from: -1, to: layers.length - 1 });
      const nodes = new Uint8Array(paths.size);
      for (const each of matching) {
        const node = Math.floor((each * paths.size) / 100);
        if (node !== ROOT && files.shows(node)) nodes[node] = 1;
      }
      const wanted = inOrder(files, sort).filter((node) => nodes[node] === 1);
      const matches = { key: "", nodes, leading: keepAncestors(nodes, paths), count: wanted.length };
      const walk = new MatchWalk(tree, matches, (node) => files.childrenOf(node, sort));
      const from = Math.floor((start * paths.size) / 100);
      const shown = inOrder(files, sort);
      const begin = shown.includes(from) ? from : ROOT;
      if (wanted.length === 0) {
        expect(walk.next(begin, 1)).toBeUndefined();
        expect(walk.next(begin, -1)).toBeUndefined();
        return;
      }
      const place = shown.indexOf(begin);
      const after = wanted.find((node) => shown.indexOf(node) > place) ?? wanted[0];
      const before = wanted.findLast((node) => shown.indexOf(node) < place) ?? wanted.at(-1);
      expect(walk.next(begin, 1)).toBe(after);
      expect(walk.next(begin, -1)).toBe(before);
      const round = [wanted[0] as number];
      for (let step = 1; step < wanted.length; step++) round.push(walk.next(round.at(-1) as number, 1) as number);
      expect(round).toEqual(wanted);
      expect(walk.next(wanted.at(-1) as number, 1)).toBe(wanted[0]);
      for (const node of wanted) expect(walk.next(walk.next(node, 1) as number, -1)).toBe(node);
    }),
    { numRuns: RUNS },
  );
});

/** Every path that is shown, parents before children. */
function inOrder(files: FileTree, sort: "size" | "name" | "change", node: number = ROOT): number[] {
  const below = files.tree.paths.firstChildOf(node) === NONE ? [] : files.childrenOf(node, sort);
  return below.flatMap((child) => [child, ...inOrder(files, sort, child)]);
}
