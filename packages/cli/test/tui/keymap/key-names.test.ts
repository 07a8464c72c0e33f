import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../../src/tui/keymap/commands.ts";
import { KEY_NAMES, parseKeyName } from "../../../src/tui/keymap/key-names.ts";

describe("the name of a key", () => {
  it.each([
    ["Ctrl-A", "ctrl+a"],
    ["C-a", "ctrl+a"],
    ["<c-a>", "ctrl+a"],
    ["^A", "ctrl+a"],
    ["ctrl+a", "ctrl+a"],
    ["Control+A", "ctrl+a"],
    ["M-x", "alt+x"],
    ["alt+X", "alt+X"],
    ["alt-ctrl-x", "ctrl+alt+x"],
    ["pgup", "pageup"],
    ["PgDn", "pagedown"],
    ["Page-Down", "pagedown"],
    ["Return", "enter"],
    ["Escape", "esc"],
    ["<esc>", "esc"],
    ["<", "<"],
    ["<>", undefined],
    [" ", "space"],
    ["ctrl+space", "ctrl+space"],
    ["s-tab", "shift+tab"],
    ["shift+g", "G"],
    ["G", "G"],
    ["+", "+"],
    ["ctrl++", undefined],
    ["-", "-"],
    ["alt+-", "alt+-"],
    ["^", "^"],
    ["F12", "f12"],
    ["f13", undefined],
    ["ä", "ä"],
    ["", undefined],
    ["shift+1", undefined],
    ["ctrl+shift+a", undefined],
    ["hyper+a", undefined],
    ["ab", undefined],
    ["\u0007", undefined],
  ])("%j is %j", (written, key) => {
    const parsed = parseKeyName(written);
    if (key === undefined) expect(parsed).toHaveProperty("problem");
    else expect(parsed).toEqual({ key });
  });

  it.each([
    ["ctrl+m", "enter"],
    ["C-i", "tab"],
    ["ctrl+[", "esc"],
    ["^H", "backspace"],
    ["ctrl+_", "ctrl+/"],
  ])("%j is refused, since it cannot be told from %s", (written, other) => {
    expect(parseKeyName(written)).toEqual({ problem: expect.stringContaining(`"${other}"`) });
  });

  it("is itself for every key of the table", () => {
    const keys = COMMANDS.flatMap((command) => [...command.keys, ...(command.diveKeys ?? [])]);
    expect(keys.length).toBeGreaterThan(80);
    for (const key of [...keys, ...KEY_NAMES]) expect(parseKeyName(key)).toEqual({ key });
  });

  it("is settled once it was parsed, and nothing makes the parser throw", () => {
    const parts = fc.constantFrom(
      "ctrl",
      "C",
      "alt",
      "shift",
      "+",
      "-",
      "<",
      ">",
      "^",
      "a",
      "Z",
      "tab",
      "F1",
      "é",
      " ",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(parts, { maxLength: 6 }).map((each) => each.join("")),
        ),
        (written) => {
          const parsed = parseKeyName(written);
          if ("key" in parsed) expect(parseKeyName(parsed.key)).toEqual(parsed);
        },
      ),
    );
  });
});
