/** What a saved report has to carry, and what is said of one that cannot be opened. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { dockerSaveNew, gzip } from "../../../../fixtures/build/image.ts";
import { dir, file, hardlink, type Member, opaque, symlink, tar, whiteout } from "../../../../fixtures/build/tar.ts";
import { temporaryFile, temporaryPath } from "../../../../test/temporary-directory.ts";
import { type Analysis, analyse } from "../../src/metrics/analyse.ts";
import { type BaseLayers, findBaseLayers } from "../../src/metrics/base-layers.ts";
import { LayerscopeError } from "../../src/model/errors.ts";
import { isReport } from "../../src/report/is-report.ts";
import { readReport } from "../../src/report/read-report.ts";
import { createReport } from "../../src/report/report.ts";
import type { Report } from "../../src/report/schema.ts";
import { readFile } from "../../src/tree/read-files.ts";
import { compareView } from "../../src/tree/views.ts";
import { fifoOf } from "../temporary.ts";
import { nodeAt, pack, pathText, scanArchive, scanLayers, wasteOf } from "../tree/scan-layers.ts";
import { changeLines } from "../tree/tree-rows.ts";
import { withValue as changedAt, placesIn } from "./changed.ts";
import { plain, REFERENCE, reopened, reportOf } from "./reopen.ts";

const demo = fileURLToPath(new URL("../../../../fixtures/demo.tar", import.meta.url));

async function keepsAll(...layers: Member[][]): Promise<Analysis> {
  const analysis = await scanLayers(...layers);
  const again = await reopened(analysis);
  expect(reportOf(again)).toEqual(reportOf(analysis));
  expect(changeLines(again.image)).toEqual(changeLines(analysis.image));
  expect(wasteOf(again)).toEqual(wasteOf(analysis));
  return again;
}

describe("a report carries", () => {
  test("which paths are names of one file, in one layer and over several", async () => {
    const again = await keepsAll(
      [file("b", "12345"), hardlink("a", "b"), file("other", "12345")],
      [hardlink("c", "b")],
      [whiteout("a"), whiteout("b")],
      [whiteout("c")],
    );
    expect(wasteOf(again)).toEqual(["c 5 deleted 0>3"]);
  });

  test("a hard link to a file whose own path its layer stores again", async () => {
    const again = await keepsAll(
      [file("b", "12345"), hardlink("c", "b"), file("b", "x")],
      [hardlink("b", "c")],
      [whiteout("b"), whiteout("c")],
    );
    expect(wasteOf(again)).toEqual(["b 1 rewritten 0>1", "b 5 deleted 0>2"]);
  });

  test("a hard link that names nothing", async () => {
    await keepsAll([hardlink("a", "nothing")], [file("a", "")], [hardlink("a", "nothing")]);
  });

  test("whether a path was deleted or hidden", async () => {
    const again = await keepsAll(
      [file("one/a", "1"), file("two/a", "22"), file("three/a", "333")],
      [opaque("one"), whiteout("two"), file("three", "")],
    );
    expect(wasteOf(again)).toEqual(["one/a 1 hidden 0>1", "three/a 3 hidden 0>1", "two/a 2 deleted 0>1"]);
  });

  test("files that never had a path, and the order of the tar among equals", async () => {
    const again = await keepsAll(
      [file("z", "12"), file("a", "34"), file("z", "56"), file("d", "78"), file("d/e", ""), file("b", "90")],
      [whiteout("z"), whiteout("a"), whiteout("b")],
    );
    expect([...again.accounts.waste].map(({ node, cause }) => `${pathText(again.image.tree, node)} ${cause}`)).toEqual([
      "z duplicate-member",
      "a deleted",
      "z deleted",
      "d hidden",
      "b deleted",
    ]);
  });

  test("a marker with content", async () => {
    const again = await keepsAll([file("a", "1")], [{ ...whiteout("a"), content: "content" }]);
    expect(wasteOf(again)).toEqual([".wh.a 7 hidden 1>1", "a 1 deleted 0>1"]);
  });

  test("directories that no layer lists, whose time nobody set", async () => {
    const again = await keepsAll(
      [file("a/b", "")],
      [dir("a", { mtime: 1_700_000_000 })],
      [whiteout("a"), file("a/c", "")],
    );
    expect(changeLines(again.image)).toContain("1 a identical");
  });

  test("that a file is what it was two layers before", async () => {
    const again = await keepsAll([file("a", "one")], [file("a", "two")], [file("a", "one")]);
    const { tree, classes } = again.image;
    expect(changeLines(again.image)).toEqual(["0 a added", "1 a modified", "2 a modified"]);
    expect(compareView(tree, classes, 0, 2).row(nodeAt(again, "a"))?.change).toBe("identical");
  });

  test("times that differ by a nanosecond", async () => {
    const at = (mtime: string): Member => file("a", "1", { pax: { mtime } });
    const again = await keepsAll([at("1700000000.999999999")], [at("1700000000.999999998")], [at("1700000000")]);
    expect(changeLines(again.image)).toEqual(["0 a added", "1 a metadata mtime", "2 a identical"]);
  });

  test("names that are no text: of paths and link targets", async () => {
    const bytes = (text: string): Buffer => Buffer.from(text, "latin1");
    const again = await keepsAll([symlink(bytes("\xff"), bytes("\xfe"))], [symlink(bytes("\xff"), bytes("\xfd"))]);
    expect(changeLines(again.image)).toEqual(["0 \xff added", "1 \xff modified"]);
  });

  test("names of attributes that are no text, or that are special", async () => {
    const layer = (name: string): Buffer => {
      const bytes = tar([
        file("a", "1", { xattrs: { "user.QQ": Buffer.from(name), ["__proto__"]: Buffer.from("1") } }),
      ]);
      const at = bytes.indexOf("user.QQ");
      bytes.write(name, at + 5, "latin1");
      return bytes;
    };
    const analysis = await scanArchive(dockerSaveNew({ layers: [layer("\xff\xfe"), layer("\xfe\xff")] }));
    const again = await reopened(analysis);
    expect(reportOf(again)).toEqual(reportOf(analysis));
    expect(changeLines(again.image)).toEqual(["0 a added", "1 a metadata xattrs"]);
    const names = again.image.tree.layers.map(({ xattrs }) => [...(xattrs.get(0)?.keys() ?? [])].sort());
    expect(names).toEqual([
      ["__proto__", "user.\xff\xfe"],
      ["__proto__", "user.\xfe\xff"],
    ]);
  });

  test("an image without a layer, and one without one of its layers", async () => {
    const none = await scanArchive(pack([], "plain"));
    expect(reportOf(await reopened(none))).toEqual(reportOf(none));
    const absent = await scanArchive(pack([[file("a", "1")], [file("b", "2")]], "plain", { broken: { missing: [0] } }));
    const again = await reopened(absent);
    expect(reportOf(again)).toEqual(reportOf(absent));
    expect(again.image).toMatchObject({ complete: false, errors: [], layers: [{ status: "absent" }, {}] });
  });
});

test("contents are not in a report, and the error says so", async () => {
  const again = await reopened(await scanLayers([file("a", "1")]));
  const content = readFile(again.image, nodeAt(again, "a"), 0).next();
  await expect(content).rejects.toMatchObject({ code: "no-content", message: expect.stringContaining("saved report") });
});

test("a report is read from a file too, with a byte-order mark and fields of later versions", async () => {
  const analysis = await scanLayers([file("a", "1")], [file("a", "2")]);
  const report = plain(reportOf(analysis));
  const later = {
    ...report,
    later: 1,
    waste: report.waste.map((record) => ({ ...record, later: 2 })),
    layers: report.layers.map((layer) => ({ ...layer, later: [] })),
  };
  const path = temporaryFile(`\ufeff${JSON.stringify(later)}`);
  expect(isReport(path)).toBe(true);
  expect(reportOf(analyse(await readReport(path)))).toEqual(reportOf(analysis));
});

describe("which layers are the base image's", () => {
  const base: BaseLayers = { layers: 1, foundBy: "given-image", certainty: "likely", name: "debian:12" };

  test("is what it was said to be when the report was saved, and saved again", async () => {
    const analysis = await scanLayers([file("a", "1")], [file("b", "1"), whiteout("a")]);
    const again = await reopened(analysis, { base });
    expect(findBaseLayers(again.image.document)).toEqual(base);
    expect(reportOf(again)).toEqual(createReport(analysis, { reference: REFERENCE, files: true, base }));
  });

  test("can be said anew", async () => {
    const { document } = (await reopened(await scanLayers([file("a", "1")], [file("b", "1")]), { base })).image;
    expect(findBaseLayers(document, { layers: 2 })).toMatchObject({ layers: 2, foundBy: "given-number" });
  });

  test("is told by the history in a report of an older version", async () => {
    const analysis = await scanLayers([file("a", "1")], [file("b", "1")]);
    const { base: _base, own: _own, ...older } = plain(reportOf(analysis));
    const image = await readReport(Buffer.from(JSON.stringify(older)));
    expect(image.document.base).toBeUndefined();
    expect(reportOf(analyse(image))).toEqual(reportOf(analysis));
  });
});

test("what was said of an image is no part of it: a report is opened whatever its verdicts are", async () => {
  const analysis = await scanLayers([file("a", "1")]);
  const report = { ...plain(reportOf(analysis)), verdict: "great", budgets: [{ kind: "maxBeauty" }], compat: 7 };
  expect(reportOf(analyse(await readReport(Buffer.from(JSON.stringify(report)))))).toEqual(reportOf(analysis));
});

describe("a report that was cut to the largest waste", () => {
  test("is opened, since the rest can be computed again", async () => {
    const analysis = await scanLayers([file("a", "1"), file("b", "22")], [whiteout("a"), whiteout("b")]);
    expect(wasteOf(await reopened(analysis, { top: 1 }))).toEqual(wasteOf(analysis));
  });

  test("is refused where files are missing that only the records had", async () => {
    const analysis = await scanLayers([file("a", "1"), file("a", "22")]);
    await expect(reopened(analysis, { top: 0 })).rejects.toMatchObject({
      code: "invalid-document",
      hint: expect.stringContaining("without --top"),
    });
  });
});

let report: Report;

beforeAll(async () => {
  report = plain(
    reportOf(
      await scanLayers(
        [
          dir("d"),
          file("d/a", "12345"),
          hardlink("d/b", "d/a"),
          symlink("s", "d"),
          file("twice", "1"),
          file("twice", "2"),
        ],
        [file("d/a", "12345"), opaque("d"), whiteout("s"), { path: "null", type: "char", devMajor: 1, devMinor: 3 }],
      ),
    ),
  );
});

/** Sets what stands at a path like `layers.0.entries.2.path`; undefined takes it away. */
const withValue = (place: string, value: unknown): Uint8Array => changedAt(report, place, value);

