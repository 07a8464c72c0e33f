/** What is said of the row with the cursor, below a list: a line between them, and text in the rows there are. */
import { wrapText } from "../../output/terminal.ts";
import { insetWidth } from "../layout.ts";
import { inset } from "./inset.ts";
import { Line } from "./line.ts";
import type { Look } from "./look.ts";
import { showable } from "./showable.ts";

/**
 * @param heading stands first, cut to one row
 * @param rows all rows of the strip, the line included; none when 0
 */
export function presentDetails(heading: string, text: string, rows: number, width: number, look: Look): string[] {
  if (rows < 2) return [];
  const border = new Line(look, width);
  if (!look.plain) border.fill(look.glyphs.horizontal, "line");
  const inner = insetWidth(width, look);
  const lines = [new Line(look, inner).text(heading, "strong", "middle").toString()];
  const room = rows - 1 - lines.length;
  const wrapped = wrapText(showable(text, look), inner, look.glyphs.ellipsis);
  for (const [index, line] of wrapped.slice(0, room).entries()) {
    // What does not fit goes on behind the last row, which is cut and shows it.
    const shown = index === room - 1 ? [line, ...wrapped.slice(room)].join(" ") : line;
    lines.push(new Line(look, inner).text(shown, "text").toString());
  }
  while (lines.length < rows - 1) lines.push("");
  return [border.toString(), ...inset(lines, look)];
}
