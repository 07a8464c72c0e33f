/** What the layers did to one path. */
import type { Analysis } from "@layerscope/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dir, file, hardlink, type Member, opaque, symlink, whiteout } from "../../../../../fixtures/build/tar.ts";
import { layerStack } from "../../../../../test/model/arbitrary.ts";
import { cellWidth } from "../../../src/output/terminal.ts";
import type { Look, Size } from "../../../src/tui/present/look.ts";
import { presentPathHistory } from "../../../src/tui/present/path-history.ts";
import {
  historyIndexAt,
  historyListHeight,
  openPathHistory,
  updatePathHistory,
} from "../../../src/tui/state/path-history.ts";
import type { Subject } from "../../../src/tui/subject.ts";
import { type HistoryRow, type PathHistoryModel, pathHistoryModel } from "../../../src/tui/view-model/path-history.ts";
import { bytes, MEASURED, NORMAL, nodeAt, PLAIN, scanMembers, subjectOf, worldWith } from "../waste/subjects.ts";

const historyOf = (analysis: Analysis, path: string, more: Partial<Subject> = {}): PathHistoryModel =>
  pathHistoryModel(worldWith(subjectOf(analysis, more)), nodeAt(analysis, path));

const rowsOf = (model: PathHistoryModel): HistoryRow[] =>
  Array.from({ length: model.count }, (_, index) => model.at(index)).filter((row) => row !== undefined);

const fieldsIn = (model: PathHistoryModel): string[][] =>
  rowsOf(model).map(({ fields }) => fields.map(({ name, before, after }) => `${name} ${before} > ${after}`));

const times = { mtime: 1_714_564_800 };

const REWRITTEN: Member[][] = [
  [file("etc/app.conf", bytes(12_400), { mode: 0o644, ...times })],
  [file("other", bytes(5))],
  [file("etc/app.conf", bytes(12_400), { mode: 0o755, uid: 1000, gid: 1000, ...times })],
  [file("etc/app.conf", bytes(13_000, "y"), { mode: 0o755, uid: 1000, gid: 1000 })],
  [whiteout("etc/app.conf")],
];
const COMMANDS = [
  "ADD rootfs.tar /",
  "RUN other",
  "RUN chown 1000:1000 /etc/app.conf",
  "COPY app.conf /etc/",
  "RUN rm /etc/app.conf",
];

