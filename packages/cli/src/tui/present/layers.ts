/** The list of layers as rows of text. */
import { formatBytes } from "../../output/bytes.ts";
import { plural } from "../../output/plural.ts";
import { cellWidth } from "../../output/terminal.ts";
import type { ListPosition } from "../state/list.ts";
import { type LayerGroup, type LayerRow, type LayersModel, layersHead, layersHeadRows } from "../view-model/layers.ts";
import { drawBar } from "./bar.ts";
import { Line, plainLine } from "./line.ts";
import type { Look, Size, Tone } from "./look.ts";
import { showable } from "./showable.ts";

export interface LayersOptions {
  /** The layer that changes are counted from, where the user chose one. */
  readonly since?: number | undefined;
}

/** Of a name from an image so much can be shown on any terminal, in UTF-16 units. */
const MOST = 1000;

/** Widths of the columns; 0 for those that there is no room for. */
interface Columns {
  readonly index: number;
  readonly size: number;
  readonly bar: number;
  readonly wasted: number;
  readonly total: number;
}

/** @param position the cursor and the first layer on the screen, both counted in layers */
export function presentLayers(
  model: LayersModel,
  position: ListPosition,
  focused: boolean,
  size: Size,
  look: Look,
  options: LayersOptions = {},
): string[] {
  const columns = columnsFor(model, size.width, look);
  const { groups, titles } = layersHead(model, size.height);
  const rows: string[] = [];
  if (groups) rows.push(groupsRow(model, size.width, look));
  if (titles) rows.push(titleRow(model, columns, size.width, look));
  if (model.rows.length === 0) {
    rows.push(
      new Line(look, size.width)
        .space(look.plain ? 0 : 1)
        .text(model.isKnown ? "no layers" : "not known yet", "muted")
        .toString(),
    );
    return rows.slice(0, size.height);
  }
  const height = size.height - layersHeadRows(model, size.height);
  for (const row of model.rows.slice(position.top, position.top + Math.max(0, height))) {
    const line = look.plain
      ? plainRow(row, row.index === position.cursor, size.width, look, options)
      : layerRow(row, model, columns, size.width, look, options);
    rows.push(row.index === position.cursor ? line.cursor(focused) : line.toString());
  }
  return rows;
}

function columnsFor(model: LayersModel, width: number, look: Look): Columns {
  const digits = String(Math.max(0, model.rows.length - 1)).length;
  // `99.9 MB`, `99.9 MiB`
  const size = look.units === "si" ? 7 : 8;
  return {
    index: digits + 1 + (model.base ? 1 : 0),
    size,
    bar: width < 30 ? 4 : width < 40 ? 6 : width < 80 ? 8 : 12,
    wasted: width >= 44 && model.hasWaste ? size : 0,
    total: width >= 60 ? size : 0,
  };
}

function layerRow(
  row: LayerRow,
  model: LayersModel,
  columns: Columns,
  width: number,
  look: Look,
  { since }: LayersOptions,
): Line {
  const line = new Line(look, width);
  const index = `${row.index}${row.isBase ? "b" : model.base ? " " : ""}`;
  line.column(index, columns.index, { align: "right", tone: row.isBase ? "base" : "muted" }).space();
  if (row.storedBytes === undefined) unreadColumns(line, row, columns, look);
  else readColumns(line, row, row.storedBytes, model, columns, look);
  if (row.index === since) line.text("from here ", "key");
  const remark = REMARKS[row.status];
  if (remark) line.text(`${remark.text} `, remark.tone);
  return line.text(row.command, row.isBase ? "base" : "text");
}

function readColumns(
  line: Line,
  { wastedBytes = 0, totalBytes }: LayerRow,
  storedBytes: number,
  { largestBytes }: LayersModel,
  columns: Columns,
  look: Look,
): void {
  const bytes = (count: number): string => formatBytes(count, look.units);
  line.column(bytes(storedBytes), columns.size, { align: "right", tone: storedBytes > 0 ? "strong" : "muted" }).space();
  const whole = Math.max(1, largestBytes);
  drawBar(line, look, columns.bar, { filled: storedBytes / whole, wasted: wastedBytes / whole });
  line.space();
  if (columns.wasted > 0) {
    const wasted = wastedBytes > 0 ? bytes(wastedBytes) : "";
    line.column(wasted, columns.wasted, { align: "right", tone: "wasted" }).space();
  }
  if (columns.total > 0) {
    const total = totalBytes === undefined ? "" : bytes(totalBytes);
    line.column(total, columns.total, { align: "right", tone: "muted" }).space();
  }
}