async function failure(bytes: Uint8Array | string): Promise<LayerscopeError> {
  try {
    await readReport(bytes);
  } catch (thrown) {
    if (thrown instanceof LayerscopeError) return thrown;
    throw thrown;
  }
  throw new Error("it could be opened");
}

describe("a document that is no report", () => {
  test.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["JSON of another kind", "[]"],
    ["null", "null"],
    ["a manifest", '{"schemaVersion":2,"config":{},"layers":[]}'],
    ["a deeply nested one", "[".repeat(1_000_000)],
    ["an object without anything", "{}"],
    ["the version alone", '{"schemaVersion":1}'],
  ])("is refused: %s", async (_, text) => {
    expect((await failure(Buffer.from(text))).code).toBe("invalid-document");
  });

  test("another schema version is named", async () => {
    const { message, hint } = await failure(withValue("schemaVersion", 7));
    expect(message).toContain("version 7");
    expect(hint).toBeDefined();
  });

  test("one without lists of files says how to save it", async () => {
    const error = await failure(withValue("layers.1.entries", undefined));
    expect([error.code, error.where.layer]).toEqual(["invalid-document", 1]);
    expect(error.hint).toContain("--json --files");
  });

  test("the reports of several images are none of one", async () => {
    const reports = [report, report];
    const { message } = await failure(Buffer.from(JSON.stringify({ schemaVersion: 1, verdict: "passed", reports })));
    expect(message).toContain("it has the reports of 2 images");
  });

  test("one that does not exist", async () => {
    expect((await failure(temporaryPath())).code).toBe("not-found");
  });

  test("a signal that has fired", async () => {
    const opening = readReport(withValue("complete", true), { signal: AbortSignal.abort() });
    await expect(opening).rejects.toMatchObject({ code: "aborted" });
  });
});

