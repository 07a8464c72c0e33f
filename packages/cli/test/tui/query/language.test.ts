/** What each word of a query means, on one image. */
import { type Analysis, compareView, snapshotView } from "@layerscope/core";
import { beforeAll, describe, expect, test } from "vitest";
import { dir, file, hardlink, symlink, whiteout } from "../../../../../fixtures/build/tar.ts";
import type { QuerySubject } from "../../../src/tui/view-model/query.ts";
import { errorOf, find, run, scan, subjectOf } from "./query-image.ts";

let image: Analysis;
/** The filesystem after the last layer, what changed since the first marked, removed paths included. */
let compared: QuerySubject;
let everything: QuerySubject;

beforeAll(async () => {
  image = await scan(
    [
      dir("bin"),
      file("bin/su", "setuid!", { mode: 0o4755 }),
      file("bin/wall", "x", { mode: 0o2755, gid: 5 }),
      symlink("bin/sh", "su", { mode: 0o777 }),
      dir("tmp", { mode: 0o1777 }),
      file("lib/Python.so", "0123456789"),
      file("lib/python.so.1", "z".repeat(2000)),
      file("lib/a b", ""),
      file("lib/x:y", ""),
      file("log", "w".repeat(1500)),
      { path: "dev/null", type: "char", devMajor: 1, devMinor: 3, mode: 0o666 },
      { path: "dev/initctl", type: "fifo", mode: 0o600 },
    ],
    [
      file("lib/Python.so", "9876543210"),
      file("lib/new", "n".repeat(2048)),
      whiteout("log"),
      file("lib/x:y", "", { uid: 7, gid: 8 }),
    ],
    [hardlink("lib/zz", "lib/new"), file("brief", "gone")],
    [whiteout("brief")],
  );
  const { tree, classes } = image.image;
  compared = subjectOf(image, compareView(tree, classes, 0, 3));
  everything = subjectOf(image);
});

describe("in a view", () => {
  test.each([
    ["python", "lib/Python.so lib/python.so.1"],
    ["Python", "lib/Python.so"],
    ["lib/py", "lib/Python.so lib/python.so.1"],
    ['"a b"', "lib/a b"],
    ['"x:y"', "lib/x:y"],
    ['"a b', "lib/a b"],
    ['"*"', ""],
    ["*.so", "lib/Python.so"],
    ["PY*", ""],
    ["p*", "lib/Python.so lib/python.so.1"],
    ["[bl]i?", "bin lib"],
    ["*.so{,.1}", "lib/Python.so lib/python.so.1"],
    ["/lib/*.so*", "lib/Python.so lib/python.so.1"],
    ["lib/*.so*", "lib/Python.so lib/python.so.1"],
    ["**/*.so", "lib/Python.so"],
    ["**/lib/*", "lib/Python.so lib/a b lib/new lib/python.so.1 lib/x:y lib/zz"],
    ["!**/lib/* type:file", "bin/su bin/wall log"],
    ["/{bin,lib}/{su,n*}", "bin/su lib/new"],
    ["/**/su", "bin/su"],
    ["/**/b*/**/su", "bin/su"],
    ["/lib/**", "lib lib/Python.so lib/a b lib/new lib/python.so.1 lib/x:y lib/zz"],
    ["/*", "bin dev lib log tmp"],
    ["/^[wx]/", "bin/wall lib/x:y"],
    ["/PYTHON/", ""],
    ["/PYTHON/i", "lib/Python.so lib/python.so.1"],
    [String.raw`/^\/bin\/s/`, "bin/sh bin/su"],
    [String.raw`/^lib\/p/`, ""],
    ["/lib/x", "lib/x:y"],
    ["is:removed", "log"],
    ["is:added", "lib/new lib/zz"],
    ["is:modified,metadata", "lib/Python.so lib/x:y"],
    ["is:unchanged type:link,device,pipe", "bin/sh dev/initctl dev/null"],
    ["is:wasted", "lib/Python.so log"],
    ["size>2kB type:file", "lib/new lib/zz"],
    ["size>=2k type:file", "lib/new lib/python.so.1 lib/zz"],
    ["size=2KiB type:file", "lib/new lib/zz"],
    ["size<=10b type:file size>7", "lib/Python.so"],
    ["size<0.001MB size>9 type:file", "lib/Python.so"],
    // The number that the row of a directory shows.
    ["size>4k type:dir", "lib"],
    ["type:dir !size>0", "dev tmp"],
    ["type:dir t", "tmp"],
    ["owner:7", "lib/x:y"],
    ["owner:7:8", "lib/x:y"],
    ["owner:7:9", ""],
    ["owner:0:5", "bin/wall"],
    ["setuid", "bin/su"],
    ['"setuid"', ""],
    ["mode:setuid,setgid", "bin/su bin/wall"],
    ["mode:sticky", "tmp"],
    ["mode:world-writable", "dev/null tmp"],
    ["mode:executable", "bin/su bin/wall"],
    ["layer:1 type:file", "lib/Python.so lib/new lib/x:y log"],
    ["layer:1 is:removed", "log"],
    ["layer:2", "lib/zz"],
    ["py !is:modified", "lib/python.so.1"],
    ["lib/ !*.so !/^[a-x]/i", "lib/zz"],
    ["!type:file !type:dir", "bin/sh dev/initctl dev/null"],
  ])("%s finds %s", (query, expected) => {
    expect(find(query, compared).join(" ")).toBe(expected);
  });

  test("nothing at all finds everything but the root, and so does a word that is only begun", () => {
    const { tree } = compared;
    for (const query of ["", "  ", "!", '"']) {
      const { nodes, count, leading } = run(query, compared);
      expect(nodes[0]).toBe(0);
      expect(leading[0]).toBe(1);
      // All but the path that came and went.
      expect(count).toBe(tree.paths.size - 2);
    }
  });

  test("paths that the view does not show are not found", () => {
    const { tree, classes } = image.image;
    const snapshot = subjectOf(image, snapshotView(tree, classes, 3));
    expect(find("log", snapshot)).toEqual([]);
    expect(find("brief", compared)).toEqual([]);
  });

  test("paths that are out of the question are not found, nor do they count as leading there", () => {
    const shows = (node: number): boolean => Buffer.from(image.image.tree.paths.nameOf(node)).toString() !== "zz";
    expect(find("is:added", { ...compared, shows })).toEqual(["lib/new"]);
  });

  test("the directories that lead there come with what matches", () => {
    const { nodes, leading, count } = run("*.so", compared);
    const { paths } = compared.tree;
    const named = (column: Uint8Array): string[] =>
      [...column].flatMap((value, node) => (value === 1 ? Buffer.from(paths.pathOf(node)).toString() : []));
    expect([named(nodes), count]).toEqual([["lib/Python.so"], 1]);
    expect(named(leading)).toEqual(["", "lib", "lib/Python.so"]);
  });
});

