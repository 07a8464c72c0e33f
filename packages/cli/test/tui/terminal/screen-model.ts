/** What a screen must show, worked out the slow way: cell by cell, from the bottom to the top. */
import type { RegionArea } from "../../../src/tui/terminal/screen.ts";

/** A piece of a row: what it shows, and how many cells it takes. */
export interface Glyph {
  readonly text: string;
  readonly cells: 1 | 2;
}

export interface ModelRegion {
  readonly area: RegionArea;
  readonly rows: readonly (readonly Glyph[])[];
}

export const textOf = (row: readonly Glyph[]): string => row.map(({ text }) => text).join("");

/** The rows of the screen, as text. */
export function expectedScreen(
  columns: number,
  rows: number,
  frame: readonly (readonly Glyph[])[],
  regions: Iterable<ModelRegion>,
): string[] {
  const whole = { area: { x: 0, y: 0, width: columns, height: rows, level: Number.NEGATIVE_INFINITY }, rows: frame };
  const layers = [whole, ...regions].sort((a, b) => (a.area.level ?? 0) - (b.area.level ?? 0));
  return Array.from({ length: rows }, (_, y) => {
    // The second cell of a wide character is empty.
    const cells = new Array<string>(columns).fill(" ");
    const put = (x: number, text: string): void => {
      if (x < 0 || x >= columns) return;
      // Half of a wide character is a blank.
      if (cells[x] === "" && x > 0) cells[x - 1] = " ";
      if (cells[x + 1] === "") cells[x + 1] = " ";
      cells[x] = text;
    };
    for (const { area, rows: content } of layers) {
      if (y < area.y || y >= area.y + area.height) continue;
      const end = Math.min(columns, area.x + area.width);
      for (let x = area.x; x < end; x++) put(x, " ");
      let x = area.x;
      for (const { text, cells: width } of content[y - area.y] ?? []) {
        if (x >= 0 && x + width <= end) {
          put(x, text);
          if (width === 2) {
            put(x + 1, " ");
            cells[x] = text;
            cells[x + 1] = "";
          }
        }
        x += width;
      }
    }
    return cells.join("").trimEnd();
  });
}
