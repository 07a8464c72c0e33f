/** The rows of the waste view, and what commands make of them. */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Analysis } from "@layerscope/core";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { file, hardlink, whiteout } from "../../../../../fixtures/build/tar.ts";
import { layerStack } from "../../../../../test/model/arbitrary.ts";
import type { CommandName } from "../../../src/tui/keymap/commands.ts";
import type { Marks } from "../../../src/tui/state/marks.ts";
import {
  startWaste,
  updateWaste,
  WASTE_GROUPS,
  type WasteState,
  wasteIndexAt,
  wasteListHeight,
} from "../../../src/tui/state/waste.ts";
import { type WasteModel, wasteModel } from "../../../src/tui/view-model/waste.ts";
import type { WasteRow } from "../../../src/tui/view-model/waste-row.ts";
import { everyCause } from "./images.ts";
import { analyseArchive, bytes, nodeAt, scanMembers, subjectOf, worldWith } from "./subjects.ts";

const HEIGHT = 12;

let image: Analysis;
beforeAll(async () => {
  image = await everyCause();
});

const modelOf = (analysis: Analysis, state: WasteState): WasteModel =>
  wasteModel(worldWith(subjectOf(analysis)), state);

const rowsOf = (model: WasteModel, marks?: Marks): WasteRow[] =>
  Array.from({ length: model.count }, (_, index) => {
    const row = model.at(index, marks);
    if (!row) throw new Error(`no row ${index}`);
    return row;
  });

function after(analysis: Analysis, ...commands: CommandName[]): { state: WasteState; model: WasteModel } {
  let state = startWaste();
  for (const command of commands) state = updateWaste(state, command, modelOf(analysis, state), HEIGHT) ?? state;
  return { state, model: modelOf(analysis, state) };
}

/** `name bytes` indented by depth, groups with their count, the cursor's row with a star. */
function outline({ state, model }: { state: WasteState; model: WasteModel }): string[] {
  return rowsOf(model).map((row, index) => {
    const label = row.kind === "record" ? row.name : row.of.by === "path" ? row.name : String(Object.values(row.of)[1]);
    const size = row.kind === "record" ? row.record.bytes : `${row.bytes} in ${row.count}`;
    return `${"  ".repeat(row.depth)}${label} ${size}${index === state.position.cursor ? " *" : ""}`;
  });
}

describe("groups", () => {
  test("are causes, the one of most bytes first", () => {
    expect(outline(after(image))).toEqual([
      "deleted 1203000 in 3 *",
      "metadata 180001 in 2",
      "hidden 70000 in 1",
      "identical 20000 in 1",
      "duplicate-member 3000 in 1",
      "rewritten 1200 in 2",
    ]);
  });

  test("are layers that stored, each with those that hid it", () => {
    const { model } = after(image, "group-next");
    expect(rowsOf(model)).toMatchObject([
      { of: { layer: 0, hiddenBy: [2, 3, 1] }, bytes: 1_293_500, count: 6 },
      { of: { layer: 1, hiddenBy: [2, 1, 3] }, bytes: 183_701, count: 4 },
    ]);
  });

  test("are directories; chains are one, and what is alone in its directory stands without it", () => {
    const directories = after(image, "group-next", "group-next");
    expect(outline(directories)).toEqual([
      "/var/lib/apt/lists 1203000 in 3 *",
      "/srv/app 180001 in 2",
      "/opt/old/data 70000",
      "/usr/bin/tool 20000",
      "/twice 3000",
      "/etc/motd 1200 in 2",
    ]);
    expect(outline(after(image, "group-next", "group-next", "move-down", "open")).slice(1, 4)).toEqual([
      "/srv/app 180001 in 2 *",
      "  lib/util.js 90001",
      "  index.js 90000",
    ]);
  });

  test("of one path that was stored again and again hold its records", () => {
    const rows = rowsOf(after(image, "group-next", "group-next", "move-last", "open").model);
    expect(rows.slice(-3)).toMatchObject([
      { kind: "group", name: "/etc/motd", count: 2 },
      { kind: "record", record: { bytes: 700, storedIn: 1, hiddenBy: 3 } },
      { kind: "record", record: { bytes: 500, storedIn: 0, hiddenBy: 1 } },
    ]);
  });

  test("keep a path apart from what is below it where it was a file before", async () => {
    const turned = await scanMembers([[file("a", bytes(5))], [file("a/b", bytes(3))], [whiteout("a")]]);
    expect(outline(after(turned, "group-next", "group-next", "expand-all"))).toEqual(["/a 8 in 2 *", "  a 5", "  b 3"]);
  });

  test("say how many of their records are marked, by themselves or by their path", () => {
    const app = nodeAt(image, "srv/app");
    const motd = [...image.accounts.waste].findIndex(({ bytes: size }) => size === 700);
    const marks: Marks = { paths: new Set([app]), records: new Set([motd]) };
    for (const commands of [[], ["group-next"], ["group-next", "group-next"]] satisfies CommandName[][]) {
      const { model } = after(image, ...commands, "expand-all");
      const rows = rowsOf(model, marks);
      expect(rows.filter((row) => row.kind === "record" && row.marked)).toHaveLength(3);
      const groups = rows.filter((row) => row.kind === "group" && row.depth === 0);
      expect(groups.reduce((sum, row) => sum + (row.kind === "group" ? row.marked : 0), 0)).toBe(3);
    }
  });
});

