/** What the hint line, the help, the palette, a prompt and a dialog look like. */
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cellWidth } from "../../../src/output/terminal.ts";
import type { Context } from "../../../src/tui/keymap/commands.ts";
import { createKeymap } from "../../../src/tui/keymap/keymap.ts";
import { createLook } from "../../../src/tui/present/create-look.ts";
import { dialogArea, presentDialog } from "../../../src/tui/present/dialog.ts";
import { presentHelp } from "../../../src/tui/present/help.ts";
import { presentHints } from "../../../src/tui/present/hints.ts";
import type { Look } from "../../../src/tui/present/look.ts";
import { presentPalette } from "../../../src/tui/present/palette.ts";
import { presentPrompt } from "../../../src/tui/present/prompt.ts";
import { fieldOf } from "../../../src/tui/state/text-field.ts";
import { helpModel } from "../../../src/tui/view-model/help.ts";
import { hintsModel } from "../../../src/tui/view-model/hints.ts";
import { paletteModel } from "../../../src/tui/view-model/palette.ts";

const keymap = createKeymap();
const FILES: readonly Context[] = ["files", "list", "global"];
const FILE: readonly Context[] = ["file", "list", "global"];

const colored = createLook({ depth: "256", theme: "dark", unicode: true, plain: false, units: "si" });
const words = createLook({ depth: "none", theme: "dark", unicode: true, plain: true, units: "si" });
/** Says with signs what is painted: `[…]` the cell to type in, `<…>` what was found, `> … <` the cursor's row. */
const signs: Look = {
  ...colored,
  paint: (tone, text) => (tone === "cursor" ? `[${text}]` : tone === "match" ? `<${text}>` : text),
  cursorRow: (row) => `${row}|`,
};
const bare = (rows: readonly string[]): string[] => rows.map(stripVTControlCharacters);
const at = (width: number, height = 1) => ({ width, height });

describe("the hint line", () => {
  it("of the files", () => {
    const model = hintsModel(keymap, FILES);
    expect(presentHints(model, at(80), signs)).toMatchInlineSnapshot(`
      [
        " enter open  s sort  H history  D diff  / search  m mark  2 waste  ? help",
      ]
    `);
    expect(presentHints(model, at(40), signs)).toMatchInlineSnapshot(`
      [
        " enter open  s sort  H history  ? help",
      ]
    `);
    expect(bare(presentHints(model, at(40), words))).toMatchInlineSnapshot(`
      [
        "enter open, s sort, H history, ? help",
      ]
    `);
  });

  it("of a file", () => {
    expect(presentHints(hintsModel(keymap, FILE), at(80), signs)).toMatchInlineSnapshot(`
      [
        " v text/hex/diff  D diff  w wrap  P pager  H history  / search  m mark  ? help",
      ]
    `);
  });

  it("offers nothing that the pane does not do: in a file, w wraps", () => {
    const labels = hintsModel(keymap, FILE).hints.map(({ key, label }) => `${key} ${label}`);
    expect(labels).toContain("w wrap");
    expect(labels).not.toContain("w wasted");
  });

  it("shows the user's keys, and no hint for what has no key left", () => {
    const own = createKeymap([
      { context: "global", name: "help", keys: ["f2"] },
      { context: "global", name: "search", keys: [] },
    ]);
    const model = hintsModel(own, FILES);
    expect(model.help).toEqual({ key: "f2", label: "help" });
    expect(model.hints.map(({ label }) => label)).not.toContain("search");
  });

  it("has the help at every width that has room for it, and never more than fits", () => {
    for (let width = 0; width < 200; width++) {
      for (const look of [colored, words]) {
        const [row = ""] = presentHints(hintsModel(keymap, FILES), at(width), look);
        expect(cellWidth(row)).toBeLessThanOrEqual(width);
        if (width >= 6) expect(bare([row])[0]).toMatch(/\? help$/);
      }
    }
  });
});

