/** What lies over the view: where it stands, and the frame around it. */
import { cellWidth } from "../../output/terminal.ts";
import { Line } from "./line.ts";
import type { Look, Size } from "./look.ts";

export interface DialogArea {
  /** Cells from the left and from the top of the screen, the frame included. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** What there is for the content. */
  readonly inner: Size;
}

/** The frame, and a blank on each side of the content. */
const SIDES = 4;
const TITLE_AND_END = 2;
const NARROWEST = 8;

const CORNERS = ["┌", "┐", "└", "┘"] as const;
const ASCII_CORNERS = ["+", "+", "+", "+"] as const;

/**
 * A place in the middle of the screen for content of so many columns and rows, smaller where the screen is. A screen
 * reader gets the whole width, without a frame.
 */
export function dialogArea(screen: Size, content: Size, look: Look): DialogArea {
  if (look.plain) {
    // All of the screen, so that nothing else is read out.
    const { height } = screen;
    return { x: 0, y: 0, width: screen.width, height, inner: { width: screen.width, height: Math.max(0, height - 1) } };
  }
  const width = Math.max(0, Math.min(screen.width, content.width + SIDES));
  const height = Math.max(0, Math.min(screen.height, content.height + TITLE_AND_END));
  return {
    x: Math.floor((screen.width - width) / 2),
    y: Math.floor((screen.height - height) / 2),
    width,
    height,
    inner: { width: Math.max(0, width - SIDES), height: Math.max(0, height - TITLE_AND_END) },
  };
}

/** The rows of a dialog, all as wide as its area so that nothing shows through. The rows of the content fit its inner size. */
export function presentDialog(title: string, rows: readonly string[], area: DialogArea, look: Look): string[] {
  const { width, height, inner } = area;
  if (width < 1 || height < 1) return [];
  // No room for a frame, let alone for something in it.
  if (width < NARROWEST && !look.plain) return Array.from({ length: height }, () => " ".repeat(width));
  const filled = Array.from({ length: inner.height }, (_, index) => padded(rows[index] ?? "", inner.width));
  if (look.plain) return [padded(new Line(look, width).text(title, "title").toString(), width), ...filled];
  const { horizontal, vertical } = look.glyphs;
  // What can draw lines can draw
  const [topLeft, topRight, bottomLeft, bottomRight] = vertical === "│" ? CORNERS : ASCII_CORNERS;
  const top = new Line(look, width)
    .text(topLeft + horizontal, "line")
    .text(" ")
    .column(title, Math.min(cellWidth(title), width - 5), { tone: "title" })
    .text(" ");
  top.fill(horizontal, "line", top.left - 1).text(topRight, "line");
  const side = look.paint("line", vertical);
  const end = new Line(look, width).text(bottomLeft, "line");
  end.fill(horizontal, "line", end.left - 1).text(bottomRight, "line");
  return [top.toString(), ...filled.map((row) => `${side} ${row} ${side}`), end.toString()].slice(0, height);
}

function padded(row: string, width: number): string {
  // What is painted measures the same: colours take no cells.
  return row + " ".repeat(Math.max(0, width - cellWidth(row)));
}
