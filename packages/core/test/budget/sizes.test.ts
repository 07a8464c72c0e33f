/** Budgets of sizes and of the number of layers. */
import { describe, expect, test } from "vitest";
import { dockerSaveOld } from "../../../../fixtures/build/docker-legacy.ts";
import { dockerSaveContainerd, dockerSaveNew } from "../../../../fixtures/build/image.ts";
import { dir, file, hardlink, type Member, tar, whiteout } from "../../../../fixtures/build/tar.ts";
import type { BudgetVerdict } from "../../src/budget/budget.ts";
import { checkBudgets } from "../../src/budget/check-budgets.ts";
import { analyse } from "../../src/metrics/analyse.ts";
import { pack, scanArchive, scanLayers, withScan } from "../tree/scan-layers.ts";
import { baseOf, budgetOf, check, checkLayers, pathOf } from "./check-image.ts";

const sized = (path: string, bytes: number): Member => file(path, "x".repeat(bytes));

/** `path bytes in layer`, and since when it is hidden. */
const lines = ({ findings }: BudgetVerdict): string[] =>
  findings.map((finding) => {
    const hidden = finding.hiddenBy === undefined ? "" : ` hidden by ${finding.hiddenBy}`;
    return `${finding.path ? `${pathOf(finding)} ` : ""}${finding.bytes} in ${finding.layer}${hidden}`;
  });

const LAYERS = [
  [sized("usr/lib/a", 50), sized("usr/lib/b", 40), sized("etc/x", 5)],
  [sized("app/big", 60), sized("app/log", 10), sized("usr/lib/c", 30)],
  [whiteout("app/log"), sized("etc/x", 7)],
];

describe("the total size", () => {
  test("is all that is stored, whether a container sees it or not", async () => {
    expect(await checkLayers(LAYERS, { kind: "maxSize", bytes: 202 })).toMatchObject({
      status: "passed",
      unit: "bytes",
      value: 202,
      limit: 202,
      margin: 0,
      ignoredBytes: 0,
    });
    expect(await checkLayers(LAYERS, { kind: "maxSize", bytes: 201 })).toMatchObject({ status: "failed", margin: -1 });
  });

  test("is told by its largest parts, each with the layer that stored most of it", async () => {
    const verdict = await checkLayers(LAYERS, { kind: "maxSize", bytes: 0 });
    expect(lines(verdict)).toEqual([
      "usr/lib/ 120 in 0",
      "app/big 60 in 1",
      "etc/x 12 in 2",
      "app/log 10 in 1 hidden by 2",
    ]);
    expect(verdict.findingCount).toBe(4);
  });

  test("names the oldest of the layers that stored as much of a part", async () => {
    const layers = [[sized("d/a", 1)], [sized("d/b", 2)], [sized("d/c", 2)], [sized("e", 1)]];
    expect(lines(await checkLayers(layers, { kind: "maxSize", bytes: 0 }))).toEqual(["d/ 5 in 1", "e 1 in 3"]);
  });

  test("counts all parts, and lists ten", async () => {
    const many = Array.from({ length: 15 }, (_, at) => sized(`f${at}`, at + 1));
    const verdict = await checkLayers([many], { kind: "maxSize", bytes: 0 });
    expect(verdict.findings).toHaveLength(10);
    expect(verdict.findingCount).toBe(15);
    expect(verdict.findings.map(({ bytes }) => bytes)).toEqual([15, 14, 13, 12, 11, 10, 9, 8, 7, 6]);
  });

  test("is hidden since the last of its copies went", async () => {
    const layers = [[sized("f", 3)], [sized("f", 4)], [whiteout("f")], [sized("g", 1)]];
    expect(lines(await checkLayers(layers, { kind: "maxSize", bytes: 0 }))).toEqual([
      "f 7 in 1 hidden by 2",
      "g 1 in 3",
    ]);
    expect(lines(await checkLayers(layers, { kind: "maxSize", bytes: 0 }, { layers: 0 }))).toEqual([
      "f 3 in 0 hidden by 1",
    ]);
  });

  test("is hidden since the last name of any copy went", async () => {
    const layers = [
      [sized("f", 3), hardlink("g", "f")],
      [sized("f", 4)],
      [whiteout("f")],
      [whiteout("g"), sized("h", 1)],
    ];
    expect(lines(await checkLayers(layers, { kind: "maxSize", bytes: 0 }))).toEqual([
      "f 7 in 1 hidden by 3",
      "h 1 in 3",
    ]);
  });

  test("is nothing of an image that stores nothing", async () => {
    for (const layers of [[[]], [[], [dir("d"), file("empty")]]]) {
      const verdict = await checkLayers(layers, { kind: "maxSize", bytes: 0 });
      expect(verdict).toMatchObject({ status: "passed", value: 0, findings: [], findingCount: 0 });
    }
    const none = await scanArchive(dockerSaveNew({ layers: [], history: [] }));
    expect(check(none, { kind: "maxSize", bytes: 0 })).toMatchObject({ status: "passed", value: 0 });
  });

  test("can be that of paths, and without others", async () => {
    const size = (changes: object): Promise<BudgetVerdict> =>
      checkLayers(LAYERS, { kind: "maxSize", bytes: 0 }, changes);
    expect(await size({ paths: ["/usr"] })).toMatchObject({ value: 120, ignoredBytes: 0 });
    expect(await size({ paths: ["/usr", "x"] })).toMatchObject({ value: 132 });
    expect(await size({ paths: ["/usr"], ignore: ["**/[ab]"] })).toMatchObject({ value: 30, ignoredBytes: 90 });
    expect(await size({ ignore: ["/etc/**", "/usr"] })).toMatchObject({ value: 70, ignoredBytes: 132 });
    expect(await size({ ignore: ["/"] })).toMatchObject({ value: 0, ignoredBytes: 202, findings: [] });
    expect(await size({ ignore: [] })).toMatchObject({ value: 202 });
    expect(await size({ paths: ["/nowhere"] })).toMatchObject({ status: "passed", value: 0 });
  });

  test("counts a file with several names once, by the first of them", async () => {
    const layers = [[sized("z/file", 9), hardlink("a/link", "z/file"), sized("z/other", 1)]];
    expect(lines(await checkLayers(layers, { kind: "maxSize", bytes: 0 }))).toEqual([
      "a/link 9 in 0",
      "z/other 1 in 0",
    ]);
  });

  test("counts the content of odd markers, where they are", async () => {
    const layers = [[{ ...whiteout("d/f"), content: "content" }, sized("g", 1)]];
    expect(await checkLayers(layers, { kind: "maxSize", bytes: 8 })).toMatchObject({ status: "passed", value: 8 });
    expect(lines(await checkLayers(layers, { kind: "maxSize", bytes: 0 }, { paths: ["/d"] }))).toEqual([
      "d/.wh.f 7 in 0 hidden by 0",
    ]);
  });
});