describe("over all layers", () => {
  test.each([
    ["brief", "brief"],
    ["brief is:removed", "brief"],
    ["brief is:added layer:2", "brief"],
    // Layer 3 removed it; it did not add it.
    ["brief is:added layer:3", ""],
    ["is:removed", "brief log"],
    ["is:modified", "lib/Python.so"],
    ["layer:3", "brief"],
    ["size>1k !is:removed type:file", "lib/new lib/python.so.1 lib/zz log"],
    ['"x:y" owner:7 layer:1', "lib/x:y"],
    ['"x:y" owner:7 layer:0', ""],
    ['"x:y" owner:0 layer:0', "lib/x:y"],
    ["is:wasted", "brief lib/Python.so log"],
    ["/^b/ type:file", "brief"],
  ])("%s finds %s", (query, expected) => {
    expect(find(query, everything).join(" ")).toBe(expected);
  });
});

test("that something is wasted is not known before the accounting is done", () => {
  expect(find("is:wasted", { ...compared, waste: undefined })).toEqual([]);
  expect(find("!is:wasted log", { ...compared, waste: undefined })).toEqual(["log"]);
});

describe("a mistake is told, and what would be right", () => {
  test.each([
    ["is:broken", "is: takes added, modified, metadata, identical, removed, unchanged, wasted; not broken"],
    ["is:", "is: takes added, modified, metadata, identical, removed, unchanged, wasted"],
    ["is:added,", "is: takes added, modified, metadata, identical, removed, unchanged, wasted"],
    ["!is:x", "is: takes added, modified, metadata, identical, removed, unchanged, wasted; not x"],
    ["is:constructor", "is: takes added, modified, metadata, identical, removed, unchanged, wasted; not constructor"],
    ["type:socket", "type: takes file, dir, link, device, pipe; not socket"],
    ["mode:0644", "mode: takes setuid, setgid, sticky, world-writable, executable; not 0644"],
    ["owner:root", "owner: takes a user and maybe a group by number, as in owner:0 or owner:1000:50; not root"],
    ["layer:last", "layer: takes the number of a layer, as in layer:3; not last"],
    [
      "kind:file",
      'there is no kind: but is: type: mode: owner: layer: size>; put "kind:file" in quotes to look for it',
    ],
    ["/(/", "not a regular expression: Unterminated group"],
    ["/[z-a]/", "not a regular expression: Range out of order in character class"],
    [`/${"a".repeat(201)}/`, "a regular expression of more than 200 characters"],
    [`${"a".repeat(201)}*`, "a glob of more than 200 characters"],
    ["a".repeat(1001), "at most 1000 characters"],
  ])("%s", (query, error) => {
    expect(errorOf(query)).toBe(error);
  });

  test.each(["size>", "size>10X", "size:10", "size>1e3", "size=>1", "size<-1", "size>1.", "size>1kbb"])(
    "%s",
    (query) => {
      expect(errorOf(query)).toMatch(/^size takes > >= < <= or = and a number of bytes, kB, MB/);
    },
  );
});