describe("the help", () => {
  it("of the files begins with what the files do", () => {
    const model = helpModel(keymap, FILES, "");
    expect(presentHelp(model, at(80, 16), signs, 0)).toMatchInlineSnapshot(`
      [
        "Files (here)",
        "  enter           Open the file, or open and close the directory",
        "  space           Open or close the directory",
        "  C, ctrl+space   Close all directories",
        "  E               Open all directories",
        "  s, ctrl+o       Sort by the next of: size, wasted, change, name",
        "  o               Hide or show what is below 1 % of its directory",
        "  +, ctrl+a       Hide or show what was added",
        "  ~               Hide or show what was modified",
        "  -, ctrl+r       Hide or show what was removed",
        "  =, ctrl+u       Hide or show what was not touched",
        "  A, ctrl+b       Hide or show mode and owner",
        "  H               Show every layer that touched the path",
        "  D               Compare the content with what it was before",
        "",
        "Every list (here)",
      ]
    `);
    expect(presentHelp(model, at(40, 10), signs, 0)).toMatchInlineSnapshot(`
      [
        "Files (here)",
        "  enter          Open the file, or open…",
        "  space          Open or close the dire…",
        "  C              Close all directories",
        "  E              Open all directories",
        "  s              Sort by the next of: s…",
        "  o              Hide or show what is b…",
        "  +              Hide or show what was …",
        "  ~              Hide or show what was …",
        "  -              Hide or show what was …",
      ]
    `);
    expect(presentHelp(model, at(110, 4), signs, 0)).toMatchInlineSnapshot(`
      [
        "Files (here)",
        "  enter              Open the file, or open and close the directory                       open",
        "  space              Open or close the directory                                          toggle-directory",
        "  C, ctrl+space      Close all directories                                                collapse-all",
      ]
    `);
  });

  it("finds by words of the description, the name and the pane, and by whole keys", () => {
    const found = (query: string): string[] =>
      helpModel(keymap, FILES, query).lines.flatMap((line) => (line.kind === "entry" ? [line.name ?? line.title] : []));
    expect(found("sort wasted")).toEqual(["sort-next"]);
    expect(found("digest copy")).toEqual(["copy-digest"]);
    expect(found("M")).toEqual(["mark", "clear-marks"]);
    expect(found("pgup")).toEqual([]);
    expect(found("pageup")).toEqual(["page-up"]);
    expect(presentHelp(helpModel(keymap, FILES, "sort"), at(80, 9), signs, 0)).toMatchInlineSnapshot(`
      [
        "Files (here)",
        "  s, ctrl+o  Sort by the next of: size, wasted, change, name",
        "",
        "Packages",
        "  s          Sort by the next of: size, name, layer",
      ]
    `);
  });

  it("says so when it finds nothing", () => {
    expect(presentHelp(helpModel(keymap, FILES, "xyzzy"), at(40, 5), signs, 0)).toEqual(['Nothing about "xyzzy".']);
  });

  it("cuts nothing in a frame on 80 columns", () => {
    const model = helpModel(keymap, FILES, "");
    for (const row of presentHelp(model, at(76, 500), signs, 0)) expect(row).not.toContain("…");
  });

  it("has every section once, those of here first", () => {
    const titles = helpModel(keymap, FILE, "").lines.flatMap((line) => (line.kind === "section" ? [line.title] : []));
    expect(titles.slice(0, 3)).toEqual(["File", "Every list", "Everywhere"]);
    expect(new Set(titles).size).toBe(titles.length);
    expect(titles).toContain("Waste");
  });

  it("scrolls to its end", () => {
    const { lines } = helpModel(keymap, FILES, "");
    expect(presentHelp(helpModel(keymap, FILES, ""), at(80, 5), signs, lines.length - 1)).toHaveLength(1);
  });
});

describe("the palette", () => {
  const names = (query: string): string[] => paletteModel(keymap, FILES, query).entries.map(({ name }) => name);

  it("shows name, description and keys", () => {
    const model = paletteModel(keymap, FILES, "hist");
    expect(presentPalette(model, at(80, 3), signs, { cursor: 0, top: 0 })).toMatchInlineSnapshot(`
      [
        "▸ open-<hist>ory       Show every layer that touched the path                    H|",
      ]
    `);
    const copy = paletteModel(keymap, FILES, "copy");
    expect(presentPalette(copy, at(40, 3), signs, { cursor: 1, top: 0 })).toMatchInlineSnapshot(`
      [
        "  <copy>-path                            y",
        "▸ <copy>-digest                          Y|",
        "  <copy>-command                    ctrl+y",
      ]
    `);
    expect(
      bare(presentPalette(paletteModel(keymap, FILES, "wrap"), at(80, 1), words, { cursor: 0, top: 0 })),
    ).toMatchInlineSnapshot(`
      [
        "selected: toggle-wrap, w or ctrl+p, Wrap long lines or cut them, in: File       ",
      ]
    `);
  });

  it("puts the name before its parts, parts before initials, and names before descriptions", () => {
    expect(names("mark")[0]).toBe("mark");
    expect(names("quit")[0]).toBe("quit");
    expect(names("md")[0]).toBe("move-down");
    expect(names("cpd")[0]).toBe("copy-digest");
    expect(names("copy")).toEqual(expect.arrayContaining(["copy-path", "copy-digest", "copy-command"]));
    expect(names("shell")).toContain("suspend");
    expect(names("QUIT")[0]).toBe("quit");
  });

  it("has what works here before what works elsewhere, and says where that is", () => {
    const entries = paletteModel(keymap, FILES, "").entries;
    const firstElsewhere = entries.findIndex(({ elsewhere }) => elsewhere !== undefined);
    expect(entries.slice(firstElsewhere).every(({ elsewhere }) => elsewhere !== undefined)).toBe(true);
    expect(entries.find(({ name }) => name === "toggle-wrap")?.elsewhere).toBe("File");
    expect(entries.find(({ name }) => name === "open")?.elsewhere).toBeUndefined();
  });

  it("says so when it finds nothing", () => {
    expect(presentPalette(paletteModel(keymap, FILES, "xyzzy"), at(40, 3), signs, { cursor: 0, top: 0 })).toEqual([
      'No command is like "xyzzy".',
    ]);
  });

  it("finds each command by its name, and first of all", () => {
    for (const name of names("")) expect(names(name)[0]).toBe(name);
  });
});

