/** The help as rows. */
import { cellWidth } from "../../output/terminal.ts";
import type { HelpLine, HelpModel } from "../view-model/help.ts";
import { Line } from "./line.ts";
import type { Look, Size } from "./look.ts";

/** From this width on there is room for the names that a configuration uses. */
const WITH_NAMES = 96;
const NAME_WIDTH = 20;
/** From this width on two keys of each command are shown instead of one. */
const WITH_TWO_KEYS = 60;
const KEYS_WIDTH = 18;

/**
 * The rows of the help that are on the screen.
 * @param top index of the first line shown
 */
export function presentHelp({ lines, query }: HelpModel, size: Size, look: Look, top: number): string[] {
  if (size.height < 1 || size.width < 1) return [];
  if (lines.length === 0) return [new Line(look, size.width).text(`Nothing about "${query}".`, "muted").toString()];
  const widths = lines.map((line) => (line.kind === "entry" ? cellWidth(keysText(line.keys, size.width)) : 0));
  const keysWidth = Math.min(Math.max(...widths), KEYS_WIDTH);
  return lines.slice(top, top + size.height).map((line) => presentLine(line, size.width, keysWidth, look));
}

function presentLine(line: HelpLine, width: number, keysWidth: number, look: Look): string {
  const row = new Line(look, width);
  switch (line.kind) {
    case "gap":
      return "";
    case "section":
      row.text(line.title, line.isHere ? "focus" : "title");
      if (line.isHere) row.text(" (here)", "muted");
      return row.toString();
    case "entry": {
      const { keys, title, name } = line;
      row.space(2).column(keysText(keys, width), keysWidth, { tone: "key" }).space(2);
      if (width < WITH_NAMES) return row.text(title).toString();
      row.column(title, row.left - NAME_WIDTH - 2).space(2);
      return row.text(name ?? "", "muted").toString();
    }
  }
}

function keysText(keys: readonly string[], width: number): string {
  const shown = width < WITH_TWO_KEYS ? 1 : width < WITH_NAMES ? 2 : keys.length;
  return keys.length === 0 ? "no key" : keys.slice(0, shown).join(", ");
}
