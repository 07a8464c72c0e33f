import type { Look } from "./look.ts";

/** Rows of text that were made for the width within the margins of a pane. Lists have a margin in their rows. */
export function inset(rows: readonly string[], { plain }: Look): string[] {
  return rows.map((row) => (plain || row === "" ? row : ` ${row}`));
}
