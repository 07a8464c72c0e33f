/** Budgets of waste. */
import { describe, expect, test } from "vitest";
import { dir, file, hardlink, type Member, opaque, whiteout } from "../../../../fixtures/build/tar.ts";
import type { BudgetVerdict } from "../../src/budget/budget.ts";
import { WASTE_CAUSES } from "../../src/metrics/waste-cause.ts";
import { baseOf, checkLayers, pathOf } from "./check-image.ts";

const sized = (path: string, bytes: number, extra: Partial<Member> = {}): Member =>
  file(path, "x".repeat(bytes), extra);

/** `path bytes cause storedIn>hiddenBy`. */
const lines = ({ findings }: BudgetVerdict): string[] =>
  findings.map((finding) => {
    const { bytes, cause, layer, hiddenBy } = finding;
    return `${pathOf(finding)} ${bytes} ${cause} ${layer}>${hiddenBy}`;
  });

/** 200 stored, 80 of them wasted: 30 deleted and 20 rewritten of the base, 30 whose owner changed. */
const LAYERS = [
  [sized("var/cache/a", 10), sized("var/cache/b", 20), sized("etc/x", 20), sized("bin/sh", 40)],
  [sized("app/a", 15), sized("app/b", 15)],
  [whiteout("var/cache"), sized("etc/x", 50)],
  [sized("app/a", 15, { uid: 7 }), sized("app/b", 15, { uid: 7 })],
];

