/** How things look: colours, marks and units. Made once from the settings and what the terminal can do. */
import type { Change } from "@layerscope/core";
import type { Units } from "../../output/bytes.ts";

/** What a piece of text means. The theme gives each a colour, or none. */
export type Tone =
  | "title"
  | "focus"
  | "text"
  | "strong"
  | "muted"
  | "key"
  | "accent"
  | "added"
  | "modified"
  | "metadata"
  | "identical"
  | "removed"
  | "wasted"
  | "bar"
  | "base"
  | "directory"
  | "link"
  | "special"
  | "marked"
  | "match"
  /** The cell in which the next character goes. */
  | "cursor"
  | "error"
  | "warning"
  | "good"
  | "line"
  | "keyword"
  | "string"
  | "number"
  | "comment"
  | "name";

/** Signs that are not letters. ASCII where the terminal cannot do better, words for screen readers. */
export interface Glyphs {
  readonly marks: Readonly<Record<Change | "unchanged", string>>;
  /** Filled, wasted and empty part of a bar; empty strings where bars are left out. */
  readonly bar: { readonly full: string; readonly wasted: string; readonly empty: string };
  readonly open: string;
  readonly closed: string;
  readonly marked: string;
  readonly ellipsis: string;
  readonly horizontal: string;
  readonly vertical: string;
  readonly arrow: string;
  readonly separator: string;
  readonly spinner: readonly string[];
}

export interface Look {
  /** The text in the colour of its meaning. Fit it first: what comes out cannot be measured. */
  readonly paint: (tone: Tone, text: string) => string;
  /** A finished row as the one the cursor is on; `focused` when its pane has the keys. */
  readonly cursorRow: (row: string, focused: boolean) => string;
  readonly glyphs: Glyphs;
  readonly units: Units;
  /** Whether the terminal can show more than ASCII. */
  readonly unicode: boolean;
  /** For screen readers: no boxes, no bars, words instead of signs. */
  readonly plain: boolean;
}

/** Columns and rows of the area something is drawn in. */
export interface Size {
  readonly width: number;
  readonly height: number;
}