describe("a group of layers", () => {
  test.each([
    ["image", 202],
    ["base", 95],
    ["own", 107],
    [0, 95],
    [1, 100],
    [2, 7],
  ] as const)("%s stores its own bytes", async (layers, value) => {
    const options = { base: baseOf(1) };
    expect(await checkLayers(LAYERS, { kind: "maxSize", bytes: value }, { layers }, options)).toMatchObject({
      status: "passed",
      value,
    });
    expect(await checkLayers(LAYERS, { kind: "maxSize", bytes: value - 1 }, { layers }, options)).toMatchObject({
      status: "failed",
    });
  });

  test("of a base that is all or nothing of the image", async () => {
    const size = async (layers: "own" | "base", base: number): Promise<number | undefined> =>
      (await checkLayers(LAYERS, { kind: "maxSize", bytes: 0 }, { layers }, { base: baseOf(base) })).value;
    expect(await size("own", 3)).toBe(0);
    expect(await size("base", 3)).toBe(202);
    expect(await size("own", 0)).toBe(202);
    expect(await size("base", 0)).toBe(0);
    // A base that someone says is larger than the image.
    expect(await size("own", 7)).toBe(0);
    expect(await size("base", 7)).toBe(202);
  });

  test.each([3, 100, -1, 0.5])("that is not there decides nothing: layer %s", async (layers) => {
    for (const limit of [
      { kind: "maxSize", bytes: 1e9 },
      { kind: "maxLayers", count: 9 },
    ] as const) {
      expect(await checkLayers(LAYERS, limit, { layers })).toMatchObject({
        status: "undecided",
        value: undefined,
        reason: `there is no layer ${layers}: the image has 3, counted from 0`,
      });
    }
  });

  test("does not matter to what is about the image as such", async () => {
    expect(await checkLayers(LAYERS, { kind: "nonRoot" }, { layers: 100 })).toMatchObject({ status: "failed" });
    const dive = { kind: "diveHighestWastedBytes", bytes: 1e9 } as const;
    expect(await checkLayers(LAYERS, dive, { layers: 100 })).toMatchObject({ status: "passed" });
  });
});

describe("the number of layers", () => {
  test("counts empty ones too", async () => {
    const layers = [[sized("f", 1)], [], []];
    expect(await checkLayers(layers, { kind: "maxLayers", count: 3 })).toMatchObject({
      status: "passed",
      unit: "count",
      value: 3,
      margin: 0,
    });
    expect(await checkLayers(layers, { kind: "maxLayers", count: 2 })).toMatchObject({ status: "failed", margin: -1 });
  });

  test("can be that of the own layers", async () => {
    const options = { base: baseOf(2) };
    expect(await checkLayers(LAYERS, { kind: "maxLayers", count: 1 }, { layers: "own" }, options)).toMatchObject({
      status: "passed",
      value: 1,
    });
  });
});

