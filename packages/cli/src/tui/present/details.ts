/** Details as rows of text: labels beside their values where there is room, above them where there is not. */
import { cellWidth } from "../../output/terminal.ts";
import type { DetailLine } from "../view-model/detail-line.ts";
import { barText } from "./bar.ts";
import { Line } from "./line.ts";
import type { Look, Size, Tone } from "./look.ts";
import { showable } from "./showable.ts";
import { wrapCells } from "./wrap.ts";

/** Of one value so much is shown, in UTF-16 units. */
const LONGEST_VALUE = 4000;
/** A line of a command may be as long as the command. */
const LONGEST_CODE = 100_000;
/** From this width on labels have a column. */
const COLUMNS_FROM = 40;
const LABEL = 20;
const BAR = 10;
/** `99.9 MB, 99.9 %` before a bar. */
const SHARE = 17;

let last:
  | {
      readonly lines: readonly DetailLine[];
      readonly width: number;
      readonly look: Look;
      readonly rows: readonly string[];
    }
  | undefined;

/** All rows of the details; the same ones for the same lines, width and look. There are as many as can be scrolled through. */
export function detailRows(lines: readonly DetailLine[], width: number, look: Look): readonly string[] {
  if (last && last.lines === lines && last.width === width && last.look === look) return last.rows;
  const rows = width < 1 ? [] : lines.flatMap((line) => rowsOf(line, width, look));
  last = { lines, width, look, rows };
  return rows;
}

/** The rows on the screen, from `top` on. */
export function presentDetails(lines: readonly DetailLine[], top: number, size: Size, look: Look): string[] {
  return detailRows(lines, size.width, look).slice(top, top + size.height);
}

function rowsOf(line: DetailLine, width: number, look: Look): string[] {
  switch (line.kind) {
    case "gap":
      return [""];
    case "heading":
      return wrapped(line.text, width, look, { tone: "title", hanging: 2 });
    case "paragraph":
      return wrapped(line.text, width, look, { tone: undefined, hanging: 0 });
    case "text":
      return wrapped(line.text, width, look, { tone: line.tone, hanging: 2 });
    case "code":
      return codeRows(line.text, line.indent, width, look);
    case "count": {
      const { change } = line;
      const sign = look.plain ? "" : `${look.glyphs.marks[change]} `;
      return wrapped(`${sign}${line.count.toLocaleString("en")} ${COUNTED[change]}`, width, look, {
        tone: change,
        hanging: 2,
      });
    }
    case "fact":
      return factRows(line, width, look);
  }
}

const COUNTED = {
  added: "added",
  modified: "modified",
  metadata: "with only metadata changed",
  identical: "stored again unchanged",
  removed: "removed",
} as const;

function factRows(
  { label, value, tone, share, note = "" }: Extract<DetailLine, { kind: "fact" }>,
  width: number,
  look: Look,
): string[] {
  const hasColumns = width >= COLUMNS_FROM && !look.plain;
  if (!hasColumns) {
    const [first = "", ...rest] = cut(`${label}: ${value}`, LONGEST_VALUE, width, 2, look);
    const head = new Line(look, width);
    if (first.startsWith(`${label}: `)) head.text(`${label}: `, "muted").text(first.slice(label.length + 2), tone);
    else head.text(first, tone);
    return [head.toString(), ...rest.map((text) => new Line(look, width).space(2).text(text, tone).toString())];
  }
  return cut(value, LONGEST_VALUE, width - LABEL, 0, look).map((text, index) => {
    const line = new Line(look, width).column(index === 0 ? label : "", LABEL - 1, { tone: "muted" }).space();
    line.text(text, tone);
    if (index > 0 || share === undefined || cellWidth(text) >= SHARE || line.left < BAR + SHARE) return line.toString();
    line.space(SHARE - cellWidth(text)).text(barText(look, BAR, share), tone ?? "bar");
    const hasNote = note !== "" && line.left > cellWidth(note);
    return (hasNote ? line.space().text(note, "muted") : line).toString();
  });
}

function codeRows(text: string, indent: number, width: number, look: Look): string[] {
  const margin = Math.min(indent * 2, Math.floor(width / 2));
  return cut(text, LONGEST_CODE, width - margin, 2, look).map((row, index) => {
    const line = new Line(look, width).space(margin);
    if (index > 0) return line.space(2).text(row).toString();
    const [, sign = "", rest = row] = /^([A-Z]+(?= |$)|&&|\|\|?)(.*)$/.exec(row) ?? [];
    return line
      .text(sign, indent === 0 ? "keyword" : "accent")
      .text(rest)
      .toString();
  });
}

function wrapped(
  text: string,
  width: number,
  look: Look,
  { tone, hanging }: { readonly tone: Tone | undefined; readonly hanging: number },
): string[] {
  return cut(text, LONGEST_VALUE, width, hanging, look).map((row, index) =>
    new Line(look, width)
      .space(index === 0 ? 0 : hanging)
      .text(row, tone)
      .toString(),
  );
}

/** Escaped, in rows that leave room for `hanging` columns before all but the first. */
function cut(text: string, longest: number, width: number, hanging: number, look: Look): string[] {
  const more = text.length - longest;
  const shown = more > 0 ? `${text.slice(0, longest)} … and ${more.toLocaleString("en")} more characters` : text;
  const safe = showable(shown, look);
  const first = wrapCells(safe, width);
  if (hanging === 0 || first.length === 1 || width <= hanging * 2) return first;
  const [head = ""] = first;
  const from = safe.charAt(head.length) === " " ? head.length + 1 : head.length;
  return [head, ...wrapCells(safe.slice(from), width - hanging)];
}
