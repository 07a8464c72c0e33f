/** The rows above the list of a view: its sums, and what is missing. */
import { cellWidth } from "../../output/terminal.ts";
import { Line } from "./line.ts";
import type { Look, Tone } from "./look.ts";

export interface ListHead {
  /** The most important part. */
  readonly sum: string;
  readonly tone: Tone;
  /** The rest; those that do not fit are left out. */
  readonly facts: readonly { readonly text: string; readonly tone: Tone }[];
  readonly missing: string | undefined;
}

export function presentListHead({ sum, tone, facts, missing }: ListHead, width: number, look: Look): string[] {
  const line = new Line(look, width).space(look.plain ? 0 : 1).text(sum, tone);
  const separator = look.plain ? ", " : ` ${look.glyphs.separator} `;
  for (const fact of facts) {
    if (cellWidth(separator) + cellWidth(fact.text) > line.left) break;
    line.text(separator, "line").text(fact.text, fact.tone);
  }
  const rows = [line.toString()];
  if (missing !== undefined)
    rows.push(
      new Line(look, width)
        .space(look.plain ? 0 : 1)
        .text(missing, "warning")
        .toString(),
    );
  return rows;
}

/** Why there is no list. */
export function presentNoList(text: string, tone: Tone, width: number, look: Look): string[] {
  const line = new Line(look, width).space(look.plain ? 0 : 1).text(text, tone);
  return ["", line.toString()];
}
