/** What is said of a file above its content. */
import { formatBytes } from "../../../output/bytes.ts";
import { modeText } from "../../../output/mode-text.ts";
import { plural } from "../../../output/plural.ts";
import { cellWidth } from "../../../output/terminal.ts";
import type { FileState } from "../../state/file-state.ts";
import { type FileModel, rowCountOf } from "../../view-model/file/model.ts";
import { MOST_MATCHES } from "../../view-model/file/search.ts";
import { searchTextOf } from "../../view-model/file/search-text.ts";
import { timeText } from "../../view-model/file/versions.ts";
import { Line } from "../line.ts";
import type { Look } from "../look.ts";

/** Path and where one is in the content. @param top the first row on the screen */
export function titleRow(model: FileModel, state: FileState, top: number, width: number, look: Look): string {
  const parts = positionParts(model, state, top);
  if (model.modes.length > 0) parts.push(model.mode);
  const line = new Line(look, width);
  if (look.plain) return line.text([model.path, ...parts].join(", ")).toString();
  // The path is the last to be cut away, but half of the row is enough for it.
  let right = parts.join("  ");
  while (parts.length > 1 && cellWidth(right) > width / 2) {
    parts.shift();
    right = parts.join("  ");
  }
  const room = right === "" ? width : Math.max(1, width - cellWidth(right) - 2);
  line.column(model.path, room, { tone: "title", cut: "middle" });
  return line.atEnd(right, "muted").toString();
}

function positionParts({ body, against }: FileModel, state: FileState, top: number): string[] {
  const parts: string[] = [];
  const { search } = state;
  if (search && search.target === searchTextOf(body)) {
    const count = search.matches.length / 2;
    const all = count >= MOST_MATCHES ? `${MOST_MATCHES} or more` : String(count);
    parts.push(`match ${search.at + 1} of ${all}${search.wentRound ? ", round" : ""}`);
  }
  if (body.kind === "diff") parts.push(`against layer ${against}`, `+${body.added} -${body.removed}`);
  const rows = rowCountOf(body);
  if (rows > 0 && body.kind !== "directory") {
    parts.push(body.kind === "hex" ? `0x${(top * 16).toString(16)}` : `${top + 1}/${rows}`);
  }
  if (state.left > 0 && !state.wrap) parts.push(`column ${state.left + 1}`);
  return parts;
}

/** Which versions there are, and what the one that is shown is like. */
export function versionRow(model: FileModel, width: number, look: Look): string {
  const { entry } = model;
  const line = new Line(look, width);
  const gap = look.plain ? ", " : "  ";
  line.text(versionText(model), "strong");
  const change = model.versions[model.at]?.change;
  if (change) line.text(gap).text(look.plain ? change : `${look.glyphs.marks[change]} ${change}`, change);
  if (!entry) return line.toString();
  const facts = [
    entry.type === "file" ? formatBytes(entry.size, look.units) : entry.type,
    modeText(entry),
    `${entry.uid}:${entry.gid}`,
    ...(entry.implicit ? [] : [timeText(entry)]),
    ...(entry.xattrs?.size ? [plural(entry.xattrs.size, "attribute")] : []),
  ];
  for (const fact of facts) line.text(gap).text(fact, "muted");
  return line.toString();
}

/** More versions than this are counted, not listed. */
const MOST_LISTED = 6;

function versionText({ versions, at }: FileModel): string {
  const layers = versions.map(({ layer }) => layer);
  const shown = layers[at];
  if (shown === undefined) return layers.length === 0 ? "no versions" : `first in layer ${layers[0]}`;
  if (layers.length === 1) return `layer ${shown}`;
  if (layers.length > MOST_LISTED) return `layer ${shown}, version ${at + 1} of ${layers.length}`;
  return `layer ${shown} of versions ${layers.join(", ")}`;
}

/** Notes, then metadata before and after; the last row says how many more there are. */
export function remarkRows({ notes, metadata }: FileModel, rows: number, width: number, look: Look): string[] {
  const all = [
    ...notes.map((note) => new Line(look, width).text(note, "warning").toString()),
    ...metadata.map(({ name, before, after }) => {
      const line = new Line(look, width);
      if (look.plain) line.text(`${name} changed from `);
      else line.column(name, NAME_WIDTH, { tone: "metadata" });
      return line.text(before).text(` ${look.glyphs.arrow} `, "muted").text(after).toString();
    }),
  ];
  if (all.length <= rows) return all;
  if (rows === 0) return [];
  const more = new Line(look, width).text(`and ${all.length - rows + 1} more changes and notes`, "muted").toString();
  return [...all.slice(0, rows - 1), more];
}

const NAME_WIDTH = 8;
