/** Which versions of a file have the same content, whatever their sizes and wherever they differ. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { file, hardlink } from "../../../../fixtures/build/tar.ts";
import { compareView } from "../../src/tree/views.ts";
import { nodeAt, pack, pathText, scanArchive } from "./scan-layers.ts";

const SIZES = [1, 511, 512, 513, 16 * 1024, 16 * 1024 + 1, 70_000, 600_000];

/** A version differs from the plain content of its size in one byte, or in none. */
const version = fc.record({
  size: fc.constantFrom(...SIZES),
  place: fc.option(fc.constantFrom(0, 0.3, 0.999), { nil: undefined }),
});
const layers = fc.array(fc.dictionary(fc.constantFrom("a", "b", "c"), version, { maxKeys: 3 }), {
  minLength: 2,
  maxLength: 5,
});

function contentOf({ size, place }: { size: number; place: number | undefined }): Buffer {
  const content = Buffer.alloc(size, "x");
  if (place !== undefined) content[Math.floor(size * place)] = 0x79;
  return content;
}

test.each(["plain", "gzip", "stream"] as const)("any two layers: %s", async (packing) => {
  await fc.assert(
    fc.asyncProperty(layers, async (versions) => {
      const members = versions.map((files) =>
        Object.entries(files).flatMap(([name, of]) => [file(name, contentOf(of)), hardlink(`${name}-link`, name)]),
      );
      const { image } = await scanArchive(pack(members, packing));
      const snapshots = versions.map((_, k) => Object.assign({}, ...versions.slice(0, k + 1)) as (typeof versions)[0]);
      for (let to = 1; to < versions.length; to++) {
        for (let from = 0; from < to; from++) {
          const view = compareView(image.tree, image.classes, from, to);
          for (const { node, change } of view.walk()) {
            const name = pathText(image.tree, node).replace("-link", "");
            const [was, is] = [snapshots[from]?.[name], snapshots[to]?.[name]];
            if (!was || !is || !change) continue;
            expect(change).toBe(contentOf(was).equals(contentOf(is)) ? "identical" : "modified");
          }
        }
      }
    }),
    { numRuns: Number(process.env.LAYERSCOPE_TEST_RUNS ?? 25) },
  );
});

test("a file that is a link in the next layer is compared by what it links to", async () => {
  const content = Buffer.alloc(100_000, "x");
  const image = await scanArchive(
    pack([[file("f", content), file("g", content)], [hardlink("f", "g")], [file("f", content)]], "plain"),
  );
  const { tree, classes } = image.image;
  expect(compareView(tree, classes, 0, 2).row(nodeAt(image, "f"))?.change).toBe("identical");
  expect(compareView(tree, classes, 1, 2).row(nodeAt(image, "f"))?.change).toBe("identical");
});