describe("the size of the largest layer", () => {
  test("lists the layers that are over the limit, largest first", async () => {
    const verdict = await checkLayers(LAYERS, { kind: "maxLayerSize", bytes: 94 });
    expect(verdict).toMatchObject({ status: "failed", value: 100, margin: -6, findingCount: 2 });
    expect(lines(verdict)).toEqual(["100 in 1", "95 in 0"]);
    expect(verdict.findings.every(({ path }) => path === undefined)).toBe(true);
  });

  test("lists the largest when none is over the limit", async () => {
    const verdict = await checkLayers(LAYERS, { kind: "maxLayerSize", bytes: 100 });
    expect(verdict).toMatchObject({ status: "passed", value: 100, margin: 0 });
    expect(lines(verdict)).toEqual(["100 in 1"]);
  });

  test("counts only the paths and layers in question", async () => {
    const limit = { kind: "maxLayerSize", bytes: 0 } as const;
    expect(lines(await checkLayers(LAYERS, limit, { ignore: ["/app"] }))).toEqual(["95 in 0", "30 in 1", "7 in 2"]);
    const own = await checkLayers(LAYERS, limit, { layers: "own", paths: ["/etc"] }, { base: baseOf(1) });
    expect(lines(own)).toEqual(["7 in 2"]);
  });

  test("is nothing of empty layers", async () => {
    expect(await checkLayers([[], []], { kind: "maxLayerSize", bytes: 0 })).toMatchObject({
      status: "passed",
      value: 0,
      findings: [],
    });
  });
});

describe("the size of the largest file", () => {
  test("lists the files that are over the limit, also those that no container sees any more", async () => {
    const verdict = await checkLayers(LAYERS, { kind: "maxFileSize", bytes: 6 });
    expect(verdict).toMatchObject({ status: "failed", value: 60, margin: -54, findingCount: 6 });
    expect(lines(verdict)).toEqual([
      "app/big 60 in 1",
      "usr/lib/a 50 in 0",
      "usr/lib/b 40 in 0",
      "usr/lib/c 30 in 1",
      "app/log 10 in 1 hidden by 2",
      "etc/x 7 in 2",
    ]);
  });

  test("lists the largest when none is over the limit", async () => {
    const verdict = await checkLayers(LAYERS, { kind: "maxFileSize", bytes: 60 });
    expect(verdict).toMatchObject({ status: "passed", value: 60, margin: 0, findingCount: 1 });
    expect(lines(verdict)).toEqual(["app/big 60 in 1"]);
  });

  test("lists equal ones by path, then by layer, and counts those beyond ten", async () => {
    const same = ["b", "a", "c", "a-", "d/x"].map((path) => sized(path, 5));
    const verdict = await checkLayers([same, same, same], { kind: "maxFileSize", bytes: 4 });
    expect(verdict.findingCount).toBe(15);
    expect(verdict.findings.map((finding) => `${pathOf(finding)} ${finding.layer}`)).toEqual([
      ...["a 0", "a 1", "a 2", "a- 0", "a- 1", "a- 2", "b 0", "b 1", "b 2", "c 0"],
    ]);
  });

  test("can be that of paths", async () => {
    const verdict = await checkLayers(LAYERS, { kind: "maxFileSize", bytes: 49 }, { ignore: ["/app"] });
    expect(verdict).toMatchObject({ status: "failed", value: 50, ignoredBytes: 70 });
  });
});

