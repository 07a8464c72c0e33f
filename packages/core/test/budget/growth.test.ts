/** How much an image grew since its baseline, and whether that is within its budget. */
import { describe, expect, test } from "vitest";
import { dir, file, hardlink, whiteout } from "../../../../fixtures/build/tar.ts";
import { growthOf } from "../../src/budget/growth.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";
import { reopened } from "../report/reopen.ts";
import { pack, scanArchive, scanLayers } from "../tree/scan-layers.ts";
import { asBaseline, baseOf, bytes, compared, findingLines, growthVerdict } from "./growing-images.ts";

describe("growth is what the layers store now, less what those of the baseline store", () => {
  test("of an image that grew", async () => {
    const verdict = await compared([[bytes("a", 10)]], [[bytes("a", 10)], [bytes("b", 5)]]);
    expect(verdict).toMatchObject({
      status: "failed",
      unit: "bytes",
      value: 5,
      limit: 0,
      margin: -5,
      bytes: { value: 5, limit: 0 },
      growth: { before: 10, now: 15 },
      findingCount: 1,
      notes: [],
    });
    expect(findingLines(verdict)).toEqual(["b 0+5 in 1"]);
  });

  test("of an image that shrank: it passes whatever the limit is", async () => {
    for (const limit of [{ bytes: 0 }, { share: 0 }]) {
      const verdict = await compared([[bytes("a", 10)]], [[bytes("a", 4)]], { limit });
      expect(verdict).toMatchObject({
        status: "passed",
        bytes: { value: -6, limit: 0 },
        findings: [],
        findingCount: 0,
      });
      expect(verdict.notes).toEqual(["other paths shrank by 6 bytes"]);
    }
  });

  test("of the same image", async () => {
    const layers = [
      [bytes("a", 10), bytes("b", 3)],
      [whiteout("b"), bytes("a", 11)],
    ];
    expect(await compared(layers, layers)).toMatchObject({ status: "passed", value: 0, findingCount: 0, notes: [] });
  });

  test("of an image that lost a layer", async () => {
    const verdict = await compared(
      [[bytes("a", 10)], [bytes("b", 5)], [bytes("c", 2)]],
      [[bytes("a", 10)], [bytes("c", 3)]],
    );
    expect(verdict).toMatchObject({ status: "passed", value: -4, growth: { before: 17, now: 13 } });
    expect(findingLines(verdict)).toEqual(["c 2+1 in 1"]);
    expect(verdict.notes).toEqual(["other paths shrank by 5 bytes"]);
  });

  test("of an image whose layers came in another order", async () => {
    const [one, other] = [[bytes("a", 10)], [bytes("b", 5)]];
    expect(await compared([one, other], [other, one])).toMatchObject({ value: 0, findings: [], notes: [] });
  });

  test("of what a later layer removes all the same", async () => {
    const verdict = await compared([[bytes("a", 10)]], [[bytes("a", 10)], [bytes("b", 7)], [whiteout("b")]]);
    expect(findingLines(verdict)).toEqual(["b 0+7 in 1"]);
    expect(verdict.value).toBe(7);
  });

  test("of a path that two layers store, together", async () => {
    const verdict = await compared([[bytes("a", 10)]], [[bytes("a", 10)], [bytes("a", 12)]]);
    expect(findingLines(verdict)).toEqual(["a 10+12 in 1"]);
  });

  test("of a path that one tar holds twice, both times", async () => {
    const verdict = await compared([[bytes("a", 10)]], [[bytes("a", 10), bytes("a", 4)]]);
    expect(findingLines(verdict)).toEqual(["a 10+4 in 0"]);
  });

  test("of a file with two names, once", async () => {
    const verdict = await compared([[bytes("a", 10)]], [[bytes("a", 10), bytes("c", 6), hardlink("b", "c")]]);
    expect(verdict.value).toBe(6);
    expect(findingLines(verdict)).toEqual(["b 0+6 in 0"]);
  });

  test("of a file with two names whose order in the tar changed, not at all", async () => {
    const names = [bytes("c", 6), hardlink("b", "c"), hardlink("d/e", "c")];
    const others = [bytes("d/e", 6), hardlink("c", "d/e"), hardlink("b", "d/e")];
    expect(await compared([names], [others])).toMatchObject({ value: 0, findingCount: 0, notes: [] });
  });

  test("of a file that was moved: one path grew, the other shrank", async () => {
    const verdict = await compared([[bytes("old/a", 10)]], [[bytes("new/a", 10)]]);
    expect(verdict).toMatchObject({ status: "passed", value: 0, findingCount: 1 });
    expect(findingLines(verdict)).toEqual(["new/a 0+10 in 0"]);
    expect(verdict.notes).toEqual(["other paths shrank by 10 bytes"]);
  });

  test("of a marker that has content", async () => {
    const marker = { ...whiteout("a"), content: "1234" };
    expect(await compared([[bytes("b", 1)]], [[bytes("b", 1)], [marker]])).toMatchObject({ value: 4 });
  });

  test("of a path that was a file and is a directory", async () => {
    const verdict = await compared([[bytes("a", 3)]], [[bytes("a/b", 5), bytes("a/c", 4)]]);
    expect(verdict).toMatchObject({ value: 6, findingCount: 1 });
    expect(findingLines(verdict)).toEqual(["a/ 3+6 in 0"]);
  });
});

