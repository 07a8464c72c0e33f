/**
 * Images on which inspectors are known to be wrong: a directory removed, hidden or replaced, a copy that only changed
 * its mode, an image of one layer, a marker for nothing. One small tar each; what is stored less what is visible is
 * what is wasted.
 */
import { describe, expect, test } from "vitest";
import { dir, file, hardlink, type Member, opaque, symlink, whiteout } from "../../../../fixtures/build/tar.ts";
import { changesIn, diagnosticsOf, entryAt, pathsOf, scanLayers, wasteOf } from "../tree/scan-layers.ts";

const bytes = (count: number, fill = "x"): Buffer => Buffer.alloc(count, fill);

type Case = { layers: Member[][]; stored: number; final: number; waste: string[] };

const lists = Array.from({ length: 10 }, (_, index) => file(`var/lib/apt/lists/${index}`, bytes(10_000)));
const tree = [dir("a"), file("a/1", bytes(1000)), file("a/2", bytes(2000))];

const CASES: Record<string, Case> = {
  "a directory of 3000 bytes that a later layer removes": {
    layers: [[...tree, file("k", bytes(500))], [whiteout("a")]],
    stored: 3500,
    final: 500,
    waste: ["a/1 1000 deleted 0>1", "a/2 2000 deleted 0>1"],
  },
  "package lists removed with their directory": {
    layers: [[file("bin", bytes(8000)), dir("var/lib/apt/lists"), ...lists], [whiteout("var/lib/apt/lists")]],
    stored: 108_000,
    final: 8000,
    waste: lists.map(({ path }) => `${path} 10000 deleted 0>1`),
  },
  "package lists removed one by one": {
    layers: [[file("bin", bytes(8000)), dir("var/lib/apt/lists"), ...lists], lists.map(({ path }) => whiteout(path))],
    stored: 108_000,
    final: 8000,
    waste: lists.map(({ path }) => `${path} 10000 deleted 0>1`),
  },
  "an empty directory that gets a file and is then removed": {
    layers: [[dir("a")], [file("a/f", bytes(1000))], [whiteout("a"), file("k", bytes(500))]],
    stored: 1500,
    final: 500,
    waste: ["a/f 1000 deleted 1>2"],
  },
  "a file that is removed": {
    layers: [[file("f", bytes(1000)), file("k", bytes(1000))], [whiteout("f")]],
    stored: 2000,
    final: 1000,
    waste: ["f 1000 deleted 0>1"],
  },
  "a directory of which a file is rewritten before all of it is removed": {
    layers: [[file("a/f", bytes(1000))], [file("a/f", bytes(2000))], [whiteout("a")]],
    stored: 3000,
    final: 0,
    waste: ["a/f 1000 rewritten 0>1", "a/f 2000 deleted 1>2"],
  },
  "a directory removed and brought again with something else": {
    layers: [
      [dir("a"), file("a/old", bytes(1000))],
      [whiteout("a"), dir("a"), file("a/new", bytes(300))],
    ],
    stored: 1300,
    final: 300,
    waste: ["a/old 1000 deleted 0>1"],
  },
  "a directory hidden by an opaque marker": {
    layers: [tree, [dir("a"), opaque("a"), file("a/new", bytes(10))]],
    stored: 3010,
    final: 10,
    waste: ["a/1 1000 hidden 0>1", "a/2 2000 hidden 0>1"],
  },
  "a directory replaced by a file": {
    layers: [tree, [file("a", bytes(7))]],
    stored: 3007,
    final: 7,
    waste: ["a/1 1000 hidden 0>1", "a/2 2000 hidden 0>1"],
  },
  "a directory replaced by a symlink": {
    layers: [tree, [symlink("a", "elsewhere")]],
    stored: 3000,
    final: 0,
    waste: ["a/1 1000 hidden 0>1", "a/2 2000 hidden 0>1"],
  },
  "a whiteout of what is nowhere beside a file that is rewritten": {
    layers: [[file("f", bytes(1000))], [whiteout("nowhere"), file("f", bytes(1000, "y"))]],
    stored: 2000,
    final: 1000,
    waste: ["f 1000 rewritten 0>1"],
  },
  "a whiteout and a new file of its name in one layer": {
    layers: [[file("f", bytes(1000))], [whiteout("f"), file("f", bytes(500))]],
    stored: 1500,
    final: 500,
    waste: ["f 1000 rewritten 0>1"],
  },
  "a file that is the same in two layers": {
    layers: [[file("f", bytes(1000))], [file("f", bytes(1000))]],
    stored: 2000,
    final: 1000,
    waste: ["f 1000 identical 0>1"],
  },
  "a file of which the mode is changed": {
    layers: [[file("f", bytes(100_000))], [file("f", bytes(100_000), { mode: 0o755 })]],
    stored: 200_000,
    final: 100_000,
    waste: ["f 100000 metadata 0>1"],
  },
  "a file that is rewritten four times": {
    layers: [1, 2, 3, 4, 5].map((version) => [file("f", bytes(100, String(version)))]),
    stored: 500,
    final: 100,
    waste: [1, 2, 3, 4].map((version) => `f 100 rewritten ${version - 1}>${version}`),
  },
  "one layer": { layers: [tree], stored: 3000, final: 3000, waste: [] },
  "a last layer without a file": { layers: [tree, []], stored: 3000, final: 3000, waste: [] },
  "nothing but directories and links": {
    layers: [[dir("a"), symlink("l", "a")], [whiteout("l")]],
    stored: 0,
    final: 0,
    waste: [],
  },
  "whiteouts in the first layer": {
    layers: [[whiteout("x"), file("f", bytes(9))], [whiteout("f")]],
    stored: 9,
    final: 0,
    waste: ["f 9 deleted 0>1"],
  },
  "a chmod of a file that has a second name": {
    layers: [
      [file("f", bytes(1000)), hardlink("h", "f")],
      [file("f", bytes(1000), { mode: 0o600 }), hardlink("h", "f")],
    ],
    stored: 2000,
    final: 1000,
    waste: ["f 1000 metadata 0>1"],
  },
};