describe("the compressed size", () => {
  test("is that of the layers' blobs", async () => {
    const analysis = await scanArchive(pack(LAYERS, "gzip"));
    const sizes = analysis.image.layers.map(({ blobBytes }) => blobBytes ?? Number.NaN);
    const value = sizes.reduce((sum, bytes) => sum + bytes, 0);
    const verdict = check(analysis, { kind: "maxCompressedSize", bytes: value });
    expect(verdict).toMatchObject({ status: "passed", value, margin: 0 });
    expect(verdict.findings.map(({ bytes }) => bytes)).toEqual(sizes.sort((one, other) => other - one));
    expect(check(analysis, { kind: "maxCompressedSize", bytes: value - 1 })).toMatchObject({ status: "failed" });
    const own = check(analysis, { kind: "maxCompressedSize", bytes: 0 }, { layers: 1 });
    expect(own).toMatchObject({ value: analysis.image.layers[1]?.blobBytes, findings: [{ layer: 1 }] });
  });

  const reasonOf = async (layers: Member[][], changes: object = {}): Promise<string | undefined> => {
    const verdict = await checkLayers(layers, { kind: "maxCompressedSize", bytes: 1e9 }, changes);
    expect(verdict).toMatchObject({ status: "undecided", value: undefined });
    return verdict.reason;
  };
  const ADVICE =
    "so the size that travels is not known; " +
    "check the image as it is in a registry, or saved as an OCI archive with compressed layers";

  test("is not known where layers are stored uncompressed", async () => {
    expect(await reasonOf(LAYERS)).toBe(`the layers are stored uncompressed here, ${ADVICE}`);
    expect(await reasonOf([LAYERS[0] ?? []])).toBe(`layer 0 is stored uncompressed here, ${ADVICE}`);
    expect(await reasonOf([[], [file("f")]])).toBe(`layer 1 is stored uncompressed here, ${ADVICE}`);
    expect(await reasonOf([[], [file("f")], [whiteout("f")]])).toBe(
      `layers 1 and 2 are stored uncompressed here, ${ADVICE}`,
    );
    const nine = [[], ...Array.from({ length: 8 }, () => [file("f")])];
    expect(await reasonOf(nine)).toBe(`layers 1, 2, 3, 4, 5 and 3 others are stored uncompressed here, ${ADVICE}`);
    expect(await reasonOf(LAYERS, { layers: 2 })).toBe(`layer 2 is stored uncompressed here, ${ADVICE}`);
  });

  test("is known where uncompressed layers have nothing in them", async () => {
    expect(await checkLayers([[], []], { kind: "maxCompressedSize", bytes: 1e5 })).toMatchObject({ status: "passed" });
  });

  test("is not known where nothing tells the size of a blob", async () => {
    const archive = dockerSaveOld({ layers: [tar([file("f", "1")]), tar([file("g", "2")])], broken: { missing: [0] } });
    const verdict = check(await scanArchive(archive), { kind: "maxCompressedSize", bytes: 0 });
    expect(verdict).toMatchObject({ status: "undecided", reason: "nothing tells the compressed size of layer 0" });
  });
});

describe("an image that could not be read to its end", () => {
  const broken = dockerSaveContainerd({
    layers: LAYERS.map((members) => tar(members)),
    compression: "gzip",
    broken: { missing: [1] },
  });

  test("passes no budget", async () => {
    const verdicts = await withScan(broken, (image) => {
      expect(image.complete).toBe(false);
      const enough = { bytes: 1e9 };
      return checkBudgets(analyse(image), [
        budgetOf({ kind: "maxSize", ...enough }),
        budgetOf({ kind: "maxSize", ...enough }, { layers: 0 }),
        budgetOf({ kind: "maxCompressedSize", ...enough }),
        budgetOf({ kind: "maxLayers", count: 99 }),
        budgetOf({ kind: "maxLayerSize", ...enough }),
        budgetOf({ kind: "maxFileSize", ...enough }),
        budgetOf({ kind: "maxWastedBytes", ...enough }),
        budgetOf({ kind: "maxWastedShare", share: 1 }),
        budgetOf({ kind: "minEfficiency", share: 0 }),
      ]);
    });
    for (const { status, reason } of verdicts) {
      expect({ status, reason }).toEqual({ status: "undecided", reason: "the image could not be read to its end" });
    }
  });

  test("fails what is exceeded already, but not what the rest could make good", async () => {
    const analysis = await scanArchive(broken);
    expect(check(analysis, { kind: "maxSize", bytes: 1 })).toMatchObject({ status: "failed", value: 102 });
    expect(check(analysis, { kind: "maxFileSize", bytes: 1 })).toMatchObject({ status: "failed" });
    expect(check(analysis, { kind: "maxWastedBytes", bytes: 1 })).toMatchObject({ status: "failed", value: 5 });
    expect(check(analysis, { kind: "maxWastedShare", share: 0 })).toMatchObject({ status: "undecided" });
    expect(check(analysis, { kind: "minEfficiency", share: 1 })).toMatchObject({ status: "undecided" });
  });
});

test("verdicts come in the order of the budgets", async () => {
  const budgets = [
    budgetOf({ kind: "maxLayers", count: 9 }),
    budgetOf({ kind: "maxSize", bytes: 0 }),
    budgetOf({ kind: "maxLayers", count: 1 }, { severity: "warn" }),
  ];
  const verdicts = checkBudgets(await scanLayers(...LAYERS), budgets);
  expect(verdicts.map(({ budget }) => budget)).toEqual(budgets);
  expect(verdicts.map(({ status }) => status)).toEqual(["passed", "failed", "failed"]);
  expect(checkBudgets(await scanLayers(...LAYERS), [])).toEqual([]);
});