describe("the paths that grew", () => {
  test("come biggest first, with the layer that stores most of them now", async () => {
    const before = [[bytes("big", 100), bytes("lib/a", 10), bytes("lib/b", 10)]];
    const now = [[bytes("big", 100), bytes("lib/a", 12)], [bytes("lib/b", 30), bytes("lib/c", 19)], [bytes("new", 7)]];
    const verdict = await compared(before, now);
    expect(findingLines(verdict)).toEqual(["lib/ 20+41 in 1", "new 0+7 in 2"]);
  });

  test("are netted below a directory", async () => {
    const lib = (...sizes: number[]) => sizes.map((size, index) => bytes(`lib/${index}`, size));
    const verdict = await compared(
      [[...lib(50, 50, 50, 50), bytes("app", 1)]],
      [[...lib(60, 60, 60, 45), bytes("app", 2)]],
    );
    expect(findingLines(verdict)).toEqual(["lib/ 200+25 in 0", "app 1+1 in 0"]);
    expect(verdict).toMatchObject({ value: 26, findingCount: 2, notes: [] });
  });

  test("are ten at most, and the others are counted", async () => {
    const now = Array.from({ length: 14 }, (_, index) => bytes(`d${index}/f`, 100 + index));
    const verdict = await compared([[bytes("gone", 20)]], [now]);
    expect(verdict.findings.length).toBe(10);
    expect(verdict.findings.at(0)).toMatchObject({ bytes: 113 });
    expect(verdict.findingCount).toBe(14);
    expect(verdict.notes).toEqual(["other paths shrank by 20 bytes"]);
  });

  test("keep bytes that are no text", async () => {
    const path = Buffer.from([0x61, 0xff, 0xfe]);
    const verdict = await compared([[]], [[file(path, "xy")]]);
    expect(Buffer.from(verdict.findings[0]?.path ?? [])).toEqual(path);
  });
});

describe("the limit", () => {
  test.each([
    [99, "passed"],
    [100, "passed"],
    [101, "failed"],
  ])("in bytes, of %d grown when 100 may", async (grown, status) => {
    const verdict = await compared([[bytes("a", 50)]], [[bytes("a", 50 + grown)]], { limit: { bytes: 100 } });
    expect(verdict).toMatchObject({ status, value: grown, limit: 100, margin: 100 - grown });
  });

  // 3 % of 1033 are 30.99: of whole bytes, 30.
  test.each([
    [1000, 30, "passed"],
    [1000, 31, "failed"],
    [1033, 30, "passed"],
    [1033, 31, "failed"],
    [1034, 31, "passed"],
    [33, 0, "passed"],
    [33, 1, "failed"],
  ])("of 3 %%, from %d bytes by %d", async (before, grown, status) => {
    const verdict = await compared([[bytes("a", before)]], [[bytes("a", before), bytes("b", grown)]], {
      limit: { share: 0.03 },
    });
    expect(verdict).toMatchObject({ status, unit: "share", limit: 0.03, value: grown / before });
    expect(verdict.bytes).toEqual({ value: grown, limit: Math.floor((before * 3) / 100) });
  });

  test.each([
    [50, "passed"],
    [51, "failed"],
  ])("of 1 %%, but at least 50 bytes, from 100 bytes by %d", async (grown, status) => {
    const verdict = await compared([[bytes("a", 100)]], [[bytes("a", 100 + grown)]], {
      limit: { share: 0.01, butAtLeast: 50 },
    });
    expect(verdict).toMatchObject({ status, unit: "share", bytes: { value: grown, limit: 50 } });
  });

  test("of a share that is larger than the bytes that are allowed at least", async () => {
    const verdict = await compared([[bytes("a", 100)]], [[bytes("a", 150)]], { limit: { share: 0.5, butAtLeast: 10 } });
    expect(verdict).toMatchObject({ status: "passed", bytes: { value: 50, limit: 50 } });
  });

  test.each([
    [0, 0, "passed"],
    [1, 0, "failed"],
    [5, 5, "passed"],
    [6, 5, "failed"],
  ])("in bytes where nothing was before: %d grown, %d at least", async (grown, butAtLeast, status) => {
    const verdict = await compared([[dir("d")]], [[bytes("a", grown)]], { limit: { share: 0.5, butAtLeast } });
    expect(verdict).toMatchObject({
      status,
      unit: "bytes",
      value: grown,
      limit: butAtLeast,
      margin: butAtLeast - grown,
    });
  });
});

