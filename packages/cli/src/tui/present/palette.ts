/** The palette's list of commands as rows. */
import type { ListPosition } from "../state/list.ts";
import type { PaletteEntry, PaletteModel } from "../view-model/palette.ts";
import { Line, plainLine } from "./line.ts";
import type { Look, Size } from "./look.ts";

/** From this width on there is room for what a command does beside its name. */
const WITH_TITLES = 48;
const NAME_WIDTH = 18;
const KEYS_WIDTH = 12;

export function presentPalette(model: PaletteModel, size: Size, look: Look, position: ListPosition): string[] {
  if (size.height < 1 || size.width < 1) return [];
  if (model.entries.length === 0) {
    return [new Line(look, size.width).text(`No command is like "${model.query}".`, "muted").toString()];
  }
  const { cursor, top } = position;
  return model.entries.slice(top, top + size.height).map((entry, index) => {
    const line = presentEntry(entry, size.width, look, top + index === cursor);
    return top + index === cursor ? line.cursor(true) : line.toString();
  });
}

function presentEntry(entry: PaletteEntry, width: number, look: Look, isChosen: boolean): Line {
  if (look.plain) return plainEntry(entry, width, look, isChosen);
  const line = new Line(look, width);
  line.text(isChosen ? `${look.glyphs.closed} ` : "  ");
  const two = entry.keys.slice(0, 2).join(", ");
  const keys = two.length <= KEYS_WIDTH ? two : (entry.keys[0] ?? "");
  if (width < WITH_TITLES) {
    presentName(line, entry, line.left - KEYS_WIDTH - 1);
    return line.space(1).column(keys, KEYS_WIDTH, { align: "right", tone: "key" });
  }
  presentName(line, entry, NAME_WIDTH);
  const where = entry.elsewhere === undefined ? "" : ` (in: ${entry.elsewhere})`;
  line.space(1).column(entry.title + where, line.left - KEYS_WIDTH - 1, {
    tone: entry.elsewhere === undefined ? "text" : "muted",
  });
  return line.space(1).column(keys, KEYS_WIDTH, { align: "right", tone: "key" });
}

function plainEntry(
  { name, title, keys, elsewhere }: PaletteEntry,
  width: number,
  look: Look,
  isChosen: boolean,
): Line {
  const parts = [name, keys.length === 0 ? "no key" : keys.join(" or "), title, elsewhere && `in: ${elsewhere}`];
  return plainLine(look, width, isChosen).text(parts.filter(Boolean).join(", "));
}

/** The name with the letters that the query found standing out. */
function presentName(line: Line, { name, found }: PaletteEntry, width: number): void {
  if (name.length > width) {
    line.column(name, width, { tone: "strong" });
    return;
  }
  const isFound = new Set(found);
  let piece = "";
  for (let at = 0; at < name.length; at++) {
    piece += name.charAt(at);
    if (at + 1 < name.length && isFound.has(at + 1) === isFound.has(at)) continue;
    line.text(piece, isFound.has(at) ? "match" : "strong");
    piece = "";
  }
  line.space(width - name.length);
}
