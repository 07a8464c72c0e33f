/** The hint line: as many hints as fit, the help always among them. */
import { cellWidth } from "../../output/terminal.ts";
import type { Hint, HintsModel } from "../view-model/hints.ts";
import { Line } from "./line.ts";
import type { Look, Size } from "./look.ts";

export function presentHints({ hints, help }: HintsModel, size: Size, look: Look): string[] {
  if (size.height < 1 || size.width < 1) return [];
  const gap = look.plain ? ", " : "  ";
  const margin = look.plain || (help !== undefined && widthOf(help) >= size.width) ? 0 : 1;
  let left = size.width - margin - (help === undefined ? 0 : widthOf(help));
  const shown: Hint[] = [];
  for (const hint of hints) {
    const width = widthOf(hint) + gap.length;
    // A shorter one of less importance may still fit, but then hints would come and go with the width.
    if (width > left) break;
    left -= width;
    shown.push(hint);
  }
  if (help !== undefined) shown.push(help);
  const line = new Line(look, size.width).space(margin);
  for (const [index, { key, label }] of shown.entries()) {
    if (index > 0) line.text(gap);
    line.text(key, "key").text(" ").text(label, "muted");
  }
  return [line.toString()];
}

function widthOf({ key, label }: Hint): number {
  return cellWidth(key) + 1 + cellWidth(label);
}
