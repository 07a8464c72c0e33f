/** dive's rules: the numbers are those of a plain reading of its formulas, the comparisons are dive's. */
import { describe, expect, test } from "vitest";
import { dir, file, type Member, opaque, whiteout } from "../../../../fixtures/build/tar.ts";
import type { BudgetLimit } from "../../src/budget/budget.ts";
import { naiveDive } from "../metrics/naive-dive.ts";
import { reopened } from "../report/reopen.ts";
import { pack, scanArchive, scanLayers } from "../tree/scan-layers.ts";
import { baseOf, check, checkLayers, pathOf } from "./check-image.ts";

const bytes = (count: number, fill = "x"): Buffer => Buffer.alloc(count, fill);
const f = file("f", bytes(1000));
const k = file("k", bytes(500));
const tree = [dir("a"), file("a/1", bytes(1000)), file("a/2", bytes(2000))];
const lists = Array.from({ length: 10 }, (_, index) => file(`var/lib/apt/lists/${index}`, bytes(10_000)));
const apt = [file("bin", bytes(8000)), dir("var"), dir("var/lib"), dir("var/lib/apt"), dir("var/lib/apt/lists")];

/** With what is written of each in notes on the wasted bytes. */
const CASES: Record<string, { layers: Member[][]; notes: string[] }> = {
  "a directory that is removed": {
    layers: [[...tree, k], [whiteout("a")]],
    notes: ["dive misses 3,000 wasted bytes: 3,000 removed with a directory"],
  },
  "package lists removed with their directory": {
    layers: [[...apt, ...lists], [whiteout("var/lib/apt/lists")]],
    notes: ["dive misses 100,000 wasted bytes: 100,000 removed with a directory"],
  },
  "package lists removed one by one": {
    layers: [[...apt, ...lists], lists.map(({ path }) => whiteout(path))],
    notes: [],
  },
  "an empty directory that is filled and then removed": {
    layers: [[dir("a")], [dir("a"), file("a/f", bytes(1000))], [whiteout("a"), k]],
    notes: [],
  },
  "a file that is removed": { layers: [[f, file("k", bytes(1000))], [whiteout("f")]], notes: [] },
  "a directory of which a file is rewritten before all of it is removed": {
    layers: [[dir("a"), file("a/f", bytes(1000)), k], [dir("a"), file("a/f", bytes(2000))], [whiteout("a")]],
    notes: [],
  },
  "a directory removed and brought again with something else": {
    layers: [
      [dir("a"), file("a/old", bytes(1000))],
      [whiteout("a"), dir("a"), file("a/new", bytes(300))],
    ],
    notes: ["dive misses 1,000 wasted bytes: 1,000 removed with a directory"],
  },
  "an opaque directory": {
    layers: [tree, [dir("a"), opaque("a"), file("a/new", bytes(10))]],
    notes: ["dive misses 3,000 wasted bytes: 3,000 hidden by an opaque or replaced directory"],
  },
  "a marker for nothing": {
    layers: [[f], [whiteout("absent"), file("f", bytes(1000, "y"))]],
    notes: ["dive misses 1,000 wasted bytes: 1,000 rewritten or replaced"],
  },
  "a marker and a new file of its name in one layer": {
    layers: [[f], [whiteout("f"), file("f", bytes(500))]],
    notes: ["dive counts every copy of a path, the one that is kept too: of its 1,500 bytes 1,000 are wasted"],
  },
  "a file of which the mode is changed": {
    layers: [[file("f", bytes(100_000))], [file("f", bytes(100_000), { mode: 0o755 })]],
    notes: ["dive counts every copy of a path, the one that is kept too: of its 200,000 bytes 100,000 are wasted"],
  },
  "a file that is the same in two layers": {
    layers: [[f], [f]],
    notes: ["dive counts every copy of a path, the one that is kept too: of its 2,000 bytes 1,000 are wasted"],
  },
  "a file that its layer has twice": {
    layers: [[k], [f, file("f", bytes(300))]],
    notes: ["dive misses 1,000 wasted bytes: 1,000 stored more than once by one layer"],
  },
  "some of each": {
    layers: [
      [...tree, f, file("o/1", bytes(50))],
      [whiteout("a"), file("f", bytes(10)), opaque("o")],
    ],
    notes: [
      "dive misses 3,050 wasted bytes: 3,000 removed with a directory, 50 hidden by an opaque or replaced directory",
      "dive counts every copy of a path, the one that is kept too: of its 1,010 bytes 1,000 are wasted",
    ],
  },
  "layers without anything": { layers: [[], []], notes: [] },
};

const efficiency = (ratio: number): BudgetLimit => ({ kind: "diveLowestEfficiency", ratio });
const wasted = (bytes: number): BudgetLimit => ({ kind: "diveHighestWastedBytes", bytes });
const share = (ratio: number): BudgetLimit => ({ kind: "diveHighestUserWastedPercent", ratio });

