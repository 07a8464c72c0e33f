/** The first row of a pane: what it shows, and whether it has the keys. */
import { cellWidth } from "../../output/terminal.ts";
import { Line } from "./line.ts";
import type { Look } from "./look.ts";
import { showable } from "./showable.ts";

export interface PaneTitleOptions {
  /** Where in the list one is: `12/345`. */
  readonly position?: string | undefined;
}

/** A detail that is cut to less says nothing. */
const DETAIL_MIN = 10;

/** Of what comes from an image so much can be shown on any terminal, in UTF-16 units. */
const MOST = 1000;

/** `▸ Layers  detail ─────── 12/345 ─`; where it gets narrow the detail is cut first, then the position goes. */
export function presentPaneTitle(
  title: string,
  detail: string,
  focused: boolean,
  width: number,
  look: Look,
  { position = "" }: PaneTitleOptions = {},
): string {
  const line = new Line(look, width);
  const shownDetail = showable(detail.slice(0, MOST), look);
  if (look.plain) {
    return line.text([title, shownDetail, position].filter(Boolean).join(", ")).toString();
  }
  const { closed, horizontal } = look.glyphs;
  const tone = focused ? "focus" : "line";
  // Without colours the sign is what tells.
  line.text(focused ? closed : horizontal, tone).space();
  line.text(title, focused ? "focus" : "title").space();
  const end = position === "" ? 0 : cellWidth(position) + 3;
  const hasEnd = end > 0 && line.left > end;
  const room = line.left - (hasEnd ? end : 0) - 3;
  if (shownDetail !== "" && room >= Math.min(DETAIL_MIN, cellWidth(shownDetail))) {
    line
      .space()
      .column(shownDetail, Math.min(cellWidth(shownDetail), room), { tone: "muted", cut: "middle" })
      .space();
  }
  if (hasEnd) {
    line
      .fill(horizontal, tone, line.left - end)
      .space()
      .text(position, "muted")
      .space();
  }
  return line.fill(horizontal, tone).toString();
}