describe("wasted bytes", () => {
  test("pass at the limit", async () => {
    expect(await checkLayers(LAYERS, { kind: "maxWastedBytes", bytes: 80 })).toMatchObject({
      status: "passed",
      unit: "bytes",
      value: 80,
      limit: 80,
      margin: 0,
    });
    expect(await checkLayers(LAYERS, { kind: "maxWastedBytes", bytes: 81 })).toMatchObject({
      status: "passed",
      margin: 1,
    });
    expect(await checkLayers(LAYERS, { kind: "maxWastedBytes", bytes: 79 })).toMatchObject({
      status: "failed",
      margin: -1,
    });
  });

  test("are told by their largest parts, each with where it was stored, what hid it and why", async () => {
    const verdict = await checkLayers(LAYERS, { kind: "maxWastedBytes", bytes: 0 });
    expect(lines(verdict)).toEqual([
      "app/ 30 metadata 1>3",
      "etc/x 20 rewritten 0>2",
      "var/cache/b 20 deleted 0>2",
      "var/cache/a 10 deleted 0>2",
    ]);
    expect(verdict.findingCount).toBe(4);
  });

  test.each([
    ["deleted", 30],
    ["rewritten", 20],
    ["metadata", 30],
    ["hidden", 0],
    ["identical", 0],
    ["duplicate-member", 0],
  ] as const)("can be those of one cause: %s", async (cause, value) => {
    const verdict = await checkLayers(LAYERS, { kind: "maxWastedBytes", bytes: 0, cause });
    expect(verdict).toMatchObject({ status: value === 0 ? "passed" : "failed", value });
    expect(verdict.findings.every((finding) => finding.cause === cause)).toBe(true);
    expect(verdict.findings.reduce((sum, { bytes = 0 }) => sum + bytes, 0)).toBe(value);
  });

  test("of every cause are found", async () => {
    const layers = [
      [
        sized("deleted", 1),
        sized("d/hidden", 2),
        sized("rewritten", 4),
        sized("metadata", 8),
        sized("identical", 16),
        sized("twice", 32),
        sized("twice", 32),
      ],
      [
        whiteout("deleted"),
        opaque("d"),
        dir("d"),
        sized("rewritten", 3),
        sized("metadata", 8, { mode: 0o600 }),
        sized("identical", 16),
      ],
    ];
    const values: (number | undefined)[] = [];
    for (const cause of WASTE_CAUSES) {
      values.push((await checkLayers(layers, { kind: "maxWastedBytes", bytes: 0, cause })).value);
    }
    expect(Object.fromEntries(WASTE_CAUSES.map((cause, at) => [cause, values[at]]))).toEqual({
      deleted: 1,
      hidden: 2,
      rewritten: 4,
      metadata: 8,
      identical: 16,
      "duplicate-member": 32,
    });
  });

  test("of a group of layers are those it stores, whichever layer hid them", async () => {
    const options = { base: baseOf(1) };
    const wasted = async (layers: "base" | "own" | number): Promise<number | undefined> =>
      (await checkLayers(LAYERS, { kind: "maxWastedBytes", bytes: 0 }, { layers }, options)).value;
    expect(await wasted("base")).toBe(50);
    expect(await wasted("own")).toBe(30);
    expect(await wasted(1)).toBe(30);
    expect(await wasted(2)).toBe(0);
  });

  test("are none of what is still there under another name", async () => {
    const layers = [[sized("f", 9), hardlink("g", "f")], [whiteout("f")]];
    expect(await checkLayers(layers, { kind: "maxWastedBytes", bytes: 0 })).toMatchObject({
      status: "passed",
      value: 0,
    });
  });

  test("can be those of paths, and without others", async () => {
    const limit = { kind: "maxWastedBytes", bytes: 0 } as const;
    expect(await checkLayers(LAYERS, limit, { paths: ["/var"] })).toMatchObject({ value: 30, ignoredBytes: 0 });
    expect(await checkLayers(LAYERS, limit, { ignore: ["/app", "/bin"] })).toMatchObject({
      value: 50,
      ignoredBytes: 30,
    });
    expect(await checkLayers(LAYERS, limit, { ignore: ["/"] })).toMatchObject({
      status: "passed",
      value: 0,
      ignoredBytes: 80,
    });
  });

  test("of a directory are told by the layer with most of them, then by what happened to most of these", async () => {
    const layers = [
      [sized("d/a", 3), sized("d/b", 3), sized("d/c", 4), sized("x", 1)],
      [whiteout("d/a"), sized("d/e", 4), sized("d/f", 4)],
      [whiteout("d/b"), sized("d/c", 1), whiteout("d/e"), whiteout("d/f"), whiteout("x")],
    ];
    const verdict = await checkLayers(layers, { kind: "maxWastedBytes", bytes: 0 });
    // Most of all was deleted, but not of the 10 bytes of layer 0, nor of the 7 of these that layer 2 hid.
    expect(lines(verdict)).toEqual(["d/ 18 rewritten 0>2", "x 1 deleted 0>2"]);
  });

  test("of a directory are told by the older layer of two that did as much", async () => {
    const layers = [
      [sized("d/b", 2), sized("d/a", 2)],
      [whiteout("d/a")],
      [whiteout("d/b"), sized("x", 1)],
      [whiteout("x")],
    ];
    expect(lines(await checkLayers(layers, { kind: "maxWastedBytes", bytes: 0 }))).toEqual([
      "d/ 4 deleted 0>1",
      "x 1 deleted 2>3",
    ]);
  });

  test("include the content of markers", async () => {
    const layers = [[{ ...whiteout("f"), content: "content" }]];
    const verdict = await checkLayers(layers, { kind: "maxWastedBytes", bytes: 6 });
    expect(verdict).toMatchObject({ status: "failed", value: 7 });
    expect(lines(verdict)).toEqual([".wh.f 7 hidden 0>0"]);
  });
});

