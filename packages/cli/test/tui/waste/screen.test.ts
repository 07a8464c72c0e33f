/** How the waste view looks. */
import type { Analysis } from "@layerscope/core";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { file } from "../../../../../fixtures/build/tar.ts";
import { cellWidth } from "../../../src/output/terminal.ts";
import type { CommandName } from "../../../src/tui/keymap/commands.ts";
import type { Look, Size } from "../../../src/tui/present/look.ts";
import { presentWaste } from "../../../src/tui/present/waste.ts";
import { type Marks, NO_MARKS } from "../../../src/tui/state/marks.ts";
import { startWaste, updateWaste, WASTE_GROUPS, type WasteState } from "../../../src/tui/state/waste.ts";
import type { Subject } from "../../../src/tui/subject.ts";
import { wasteModel } from "../../../src/tui/view-model/waste.ts";
import { everyCause } from "./images.ts";
import { bytes, MEASURED, NORMAL, PLAIN, scanMembers, subjectOf, worldWith } from "./subjects.ts";

let subject: Subject;
beforeAll(async () => {
  subject = subjectOf(await everyCause(), { base: { layers: 1, foundBy: "a test" } });
});

function screen(
  size: Size,
  look: Look,
  commands: readonly CommandName[] = [],
  marks = NO_MARKS,
  of = subject,
): string[] {
  let state = startWaste();
  for (const command of commands) {
    state = updateWaste(state, command, wasteModel(worldWith(of), state), size.height) ?? state;
  }
  return presentWaste(wasteModel(worldWith(of), state), state, true, size, look, marks);
}

describe("100 columns by 20 rows", () => {
  const size: Size = { width: 100, height: 20 };

  test("show causes, what they mean, and what can be done", () => {
    expect(screen(size, NORMAL, ["move-down", "open"])).toMatchInlineSnapshot(`
      [
        " 1.48 MB wasted · by cause · 87.9 % of 1.68 MB stored · 10 files",
        "  1.20 MB  81.4 % ▒▒▒▒▒▒▒▒░░ ▸ deleted           removed by a later layer                    3 files",
        "   180 kB  12.2 % ▒░░░░░░░░░ ▾ metadata          only owner, mode or times changed           2 files <",
        "  90.0 kB   6.1 % 1 → 2          /srv/app/lib/util.js",
        "  90.0 kB   6.1 % 1 → 2          /srv/app/index.js",
        "  70.0 kB   4.7 % ▒░░░░░░░░░ ▸ hidden            under a directory that was replaced          1 file",
        "  20.0 kB   1.4 % ▒░░░░░░░░░ ▸ identical         stored again, nothing changed                1 file",
        "  3.00 kB   0.2 % ▒░░░░░░░░░ ▸ duplicate-member  twice in one layer                           1 file",
        "  1.20 kB   0.1 % ▒░░░░░░░░░ ▸ rewritten         replaced by other content                   2 files",
        "",
        "",
        "",
        "",
        "",
        "",
        "────────────────────────────────────────────────────────────────────────────────────────────────────",
        " metadata: only owner, mode or times changed",
        " 180 kB in 2 files. Set owner and mode while copying (COPY --chown, --chmod), or in the step that",
        " makes the file.",
        "",
      ]
    `);
  });

  test("show who stored and who hid, and what one file went through", () => {
    const marks: Marks = { paths: new Set(), records: new Set([0, 1]) };
    expect(screen(size, NORMAL, ["group-next", "open", "move-down"], marks)).toMatchInlineSnapshot(`
      [
        " 1.48 MB wasted · by layer · 87.9 % of 1.68 MB stored · 10 files",
        "  1.29 MB  87.6 % ▒▒▒▒▒▒▒▒▒░ ▾ base layer 0      lost to layers 2, 3, 1  ADD fil…  6 files, 2 marked",
        "●  402 kB  27.2 % 0 → 2          /var/lib/apt/lists/non-free <",
        "●  401 kB  27.1 % 0 → 2          /var/lib/apt/lists/contrib",
        "   400 kB  27.1 % 0 → 2          /var/lib/apt/lists/main",
        "  70.0 kB   4.7 % 0 → 3          /opt/old/data",
        "  20.0 kB   1.4 % 0 → 3          /usr/bin/tool",
        "    500 B < 0.1 % 0 → 1          /etc/motd",
        "   184 kB  12.4 % ▒░░░░░░░░░ ▸ layer 1           lost to layers 2, itself, 3  COPY . /srv/…  4 files",
        "",
        "",
        "",
        "",
        "",
        "",
        "────────────────────────────────────────────────────────────────────────────────────────────────────",
        " /var/lib/apt/lists/non-free",
        " 402 kB stored in base layer 0 (ADD file:0123 in /), deleted by layer 2 (RUN chown -R node:node",
        " /srv/app && rm -rf /var/…)",
        "",
      ]
    `);
  });

  test("show directories", () => {
    expect(screen(size, NORMAL, ["group-next", "group-next", "expand-all"])).toMatchInlineSnapshot(`
      [
        " 1.48 MB wasted · by directory · 87.9 % of 1.68 MB stored · 10 files",
        "  1.20 MB  81.4 % ▒▒▒▒▒▒▒▒░░ ▾ /var/lib/apt/lists/                                           3 files <",
        "   402 kB  27.2 % 0 → 2          non-free",
        "   401 kB  27.1 % 0 → 2          contrib",
        "   400 kB  27.1 % 0 → 2          main",
        "   180 kB  12.2 % ▒░░░░░░░░░ ▾ /srv/app/                                                     2 files",
        "  90.0 kB   6.1 % 1 → 2          lib/util.js",
        "  90.0 kB   6.1 % 1 → 2          index.js",
        "  70.0 kB   4.7 % 0 → 3        /opt/old/data",
        "  20.0 kB   1.4 % 0 → 3        /usr/bin/tool",
        "  3.00 kB   0.2 % 1 → 1        /twice",
        "  1.20 kB   0.1 % ▒░░░░░░░░░ ▾ /etc/motd  stored again and again                             2 files",
        "    700 B < 0.1 % 1 → 3          motd",
        "    500 B < 0.1 % 0 → 1          motd",
        "",
        "────────────────────────────────────────────────────────────────────────────────────────────────────",
        " /var/lib/apt/lists",
        " 1.20 MB in 3 files wasted below it",
        "",
        "",
      ]
    `);
  });

  test("read out in words without signs and bars", () => {
    expect(screen(size, PLAIN, ["move-down", "open", "move-down"])).toMatchInlineSnapshot(`
      [
        "1.48 MB wasted, by cause, 87.9 % of 1.68 MB stored, 10 files",
        "level 1, deleted, closed, 1.20 MB, 81.4 % of the waste, 3 files, removed by a later layer",
        "level 1, metadata, open, 180 kB, 12.2 % of the waste, 2 files, only owner, mode or times changed",
        "selected: level 2, 90.0 kB, /srv/app/lib/util.js, stored in layer 1 (COPY . /srv/app), rewritten by… <",
        "level 2, 90.0 kB, /srv/app/index.js, stored in layer 1 (COPY . /srv/app), rewritten by layer 2 (RUN…",
        "level 1, hidden, closed, 70.0 kB, 4.7 % of the waste, 1 file, under a directory that was replaced",
        "level 1, identical, closed, 20.0 kB, 1.4 % of the waste, 1 file, stored again, nothing changed",
        "level 1, duplicate-member, closed, 3.00 kB, 0.2 % of the waste, 1 file, twice in one layer",
        "level 1, rewritten, closed, 1.20 kB, 0.1 % of the waste, 2 files, replaced by other content",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "/srv/app/lib/util.js",
        "90.0 kB stored in layer 1 (COPY . /srv/app), rewritten by layer 2 (RUN chown -R node:node /srv/app",
        "&& rm -rf /var/…), metadata only: owner",
        "",
      ]
    `);
  });
});