describe("a report that is wrong is refused, and the place is named", () => {
  test.each<[string, string, unknown]>([
    ["a path that leaves the root", "layers[0].entries[1]", { "layers.0.entries.1.path": "/../a" }],
    ["a relative path", "layers[0].entries[1]", { "layers.0.entries.1.path": "d/a" }],
    ["the root", "layers[0].entries[0]", { "layers.0.entries.0.path": "/" }],
    ["an empty segment", "layers[0].entries[1]", { "layers.0.entries.1.path": "/d//a" }],
    ["a path of 5000 bytes", "", { "layers.0.entries.1.path": `/${"d".repeat(5000)}` }],
    ["a path twice", "layers[0].entries[2]", { "layers.0.entries.2.path": "/d/a" }],
    ["a path without its directory", "layers[0].entries[1]", { "layers.0.entries.1.path": "/e/a" }],
    ["a path below a link", "layers[0].entries[1]", { "layers.0.entries.1.path": "/s/a" }],
    ["something removed that was not there", "layers[0].entries[3]", { "layers.0.entries.3.change": "removed" }],
    ["a mode with an 8", "layers[0].entries[1].mode", { "layers.0.entries.1.mode": "0844" }],
    ["a size that is text", "layers[0].entries[1].size", { "layers.0.entries.1.size": "5" }],
    ["a size of another name of the file", "layers[0].entries[2]", { "layers.0.entries.2.size": 6 }],
    ["a link with a size", "layers[0].entries[3]", { "layers.0.entries.3.size": 6 }],
    ["an owner beyond 32 bits", "layers[0].entries[1]", { "layers.0.entries.1.uid": 2 ** 32 }],
    ["a device beyond 32 bits", "layers[1].entries[2]", { "layers.1.entries.2.device": { major: 2 ** 40, minor: 0 } }],
    ["attributes that are no base64", "layers[0].entries[1].xattrs", { "layers.0.entries.1.xattrs": { a: "?" } }],
    ["more entries than members", "layers[0].entryCount", { "layers.0.entryCount": 2 }],
    ["another number of changes", "layers[0].changes.added", { "layers.0.changes.added": 77 }],
    ["another sum", "summary.storedBytes", { "summary.storedBytes": 77 }],
    ["a cause that is another", "summary.wastedByCause", { "waste.1.cause": "hidden" }],
    ["waste of an unknown file", "waste[0]", { "waste.0.path": "/nowhere" }],
    ["waste of a layer that is not there", "waste[0]", { "waste.0.hiddenBy": 9 }],
    ["waste that is hidden before it is stored", "waste[0]", { "waste.0.storedIn": 9 }],
    ["more base layers than layers", "base.layers", { "base.layers": 3 }],
    ["a base that is found by magic", "base.foundBy", { "base.foundBy": "magic" }],
    ["another sum of the own layers", "own.storedBytes", { "own.storedBytes": 77 }],
    ["another base than the own layers are above", "own.layers", { "base.layers": 1 }],
    ["a step of a layer that is not there", "image.history[0].layer", { "image.history.0.layer": 9 }],
    ["two steps of one layer", "image.history[1].layer", { "image.history.1.layer": 0 }],
    ["a layer with another number", "layers[1].index", { "layers.1.index": 0 }],
    ["lists that are none", "layers[1].entries", { "layers.1.entries": {} }],
    ["entries that are none", "layers[1].entries[0]", { "layers.1.entries": [null] }],
  ])("%s", async (_, place, change) => {
    const [[key, value]] = Object.entries(change as object) as [[string, unknown]];
    const { code, message } = await failure(withValue(key, value));
    expect(["invalid-document", "limit-exceeded"]).toContain(code);
    expect(message).toContain(place);
  });

  test("more members than a scan would read: no memory is taken for them", async () => {
    expect((await failure(withValue("layers.0.entryCount", 2 ** 50))).code).toBe("limit-exceeded");
  });
});

