import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dir, file, hardlink, type Member, opaque, symlink, whiteout } from "../../fixtures/build/tar.ts";
import { layerStack, toModel } from "./arbitrary.ts";
import { overlayModel } from "./overlay-model.ts";

const run = (...layers: Member[][]) => overlayModel(layers.map(toModel));

function paths(...layers: Member[][]): string[] {
  return [
    ...(run(...layers)
      .snapshots.at(-1)
      ?.keys() ?? []),
  ].sort();
}

/** `path bytes cause storedIn>hiddenBy`, sorted. */
function waste(...layers: Member[][]): string[] {
  const result = run(...layers);
  const sum = result.waste.reduce((total, record) => total + record.bytes, 0);
  expect(sum).toBe(result.storedBytes - result.finalBytes);
  return result.waste.map((w) => `${w.path} ${w.bytes} ${w.cause} ${w.storedIn}>${w.hiddenBy}`).sort();
}

function changes(...layers: Member[][]): Record<string, string> {
  return Object.fromEntries(run(...layers).changes.at(-1) ?? []);
}

describe("paths", () => {
  test("spellings of one path are one path", () => {
    expect(paths([file("./a/b"), file("/a//c"), file("a/./d"), dir("a")])).toEqual(["a", "a/b", "a/c", "a/d"]);
  });

  test("dot-dot never escapes the root", () => {
    const result = run([file("../../x"), file("a/../y")]);
    expect([...(result.snapshots[0]?.keys() ?? [])]).toEqual(["x", "y"]);
    expect(result.diagnostics).toEqual([{ layer: 0, path: "x", code: "path-escapes-root" }]);
  });

  test("bytes that are not UTF-8 stay apart", () => {
    const names = [Uint8Array.of(0x62, 0xff), Uint8Array.of(0x62, 0xfe)];
    expect(paths(names.map((name) => file(name)))).toEqual(["b\xfe", "b\xff"]);
  });
});

describe("removals", () => {
  test("a whiteout removes a path and all below it from the lower layers only", () => {
    const base = [dir("d"), file("d/f", "xx"), file("de")];
    expect(paths(base, [whiteout("d")])).toEqual(["de"]);
    expect(paths(base, [file("d/g"), whiteout("d")])).toEqual(["d", "d/g", "de"]);
    expect(waste(base, [whiteout("d")])).toEqual(["d/f 2 deleted 0>1"]);
  });

  test("an opaque marker hides the lower layers' children, wherever it stands", () => {
    const base = [dir("d"), file("d/f", "xx")];
    expect(paths(base, [file("d/g"), opaque("d")])).toEqual(["d", "d/g"]);
    expect(waste(base, [opaque("d")])).toEqual(["d/f 2 hidden 0>1"]);
    expect(waste(base, [opaque("d"), whiteout("d/f")])).toEqual(["d/f 2 deleted 0>1"]);
    expect(paths(base, [opaque("")])).toEqual([]);
  });

  test("markers create nothing and whiteouts without a name remove nothing", () => {
    expect(paths([whiteout("p/q"), opaque("r")])).toEqual([]);
    expect(paths([file("f")], [file(".wh."), file(".wh.."), file(".wh...")])).toEqual(["f"]);
  });

  test("AUFS housekeeping is no path; its bytes live on when something links to them", () => {
    const store = file(".wh..wh.plnk/1", "store");
    expect(paths([store])).toEqual([]);
    expect(waste([store])).toEqual([".wh..wh.plnk/1 5 hidden 0>0"]);
    expect(waste([store, hardlink("f", ".wh..wh.plnk/1")])).toEqual([]);
    expect(waste([store, hardlink("f", ".wh..wh.plnk/1")], [whiteout("f")])).toEqual(["f 5 deleted 0>1"]);
  });

  test("eStargz housekeeping counts as nothing at all", () => {
    const result = run([
      file("stargz.index.json", "{}"),
      file("./.prefetch.landmark", "x"),
      file("d/stargz.index.json"),
    ]);
    expect([...(result.snapshots[0]?.keys() ?? [])].sort()).toEqual(["d", "d/stargz.index.json"]);
    expect(result.storedBytes).toBe(0);
  });
});