describe("50 columns by 12 rows", () => {
  const size: Size = { width: 50, height: 12 };

  test("show causes", () => {
    expect(screen(size, NORMAL, ["move-down", "open", "move-down"])).toMatchInlineSnapshot(`
      [
        " 1.48 MB wasted · by cause · 87.9 % of stored",
        "  1.20 MB  81.4 % ▸ deleted  removed by …  3 files",
        "   180 kB  12.2 % ▾ metadata  only owner…  2 files",
        "  90.0 kB   6.1 %     /srv/app/lib/util.js <",
        "  90.0 kB   6.1 %     /srv/app/index.js",
        "  70.0 kB   4.7 % ▸ hidden  under a direc…  1 file",
        "  20.0 kB   1.4 % ▸ identical  stored aga…  1 file",
        "  3.00 kB   0.2 % ▸ duplicate-member        1 file",
        "──────────────────────────────────────────────────",
        " /srv/app/lib/util.js",
        " 90.0 kB stored in layer 1 (COPY . /srv/app),",
        " rewritten by layer 2 (RUN chown -R node:node /s…",
      ]
    `);
  });

  test("show layers", () => {
    expect(screen(size, NORMAL, ["group-next"])).toMatchInlineSnapshot(`
      [
        " 1.48 MB wasted · by layer · 87.9 % of stored",
        "  1.29 MB  87.6 % ▸ base layer 0           6 files <",
        "   184 kB  12.4 % ▸ layer 1  lost to lay…  4 files",
        "",
        "",
        "",
        "",
        "",
        "──────────────────────────────────────────────────",
        " base layer 0 (ADD file:0123 in /)",
        " 1.29 MB in 6 files stored here for nothing, most",
        " of it lost to layer 2 (RUN chown -R node:node /…",
      ]
    `);
  });

  test("read out in words", () => {
    expect(screen(size, PLAIN, ["group-next", "group-next"])).toMatchInlineSnapshot(`
      [
        "1.48 MB wasted, by directory, 87.9 % of stored",
        "selected: level 1, /var/lib/apt/lists/, closed, 1… <",
        "level 1, /srv/app/, closed, 180 kB, 12.2 % of the…",
        "level 1, 70.0 kB, /opt/old/data, stored in base l…",
        "level 1, 20.0 kB, /usr/bin/tool, stored in base l…",
        "level 1, 3.00 kB, /twice, stored in layer 1 (COPY…",
        "level 1, /etc/motd, closed, 1.20 kB, 0.1 % of the…",
        "",
        "",
        "/var/lib/apt/lists",
        "1.20 MB in 3 files wasted below it",
        "",
      ]
    `);
  });
});