describe("a path's history", () => {
  test("has every layer that touched it, oldest first, with what was stored and who lost it", async () => {
    const model = historyOf(await scanMembers(REWRITTEN, COMMANDS), "etc/app.conf", {
      base: { layers: 1, foundBy: "a test" },
    });
    expect(rowsOf(model)).toMatchObject([
      { layer: 0, isBase: true, change: "added", stored: { bytes: 12_400, wastedBytes: 12_400, lostIn: [2] } },
      {
        layer: 2,
        isBase: false,
        change: "metadata",
        command: "RUN chown 1000:1000 /etc/app.conf",
        stored: { lostIn: [3] },
      },
      { layer: 3, change: "modified", before: { size: 12_400 }, after: { size: 13_000 }, stored: { lostIn: [4] } },
      { layer: 4, change: "removed", hidden: false, after: undefined, stored: undefined },
    ]);
    expect(model).toMatchObject({
      path: "/etc/app.conf",
      sum: { files: 3, bytes: 37_800, wastedBytes: 37_800, below: false },
    });
    expect(model.at(1)).toMatchObject({ layer: 2, node: expect.any(Number) });
    expect(model.at(4)).toBeUndefined();
  });

  test("tells old and new mode, owner and time", async () => {
    const image = await scanMembers([
      [file("f", "1", { mode: 0o644, mtime: 0 })],
      [file("f", "1", { mode: 0o4755, uid: 7, gid: 8, mtime: 1_700_000_000 })],
      [file("f", "1", { mode: 0o4755, uid: 7, gid: 8, mtime: 1_700_000_000.25 })],
      [file("f", "1", { mode: 0o4755, uid: 7, gid: 8, mtime: 1_700_000_000.75 })],
      [file("f", "22", { mode: 0o600, mtime: 5 })],
    ]);
    expect(fieldsIn(historyOf(image, "f"))).toEqual([
      [],
      ["mode 0644 > 4755", "owner 0:0 > 7:8", "mtime 1970-01-01 00:00:00 > 2023-11-14 22:13:20"],
      [],
      ["mtime 2023-11-14 22:13:20.250000000 > 2023-11-14 22:13:20.750000000"],
      ["mode 4755 > 0600", "owner 7:8 > 0:0"],
    ]);
  });

  test("tells which attributes changed, what a link points to, and another type", async () => {
    const value = (byte: number): Record<string, Uint8Array> => ({ "security.capability": Uint8Array.of(byte) });
    const image = await scanMembers([
      [file("f", "1"), symlink("l", "one")],
      [file("f", "1", { xattrs: value(1) }), symlink("l", "two")],
      [file("f", "1", { xattrs: value(2) }), dir("l")],
    ]);
    expect(fieldsIn(historyOf(image, "f")).flat()).toEqual([
      "xattrs none > security.capability",
      "xattrs security.capability > other values",
    ]);
    expect(fieldsIn(historyOf(image, "l")).flat()).toEqual([
      "target one > two",
      "type symlink > directory",
      "mode 0777 > 0755",
    ]);
  });

  test("survives times that no calendar has", async () => {
    const image = await scanMembers([[file("f", "1")], [file("f", "1", { mtime: 9e15 })]]);
    expect(fieldsIn(historyOf(image, "f")).flat()).toEqual(["mtime 1970-01-01 00:00:00 > 9000000000000000 s"]);
  });

  test("says of hard links how many names the file has, and counts its bytes where they are stored", async () => {
    const image = await scanMembers([[file("a", bytes(9)), hardlink("b", "a")], [hardlink("c", "b")]]);
    expect(rowsOf(historyOf(image, "a"))).toMatchObject([{ names: 3, stored: { bytes: 9, wastedBytes: 0 } }]);
    expect(rowsOf(historyOf(image, "b"))).toMatchObject([{ names: 3, stored: undefined }]);
  });

  test("of a directory has what each layer did below it", async () => {
    const image = await scanMembers([
      [dir("d"), file("d/a", bytes(9))],
      [file("d/a", bytes(4)), file("d/b", bytes(2))],
      [opaque("d")],
    ]);
    expect(rowsOf(historyOf(image, "d"))).toMatchObject([
      { layer: 0, change: "added", below: { files: 1, bytes: 9, wastedBytes: 9, lostIn: [1], removed: 0 } },
      { layer: 1, below: { files: 2, bytes: 6, wastedBytes: 6, lostIn: [2] } },
      { layer: 2, below: { files: 0, removed: 2 } },
    ]);
  });

  test("tells a path hidden with its directory from one that is removed", async () => {
    const image = await scanMembers([[file("d/a", "1")], [file("d", "1")]]);
    expect(rowsOf(historyOf(image, "d/a"))).toMatchObject([{ change: "added" }, { change: "removed", hidden: true }]);
  });

  test("has what a layer stores twice, and what it buries", async () => {
    const image = await scanMembers([
      [file("f", bytes(3)), file("f", bytes(4)), file("g", bytes(5)), file("g/h", "1")],
    ]);
    expect(historyOf(image, "f").sum).toMatchObject({ files: 2, bytes: 7, wastedBytes: 3 });
    expect(rowsOf(historyOf(image, "g"))).toMatchObject([
      { layer: 0, stored: { bytes: 5, wastedBytes: 5, lostIn: [0] } },
    ]);
  });

  test("adds up for the root to all that is stored and wasted", async () => {
    await fc.assert(
      fc.asyncProperty(layerStack, async (layers) => {
        const image = await scanMembers(layers);
        const { sum } = pathHistoryModel(worldWith(subjectOf(image)), 0);
        expect([sum.bytes, sum.wastedBytes]).toEqual([image.accounts.storedBytes, image.accounts.wastedBytes]);
      }),
      { numRuns: 50 },
    );
  });

  test("is empty, not an error, where there is no tree yet", async () => {
    const image = await scanMembers([[file("f", "1")]]);
    expect(historyOf(image, "f", { tree: undefined, version: 7 })).toMatchObject({ count: 0, path: "" });
  });
});

