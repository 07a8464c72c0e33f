/** Makes the look from the settings and from what the terminal can do. */
import { stripVTControlCharacters } from "node:util";
import type { Units } from "../../output/bytes.ts";
import type { Glyphs, Look, Tone } from "./look.ts";
import { type Color, type Style, THEMES, type ThemeName, UNCOLORED } from "./theme.ts";

/** How many colours there are: none, the terminal's own 16, 256, or all. */
export type ColorDepth = "none" | "16" | "256" | "true";

export interface LookOptions {
  readonly depth: ColorDepth;
  readonly theme: ThemeName;
  /** Whether the terminal can show more than ASCII. */
  readonly unicode: boolean;
  /** For screen readers. */
  readonly plain: boolean;
  readonly units: Units;
}

/** The look of everything. What is painted switches off only what it switched on, so that it can stand in the cursor's row. */
export function createLook({ depth, theme, unicode, plain, units }: LookOptions): Look {
  const { styles, cursor } = THEMES[theme];
  const pens = new Map<Tone, Pen>();
  for (const tone of Object.keys(styles) as Tone[]) {
    const pen = penOf(depth === "none" ? { ...styles[tone], ...UNCOLORED[tone] } : styles[tone], depth);
    if (pen.on !== "") pens.set(tone, pen);
  }
  return {
    paint: (tone, text) => {
      const pen = pens.get(tone);
      return pen === undefined || text === "" ? text : pen.on + text + pen.off;
    },
    cursorRow: cursorRowOf(depth, cursor),
    glyphs: plain ? WORDS : unicode ? UNICODE : ASCII,
    units,
    unicode,
    plain,
  };
}

interface Pen {
  readonly on: string;
  readonly off: string;
}

function penOf(style: Style, depth: ColorDepth): Pen {
  const on: string[] = [];
  const off: string[] = [];
  const add = (start: string, end: string): void => {
    on.push(start);
    off.unshift(end);
  };
  if (style.color !== undefined && depth !== "none") add(foreground(style.color, depth), "39");
  if (style.bold) add("1", "22");
  if (style.dim) add("2", "22");
  if (style.italic) add("3", "23");
  if (style.underline) add("4", "24");
  if (style.inverse) add("7", "27");
  return { on: sgr(on), off: sgr(off) };
}

function sgr(codes: readonly string[]): string {
  return codes.length === 0 ? "" : `\x1b[${codes.join(";")}m`;
}

function foreground(color: Color, depth: "16" | "256" | "true"): string {
  if (depth === "true") return `38;2;${rgbOf(color.exact).join(";")}`;
  if (depth === "256") return `38;5;${color.indexed}`;
  return String(color.basic < 8 ? 30 + color.basic : 82 + color.basic);
}

function background(color: Color, depth: "256" | "true"): string {
  return depth === "true" ? `48;2;${rgbOf(color.exact).join(";")}` : `48;5;${color.indexed}`;
}

/** Red, green and blue, 0 to 255, of `#rrggbb`. */
export function rgbOf(exact: string): [number, number, number] {
  const value = Number.parseInt(exact.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function cursorRowOf(depth: ColorDepth, cursor: { readonly focused: Color; readonly other: Color }): Look["cursorRow"] {
  if (depth === "256" || depth === "true") {
    const focused = `\x1b[${background(cursor.focused, depth)}m`;
    const other = `\x1b[${background(cursor.other, depth)}m`;
    return (row, isFocused) => `${isFocused ? focused : other}${row}\x1b[49m`;
  }
  // The user's own colours: nobody knows which of them can be read on which, so the row has none.
  return (row, isFocused) => {
    const bare = stripVTControlCharacters(row);
    return isFocused ? `\x1b[7m${bare}\x1b[27m` : `\x1b[4m${bare}\x1b[24m`;
  };
}

const MARKS: Glyphs["marks"] = {
  added: "+",
  modified: "~",
  metadata: "*",
  identical: "=",
  removed: "-",
  unchanged: " ",
};

const UNICODE: Glyphs = {
  marks: MARKS,
  bar: { full: "█", wasted: "▒", empty: "░" },
  open: "▾",
  closed: "▸",
  marked: "●",
  ellipsis: "…",
  horizontal: "─",
  vertical: "│",
  arrow: "→",
  separator: "·",
  spinner: ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"],
};

const ASCII: Glyphs = {
  marks: MARKS,
  bar: { full: "#", wasted: "x", empty: "." },
  open: "v",
  closed: ">",
  marked: "@",
  ellipsis: "...",
  horizontal: "-",
  vertical: "|",
  arrow: "->",
  separator: "|",
  spinner: ["-", "\\", "|", "/"],
};

const WORDS: Glyphs = {
  marks: {
    added: "added",
    modified: "modified",
    metadata: "metadata changed",
    identical: "stored again",
    removed: "removed",
    unchanged: "",
  },
  bar: { full: "", wasted: "", empty: "" },
  open: "open",
  closed: "closed",
  marked: "marked",
  ellipsis: "...",
  horizontal: "",
  vertical: "",
  arrow: "to",
  separator: ",",
  spinner: [""],
};