test("200 columns have room for what became of each file", () => {
  expect(screen({ width: 200, height: 14 }, NORMAL, ["move-down", "open"])).toMatchInlineSnapshot(`
    [
      " 1.48 MB wasted · by cause · 87.9 % of 1.68 MB stored · 10 files",
      "  1.20 MB  81.4 % ▒▒▒▒▒▒▒▒░░ ▸ deleted           removed by a later layer                                                                                                                        3 files",
      "   180 kB  12.2 % ▒░░░░░░░░░ ▾ metadata          only owner, mode or times changed                                                                                                               2 files <",
      "  90.0 kB   6.1 % 1 → 2          /srv/app/lib/util.js                                        stored in layer 1 (COPY . /srv/app), rewritten by layer 2 (RUN chown -R no…), metadata only: owner",
      "  90.0 kB   6.1 % 1 → 2          /srv/app/index.js                                           stored in layer 1 (COPY . /srv/app), rewritten by layer 2 (RUN chown -R no…), metadata only: owner",
      "  70.0 kB   4.7 % ▒░░░░░░░░░ ▸ hidden            under a directory that was replaced                                                                                                              1 file",
      "  20.0 kB   1.4 % ▒░░░░░░░░░ ▸ identical         stored again, nothing changed                                                                                                                    1 file",
      "  3.00 kB   0.2 % ▒░░░░░░░░░ ▸ duplicate-member  twice in one layer                                                                                                                               1 file",
      "  1.20 kB   0.1 % ▒░░░░░░░░░ ▸ rewritten         replaced by other content                                                                                                                       2 files",
      "",
      "────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────",
      " metadata: only owner, mode or times changed",
      " 180 kB in 2 files. Set owner and mode while copying (COPY --chown, --chmod), or in the step that makes the file.",
      "",
    ]
  `);
});

describe("what there is to say", () => {
  test("before all layers are read", () => {
    const reading = { ...subject, analysis: undefined, phase: "reading" } as const;
    expect(screen({ width: 60, height: 5 }, NORMAL, [], NO_MARKS, reading)).toEqual([
      " not known yet",
      "",
      " What is wasted is known when all layers are read.",
    ]);
  });

  test("when nothing is wasted", async () => {
    const clean = subjectOf(await scanMembers([[file("a", bytes(10))]]));
    expect(screen({ width: 80, height: 5 }, NORMAL, [], NO_MARKS, clean)).toEqual([
      " 0 B wasted · 0.0 % of 10 B stored",
      "",
      " Nothing is wasted: a container sees every byte that is stored.",
    ]);
  });
});

const names = fc.array(fc.constantFrom("a", "日本", "e\u0301", "\x1b[2J", "\u202e", "👩‍👩‍👧", "x".repeat(80)), {
  minLength: 1,
  maxLength: 4,
});

test("no row is wider and no screen higher than it may be, whatever paths are called", async () => {
  await fc.assert(
    fc.asyncProperty(
      names,
      fc.integer({ min: 1, max: 130 }),
      fc.integer({ min: 0, max: 24 }),
      fc.constantFrom(...WASTE_GROUPS),
      fc.boolean(),
      async (parts, width, height, group, plain) => {
        const path = parts.join("/");
        const image: Analysis = await scanMembers(
          [[file(path, bytes(9))], [file(path, bytes(8))], [file(path, bytes(7))]],
          ["\x1b]0;x\x07", "日本語".repeat(50), ""],
        );
        const of = subjectOf(image);
        const open = { ...startWaste().open, [group]: { all: true, except: new Set<number>() } };
        const state: WasteState = { ...startWaste(), group, open };
        const look = plain ? { ...PLAIN, cursorRow: MEASURED.cursorRow } : MEASURED;
        const rows = presentWaste(wasteModel(worldWith(of), state), state, true, { width, height }, look, NO_MARKS);
        expect(rows.length).toBeLessThanOrEqual(height);
        for (const row of rows) {
          expect(cellWidth(row)).toBeLessThanOrEqual(width);
          // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
          expect(row).not.toMatch(/[\x00-\x1f\u202e]/);
        }
      },
    ),
    { numRuns: 60 },
  );
});
