/** The themes can be read, and the changes be told apart where colours cannot. */
import { describe, expect, it } from "vitest";
import { rgbOf } from "../../../src/tui/present/create-look.ts";
import type { Tone } from "../../../src/tui/present/look.ts";
import { type Color, THEMES, type ThemeName } from "../../../src/tui/present/theme.ts";

type Rgb = readonly [number, number, number];

/** WCAG 2.2, relative luminance and contrast ratio. */
function luminance(rgb: Rgb): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((byte) => {
    const part = byte / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: Rgb, other: Rgb): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** The colours of xterm's cube and its greys. */
function indexedRgb(index: number): Rgb {
  if (index >= 232) return [8 + (index - 232) * 10, 8 + (index - 232) * 10, 8 + (index - 232) * 10];
  const level = (part: number): number => (part === 0 ? 0 : 55 + 40 * part);
  const cell = index - 16;
  return [level(Math.floor(cell / 36)), level(Math.floor(cell / 6) % 6), level(cell % 6)];
}

const DEPTHS: readonly [string, (color: Color) => Rgb][] = [
  ["all colours", ({ exact }) => rgbOf(exact)],
  ["256 colours", ({ indexed }) => indexedRgb(indexed)],
];
const BACKGROUND: Readonly<Record<ThemeName, Rgb>> = { dark: [0, 0, 0], light: [255, 255, 255] };

for (const theme of ["dark", "light"] as const) {
  const { styles, cursor } = THEMES[theme];
  const tones = Object.keys(styles) as Tone[];
  describe.each(DEPTHS)(`the ${theme} theme with %s`, (_, rgb) => {
    const rgbOfTone = (tone: Tone): Rgb => {
      const { color } = styles[tone];
      if (color === undefined) throw new Error(`${tone} has no colour`);
      return rgb(color);
    };
    const colored = tones.filter((tone) => styles[tone].color !== undefined);

    it.each(colored)("%s can be read on the background (4.5) and, lines excepted, on the cursor's row", (tone) => {
      expect(contrast(rgbOfTone(tone), BACKGROUND[theme])).toBeGreaterThanOrEqual(4.5);
      if (tone === "line") return;
      expect(contrast(rgbOfTone(tone), rgb(cursor.focused))).toBeGreaterThanOrEqual(4.5);
      expect(contrast(rgbOfTone(tone), rgb(cursor.other))).toBeGreaterThanOrEqual(4.5);
    });

    it("tells what was added from what was removed by brightness, too", () => {
      expect(contrast(rgbOfTone("added"), rgbOfTone("removed"))).toBeGreaterThanOrEqual(1.25);
    });

    it("gives the kinds of change colours of their own", () => {
      const kinds: Tone[] = ["added", "modified", "metadata", "identical", "removed", "wasted"];
      expect(new Set(kinds.map((tone) => rgbOfTone(tone).join())).size).toBe(kinds.length);
    });

    it("lifts the cursor's row off the background, more in the pane that has the keys", () => {
      const focused = contrast(rgb(cursor.focused), BACKGROUND[theme]);
      const other = contrast(rgb(cursor.other), BACKGROUND[theme]);
      expect(focused).toBeGreaterThan(other);
      expect(other).toBeGreaterThan(1.1);
    });
  });
}

it("the indexed colours are none that a user redefines", () => {
  for (const theme of ["dark", "light"] as const) {
    const { styles, cursor } = THEMES[theme];
    for (const color of [
      ...Object.values(styles).flatMap((style) => style.color ?? []),
      cursor.focused,
      cursor.other,
    ]) {
      expect(color.indexed).toBeGreaterThanOrEqual(16);
      expect(color.basic).toBeLessThan(16);
      expect(color.exact).toMatch(/^#[0-9a-f]{6}$/);
    }
  }
});
