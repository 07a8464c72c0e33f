/** A row to type in. */
import { cellWidth } from "../../output/terminal.ts";
import { charactersOf, type TextField } from "../state/text-field.ts";
import { Line } from "./line.ts";
import type { Look, Size } from "./look.ts";
import { showable } from "./showable.ts";

export interface PromptModel {
  /** What the text is for. */
  readonly label: string;
  readonly field: TextField;
  /** What is to know beside it, as how much was found. */
  readonly note?: string | undefined;
  /** What is wrong with the text; shown instead of the note. */
  readonly error?: string | undefined;
}

/** What the text keeps of the row, whatever the label and the note need. */
const LEAST = 12;

/** One row: the label, the text around the cursor, and at its end an error or a note. */
export function presentPrompt({ label, field, note, error }: PromptModel, size: Size, look: Look): string[] {
  if (size.height < 1 || size.width < 1) return [];
  const line = new Line(look, size.width);
  if (size.width > LEAST * 2) line.text(`${label} `, "title");
  const aside = error === undefined ? (note ?? "") : `error: ${error}`;
  const asideWidth = Math.min(cellWidth(showable(aside, look)), Math.max(0, line.left - LEAST - 2));
  const width = line.left - (asideWidth === 0 ? 0 : asideWidth + 2);
  presentText(line, field, width, look);
  if (asideWidth > 0) {
    line.space(line.left - asideWidth);
    line.column(aside, asideWidth, { tone: error === undefined ? "muted" : "error" });
  }
  return [line.toString()];
}

/** As much of the text as has room, the cursor in sight: one cell more than the text, where the next character goes. */
function presentText(line: Line, { text, cursor }: TextField, width: number, look: Look): void {
  const cells = (part: string): { readonly shown: string; readonly width: number }[] =>
    charactersOf(part).map((character) => {
      const shown = showable(character, look);
      return { shown, width: cellWidth(shown) };
    });
  // No more characters than columns can be on the screen.
  const before = cells(text.slice(Math.max(0, cursor - width * 2), cursor));
  const [under = { shown: " ", width: 1 }, ...after] = cells(text.slice(cursor, cursor + width * 4));
  let left = width - under.width;
  let start = "";
  for (const { shown, width: needed } of before.reverse()) {
    if (needed > left) break;
    left -= needed;
    start = shown + start;
  }
  let end = "";
  for (const { shown, width: needed } of after) {
    if (needed > left) break;
    left -= needed;
    end += shown;
  }
  line.text(start).text(under.shown, "cursor").text(end);
}