describe("replacements", () => {
  test("a directory that becomes a file loses its children", () => {
    const base = [dir("d"), file("d/f", "xx")];
    expect(paths(base, [file("d", "y")])).toEqual(["d"]);
    expect(waste(base, [file("d", "y")])).toEqual(["d/f 2 hidden 0>1"]);
    expect(changes(base, [file("d", "y")])).toEqual({ d: "modified", "d/f": "removed" });
  });

  test("a directory over a directory keeps the children", () => {
    expect(changes([dir("d"), file("d/f")], [dir("d", { mode: 0o700 })])).toEqual({ d: "metadata" });
  });

  test("something below a symlink replaces the symlink, it is not followed", () => {
    const base = [dir("real"), symlink("l", "real")];
    expect(paths(base, [file("l/f")])).toEqual(["l", "l/f", "real"]);
    expect(changes(base, [file("l/f")])).toEqual({ l: "modified", "l/f": "added" });
  });

  test("one path after the other: the causes", () => {
    const base = [file("f", "same", { mtime: 5 })];
    expect(waste(base, [file("f", "same", { mtime: 5 })])).toEqual(["f 4 identical 0>1"]);
    expect(waste(base, [file("f", "same", { mtime: 6 })])).toEqual(["f 4 metadata 0>1"]);
    expect(waste(base, [file("f", "same", { mtime: 5.5 })])).toEqual(["f 4 identical 0>1"]);
    expect(waste(base, [file("f", "diff", { mtime: 5 })])).toEqual(["f 4 rewritten 0>1"]);
    expect(waste(base, [dir("f")])).toEqual(["f 4 rewritten 0>1"]);
    expect(waste(base, [file("f/g")])).toEqual(["f 4 rewritten 0>1"]);
    expect(waste(base, [whiteout("f"), file("f", "same", { mtime: 5 })])).toEqual(["f 4 identical 0>1"]);
  });

  test("an explicit directory over an implicit one", () => {
    expect(changes([file("d/f")], [dir("d", { mtime: 9 })])).toEqual({ d: "identical" });
    expect(changes([file("d/f")], [dir("d", { uid: 1 })])).toEqual({ d: "metadata" });
  });
});

describe("within one layer", () => {
  test("of several members for one path the last counts, all are stored", () => {
    const layer = [file("f", "1"), file("./f", "22")];
    expect(run(layer).finalBytes).toBe(2);
    expect(waste(layer)).toEqual(["f 1 duplicate-member 0>0"]);
  });

  test("a file and something below it: the later one wins", () => {
    expect(waste([file("d", "1"), file("d/f", "22")])).toEqual(["d 1 hidden 0>0"]);
    expect(waste([file("d/f", "22"), file("d", "1")])).toEqual(["d/f 2 hidden 0>0"]);
    expect(paths([file("d/f", "22"), file("d", "1"), dir("d")])).toEqual(["d"]);
  });

  test("a member that lost within its layer leaves the lower directory alone", () => {
    expect(paths([file("d/old")], [file("d"), file("d/new")])).toEqual(["d", "d/new", "d/old"]);
  });
});

describe("hard links", () => {
  test("bytes count once, and live as long as one name does", () => {
    const base = [file("f", "xxx"), hardlink("h", "f")];
    expect(run(base).finalBytes).toBe(3);
    expect(waste(base, [whiteout("f")])).toEqual([]);
    expect(waste(base, [whiteout("f")], [whiteout("h")])).toEqual(["h 3 deleted 0>2"]);
    expect(waste(base, [whiteout("h"), file("f", "yyy")])).toEqual(["f 3 rewritten 0>1"]);
  });

  test("the target is the nearest member before, else a later one, else below", () => {
    expect(waste([file("f", "1"), hardlink("h", "f"), file("f", "22")])).toEqual([]);
    const later = run([hardlink("h", "f"), file("f", "1")]).snapshots[0];
    expect(later?.get("h")).toBe(later?.get("f"));
    const shared = run([file("f", "1")], [hardlink("h", "f")]);
    expect(shared.storedBytes).toBe(1);
    expect(shared.snapshots[1]?.get("h")).toBe(shared.snapshots[1]?.get("f"));
  });

  test("without a target it is an empty file and a diagnostic", () => {
    const result = run([dir("d"), hardlink("h", "gone"), hardlink("i", "d")]);
    expect(result.snapshots[0]?.get("h")).toMatchObject({ type: "file", size: 0 });
    expect(result.diagnostics.map((d) => [d.path, d.code])).toEqual([
      ["h", "link-target-missing"],
      ["i", "link-target-missing"],
    ]);
  });

  test("a symlink can have two names", () => {
    expect(run([symlink("l", "x"), hardlink("h", "l")]).snapshots[0]?.get("h")).toMatchObject({ link: "x" });
  });
});

test("whatever the layers are, the records sum to the wasted bytes and every parent is a directory", () => {
  fc.assert(
    fc.property(layerStack, (layers) => {
      const result = run(...layers);
      const sum = result.waste.reduce((total, record) => total + record.bytes, 0);
      expect(sum).toBe(result.storedBytes - result.finalBytes);
      for (const snapshot of result.snapshots) {
        for (const path of snapshot.keys()) {
          const parent = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : undefined;
          if (parent !== undefined) expect(snapshot.get(parent)?.type).toBe("directory");
        }
      }
    }),
    { numRuns: 300 },
  );
});
