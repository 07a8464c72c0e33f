/** The built-in table says one thing for each key, everywhere. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { COMMANDS, CONTEXT_TITLES, type Context } from "../../../src/tui/keymap/commands.ts";
import { createKeymap } from "../../../src/tui/keymap/keymap.ts";
import { keysPage } from "../../../src/tui/keymap/keys-page.ts";
import { paletteModel } from "../../../src/tui/view-model/palette.ts";

const CONTEXTS = Object.keys(CONTEXT_TITLES) as Context[];
const commandsOf = (context: Context) => COMMANDS.filter((command) => command.context === context);
const keysIn = (context: Context): string[] =>
  commandsOf(context).flatMap((command) => [...command.keys, ...(command.diveKeys ?? [])]);

it.each(CONTEXTS)("no key means two things in %s", (context) => {
  const keys = keysIn(context);
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});

it.each(CONTEXTS)("no command has two lines in %s", (context) => {
  const names = commandsOf(context).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

it("a pane hides a key of every list or of everywhere only where that is meant", () => {
  const hidden: string[] = [];
  for (const context of CONTEXTS.filter((each) => each !== "global")) {
    const wider: readonly Context[] = context === "list" ? ["global"] : ["list", "global"];
    for (const { name, keys, diveKeys = [] } of commandsOf(context)) {
      for (const key of [...keys, ...diveKeys]) {
        const other = createKeymap().find(wider, key);
        if (other !== undefined) hidden.push(`${key}: ${context}.${name} hides ${other}`);
      }
    }
  }
  expect(hidden).toEqual([
    "y: advice.copy-snippet hides copy-path",
    "v: file.file-mode-next hides show-next",
    "w: file.toggle-wrap hides show-wasted",
    "[: file.version-previous hides layer-previous",
    "]: file.version-next hides layer-next",
  ]);
});

it("every command has a key, and is in the palette", () => {
  const keymap = createKeymap();
  const listed = new Map(
    paletteModel(keymap, ["files", "list", "global"], "").entries.map((each) => [each.name, each]),
  );
  for (const { name } of COMMANDS) expect(listed.get(name)?.keys, name).not.toEqual([]);
  expect(listed.size).toBe(new Set(COMMANDS.map(({ name }) => name)).size);
});

it("titles read as sentences without a full stop, and hints are short", () => {
  for (const { title, hint } of COMMANDS) {
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    if (hint !== undefined) expect(hint.length).toBeLessThanOrEqual(13);
  }
});

it("docs/keys.md is what the table says; if not: npm run keys", () => {
  const page = readFileSync(new URL("../../../../../docs/keys.md", import.meta.url), "utf8");
  expect(page).toBe(keysPage());
});
