/** Bars: how much of a whole something is, and how much of that is wasted. */
import type { Line } from "./line.ts";
import type { Look } from "./look.ts";

export interface BarShares {
  /** Of the whole, 0 to 1, what is wasted included. */
  readonly filled: number;
  readonly wasted: number;
}

/** Draws a bar of so many columns. What is not nothing has at least one cell, where there is one for it. */
export function drawBar(line: Line, look: Look, width: number, { filled, wasted }: BarShares): void {
  const cells = cellsOf(filled, width);
  const most = wasted < filled ? Math.max(1, cells - 1) : cells;
  const lost = Math.min(most, cells, cellsOf(wasted, width));
  const { bar } = look.glyphs;
  line.fill(bar.full, "bar", cells - lost).fill(bar.wasted, "wasted", lost);
  line.space(width - cells);
}

function cellsOf(share: number, width: number): number {
  return share > 0 ? Math.min(width, Math.max(1, Math.round(share * width))) : 0;
}

/** A bar as text of one tone, with what is missing to the whole. */
export function barText(look: Look, width: number, share: number): string {
  const { full, empty } = look.glyphs.bar;
  const cells = Math.max(0, Math.min(width, Math.floor(share * width)));
  return full.repeat(cells) + empty.repeat(width - cells);
}