describe("what is compared", () => {
  const before = [[bytes("usr/lib/a", 10), bytes("usr/doc/b", 20), bytes("app/c.pyc", 5)]];
  const now = [[bytes("usr/lib/a", 11), bytes("usr/doc/b", 40), bytes("app/c.pyc", 8), bytes("app/d", 2)]];

  test("are only the paths that are wanted, of both", async () => {
    const verdict = await compared(before, now, { scope: { paths: ["/usr/doc"] } });
    expect(verdict).toMatchObject({ value: 20, growth: { before: 20, now: 40 }, ignoredBytes: 0, notes: [] });
    expect(findingLines(verdict)).toEqual(["usr/doc/b 20+20 in 0"]);
  });

  test("are no paths that are ignored, of either", async () => {
    const verdict = await compared(before, now, { scope: { paths: ["app", "usr/doc"], ignore: ["*.pyc"] } });
    expect(verdict).toMatchObject({ value: 22, growth: { before: 20, now: 42 }, ignoredBytes: 8 });
    expect(findingLines(verdict)).toEqual(["usr/doc/b 20+20 in 0", "app/d 0+2 in 0"]);
  });

  test("are the image's own layers with those of the baseline, though the base changed", async () => {
    const baseBefore = [[bytes("base/a", 100)]];
    const baseNow = [[bytes("base/a", 300)], [bytes("base/b", 50)]];
    const own = [[bytes("app", 10)]];
    const baseline = asBaseline(await scanLayers(...baseBefore, ...own), baseOf(1));
    const image = await scanLayers(...baseNow, [bytes("app", 13)], [bytes("base/c", 1)]);
    const verdictOn = (layers: "image" | "own" | "base") =>
      growthVerdict(image, baseline, { scope: { layers }, base: baseOf(2) });
    expect(verdictOn("own").growth).toEqual({ before: 10, now: 14 });
    expect(findingLines(verdictOn("own"))).toEqual(["app 10+3 in 2", "base/c 0+1 in 3"]);
    expect(verdictOn("base").growth).toEqual({ before: 100, now: 350 });
    expect(findingLines(verdictOn("base"))).toEqual(["base/a 100+200 in 0", "base/b 0+50 in 1"]);
    expect(verdictOn("image").growth).toEqual({ before: 110, now: 364 });
  });
});

