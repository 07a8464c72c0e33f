/** What is in a directory: what changed below it, and what is largest in it. */
import type { Change } from "@layerscope/core";
import { formatBytes } from "../../../output/bytes.ts";
import { plural } from "../../../output/plural.ts";
import type { DirectoryChild, DirectorySummary } from "../../view-model/file/directory.ts";
import { Line } from "../line.ts";
import type { Look, Size } from "../look.ts";

const CHANGES: readonly Change[] = ["added", "modified", "metadata", "identical", "removed"];

export function directoryRows(summary: DirectorySummary, top: number, { width, height }: Size, look: Look): string[] {
  const { totals, biggest, children, hasMore } = summary;
  const bytes = formatBytes(totals.bytes, look.units);
  const count = `${hasMore ? "more than " : ""}${plural(children, "entry", "entries")}`;
  const rows = [
    new Line(look, width).text(`${plural(totals.files, "file")} below, ${bytes}; ${count} in it`).toString(),
    changesRow(summary, width, look),
    "",
    ...biggest.slice(top, top + Math.max(0, height - 3)).map((child) => childRow(child, width, look)),
  ];
  return rows.slice(0, height);
}

function changesRow({ totals, change: own }: DirectorySummary, width: number, look: Look): string {
  const line = new Line(look, width);
  let isFirst = true;
  for (const change of CHANGES) {
    // The directory itself is not below it.
    const count = totals.changes[change] - (change === own ? 1 : 0);
    if (count <= 0) continue;
    if (!isFirst) line.text(look.plain ? ", " : "  ");
    isFirst = false;
    line.text(
      look.plain ? `${count} ${look.glyphs.marks[change]}` : `${look.glyphs.marks[change]}${count} ${change}`,
      change,
    );
  }
  return (isFirst ? line.text("nothing changed below", "muted") : line).toString();
}

const SIZE_WIDTH = 9;

function childRow({ name, type, bytes, change }: DirectoryChild, width: number, look: Look): string {
  const line = new Line(look, width);
  const label = type === "directory" ? `${name}/` : name;
  const size = formatBytes(bytes, look.units);
  if (look.plain) return line.text(`${label}, ${size}${change ? `, ${look.glyphs.marks[change]}` : ""}`).toString();
  line.column(size, SIZE_WIDTH, { align: "right", tone: "strong" }).space();
  line.text(look.glyphs.marks[change ?? "unchanged"], change).space();
  return line.text(label, type === "directory" ? "directory" : change).toString();
}