test.each(Object.entries(CASES))("%s", async (_, { layers, stored, final, waste }) => {
  const image = await scanLayers(...layers);
  expect(image.accounts).toMatchObject({
    storedBytes: stored,
    finalBytes: final,
    wastedBytes: stored - final,
    efficiency: stored === 0 ? 1 : final / stored,
  });
  expect(wasteOf(image)).toEqual([...waste].sort());
  expect(diagnosticsOf(image)).toEqual([]);
});

describe("what a layer did to a path, where it is often told wrong", () => {
  test("a symlink with another target is modified", async () => {
    expect(changesIn(await scanLayers([symlink("l", "a")], [symlink("l", "b")]))).toEqual({ l: "modified" });
  });

  test("a touched file, and one with a new capability, did change", async () => {
    const base = [file("f", "x", { mtime: 1 }), file("g", "y")];
    const xattrs = { "security.capability": Uint8Array.of(1) };
    const image = await scanLayers(base, [file("f", "x", { mtime: 2 }), file("g", "y", { xattrs })]);
    expect(changesIn(image)).toEqual({ f: "metadata mtime", g: "metadata xattrs" });
  });

  test("a file removed and brought again in one layer is there", async () => {
    const image = await scanLayers([file("f", "1")], [whiteout("f"), file("f", "22")]);
    expect(entryAt(image, "f")).toMatchObject({ size: 2, layer: 1 });
    expect(changesIn(image)).toEqual({ f: "modified" });
  });

  test("a file removed by one layer and brought again by the next is there", async () => {
    const image = await scanLayers([file("f", "1")], [whiteout("f")], [file("f", "22")]);
    expect(pathsOf(image)).toEqual(["f"]);
  });

  test("the first layer added everything it has", async () => {
    const image = await scanLayers([dir("d"), file("d/f")]);
    expect(changesIn(image)).toEqual({ d: "added", "d/f": "added" });
  });

  test("a directory that a layer only implies keeps its mode and its owner", async () => {
    const image = await scanLayers([dir("a", { mode: 0o711, uid: 5 }), file("a/f")], [file("a/g")]);
    expect(entryAt(image, "a")).toMatchObject({ mode: 0o711, uid: 5 });
    expect(changesIn(image)).toEqual({ "a/g": "added" });
  });

  test("a file below a symlinked directory stands where the tar says", async () => {
    const image = await scanLayers([dir("usr/lib"), symlink("lib", "usr/lib")], [file("usr/lib/x")]);
    expect(entryAt(image, "lib")?.type).toBe("symlink");
    expect(pathsOf(image)).toEqual(["lib", "usr", "usr/lib", "usr/lib/x"]);
  });
});