describe("a prompt", () => {
  const prompt = (text: string, width: number, more = {}, back = 0): string => {
    const field = fieldOf(text);
    const moved = { ...field, cursor: field.cursor - back };
    return presentPrompt({ label: "Search:", field: moved, ...more }, at(width), signs).join("\n");
  };

  it("has its label, the text, the cell to type in, and at the end what there is to say", () => {
    expect(prompt("", 40)).toMatchInlineSnapshot(`"Search: [ ]"`);
    expect(prompt("node", 40, { note: "12 matches" })).toMatchInlineSnapshot(
      `"Search: node[ ]                 12 matches"`,
    );
    expect(prompt("node", 40, { note: "12 matches" }, 2)).toMatchInlineSnapshot(
      `"Search: no[d]e                  12 matches"`,
    );
    expect(prompt("a[", 80, { error: "the class is not closed" })).toMatchInlineSnapshot(
      `"Search: a[[ ]                                       error: the class is not closed"`,
    );
    expect(prompt("a[", 40, { error: "the class is not closed, and more" })).toMatchInlineSnapshot(
      `"Search: a[[ ]           error: the class …"`,
    );
  });

  it("keeps the cursor of a long text in sight", () => {
    expect(prompt("/usr/share/doc/a-long-name/of-a-file.txt", 40)).toMatchInlineSnapshot(
      `"Search: e/doc/a-long-name/of-a-file.txt[ ]"`,
    );
    expect(prompt("/usr/share/doc/a-long-name/of-a-file.txt", 40, {}, 30)).toMatchInlineSnapshot(
      `"Search: /usr/share[/]doc/a-long-name/of-a-"`,
    );
    expect(prompt("日本語日本語日本語日本語日本語", 30)).toMatchInlineSnapshot(`"Search: 語日本語日本語日本語[ ]"`);
  });

  it("fits whatever was typed, whatever the width", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 100 });
    fc.assert(
      fc.property(text, text, fc.nat(100), fc.nat(60), (typed, note, back, width) => {
        const field = fieldOf(typed);
        for (const look of [colored, words]) {
          const rows = presentPrompt(
            { label: "Filter:", field: { ...field, cursor: Math.max(0, field.cursor - back) }, note },
            at(width),
            look,
          );
          for (const row of rows) expect(cellWidth(row)).toBeLessThanOrEqual(width);
        }
      }),
    );
  });
});

describe("a dialog", () => {
  const ascii = createLook({ depth: "none", theme: "dark", unicode: false, plain: false, units: "si" });

  it("stands in the middle, in a frame", () => {
    const area = dialogArea(at(40, 10), at(12, 2), colored);
    expect(area).toEqual({ x: 12, y: 3, width: 16, height: 4, inner: { width: 12, height: 2 } });
    expect(bare(presentDialog("Notes", ["one", colored.paint("error", "two")], area, colored))).toEqual([
      "┌─ Notes ──────┐",
      "│ one          │",
      "│ two          │",
      "└──────────────┘",
    ]);
    expect(bare(presentDialog("Notes", ["one"], area, ascii))[0]).toBe("+- Notes ------+");
  });

  it("has no frame for a screen reader, and the screen for itself", () => {
    const area = dialogArea(at(20, 10), at(12, 2), words);
    expect(bare(presentDialog("Notes", ["one", "two"], area, words)).map((row) => row.trimEnd())).toEqual([
      "Notes",
      "one",
      "two",
      ...Array(7).fill(""),
    ]);
  });

  it("covers its area exactly on every screen", () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(20), fc.nat(80), fc.nat(30), (width, height, wide, high) => {
        for (const look of [colored, words]) {
          const area = dialogArea(at(width, height), at(wide, high), look);
          expect(area.x + area.width).toBeLessThanOrEqual(width);
          expect(area.y + area.height).toBeLessThanOrEqual(height);
          const rows = presentDialog("A title", ["x".repeat(area.inner.width)], area, look);
          if (area.width > 0) expect(rows).toHaveLength(area.height);
          for (const row of rows) expect(cellWidth(row)).toBe(area.width);
        }
      }),
    );
  });
});
