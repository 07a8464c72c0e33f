/** What an image without the marked things would save. */
import { type Analysis, ROOT } from "@layerscope/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dir, file, hardlink, type Member, opaque, whiteout } from "../../../../../fixtures/build/tar.ts";
import { layerStack } from "../../../../../test/model/arbitrary.ts";
import type { Marks } from "../../../src/tui/state/marks.ts";
import { isMarked, markedNodes, savings } from "../../../src/tui/view-model/savings.ts";
import { bytes, nodeAt, scanMembers, subjectOf } from "../waste/subjects.ts";

const marking = (paths: Iterable<number>, records: Iterable<number> = []): Marks => ({
  paths: new Set(paths),
  records: new Set(records),
});

const saved = (analysis: Analysis, marks: Marks): number => savings(subjectOf(analysis), marks).bytes;

const savedByPaths = (analysis: Analysis, ...paths: string[]): number =>
  saved(analysis, marking(paths.map((path) => nodeAt(analysis, path))));

const allRecords = ({ accounts }: Analysis): number[] => [...Array(accounts.waste.length).keys()];

describe("a marked path saves", () => {
  test("what every layer stored there, still visible or not", async () => {
    const image = await scanMembers([
      [file("f", bytes(10)), file("k", bytes(1))],
      [file("f", bytes(20))],
      [whiteout("f")],
    ]);
    expect(savedByPaths(image, "f")).toBe(30);
  });

  test("what is below it, removed files too", async () => {
    const image = await scanMembers([
      [file("d/a", bytes(1)), file("d/e/b", bytes(2))],
      [opaque("d"), file("d/c", bytes(4))],
    ]);
    expect(savedByPaths(image, "d")).toBe(7);
    expect(savedByPaths(image, "d", "d/e", "d/e/b")).toBe(7);
  });

  test("a file with hard links only when all its names go", async () => {
    const image = await scanMembers([[file("a", bytes(9)), hardlink("d/b", "a")], [hardlink("c", "a")]]);
    expect([savedByPaths(image, "a"), savedByPaths(image, "a", "d")]).toEqual([0, 0]);
    expect(savedByPaths(image, "a", "d", "c")).toBe(9);
  });

  test("a file whose other name is long gone no sooner: that layer would still store it", async () => {
    const image = await scanMembers([[file("a", bytes(9)), hardlink("b", "a")], [whiteout("b")]]);
    expect(savedByPaths(image, "a")).toBe(0);
    expect(savedByPaths(image, "a", "b")).toBe(9);
  });
});

describe("a marked record saves", () => {
  test("just its bytes", async () => {
    const image = await scanMembers([[file("f", bytes(10))], [file("f", bytes(20))], [file("f", bytes(40))]]);
    expect(allRecords(image).map((record) => saved(image, marking([], [record])))).toEqual([20, 10]);
  });

  test("nothing more where its path is marked too", async () => {
    const image = await scanMembers([[file("f", bytes(10))], [file("f", bytes(20))], [file("g", bytes(40))]]);
    expect(saved(image, marking([nodeAt(image, "f")], [0]))).toBe(30);
  });

  test("the bytes themselves where a name of theirs is in no marked path", async () => {
    const image = await scanMembers([
      [file("a", bytes(9)), hardlink("b", "a")],
      [whiteout("a"), whiteout("b")],
    ]);
    expect(saved(image, marking([nodeAt(image, "b")], [0]))).toBe(9);
  });
});

test("nothing is saved without marks, before there is a tree, or by numbers of no record", async () => {
  const image = await scanMembers([[file("f", bytes(10))]]);
  expect(saved(image, marking([]))).toBe(0);
  expect(saved(image, marking([], [0, 7]))).toBe(0);
  const early = subjectOf(image, { tree: undefined, analysis: undefined });
  expect(savings(early, marking([ROOT]))).toEqual({ bytes: 0, paths: 1, records: 0 });
});

test("more is saved as more of the image is known", async () => {
  const [one, both] = [
    await scanMembers([[file("f", bytes(10))]]),
    await scanMembers([[file("f", bytes(10))], [file("f", bytes(5))]]),
  ];
  const marks = marking([nodeAt(one, "f")]);
  expect(savings(subjectOf(one), marks).bytes).toBe(10);
  expect(savings(subjectOf(both, { version: 2 }), marks).bytes).toBe(15);
});