/** Rows that together are everything: groups and records that are in none. */
const sumOf = (model: WasteModel): number =>
  rowsOf(model)
    .filter(({ depth }) => depth === 0)
    .reduce((sum, row) => sum + (row.kind === "group" ? row.bytes : row.record.bytes), 0);

function expectAllIn(analysis: Analysis): void {
  const { wastedBytes, waste } = analysis.accounts;
  for (const group of WASTE_GROUPS) {
    const closed = modelOf(analysis, { ...startWaste(), group });
    expect(sumOf(closed)).toBe(wastedBytes);
    const opened = modelOf(analysis, {
      ...startWaste(),
      group,
      open: { ...startWaste().open, [group]: { all: true, except: new Set() } },
    });
    const records = rowsOf(opened).flatMap((row) => (row.kind === "record" ? [row.index] : []));
    expect(records.sort((one, other) => one - other)).toEqual([...Array(waste.length).keys()]);
    for (const row of rowsOf(opened)) {
      if (row.kind !== "group") continue;
      const inside = row.records().map((index) => waste.at(index)?.bytes ?? 0);
      expect([inside.length, inside.reduce((sum, size) => sum + size, 0)]).toEqual([row.count, row.bytes]);
    }
  }
}

describe("however waste is grouped", () => {
  test("every record is there once and the sums are all that is wasted", async () => {
    await fc.assert(
      fc.asyncProperty(layerStack, async (layers) => expectAllIn(await scanMembers(layers))),
      { numRuns: 40 },
    );
  });

  const images = fileURLToPath(new URL("../../../../../fixtures/images/", import.meta.url));
  const archives = readdirSync(images, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.startsWith("edge-"))
    .flatMap(({ name }) => readdirSync(`${images}${name}`).map((layout) => `${name}/${layout}`))
    .filter((path) => path.endsWith(".tar"));
  test.each(archives)("also in %s", async (path) => expectAllIn(await analyseArchive(`${images}${path}`)));

  test("also in the demo image", async () => {
    expectAllIn(await analyseArchive(fileURLToPath(new URL("../../../../../fixtures/demo.tar", import.meta.url))));
  });

  test("what is larger comes first", () => {
    for (const group of WASTE_GROUPS) {
      const sizes = rowsOf(modelOf(image, { ...startWaste(), group })).map((row) =>
        row.kind === "group" ? row.bytes : row.record.bytes,
      );
      expect(sizes).toEqual(sizes.toSorted((one, other) => other - one));
    }
  });
});

const COMMANDS: CommandName[] = [
  "open",
  "toggle-directory",
  "move-up",
  "move-down",
  "move-left",
  "move-right",
  "page-up",
  "page-down",
  "move-first",
  "move-last",
  "collapse-all",
  "expand-all",
  "group-next",
];

