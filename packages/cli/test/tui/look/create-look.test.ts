import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { cellWidth } from "../../../src/output/terminal.ts";
import { type ColorDepth, createLook, type LookOptions } from "../../../src/tui/present/create-look.ts";
import type { Tone } from "../../../src/tui/present/look.ts";
import { THEMES } from "../../../src/tui/present/theme.ts";

const look = (options: Partial<LookOptions> = {}) =>
  createLook({ depth: "true", theme: "dark", unicode: true, plain: false, units: "si", ...options });
const TONES = Object.keys(THEMES.dark.styles) as Tone[];
const DEPTHS: readonly ColorDepth[] = ["none", "16", "256", "true"];

describe("paint", () => {
  it("says a colour as the terminal can show it", () => {
    const paint = (depth: ColorDepth): string => look({ depth }).paint("added", "x");
    expect(paint("true")).toBe("\x1b[38;2;166;227;161mx\x1b[39m");
    expect(paint("256")).toBe("\x1b[38;5;151mx\x1b[39m");
    expect(paint("16")).toBe("\x1b[92mx\x1b[39m");
    expect(paint("none")).toBe("x");
  });

  it("takes the dark ones of the terminal's colours on a light background", () => {
    expect(look({ depth: "16", theme: "light" }).paint("added", "x")).toBe("\x1b[32mx\x1b[39m");
  });

  it.each(DEPTHS)("with colours: %s, switches off exactly what it switched on, and never the background", (depth) => {
    const { paint } = look({ depth });
    for (const tone of TONES) {
      const painted = paint(tone, "text");
      const codes = Array.from(painted.matchAll(/\[([0-9;]*)m/g), ([, code = ""]) => code.split(";"));
      const [on = [], off = []] = codes;
      expect(codes.length === 0 || codes.length === 2, tone).toBe(true);
      expect(stripVTControlCharacters(painted)).toBe("text");
      expect(on).not.toContain("48");
      expect(
        off.filter((code) => !["39", "22", "23", "24", "27"].includes(code)),
        tone,
      ).toEqual([]);
    }
  });

  it("has no colours where there are none to be, but keeps what must stand out", () => {
    const { paint } = look({ depth: "none" });
    for (const tone of TONES) expect(paint(tone, "x")).not.toMatch(/\[[0-9;]*(3[0-8]|4[0-8]|9[0-7]|10[0-7])/);
    for (const tone of ["title", "key", "match", "cursor", "error", "wasted", "marked"] as const) {
      expect(paint(tone, "x"), tone).not.toBe("x");
    }
  });

  it("leaves nothing of nothing", () => {
    for (const tone of TONES) expect(look().paint(tone, "")).toBe("");
  });
});

describe("the cursor's row", () => {
  it("keeps its background and its colours from end to end", () => {
    const { paint, cursorRow } = look({ depth: "256" });
    expect(cursorRow(`a${paint("wasted", "b")}c`, true)).toBe("\x1b[48;5;236ma\x1b[38;5;215;1mb\x1b[22;39mc\x1b[49m");
  });

  it.each(DEPTHS)(
    "with colours: %s, differs from others, and in the pane that has the keys from elsewhere",
    (depth) => {
      const { cursorRow } = look({ depth });
      expect(new Set(["row", cursorRow("row", true), cursorRow("row", false)]).size).toBe(3);
      expect(cellWidth(cursorRow("row", true))).toBe(3);
    },
  );

  it.each(["none", "16"] as const)("with colours: %s, is inverse as a whole", (depth) => {
    const { paint, cursorRow } = look({ depth });
    expect(cursorRow(`${paint("added", "+")} a ${paint("match", "b")}`, true)).toBe("\x1b[7m+ a b\x1b[27m");
    expect(cursorRow(`${paint("added", "+")} a ${paint("match", "b")}`, false)).toBe("\x1b[4m+ a b\x1b[24m");
  });
});

describe("signs", () => {
  it("of the changes are the same in every terminal", () => {
    const marks = { added: "+", modified: "~", metadata: "*", identical: "=", removed: "-", unchanged: " " };
    expect(look().glyphs.marks).toEqual(marks);
    expect(look({ unicode: false }).glyphs.marks).toEqual(marks);
  });

  it("are ASCII where the terminal has no more", () => {
    expect(JSON.stringify(look({ unicode: false }).glyphs)).toMatch(/^[\x20-\x7e]*$/);
  });

  it("are words for a screen reader, without bars", () => {
    const { glyphs } = look({ plain: true });
    expect(Object.values(glyphs.marks)).toEqual([
      "added",
      "modified",
      "metadata changed",
      "stored again",
      "removed",
      "",
    ]);
    expect(Object.values(glyphs.bar).join("")).toBe("");
    expect(JSON.stringify(glyphs)).toMatch(/^[\x20-\x7e]*$/);
  });

  it("take one cell each where columns are made of them", () => {
    for (const unicode of [true, false]) {
      const { marks, bar, open, closed, marked, horizontal, vertical } = look({ unicode }).glyphs;
      for (const sign of [...Object.values(marks), ...Object.values(bar), open, closed, marked, horizontal, vertical]) {
        expect(cellWidth(sign)).toBe(1);
      }
    }
  });
});