describe("the screen", () => {
  const screen = async (
    size: Size,
    look: Look,
    path = "etc/app.conf",
    layers = REWRITTEN,
    cursor = 1,
  ): Promise<string[]> => {
    const model = historyOf(await scanMembers(layers, COMMANDS), path, { base: { layers: 1, foundBy: "a test" } });
    return presentPathHistory(model, { cursor, top: 0 }, size, look);
  };

  test("of 100 columns by 20 rows", async () => {
    expect(await screen({ width: 100, height: 20 }, NORMAL)).toMatchInlineSnapshot(`
      [
        " /etc/app.conf",
        " stored 3 times, 37.8 kB, all of it wasted",
        "   0 + added      12.4 kB  wasted by layer 2  base image",
        "     ADD rootfs.tar /",
        "   2 * metadata   12.4 kB  wasted by layer 3 <",
        "     mode 0644 → 0755, owner 0:0 → 1000:1000  RUN chown 1000:1000 /etc/app.conf <",
        "   3 ~ modified   12.4 kB → 13.0 kB  wasted by layer 4",
        "     COPY app.conf /etc/",
        "   4 - removed    13.0 kB",
        "     RUN rm /etc/app.conf",
        "",
        "",
        "",
        "",
        "",
        "────────────────────────────────────────────────────────────────────────────────────────────────────",
        " layer 2: RUN chown 1000:1000 /etc/app.conf",
        " metadata, 12.4 kB, mode 0644 → 0755, owner 0:0 → 1000:1000, wasted by layer 3",
        "",
        "",
      ]
    `);
  });

  test("of 50 columns by 12 rows", async () => {
    expect(await screen({ width: 50, height: 12 }, NORMAL)).toMatchInlineSnapshot(`
      [
        " /etc/app.conf",
        " stored 3 times, 37.8 kB, all of it wasted",
        "   0 + added      12.4 kB  wasted by layer 2  bas…",
        "     ADD rootfs.tar /",
        "   2 * metadata   12.4 kB  wasted by layer 3 <",
        "     mode 0644 → 0755, owner 0:0 → 1000:1000  RUN… <",
        "   3 ~ modified   12.4 kB → 13.0 kB  wasted by la…",
        "     COPY app.conf /etc/",
        "──────────────────────────────────────────────────",
        " layer 2: RUN chown 1000:1000 /etc/app.conf",
        " metadata, 12.4 kB, mode 0644 → 0755, owner 0:0 →",
        " 1000:1000, wasted by layer 3",
      ]
    `);
  });

  test("of a directory", async () => {
    expect(await screen({ width: 80, height: 16 }, NORMAL, "etc")).toMatchInlineSnapshot(`
      [
        " /etc",
        " 3 files stored in it, 37.8 kB, all of it wasted",
        "   0 + added      1 file below, 12.4 kB, wasted by layer 2  base image",
        "     ADD rootfs.tar /",
        "   2   below it   1 file below, 12.4 kB, wasted by layer 3 <",
        "     RUN chown 1000:1000 /etc/app.conf <",
        "   3   below it   1 file below, 13.0 kB, wasted by layer 4",
        "     COPY app.conf /etc/",
        "   4   below it   1 path below removed",
        "     RUN rm /etc/app.conf",
        "",
        "",
        "────────────────────────────────────────────────────────────────────────────────",
        " layer 2: RUN chown 1000:1000 /etc/app.conf",
        " below it, 1 file below, 12.4 kB, wasted by layer 3",
        "",
      ]
    `);
  });

  test("in words", async () => {
    expect(await screen({ width: 100, height: 20 }, PLAIN)).toMatchInlineSnapshot(`
      [
        "/etc/app.conf",
        "stored 3 times, 37.8 kB, all of it wasted",
        "base layer 0, added, 12.4 kB, wasted by layer 2",
        "command ADD rootfs.tar /",
        "selected: layer 2, metadata, 12.4 kB, mode 0644 to 0755, owner 0:0 to 1000:1000, wasted by layer 3 <",
        "command RUN chown 1000:1000 /etc/app.conf <",
        "layer 3, modified, 12.4 kB to 13.0 kB, wasted by layer 4",
        "command COPY app.conf /etc/",
        "layer 4, removed, 13.0 kB",
        "command RUN rm /etc/app.conf",
        "",
        "",
        "",
        "",
        "",
        "",
        "layer 2: RUN chown 1000:1000 /etc/app.conf",
        "metadata, 12.4 kB, mode 0644 to 0755, owner 0:0 to 1000:1000, wasted by layer 3",
        "",
        "",
      ]
    `);
  });

  test("never is wider or higher than it may be", async () => {
    const hostile: Member[][] = [[file("e\x1b[2J/日本", "1")], [file("e\x1b[2J/日本", "22", { uid: 4e9 })]];
    const image = await scanMembers(hostile, ["RUN \x1b]0;x\x07", "日本".repeat(99)]);
    const model = historyOf(image, "e\x1b[2J/日本");
    for (let width = 1; width < 120; width += 13) {
      for (let height = 0; height < 24; height += 3) {
        for (const look of [MEASURED, { ...PLAIN, cursorRow: MEASURED.cursorRow }]) {
          const rows = presentPathHistory(model, { cursor: 1, top: 0 }, { width, height }, look);
          expect(rows.length).toBeLessThanOrEqual(height);
          for (const row of rows) {
            expect(cellWidth(row)).toBeLessThanOrEqual(width);
            expect(row).not.toContain("\x1b");
          }
        }
      }
    }
  });
});

describe("the cursor", () => {
  test("stays in the list and on the screen", async () => {
    const model = historyOf(await scanMembers(REWRITTEN), "etc/app.conf");
    const moves = fc.constantFrom("move-up", "move-down", "page-up", "page-down", "move-first", "move-last");
    fc.assert(
      fc.property(fc.array(moves, { maxLength: 12 }), fc.integer({ min: 1, max: 14 }), (commands, height) => {
        let state = openPathHistory(0);
        for (const command of commands) {
          state = updatePathHistory(state, command as "move-up", model, height) ?? state;
          const { cursor, top } = state.position;
          expect(cursor >= 0 && cursor < model.count).toBe(true);
          expect(cursor >= top && cursor < top + historyListHeight(height)).toBe(true);
        }
      }),
    );
    expect(updatePathHistory(openPathHistory(0), "open", model, 10)).toBeUndefined();
  });

  test("goes to the layer whose rows are clicked", async () => {
    const model = historyOf(await scanMembers(REWRITTEN), "etc/app.conf");
    const at = (row: number): number | undefined => historyIndexAt(openPathHistory(0), model, row, 30);
    expect([1, 2, 3, 4, 9, 10].map(at)).toEqual([undefined, 0, 0, 1, 3, undefined]);
  });
});