test("whatever one value becomes, the report is opened or refused with a typed error", async () => {
  const value = fc.oneof(
    fc.constantFrom(
      undefined,
      null,
      -1,
      0,
      1,
      3,
      0.5,
      2 ** 31,
      2 ** 32,
      2 ** 53,
      1e300,
      "",
      "/",
      "/d",
      "/twice",
      [],
      {},
    ),
    fc.constantFrom("file", "directory", "symlink", "char", "removed", "added", "hidden", "deleted", "__proto__", true),
    fc.jsonValue(),
  );
  const places = placesIn(report, "");
  expect(places.length).toBeGreaterThan(200);
  const change = fc.tuple(fc.constantFrom(...places), value);
  await fc.assert(
    fc.asyncProperty(change, async ([place, what]) => {
      const bytes = withValue(place, what);
      try {
        const { accounts } = analyse(await readReport(bytes));
        expect(accounts.wastedBytes).toBe(accounts.storedBytes - accounts.finalBytes);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(LayerscopeError);
      }
    }),
    { numRuns: Number(process.env.LAYERSCOPE_TEST_RUNS ?? 500) },
  );
});

test("keys named __proto__ are data", async () => {
  const text = Buffer.from(withValue("image.config.labels", "LABELS"))
    .toString()
    .replace('"LABELS"', '{"__proto__":"x"}');
  const { document } = await readReport(Buffer.from(text));
  expect(Object.entries(document.config.labels)).toEqual([["__proto__", "x"]]);
});

describe("a file is told from an archive by its content", () => {
  const isOne = (content: Uint8Array | string): boolean => isReport(temporaryFile(content));

  test("a report is one", () => {
    expect(isOne(withValue("complete", true))).toBe(true);
    expect(isOne(" \t\r\n{")).toBe(true);
  });

  test("archives, other files and what is no file are none", () => {
    expect(isReport(demo)).toBe(false);
    expect(isOne(gzip(Buffer.from("{}")))).toBe(false);
    expect(isOne(pack([], "plain"))).toBe(false);
    expect(isOne("")).toBe(false);
    expect(isOne("[{}]")).toBe(false);
    expect(isOne(Buffer.concat([Buffer.from("{"), readFileSync(demo).subarray(1)]))).toBe(false);
    expect(isReport(temporaryPath())).toBe(false);
    expect(isReport("/")).toBe(false);
    expect(isReport("a\u0000b")).toBe(false);
  });

  test("a pipe with a name is not touched", () => {
    expect(isReport(fifoOf(Buffer.from("{}")))).toBe(false);
  });
});
