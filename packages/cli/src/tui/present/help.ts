/** The help as rows. */
import { cellWidth } from "../../output/terminal.ts";
import type { HelpLine, HelpModel } from "../view-model/help.ts";
import { Line } from "./line.ts";
import type { Look, Size } from "./look.ts";

/** From this width on there is room for the names that a configuration uses. */
const WITH_NAMES = 72;
const NAME_WIDTH = 20;
/** Of the width, for the keys. */
const KEYS_SHARE = 0.4;

/**
 * The rows of the help that are on the screen.
 * @param top index of the first line shown
 */
export function presentHelp({ lines, query }: HelpModel, size: Size, look: Look, top: number): string[] {
  if (size.height < 1 || size.width < 1) return [];
  if (lines.length === 0) return [new Line(look, size.width).text(`Nothing about "${query}".`, "muted").toString()];
  const widest = Math.max(...lines.map((line) => (line.kind === "entry" ? cellWidth(keysText(line.keys)) : 0)));
  const keysWidth = Math.min(widest, Math.floor(size.width * KEYS_SHARE));
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
      row
        .space(2)
        .column(keys.length === 0 ? "no key" : keysText(keys), keysWidth, { tone: "key" })
        .space(2);
      if (width < WITH_NAMES) return row.text(title).toString();
      row.column(title, row.left - NAME_WIDTH - 2).space(2);
      return row.text(name ?? "", "muted").toString();
    }
  }
}

function keysText(keys: readonly string[]): string {
  return keys.join(", ");
}
