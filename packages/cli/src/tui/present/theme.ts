/** The colours of what text means, for dark and for light terminals. */
import type { Tone } from "./look.ts";

export type ThemeName = "dark" | "light";

/** One colour, as exact as the terminal can show it. */
export interface Color {
  /** `#rrggbb`, for terminals with all colours. */
  readonly exact: string;
  /** 16 to 255, the colours that every terminal with 256 of them shows alike. */
  readonly indexed: number;
  /** 0 to 15, whatever colours the user gave them. */
  readonly basic: number;
}

export interface Style {
  readonly color?: Color;
  readonly bold?: true;
  readonly dim?: true;
  readonly italic?: true;
  readonly underline?: true;
  readonly inverse?: true;
}

export interface Theme {
  readonly styles: Readonly<Record<Tone, Style>>;
  /** Behind the row that the cursor is on: in the pane that has the keys, and in the others. */
  readonly cursor: { readonly focused: Color; readonly other: Color };
}

interface Swatches {
  readonly green: Color;
  readonly yellow: Color;
  readonly cyan: Color;
  readonly magenta: Color;
  readonly red: Color;
  readonly orange: Color;
  readonly blue: Color;
  readonly grey: Color;
  readonly faint: Color;
}

const color = (exact: string, indexed: number, basic: number): Color => ({ exact, indexed, basic });

// What was removed is darker than what was added, so that the two can be told apart where red and green cannot.
const ON_DARK: Swatches = {
  green: color("#a6e3a1", 151, 10),
  yellow: color("#e5c07b", 180, 11),
  cyan: color("#7fdbe6", 116, 14),
  magenta: color("#cba6f7", 183, 13),
  red: color("#f97c8a", 210, 9),
  orange: color("#ff9e64", 215, 9),
  blue: color("#8ab4f8", 111, 12),
  grey: color("#a3a9b8", 248, 7),
  faint: color("#7d8496", 245, 8),
};

const ON_LIGHT: Swatches = {
  green: color("#006f2e", 22, 2),
  yellow: color("#6b5200", 58, 3),
  cyan: color("#00606b", 24, 6),
  magenta: color("#7b2fb5", 91, 5),
  red: color("#8a0c1a", 88, 1),
  orange: color("#a03f00", 94, 1),
  blue: color("#1a4fb4", 25, 4),
  grey: color("#54596a", 240, 8),
  faint: color("#6b7080", 242, 8),
};

const stylesOf = (swatches: Swatches): Theme["styles"] => ({
  title: { bold: true },
  focus: { color: swatches.blue, bold: true },
  text: {},
  strong: { bold: true },
  muted: { color: swatches.grey },
  key: { color: swatches.blue, bold: true },
  accent: { color: swatches.cyan },
  added: { color: swatches.green },
  modified: { color: swatches.yellow },
  metadata: { color: swatches.cyan },
  identical: { color: swatches.magenta },
  removed: { color: swatches.red },
  wasted: { color: swatches.orange, bold: true },
  bar: { color: swatches.blue },
  base: { color: swatches.grey },
  directory: { color: swatches.blue },
  link: { color: swatches.cyan },
  special: { color: swatches.magenta },
  marked: { color: swatches.yellow, bold: true },
  match: { color: swatches.yellow, underline: true },
  cursor: { inverse: true },
  error: { color: swatches.red, bold: true },
  warning: { color: swatches.yellow },
  good: { color: swatches.green },
  line: { color: swatches.faint },
  keyword: { color: swatches.magenta },
  string: { color: swatches.green },
  number: { color: swatches.orange },
  comment: { color: swatches.grey, italic: true },
  name: { color: swatches.blue },
});

export const THEMES: Readonly<Record<ThemeName, Theme>> = {
  dark: {
    styles: stylesOf(ON_DARK),
    cursor: { focused: color("#2b3a55", 236, 4), other: color("#262a33", 234, 8) },
  },
  light: {
    styles: stylesOf(ON_LIGHT),
    cursor: { focused: color("#d5e3fb", 254, 4), other: color("#ececef", 255, 7) },
  },
};

/** What is left of the styles where there are no colours: tones that must stand out still do. */
export const UNCOLORED: Readonly<Partial<Record<Tone, Style>>> = {
  muted: { dim: true },
  base: { dim: true },
  line: { dim: true },
  comment: { dim: true },
  directory: { bold: true },
};
