/** The content of a file as rows: text, bytes, a comparison, or a word why there is none. */
import { formatBytes } from "../../../output/bytes.ts";
import type { FileSearch } from "../../state/file-state.ts";
import type { Unlike } from "../../view-model/file/compare.ts";
import { numberWidth, textWidth } from "../../view-model/file/geometry.ts";
import { type FileModel, rowCountOf } from "../../view-model/file/model.ts";
import { Line } from "../line.ts";
import type { Look, Size } from "../look.ts";
import { diffRow } from "./diff-row.ts";
import { directoryRows } from "./directory-rows.ts";
import { hexRow } from "./hex-row.ts";
import { textRows, wrappedRows } from "./text-rows.ts";

/** Which part of it is on the screen. */
export interface BodyPosition {
  readonly top: number;
  readonly left: number;
  readonly wrap: boolean;
  readonly search: FileSearch | undefined;
  /** Whether lines have numbers. */
  readonly numbers: boolean;
}

export function bodyRows(model: FileModel, position: BodyPosition, size: Size, look: Look): string[] {
  const { body } = model;
  const numbers = position.numbers ? numberWidth(body, size.width) : 0;
  const columns = position.numbers ? textWidth(body, size.width) : Math.max(1, size.width - 1);
  const shape = { ...position, numbers, columns };
  switch (body.kind) {
    case "text":
      return position.wrap ? wrappedRows(body, shape, size, look) : textRows(body, shape, size, look);
    case "hex":
      return eachRow(model, position, size, (row) => hexRow(body.bytes, row, shape, size.width, look));
    case "diff":
      return eachRow(model, position, size, (row) => diffRow(body, row, shape, size.width, look));
    case "directory":
      return directoryRows(body.summary, position.top, size, look);
    case "unlike":
      return unlikeRows(body, size, look);
    case "message":
      return messageRows(model, body, size, look);
  }
}

/** How a row is divided. */
export interface RowShape extends Omit<BodyPosition, "numbers"> {
  /** Columns of a line number; 0 for none. */
  readonly numbers: number;
  /** Columns for the text. */
  readonly columns: number;
}

function eachRow(
  { body }: FileModel,
  { top }: BodyPosition,
  { height }: Size,
  present: (row: number) => string,
): string[] {
  const rows: string[] = [];
  for (let row = top; row < Math.min(top + height, rowCountOf(body)); row++) rows.push(present(row));
  return rows;
}

const REASONS: Readonly<Record<Unlike["reason"], string>> = {
  binary: "these are no texts, so only this is known of how they differ",
  "too-large": "too large to compare line by line",
  "too-different": "too different to compare line by line",
};

function unlikeRows({ reason, beforeBytes, afterBytes, firstDifference }: Unlike, size: Size, look: Look): string[] {
  const bytes = (count: number): string => formatBytes(count, look.units);
  const facts: [string, string][] = [
    ["before", bytes(beforeBytes)],
    ["after", bytes(afterBytes)],
  ];
  if (firstDifference !== undefined) facts.push(["differ from", `byte ${firstDifference} on`]);
  const rows = [new Line(look, size.width).text(REASONS[reason], "muted").toString(), ""];
  for (const [name, value] of facts) rows.push(factRow(name, value, size.width, look));
  return rows.slice(0, size.height);
}

function messageRows(
  { facts }: FileModel,
  { tone, text }: { readonly tone: "muted" | "error"; readonly text: string },
  size: Size,
  look: Look,
): string[] {
  const rows = [new Line(look, size.width).text(text, tone).toString(), ""];
  for (const { name, value } of facts) rows.push(factRow(name, value, size.width, look));
  return rows.slice(0, size.height);
}

const NAME_WIDTH = 12;

function factRow(name: string, value: string, width: number, look: Look): string {
  const line = new Line(look, width);
  if (look.plain) line.text(`${name}: `);
  else line.column(name, NAME_WIDTH, { tone: "muted" });
  return line.text(value).toString();
}
