/** How the area of a file is divided: what is said about it above, line numbers on the left, the content. */
import type { FileBody, FileModel } from "./model.ts";

/** Path, version and what else there is to say; never more than half of the rows. */
export function headHeight({ notes, metadata }: FileModel, height: number): number {
  return Math.min(2 + notes.length + metadata.length, Math.max(1, Math.floor(height / 2)));
}

/** Rows for the content. */
export function bodyHeight(model: FileModel, height: number): number {
  return Math.max(0, height - headHeight(model, height));
}

/** Too narrow for numbers beside the text. */
const LEAST_WIDTH = 32;

/** Columns of one line number; 0 where there is no room for any. */
export function numberWidth(body: FileBody, width: number): number {
  if (width < LEAST_WIDTH) return 0;
  if (body.kind === "text") return Math.max(3, String(body.lines.count).length);
  if (body.kind === "diff") return Math.max(3, String(Math.max(body.before.count, body.after.count)).length);
  return 0;
}

/** Columns for the text itself; the last of the area is for the sign that a line goes on. */
export function textWidth(body: FileBody, width: number): number {
  const numbers = numberWidth(body, width);
  const gutter = numbers === 0 ? 0 : numbers + 1;
  if (body.kind === "diff") return Math.max(1, width - 2 * gutter - 2 - 1);
  return Math.max(1, width - gutter - 1);
}
