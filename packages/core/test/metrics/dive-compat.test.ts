/** The numbers that dive 0.13.1 gives for small images, and a plain reading of its rules beside the fast one. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dir, file, hardlink, type Member, opaque, symlink, whiteout } from "../../../../fixtures/build/tar.ts";
import { layerStack } from "../../../../test/model/arbitrary.ts";
import { LayerEntries } from "../../src/layer/layer-entries.ts";
import { PathTable, ROOT } from "../../src/layer/path-table.ts";
import type { Analysis } from "../../src/metrics/analyse.ts";
import { diveCompat } from "../../src/metrics/dive-compat.ts";
import { TYPE } from "../../src/model/entry.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";
import { HistoryTree } from "../../src/tree/history-tree.ts";
import { pathText, scanLayers } from "../tree/scan-layers.ts";
import { keepsTrace, naiveDive } from "./naive-dive.ts";

const RUNS = Number(process.env.LAYERSCOPE_TEST_RUNS ?? 100);

const bytes = (count: number, fill = "x"): Buffer => Buffer.alloc(count, fill);

/** `path bytes count` of each inefficient path, and the other numbers. */
function diveOf({ image }: Analysis) {
  const { inefficient, ...numbers } = diveCompat(image);
  return {
    ...numbers,
    inefficient: inefficient.map((it) => `${pathText(image.tree, it.node)} ${it.bytes} ${it.count}`),
  };
}

type Case = {
  layers: Member[][];
  efficiency: number;
  /** Of all layers but the first. */
  userBytes: number;
  /** Each as `path bytes count`; the bytes add up to what is wasted. */
  inefficient: string[];
};

const tree = [dir("a"), file("a/1", bytes(1000)), file("a/2", bytes(2000))];
const lists = Array.from({ length: 10 }, (_, index) => file(`var/lib/apt/lists/${index}`, bytes(10_000)));
const apt = [file("bin", bytes(8000)), dir("var"), dir("var/lib"), dir("var/lib/apt"), dir("var/lib/apt/lists")];
const f = file("f", bytes(1000));

