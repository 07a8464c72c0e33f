/** Notes about the image as rows of text. */
import type { ImageMessage, MessagesModel } from "../view-model/messages.ts";
import { Line } from "./line.ts";
import type { Look, Size, Tone } from "./look.ts";
import { showable } from "./showable.ts";
import { wrapCells } from "./wrap.ts";

/** Of one message so much is shown, in UTF-16 units. */
const LONGEST = 2000;
const WORD = 9;
/** Below this width the severity stands before the text, not beside it. */
const COLUMNS_FROM = 40;

const TONES: Readonly<Record<ImageMessage["severity"], Tone>> = { error: "error", warning: "warning", info: "muted" };
const WORDS: Readonly<Record<ImageMessage["severity"], string>> = { error: "error", warning: "warning", info: "note" };

let last:
  | { readonly model: MessagesModel; readonly width: number; readonly look: Look; readonly rows: readonly string[] }
  | undefined;

/** All rows; the same ones for the same model, width and look. There are as many as can be scrolled through. */
export function messageRows(model: MessagesModel, width: number, look: Look): readonly string[] {
  if (last && last.model === model && last.width === width && last.look === look) return last.rows;
  const { messages } = model;
  const rows =
    width < 1
      ? []
      : messages.length === 0
        ? [new Line(look, width).text("nothing odd was found", "muted").toString()]
        : messages.flatMap((message) => rowsOf(message, width, look));
  last = { model, width, look, rows };
  return rows;
}

/** The rows on the screen, from `top` on. */
export function presentMessages(model: MessagesModel, top: number, size: Size, look: Look): string[] {
  return messageRows(model, size.width, look).slice(top, top + size.height);
}

function rowsOf({ severity, text, hint }: ImageMessage, width: number, look: Look): string[] {
  const word = WORDS[severity];
  const beside = width >= COLUMNS_FROM && !look.plain;
  const margin = beside ? WORD : Math.min(2, width - 1);
  const texts = [beside ? text : `${word}: ${text}`, ...(hint ? [hint] : [])];
  const rows = texts.flatMap((each) => wrapCells(showable(each.slice(0, LONGEST), look), width - margin));
  return rows.map((row, index) => {
    const line = new Line(look, width);
    if (!beside)
      return line
        .space(index === 0 ? 0 : margin)
        .text(row, index === 0 ? TONES[severity] : undefined)
        .toString();
    return line
      .column(index === 0 ? word : "", WORD, { tone: TONES[severity] })
      .text(row)
      .toString();
  });
}