test("a path is marked by itself or by a directory above it", async () => {
  const image = await scanMembers([[file("d/e/f", "1"), file("de", "1")]]);
  const { tree } = image.image;
  const marks = marking([nodeAt(image, "d")]);
  const marked = ["d", "d/e", "d/e/f", "de"].map((path) => isMarked(marks, tree, nodeAt(image, path)));
  expect(marked).toEqual([true, true, true, false]);
  const all = Array.from({ length: tree.paths.size }, (_, node) => Number(isMarked(marks, tree, node)));
  expect([...(markedNodes(marks, tree) ?? [])]).toEqual(all);
});

describe("whatever the image", () => {
  const held = async (law: (image: Analysis, pick: (count: number) => number[]) => void): Promise<void> => {
    await fc.assert(
      fc.asyncProperty(layerStack, fc.infiniteStream(fc.boolean()), async (layers, coins) => {
        const flip = (): boolean => coins.next().value === true;
        law(await scanMembers(layers), (count) => [...Array(count).keys()].filter(flip));
      }),
      { numRuns: 60 },
    );
  };

  test("all paths are all that is stored, all records all that is wasted", () =>
    held((image) => {
      expect(saved(image, marking([ROOT]))).toBe(image.accounts.storedBytes);
      expect(saved(image, marking([], allRecords(image)))).toBe(image.accounts.wastedBytes);
      expect(saved(image, marking([ROOT], allRecords(image)))).toBe(image.accounts.storedBytes);
    }));

  test("more marks never save less, and together no more than apart where records are marked", () =>
    held((image, pick) => {
      const nodes = image.image.tree.paths.size;
      const count = image.accounts.waste.length;
      const some = marking(pick(nodes), pick(count));
      const more = marking([...some.paths, ...pick(nodes)], [...some.records, ...pick(count)]);
      expect(saved(image, more)).toBeGreaterThanOrEqual(saved(image, some));
      const apart =
        saved(image, marking(some.paths)) +
        [...some.records].reduce((sum, each) => sum + saved(image, marking([], [each])), 0);
      expect(saved(image, some)).toBeLessThanOrEqual(apart);
      expect(saved(image, marking([], some.records))).toBe(
        [...some.records].reduce((sum, each) => sum + (image.accounts.waste.at(each)?.bytes ?? 0), 0),
      );
    }));
});

/** Files, hard links to files of their own layer, and markers, all with paths of their own in a layer. */
const regularLayer: fc.Arbitrary<Member[]> = fc
  .uniqueArray(
    fc.record({
      path: fc.constantFrom("a", "b", "d/a", "d/b", "d/e/a", "g/a"),
      size: fc.integer({ min: 0, max: 50 }),
      kind: fc.constantFrom("file", "link", "whiteout"),
    }),
    { selector: ({ path }) => path, maxLength: 6 },
  )
  .map((parts) => {
    const files = parts.filter(({ kind }) => kind === "file");
    const [target] = files;
    const links = target
      ? parts.filter(({ kind }) => kind === "link").map(({ path }) => hardlink(path, target.path))
      : [];
    const markers = parts.filter(({ kind }) => kind === "whiteout").map(({ path }) => whiteout(path));
    return [dir("d"), ...files.map(({ path, size }) => file(path, bytes(size))), ...links, ...markers];
  });

const under = (path: string, above: readonly string[]): boolean =>
  above.some((each) => path === each || path.startsWith(`${each}/`));

/** The layer as if it had never stored these paths: where a link stays whose file goes, it stores the file. */
function without(members: readonly Member[], gone: readonly string[]): Member[] {
  const promoted = new Map<string, string>();
  const kept: Member[] = [];
  for (const member of members) {
    if (under(String(member.path), gone)) continue;
    const target = String(member.linkTarget);
    if (member.type !== "link" || !under(target, gone)) {
      kept.push(member);
      continue;
    }
    const first = promoted.get(target);
    const stored = members.find(({ path, type }) => type === "file" && String(path) === target);
    kept.push(first === undefined ? file(member.path, stored?.content ?? "") : hardlink(member.path, first));
    promoted.set(target, first ?? String(member.path));
  }
  return kept;
}

test("as much is saved as an image built without the marked paths is smaller", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(regularLayer, { minLength: 1, maxLength: 4 }),
      fc.subarray(["a", "b", "d", "d/a", "d/e", "g"]),
      async (layers, gone) => {
        const [whole, rest] = [
          await scanMembers(layers),
          await scanMembers(layers.map((members) => without(members, gone))),
        ];
        const nodes = gone.flatMap((path) => whole.image.tree.paths.find(Buffer.from(path)) ?? []);
        expect(saved(whole, marking(nodes))).toBe(whole.accounts.storedBytes - rest.accounts.storedBytes);
      },
    ),
    { numRuns: 100 },
  );
});
