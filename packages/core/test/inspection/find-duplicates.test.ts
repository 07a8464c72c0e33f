/** Which files a container sees several times. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gzip, MEDIA } from "../../../../fixtures/build/image.ts";
import { file, hardlink, type Member, sparseFile, tar, whiteout } from "../../../../fixtures/build/tar.ts";
import { SMALLEST_DUPLICATE } from "../../src/inspection/equal-sizes.ts";
import { findDuplicates, savingOf } from "../../src/inspection/find-duplicates.ts";
import type { LayerscopeError } from "../../src/model/errors.ts";
import { PACKINGS, type Packing, pack, pathText, withScan } from "../tree/scan-layers.ts";

/** `bytes: path path …` of each, where each file stands under the path that stores it. */
function duplicatesOf(layers: readonly Member[][], packing: Packing = "plain"): Promise<string[]> {
  return withScan(pack(layers, packing), async (image) => {
    const duplicates = await findDuplicates(image);
    const savings = duplicates.map(savingOf);
    expect(savings).toEqual([...savings].sort((one, other) => other - one));
    return duplicates.map(({ bytes, inodes }) => {
      const names = inodes.map((inode) => {
        const { entries, index, layer } = image.tree.locate(inode);
        return `${pathText(image.tree, entries.node[index] as number)}@${layer}`;
      });
      return `${bytes}: ${names.join(" ")}`;
    });
  });
}

const SIZES = [SMALLEST_DUPLICATE - 1, SMALLEST_DUPLICATE, 5000, 20_000, 300_000];
const version = fc.record({
  size: fc.constantFrom(...SIZES),
  /** Where it differs from the plain content of its size, as a share; nowhere when undefined. */
  place: fc.option(fc.constantFrom(0, 0.5, 0.9999), { nil: undefined }),
});
const layers = fc.array(fc.dictionary(fc.constantFrom("a", "b", "c", "d", "e"), version, { maxKeys: 5 }), {
  minLength: 2,
  maxLength: 4,
});

function contentOf({ size, place }: { size: number; place: number | undefined }): Buffer {
  const content = Buffer.alloc(size, "x");
  if (place !== undefined) content[Math.floor(size * place)] = 0x79;
  return content;
}

test.each(PACKINGS)("what a container sees several times, and nothing else: %s", async (packing) => {
  await fc.assert(
    fc.asyncProperty(layers, async (versions) => {
      const seen = new Map<string, { layer: number; content: Buffer }>();
      for (const [layer, files] of versions.entries()) {
        for (const [name, of] of Object.entries(files)) seen.set(name, { layer, content: contentOf(of) });
      }
      const groups = new Map<string, [string, { layer: number; content: Buffer }][]>();
      for (const entry of seen) {
        const content = entry[1].content.toString("latin1");
        groups.set(content, [...(groups.get(content) ?? []), entry]);
      }
      const expected: string[] = [];
      for (const group of groups.values()) {
        const [first] = group;
        if (!first || group.length < 2 || first[1].content.length < SMALLEST_DUPLICATE) continue;
        expected.push(`${first[1].content.length}: ${group.map(([name, { layer }]) => `${name}@${layer}`).sort()}`);
      }
      const members = versions.map((files) => Object.entries(files).map(([name, of]) => file(name, contentOf(of))));
      const found = (await duplicatesOf(members, packing)).map((line) => {
        const [bytes, ...names] = line.split(" ");
        return `${bytes} ${names.sort()}`;
      });
      expect(found.sort()).toEqual(expected.sort());
    }),
    { numRuns: Number(process.env.LAYERSCOPE_TEST_RUNS ?? 25) },
  );
});

describe("a duplicate is", () => {
  const content = Buffer.alloc(10_000, "x");
  const other = Buffer.alloc(10_000, "y");

  test.each(PACKINGS)("one content in two files, in one layer or over several: %s", async (packing) => {
    const found = await duplicatesOf([[file("a", content), file("b", content)], [file("c", content)]], packing);
    expect(found).toEqual(["10000: a@0 b@0 c@1"]);
  });

  test("not a second name of one file", async () => {
    expect(await duplicatesOf([[file("a", content), hardlink("b", "a")], [hardlink("c", "a")]])).toEqual([]);
  });

  test("not what a later layer removed or wrote anew", async () => {
    const below = [file("a", content), file("b", content), file("c", content)];
    expect(await duplicatesOf([below, [whiteout("a"), file("b", other)]])).toEqual([]);
  });

  test("a file whose own path is gone, where a link still names it", async () => {
    const found = await duplicatesOf([
      [file("a", content), hardlink("link", "a"), file("b", content)],
      [whiteout("a")],
    ]);
    expect(found).toEqual(["10000: a@0 b@0"]);
  });

  test.each(PACKINGS)("a file stored with holes and the same stored without them: %s", async (packing) => {
    const data = Buffer.alloc(1000, "z");
    const holes = sparseFile("holes", { form: "pax-1.0", realSize: 9000, chunks: [{ offset: 4000, data }] });
    const whole = Buffer.concat([Buffer.alloc(4000), data, Buffer.alloc(4000)]);
    expect(await duplicatesOf([[holes, file("whole", whole)], [file("b", "")]], packing)).toEqual([
      "9000: holes@0 whole@0",
    ]);
  });

  test("found where one layer is compressed and the other is not", async () => {
    const above = tar([file("b", content), file("d", other)]);
    const packed = { tar: above, blob: gzip(above), mediaType: MEDIA.dockerLayer };
    const archive = pack([], "plain", { layers: [tar([file("a", content), file("c", other)]), packed] });
    const found = await withScan(archive, async (image) => (await findDuplicates(image)).length);
    expect(found).toBe(2);
  });

  test("nothing, where contents neither lie in a file nor were hashed", async () => {
    expect(await duplicatesOf([[file("a", content), file("b", content)]], "gzip")).toEqual([]);
  });
});

test("the search can be ended", async () => {
  const content = Buffer.alloc(10_000, "x");
  const ended = withScan(pack([[file("a", content), file("b", content)]], "plain"), (image) =>
    findDuplicates(image, { signal: AbortSignal.abort() }),
  );
  await expect(ended).rejects.toMatchObject({ code: "aborted" } satisfies Partial<LayerscopeError>);
});