describe("nothing is decided", () => {
  const layers = [[bytes("a", 10)], [bytes("b", 5)]];

  test("without a baseline", async () => {
    const verdict = growthVerdict(await scanLayers(...layers), undefined);
    expect(verdict).toMatchObject({ status: "skipped", reason: "there is no baseline to compare with" });
  });

  test("of one layer, since layers move", async () => {
    const verdict = await compared(layers, layers, { scope: { layers: 0 } });
    expect(verdict).toMatchObject({ status: "undecided", reason: expect.stringContaining("layers move") });
  });

  test("when the baseline could not be read to its end", async () => {
    const baseline = { ...asBaseline(await scanLayers(...layers)), complete: false };
    const verdict = growthVerdict(await scanLayers(...layers), baseline);
    expect(verdict).toMatchObject({ status: "undecided", value: undefined });
    expect(verdict.reason).toBe("not all of the baseline before.tar could be read");
  });

  test("when the image could not be read to its end, unless it grew too much already", async () => {
    const archive = pack([...layers, [bytes("c", 5)]], "plain", { broken: { missing: [2] } });
    const image = await scanArchive(archive);
    expect(image.image.complete).toBe(false);
    const baseline = asBaseline(await scanLayers(...layers));
    expect(growthVerdict(image, baseline).status).toBe("undecided");
    expect(growthVerdict(image, asBaseline(await scanLayers([bytes("a", 1)]))).status).toBe("failed");
    expect(growthOf(image, baseOf(0), baseline)).toBeUndefined();
  });

  test.each(["own", "base"] as const)("of %s layers, when of one image nothing tells which they are", async (group) => {
    const image = await scanLayers(...layers);
    const none = { layers: 0, foundBy: "none", certainty: "guess" } as const;
    const compare = (base: Parameters<typeof asBaseline>[1], other: Parameters<typeof asBaseline>[1]) =>
      growthVerdict(image, asBaseline(image, other), { scope: { layers: group }, ...(base && { base }) });
    expect(compare(baseOf(1), none)).toMatchObject({
      status: "undecided",
      reason: "nothing tells which layers of the baseline before.tar are its base image's",
    });
    expect(compare(none, baseOf(1))).toMatchObject({
      status: "undecided",
      reason: "nothing tells which layers of the image are its base image's",
    });
    expect(compare(none, none).status).toBe("passed");
    expect(compare(none, baseOf(0)).status).toBe("passed");
  });

  test("when the files of the baseline cannot be compared", async () => {
    const path = new Uint8Array(DEFAULT_LIMITS.pathBytes + 1).fill(0x61);
    const image = await scanLayers(...layers);
    const baseline = { ...asBaseline(image), files: () => [{ path, layer: 0, bytes: 10 }] };
    expect(growthVerdict(image, baseline)).toMatchObject({ status: "undecided" });
    expect(growthVerdict(image, baseline).reason).toMatch(
      /^the files of the baseline before\.tar cannot be compared: /,
    );
  });
});

describe("a baseline without lists of files", () => {
  const before = [[bytes("a", 10)], [bytes("b", 5)]];
  const without = async () => ({ ...asBaseline(await scanLayers(...before), baseOf(1)), files: undefined });

  test("still decides on the layers", async () => {
    const image = await scanLayers([bytes("a", 12)], [bytes("b", 9)]);
    const verdict = growthVerdict(image, await without(), { scope: { ignore: [] } });
    expect(verdict).toMatchObject({ status: "failed", growth: { before: 15, now: 21 }, findings: [], findingCount: 0 });
    expect(verdict.notes).toEqual([
      "the baseline before.tar was saved without its lists of files, so which paths grew is not known",
    ]);
    const own = growthVerdict(image, await without(), { scope: { layers: "own" }, base: baseOf(1) });
    expect(own.growth).toEqual({ before: 5, now: 9 });
    const base = growthVerdict(image, await without(), { scope: { layers: "base" }, base: baseOf(1) });
    expect(base.growth).toEqual({ before: 10, now: 12 });
  });

  test.each([{ paths: ["a"] }, { ignore: ["a"] }])("cannot decide on paths: %j", async (scope) => {
    const verdict = growthVerdict(await scanLayers(...before), await without(), { scope });
    expect(verdict).toMatchObject({ status: "undecided", reason: expect.stringContaining("lists of files") });
  });
});

test("a saved report is the same baseline as the image it was made of", async () => {
  const before = await scanLayers(
    [bytes("z", 10), hardlink("b/y", "z"), bytes("x", 3), bytes("x", 4)],
    [whiteout("z"), { ...whiteout("q"), content: "marker" }, bytes("b/y", 2)],
  );
  const now = await scanLayers([bytes("b/y", 10), hardlink("z", "b/y"), bytes("x", 9)]);
  const [report, image] = [asBaseline(await reopened(before)), asBaseline(before)];
  expect(growthVerdict(now, report)).toEqual(growthVerdict(now, image));
  expect(growthVerdict(before, report)).toMatchObject({ value: 0, findingCount: 0, notes: [] });
});

test("growth can be asked for without a budget", async () => {
  const baseline = asBaseline(await scanLayers([bytes("a", 10), bytes("b", 4)]));
  const growth = growthOf(await scanLayers([bytes("a", 15)]), baseOf(0), baseline);
  expect(growth).toMatchObject({ before: 14, now: 15, paths: { findingCount: 1, othersGrew: 0, othersShrank: 4 } });
  expect(findingLines(growth?.paths ?? { findings: [] })).toEqual(["a 10+5 in 0"]);
});