describe.each(Object.entries(CASES))("%s", (_, { layers, notes }) => {
  const { numbers } = naiveDive(layers);

  test("passes and fails by dive's efficiency", async () => {
    const analysis = await scanLayers(...layers);
    const value = numbers.efficiency;
    expect(check(analysis, efficiency(value))).toMatchObject({ status: "passed", value, limit: value, margin: 0 });
    expect(check(analysis, efficiency(value - 1e-9)).status).toBe("passed");
    expect(check(analysis, efficiency(value + 1e-9)).status).toBe("failed");
  });

  test("passes and fails by dive's wasted bytes", async () => {
    const analysis = await scanLayers(...layers);
    const value = numbers.wastedBytes;
    expect(check(analysis, wasted(value))).toMatchObject({ status: "passed", unit: "bytes", value, margin: 0, notes });
    expect(check(analysis, wasted(value + 1)).status).toBe("passed");
    expect(check(analysis, wasted(value - 1)).status).toBe("failed");
  });

  test("passes and fails by dive's share of the user's bytes", async () => {
    const analysis = await scanLayers(...layers);
    const value = numbers.userWastedShare;
    if (!Number.isFinite(value)) {
      // What is not a number is above no limit, the infinite above every one.
      const status = Number.isNaN(value) ? "passed" : "failed";
      for (const ratio of [0, 0.5, 1]) {
        expect(check(analysis, share(ratio))).toMatchObject({ status, value: undefined, margin: undefined });
      }
      return;
    }
    expect(check(analysis, share(value))).toMatchObject({ status: "passed", unit: "share", value, margin: 0 });
    expect(check(analysis, share(value + 1e-9)).status).toBe("passed");
    expect(check(analysis, share(value - 1e-9)).status).toBe("failed");
  });
});

describe("a note says", () => {
  const notesOf = async (layers: Member[][], limit: BudgetLimit, base = 1) =>
    (await checkLayers(layers, limit, {}, { base: baseOf(base) })).notes;
  const rewritten = [[f, k], [f]];

  test("what the efficiency is, where dive's is another", async () => {
    expect(await notesOf([[...tree, k], [whiteout("a")]], efficiency(0.9))).toEqual([
      "dive misses 3,000 wasted bytes: 3,000 removed with a directory",
      "a container sees 14.29 % of the bytes that are stored; dive's efficiency is 100.00 %",
    ]);
    expect(await notesOf([[f], [whiteout("f"), k]], efficiency(0.9))).toEqual([]);
  });

  test("that dive divides by nothing", async () => {
    expect(await notesOf([[f]], share(0.1))).toEqual([
      "dive divides 0 by 0, since only the first layer stores anything; its rule passes whatever the limit is",
    ]);
    expect(await notesOf([[f], [whiteout("f")]], share(0.1))).toEqual([
      "dive divides by 0, since only the first layer stores anything; its rule fails whatever the limit is",
    ]);
  });

  test("that the base image is not the first layer", async () => {
    const surplus = expect.stringContaining("dive counts every copy");
    expect(await notesOf(rewritten, share(0.1))).toEqual([surplus]);
    expect(await notesOf([...rewritten, [k]], share(0.1), 2)).toEqual([
      surplus,
      "dive divides by all layers but the first, though 2 layers are the base image's",
    ]);
    expect(await notesOf(rewritten, share(0.1), 0)).toEqual([
      surplus,
      "dive takes the first layer for the base image and leaves it out of what it divides by",
    ]);
  });
});

describe("the findings", () => {
  test("are dive's inefficient paths with all their copies, the largest first", async () => {
    const layers = [
      [f, file("g", bytes(10)), dir("empty"), dir("a")],
      [f, file("g", bytes(20)), dir("empty"), dir("a"), file("a/x", bytes(5000))],
      [whiteout("a")],
    ];
    const { findings, findingCount } = await checkLayers(layers, wasted(0));
    expect(findings.map((finding) => `${pathOf(finding)} ${finding.bytes}`)).toEqual(["a/ 5000", "f 2000", "g 30"]);
    expect(findingCount).toBe(3);
  });

  test("are counted beyond those that are listed", async () => {
    const many = Array.from({ length: 30 }, (_, index) => file(`${index}`, bytes(index + 1)));
    const { findings, findingCount } = await checkLayers([many, many], wasted(0));
    expect(findings.map(pathOf)).toEqual(Array.from({ length: 10 }, (_, index) => `${29 - index}`));
    expect(findingCount).toBe(30);
  });
});

test("a saved report decides nothing, since it has no markers", async () => {
  const saved = await reopened(await scanLayers([f], [f]));
  for (const limit of [efficiency(0.1), wasted(1e9), share(1)]) {
    const { status, reason } = check(saved, limit);
    expect(status).toBe("undecided");
    expect(reason).toContain("a saved report");
  }
});

test("an image that cannot be read to its end passes no rule", async () => {
  const analysis = await scanArchive(pack([[f], [k]], "plain", { broken: { missing: [1] } }));
  for (const limit of [efficiency(0.1), wasted(1e9), share(1)]) {
    expect(check(analysis, limit)).toMatchObject({
      status: "undecided",
      reason: "the image could not be read to its end",
    });
  }
});