describe("commands", () => {
  test("leave the cursor in the list and on the screen, whatever comes after what", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...COMMANDS), { maxLength: 30 }),
        fc.integer({ min: 1, max: 20 }),
        (commands, height) => {
          let state = startWaste();
          for (const command of commands) {
            state = updateWaste(state, command, modelOf(image, state), height) ?? state;
            const { cursor, top } = state.position;
            expect(cursor).toBeGreaterThanOrEqual(0);
            expect(cursor).toBeLessThan(modelOf(image, state).count);
            expect(cursor - top).toBeGreaterThanOrEqual(0);
            expect(cursor - top).toBeLessThan(Math.max(1, wasteListHeight(height)));
          }
        },
      ),
    );
  });

  test("that group in another way keep the record under the cursor", () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(...WASTE_GROUPS), (pick, group) => {
        const open = { ...startWaste().open, [group]: { all: true, except: new Set<number>() } };
        let state: WasteState = { ...startWaste(), group, open };
        const record = pick % image.accounts.waste.length;
        state = { ...state, position: { cursor: modelOf(image, state).rowOfRecord(record), top: 0 } };
        for (let turn = 0; turn < WASTE_GROUPS.length; turn++) {
          state = updateWaste(state, "group-next", modelOf(image, state), HEIGHT) ?? state;
          expect(modelOf(image, state).at(state.position.cursor)).toMatchObject({ kind: "record", index: record });
        }
        expect(state.group).toBe(group);
      }),
    );
  });

  test("open and close a group, go into it and out of it again", () => {
    expect(outline(after(image, "move-down", "open")).slice(0, 4)).toEqual([
      "deleted 1203000 in 3",
      "metadata 180001 in 2 *",
      "  /srv/app/lib/util.js 90001",
      "  /srv/app/index.js 90000",
    ]);
    const inside = after(image, "move-down", "move-right", "move-right", "move-down");
    expect(inside.model.at(inside.state.position.cursor)).toMatchObject({ name: "/srv/app/index.js" });
    const out = after(image, "move-down", "move-right", "move-right", "move-down", "move-left");
    expect(out.state.position.cursor).toBe(1);
    expect(outline(after(image, "move-down", "move-right", "move-left"))).toEqual(outline(after(image, "move-down")));
    expect(outline(after(image, "open", "toggle-directory"))).toEqual(outline(after(image)));
  });

  test("that close all go to the group that the cursor was in", () => {
    const { state } = after(image, "expand-all", "move-last", "collapse-all");
    expect(state.position.cursor).toBe(5);
  });

  test("that open all keep what the cursor is on", () => {
    const { state, model } = after(image, "move-down", "expand-all");
    expect(model.at(state.position.cursor)).toMatchObject({ of: { cause: "metadata" }, open: true });
  });

  test("leave opening a record, and what is not theirs, to others", () => {
    const { state, model } = after(image, "open", "move-down");
    expect(model.at(state.position.cursor)?.kind).toBe("record");
    expect(updateWaste(state, "open", model, HEIGHT)).toBeUndefined();
    expect(updateWaste(state, "help", model, HEIGHT)).toBeUndefined();
  });

  test("do nothing before the records are known", () => {
    const model = wasteModel(worldWith(subjectOf(image, { analysis: undefined })), startWaste());
    expect(model).toMatchObject({ phase: "unknown", count: 0 });
    for (const command of COMMANDS) {
      const state = updateWaste(startWaste(), command, model, HEIGHT);
      expect(state?.position ?? { cursor: 0, top: 0 }).toEqual({ cursor: 0, top: 0 });
    }
  });
});

describe("a row of the screen", () => {
  test("is that of the list below the first one, as far as the list goes", () => {
    const { state, model } = after(image);
    const at = (row: number): number | undefined => wasteIndexAt(state, model, row, HEIGHT);
    expect([at(0), at(1), at(6), at(7), at(HEIGHT - 1)]).toEqual([undefined, 0, 5, undefined, undefined]);
  });
});

test("a link's bytes are wasted once, at the path that stored them", async () => {
  const linked = await scanMembers([
    [file("a", bytes(7)), hardlink("b", "a")],
    [whiteout("a"), whiteout("b")],
  ]);
  expect(outline(after(linked, "group-next", "group-next"))).toEqual(["/a 7 *"]);
});