const COMPRESSED = "compressed";

/** What the manifest says is another size than that of the files, so it is shown only where there is room to say so. */
function unreadColumns(line: Line, { compressedBytes }: LayerRow, columns: Columns, look: Look): void {
  const rest = [columns.bar, columns.wasted, columns.total].reduce(
    (sum, width) => sum + (width > 0 ? width + 1 : 0),
    0,
  );
  const isKnown = compressedBytes !== undefined && rest > COMPRESSED.length;
  const size = isKnown ? formatBytes(compressedBytes, look.units) : look.glyphs.ellipsis;
  line.column(size, columns.size, { align: "right", tone: "muted" }).space();
  line.column(isKnown ? COMPRESSED : "", rest - 1, { tone: "muted" }).space();
}

const REMARKS: Readonly<Record<LayerRow["status"], { readonly text: string; readonly tone: Tone } | undefined>> = {
  complete: undefined,
  waiting: { text: "waiting:", tone: "muted" },
  reading: { text: "reading:", tone: "accent" },
  unread: { text: "not read:", tone: "warning" },
  partial: { text: "partial:", tone: "error" },
  absent: { text: "absent:", tone: "warning" },
};

function titleRow(model: LayersModel, columns: Columns, width: number, look: Look): string {
  const line = new Line(look, width);
  if (look.plain) return line.text("oldest layer first").toString();
  line.column(model.base ? "# " : "#", columns.index, { align: "right", tone: "muted" }).space();
  line.column("stored", columns.size, { align: "right", tone: "muted" }).space();
  line.space(columns.bar + 1);
  if (columns.wasted > 0) line.column("wasted", columns.wasted, { align: "right", tone: "muted" }).space();
  if (columns.total > 0) line.column("total", columns.total, { align: "right", tone: "muted" }).space();
  return line.text("command", "muted").toString();
}

/** What the bars do not say themselves, for where there is no column that does. */
export function layersLegend(model: LayersModel, width: number, look: Look): string {
  const isNeeded = model.hasWaste && !look.plain && columnsFor(model, width, look).wasted === 0;
  return isNeeded ? `${look.glyphs.bar.wasted} wasted` : "";
}

/** What belongs to the base image and what does not, in as many words as there is room for. */
function groupsRow({ base, own }: LayersModel, width: number, look: Look): string {
  const line = new Line(look, width).space(look.plain ? 0 : 1);
  const join = (...parts: readonly string[]): string =>
    parts.filter((part) => part !== "").join(look.plain ? ", " : ` ${look.glyphs.separator} `);
  const sizeOf = (group: LayerGroup | undefined): string =>
    group?.storedBytes === undefined ? "" : formatBytes(group.storedBytes, look.units);
  const layers = plural(base?.layers ?? 0, "layer");
  const size = sizeOf(base);
  const name = showable((base?.name ?? "").slice(0, MOST), look);
  const full = join(`b = base image${name === "" ? "" : ` ${name}`}`, layers, size);
  const forms = [full, join("b = base image", layers, size), join("b = base", size)];
  const text = forms.find((form) => cellWidth(form) <= line.left) ?? "b = base";
  const ownText = join("; own", plural(own.layers, "layer"), sizeOf(own));
  line.text(text, "base");
  if (text === full && cellWidth(ownText) <= line.left) line.text(ownText);
  return line.toString();
}

/** The command, which may be long, comes last: what is cut away cannot be read out. */
function plainRow(row: LayerRow, isSelected: boolean, width: number, look: Look, { since }: LayersOptions): Line {
  const { index, command, isBase, status, storedBytes, wastedBytes, totalBytes, compressedBytes } = row;
  const bytes = (count: number, what: string): string => `${formatBytes(count, look.units)} ${what}`;
  const parts = [
    `layer ${index}`,
    isBase ? "base image" : "",
    index === since ? "changes are counted from here" : "",
    status === "complete" ? "" : (REMARKS[status]?.text.slice(0, -1) ?? ""),
    storedBytes === undefined ? "" : bytes(storedBytes, "stored"),
    storedBytes === undefined && compressedBytes !== undefined ? bytes(compressedBytes, COMPRESSED) : "",
    wastedBytes ? bytes(wastedBytes, "wasted") : "",
    totalBytes === undefined ? "" : bytes(totalBytes, "in total"),
    command,
  ];
  return plainLine(look, width, isSelected).text(parts.filter((part) => part !== "").join(", "));
}