describe("the wasted share", () => {
  test.each([
    [0.4, "passed", 80],
    [0.401, "passed", 80],
    [0.399, "failed", 79],
    [0.3999999, "failed", 79],
    [0, "failed", 0],
    [1, "passed", 200],
  ] as const)("is decided in whole bytes: %d", async (share, status, limit) => {
    const verdict = await checkLayers(LAYERS, { kind: "maxWastedShare", share });
    expect(verdict).toMatchObject({ status, unit: "share", value: 0.4, limit: share, bytes: { value: 80, limit } });
    expect(verdict.margin).toBeCloseTo(share - 0.4, 10);
    expect((verdict.margin ?? Number.NaN) >= 0).toBe(status === "passed");
  });

  test("passes at a limit that no binary number meets", async () => {
    // 0.07 * 100 is more than 7, 0.57 * 100 less than 57.
    for (const [wasted, share] of [
      [7, 0.07],
      [29, 0.29],
      [57, 0.57],
      [58, 0.58],
    ] as const) {
      const layers = [[sized("f", wasted), sized("g", 100 - wasted)], [whiteout("f")]];
      expect(await checkLayers(layers, { kind: "maxWastedShare", share })).toMatchObject({
        status: "passed",
        margin: 0,
        bytes: { value: wasted, limit: wasted },
      });
      expect(await checkLayers(layers, { kind: "minEfficiency", share: (100 - wasted) / 100 })).toMatchObject({
        status: "passed",
        margin: 0,
        bytes: { value: wasted, limit: wasted },
      });
    }
  });

  test.each([
    [80, "passed", 80],
    [81, "passed", 81],
    [79, "failed", 79],
    [10, "failed", 20],
  ] as const)("may be more where that is few bytes: %d", async (butAtLeast, status, limit) => {
    const verdict = await checkLayers(LAYERS, { kind: "maxWastedShare", share: 0.1, butAtLeast });
    expect(verdict).toMatchObject({ status, value: 0.4, limit: 0.1, bytes: { value: 80, limit } });
    expect(verdict.margin).toBeCloseTo(-0.3, 10);
  });

  test("can be that of one cause", async () => {
    expect(await checkLayers(LAYERS, { kind: "maxWastedShare", share: 0.1, cause: "rewritten" })).toMatchObject({
      status: "passed",
      value: 0.1,
      margin: 0,
      bytes: { value: 20, limit: 20 },
    });
  });

  test("is of what the layers and paths in question store", async () => {
    const base = { base: baseOf(1) };
    const limit = { kind: "maxWastedShare", share: 0.5 } as const;
    expect(await checkLayers(LAYERS, limit, { layers: "own" }, base)).toMatchObject({ value: 30 / 110 });
    expect(await checkLayers(LAYERS, limit, { layers: "base" }, base)).toMatchObject({ value: 50 / 90 });
    expect(await checkLayers(LAYERS, limit, { paths: ["/app"] })).toMatchObject({ status: "passed", value: 0.5 });
    expect(await checkLayers(LAYERS, limit, { ignore: ["/bin", "/app"] })).toMatchObject({
      value: 0.5,
      ignoredBytes: 30,
      bytes: { value: 50, limit: 50 },
    });
  });
});

describe("the efficiency", () => {
  test.each([
    [0.6, "passed", 80],
    [0.599, "passed", 80],
    [0.601, "failed", 79],
    [0.6000001, "failed", 79],
    [1, "failed", 0],
    [0, "passed", 200],
  ] as const)("is decided in whole bytes: %d", async (share, status, limit) => {
    const verdict = await checkLayers(LAYERS, { kind: "minEfficiency", share });
    expect(verdict).toMatchObject({ status, unit: "share", value: 0.6, limit: share, bytes: { value: 80, limit } });
    expect(verdict.margin).toBeCloseTo(0.6 - share, 10);
    expect((verdict.margin ?? Number.NaN) >= 0).toBe(status === "passed");
  });

  test("may be less where that is few bytes", async () => {
    expect(await checkLayers(LAYERS, { kind: "minEfficiency", share: 0.95, butAtLeast: 80 })).toMatchObject({
      status: "passed",
      bytes: { value: 80, limit: 80 },
    });
    expect(await checkLayers(LAYERS, { kind: "minEfficiency", share: 0.95, butAtLeast: 79 })).toMatchObject({
      status: "failed",
      bytes: { value: 80, limit: 79 },
    });
  });

  test("lists what is wasted", async () => {
    const verdict = await checkLayers(LAYERS, { kind: "minEfficiency", share: 1 });
    expect(verdict.findings.map(pathOf)).toContain("app/");
    expect(verdict.findingCount).toBe(4);
  });
});

test("nothing is wasted where nothing is stored", async () => {
  for (const layers of [[[]], [[dir("d"), file("f")], [whiteout("f")]]]) {
    const nothing = { status: "passed", margin: 0, bytes: { value: 0, limit: 0 }, findings: [], ignoredBytes: 0 };
    expect(await checkLayers(layers, { kind: "maxWastedShare", share: 0 })).toMatchObject({ ...nothing, value: 0 });
    expect(await checkLayers(layers, { kind: "minEfficiency", share: 1 })).toMatchObject({ ...nothing, value: 1 });
    expect(await checkLayers(layers, { kind: "maxWastedBytes", bytes: 0 })).toMatchObject({
      status: "passed",
      value: 0,
    });
  }
  const ignored = await checkLayers(LAYERS, { kind: "minEfficiency", share: 1 }, { ignore: ["/"] });
  expect(ignored).toMatchObject({ status: "passed", value: 1, ignoredBytes: 80 });
});
