/** One row, put together piece by piece; never wider than it may be, and never with anything a terminal would obey. */
import { cellWidth, fitEnd, fitMiddle } from "../../output/terminal.ts";
import type { Look, Tone } from "./look.ts";
import { showable } from "./showable.ts";

/** A row in words, beginning with one where a sign or a colour would tell that the cursor is on it. */
export function plainLine(look: Look, width: number, isSelected: boolean): Line {
  return new Line(look, width).text(isSelected ? "selected: " : "");
}

export class Line {
  readonly #look: Look;
  #row = "";
  /** Columns that are still free. */
  left: number;

  constructor(look: Look, width: number) {
    this.#look = look;
    this.left = Math.max(0, width);
  }

  /** Adds text, cut where the row ends. */
  text(text: string, tone?: Tone, cut: "end" | "middle" = "end"): this {
    if (this.left === 0 || text === "") return this;
    const fit = cut === "middle" ? fitMiddle : fitEnd;
    const fitted = fit(showable(text, this.#look), this.left, this.#look.glyphs.ellipsis);
    return this.#add(fitted, cellWidth(fitted), tone);
  }

  /** Adds text in a column of so many cells, cut or filled up. */
  column(
    text: string,
    width: number,
    options: { align?: "left" | "right"; tone?: Tone; cut?: "end" | "middle" } = {},
  ): this {
    const most = Math.min(width, this.left);
    if (most <= 0) return this;
    const fit = options.cut === "middle" ? fitMiddle : fitEnd;
    const fitted = fit(showable(text, this.#look), most, this.#look.glyphs.ellipsis);
    const used = cellWidth(fitted);
    const fill = most - used;
    if (options.align === "right") this.space(fill);
    this.#add(fitted, used, options.tone);
    return options.align === "right" ? this : this.space(fill);
  }

  /** Adds blanks. */
  space(count = 1): this {
    const blanks = Math.min(count, this.left);
    if (blanks <= 0) return this;
    this.#row += " ".repeat(blanks);
    this.left -= blanks;
    return this;
  }

  /** Fills up so that the text stands at the end of the row. Left out where there is no room for it. */
  atEnd(text: string, tone?: Tone): this {
    const safe = showable(text, this.#look);
    const width = cellWidth(safe);
    if (width > this.left) return this;
    this.space(this.left - width);
    return this.#add(safe, width, tone);
  }

  /** Repeats a sign to the end of the row, or so many times. */
  fill(sign: string, tone?: Tone, count = this.left): this {
    const times = Math.min(count, this.left);
    return times <= 0 || sign === "" ? this : this.#add(sign.repeat(times), times, tone);
  }

  toString(): string {
    return this.#row;
  }

  /** The row as the one the cursor is on, filled up to its width. */
  cursor(focused: boolean): string {
    this.space(this.left);
    return this.#look.cursorRow(this.#row, focused);
  }

  #add(text: string, width: number, tone: Tone | undefined): this {
    this.#row += tone === undefined || tone === "text" ? text : this.#look.paint(tone, text);
    this.left -= width;
    return this;
  }
}