const CASES: Record<string, Case> = {
  "a directory that a later layer removes is no waste": {
    layers: [[...tree, file("k", bytes(500))], [whiteout("a")]],
    efficiency: 1,
    userBytes: 0,
    inefficient: [],
  },
  "nor are package lists that go with their directory": {
    layers: [[...apt, ...lists], [whiteout("var/lib/apt/lists")]],
    efficiency: 1,
    userBytes: 0,
    inefficient: [],
  },
  "the same lists removed one by one are": {
    layers: [[...apt, ...lists], lists.map(({ path }) => whiteout(path))],
    efficiency: 8000 / 108_000,
    userBytes: 0,
    inefficient: lists.map(({ path }) => `${path} 10000 2`),
  },
  "an empty directory that is filled and then removed counts as often as it is a leaf": {
    layers: [[dir("a")], [dir("a"), file("a/f", bytes(1000))], [whiteout("a"), file("k", bytes(500))]],
    efficiency: 0.6,
    userBytes: 1500,
    inefficient: ["a 1000 2"],
  },
  "a directory that a layer only implies is none any more": {
    layers: [[dir("a")], [file("a/f", bytes(1000))], [whiteout("a"), file("k", bytes(500))]],
    efficiency: 1,
    userBytes: 1500,
    inefficient: ["a 0 2"],
  },
  "a file that is removed": {
    layers: [[f, file("k", bytes(1000))], [whiteout("f")]],
    efficiency: 0.5,
    userBytes: 0,
    inefficient: ["f 1000 2"],
  },
  "a directory of which a file is rewritten before all of it is removed": {
    layers: [
      [dir("a"), file("a/f", bytes(1000)), file("k", bytes(100))],
      [dir("a"), file("a/f", bytes(2000))],
      [whiteout("a")],
    ],
    efficiency: 3100 / 5100,
    userBytes: 2000,
    inefficient: ["a/f 3000 2"],
  },
  "a directory removed and brought again with something else": {
    layers: [
      [dir("a"), file("a/old", bytes(1000))],
      [whiteout("a"), dir("a"), file("a/new", bytes(300))],
    ],
    efficiency: 1,
    userBytes: 300,
    inefficient: [],
  },
  "an opaque marker is not seen": {
    layers: [tree, [dir("a"), opaque("a"), file("a/new", bytes(10))]],
    efficiency: 1,
    userBytes: 10,
    inefficient: [],
  },
  "a marker for nothing ends its layer, and costs one byte": {
    layers: [[f], [whiteout("absent"), file("f", bytes(1000, "y"))]],
    efficiency: 0.999,
    userBytes: 1000,
    inefficient: [],
  },
  "what comes before the marker for nothing counts": {
    layers: [[f], [whiteout("g/absent"), file("f", bytes(1000, "y")), file("h", bytes(5))]],
    efficiency: 999 / 2000,
    userBytes: 1005,
    inefficient: ["f 2000 2"],
  },
  "a marker in the first layer": {
    layers: [[whiteout("absent"), f], [f]],
    efficiency: 999 / 1000,
    userBytes: 1000,
    inefficient: [],
  },
  "a marker in the first layer for what the layer itself has": {
    layers: [[whiteout("a"), ...tree]],
    efficiency: 1,
    userBytes: 0,
    inefficient: [],
  },
  "a marker and a new file of its name in one layer": {
    layers: [[f], [whiteout("f"), file("f", bytes(500))]],
    efficiency: 0,
    userBytes: 500,
    inefficient: ["f 1500 3"],
  },
  "a name that sorts before its marker is gone for the layers above": {
    layers: [
      [file(".a", bytes(1000))],
      [whiteout(".a"), file(".a", bytes(500))],
      [whiteout(".a"), file("z", bytes(9))],
    ],
    efficiency: 0,
    userBytes: 509,
    inefficient: [".a 1500 3"],
  },
  "a file of which the mode is changed": {
    layers: [[file("f", bytes(100_000))], [file("f", bytes(100_000), { mode: 0o755 })]],
    efficiency: 0.5,
    userBytes: 100_000,
    inefficient: ["f 200000 2"],
  },
  "a file that is the same in two layers, with a second name": {
    layers: [
      [f, hardlink("h", "f")],
      [f, hardlink("h", "f")],
    ],
    efficiency: 0.5,
    userBytes: 1000,
    inefficient: ["f 2000 2", "h 0 2"],
  },
  "a second name that is rewritten": {
    layers: [[f, hardlink("h", "f")], [file("h", bytes(700))]],
    efficiency: 1000 / 1700,
    userBytes: 700,
    inefficient: ["h 700 2"],
  },
  "a file five times": {
    layers: [1, 2, 3, 4, 5].map((version) => [file("f", bytes(100, String(version)))]),
    efficiency: 0.2,
    userBytes: 400,
    inefficient: ["f 500 5"],
  },
  "one path three times in one tar": {
    layers: [[], [f, file("f", bytes(2000)), file("f", bytes(3000))]],
    efficiency: 1,
    userBytes: 6000,
    inefficient: [],
  },
  "a symlink with another target, and an empty directory again": {
    layers: [
      [symlink("l", "a"), dir("d")],
      [symlink("l", "b"), dir("d")],
    ],
    efficiency: 1,
    userBytes: 0,
    inefficient: ["d 0 2", "l 0 2"],
  },
  "a directory that becomes a file": {
    layers: [tree, [file("a", bytes(7))], [whiteout("a")]],
    efficiency: 3000 / 3007,
    userBytes: 7,
    inefficient: ["a 7 2"],
  },
  "one layer": { layers: [tree], efficiency: 1, userBytes: 0, inefficient: [] },
};

describe("dive's numbers", () => {
  test.each(Object.entries(CASES))("%s", async (_, { layers, efficiency, userBytes, inefficient }) => {
    const wastedBytes = inefficient.reduce((sum, line) => sum + Number(line.split(" ")[1]), 0);
    const dive = diveOf(await scanLayers(...layers));
    expect(dive).toEqual({ efficiency, wastedBytes, userWastedShare: wastedBytes / userBytes, inefficient });
  });

  test("the share is infinite or not a number where only the first layer has files", async () => {
    expect(diveOf(await scanLayers([f], [whiteout("f")])).userWastedShare).toBe(Number.POSITIVE_INFINITY);
    expect(diveOf(await scanLayers([f])).userWastedShare).toBeNaN();
  });

  test("the score can fall below 0", async () => {
    const layers = ["x", "y"].map((name): Member[] => [whiteout(name)]);
    expect(diveOf(await scanLayers([file("f", "1")], ...layers)).efficiency).toBe(-1);
  });
});

const path = fc
  .array(fc.constantFrom("a", "b", ".c", "-", ".x"), { minLength: 1, maxLength: 3 })
  .map((segments) => segments.join("/"));
const member: fc.Arbitrary<Member> = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(path, fc.nat(50)).map(([path, size]) => file(path, bytes(size))) },
  { weight: 4, arbitrary: path.map((path) => dir(path)) },
  { weight: 5, arbitrary: path.map(whiteout) },
  { weight: 1, arbitrary: path.map(opaque) },
  { weight: 1, arbitrary: path.map((path) => symlink(path, "a")) },
  { weight: 1, arbitrary: fc.tuple(path, path).map(([path, target]) => hardlink(path, target)) },
  { weight: 1, arbitrary: path.map((path) => ({ ...whiteout(path), content: "content" })) },
  { weight: 1, arbitrary: fc.tuple(path, path).map(([path, below]) => file(`${whiteout(path).path}/${below}`, "12")) },
);
const markedStack = fc.array(fc.array(member, { maxLength: 10 }), { minLength: 1, maxLength: 5 });

test("any image has the numbers that trees stacked anew for each marker give", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(markedStack, layerStack), async (layers) => {
      const kept = layers.map((members) => members.filter(keepsTrace));
      const { inefficient, ...numbers } = diveOf(await scanLayers(...kept));
      const naive = naiveDive(kept);
      expect(numbers).toEqual(naive.numbers);
      expect([...inefficient].sort()).toEqual(naive.inefficient);
      const sizes = inefficient.map((line) => Number(line.split(" ")[1]));
      expect(sizes).toEqual(sizes.toSorted((one, other) => other - one));
    }),
    { numRuns: RUNS },
  );
});

// Summing up below each marker anew would be two thousand million steps, far beyond the time a test has.
test("markers in directories that are marked too take no longer", () => {
  const paths = new PathTable(DEFAULT_LIMITS);
  const child = (parent: number, name: string) => paths.internChild(parent, Buffer.from(name), 0, name.length);
  let deepest = ROOT;
  const directories = Array.from({ length: 1000 }, () => {
    deepest = child(deepest, "d");
    return deepest;
  });
  const lower = new LayerEntries(DEFAULT_LIMITS);
  const put = (node: number, type: number, size: number) => {
    const index = lower.append();
    lower.node[index] = node;
    lower.type[index] = type;
    lower.size[index] = size;
  };
  for (const directory of directories) put(directory, TYPE.DIRECTORY, 0);
  for (let index = 0; index < 50_000; index++) put(child(deepest, `${index}`), TYPE.FILE, 1);
  const upper = new LayerEntries(DEFAULT_LIMITS);
  upper.whiteouts.push(...directories);
  const tree = new HistoryTree(paths);
  for (let times = 0; times < 40; times++) tree.layers.push(lower, upper);
  const { inefficient, wastedBytes } = diveCompat({ tree, layers: [] });
  expect(inefficient.length).toBe(51_000);
  expect(inefficient[0]).toEqual({ node: directories[0], bytes: 40 * 50_000, count: 40 });
  expect(wastedBytes).toBe(40 * 50_000 * 1001);
});
