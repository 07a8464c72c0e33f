/** The list of packages as rows of text. */
import { formatBytes, formatShare } from "../../output/bytes.ts";
import { plural } from "../../output/plural.ts";
import type { ListPosition } from "../state/list.ts";
import { isBaseLayer } from "../view-model/layer-names.ts";
import { listHead } from "../view-model/list-views.ts";
import type { PackageRow, PackagesModel } from "../view-model/packages.ts";
import { Line, plainLine } from "./line.ts";
import { type ListHead, type NoListTexts, presentListHead, presentNoList } from "./list-head.ts";
import type { Look, Size, Tone } from "./look.ts";

const BYTES = 9;
const SHARE = 8;
const FILES = 13;
const VERSION = 24;
const TYPE = 8;
const LAYER = 10;
/** Columns from which on there are layers and types, and from which on there are shares, files and columns for versions. */
const WITH_LAYERS = 60;
const WITH_ALL = 90;

const BY: Readonly<Record<PackagesModel["sort"], string>> = { size: "by size", name: "by name", layer: "by layer" };

const NO_PACKAGES: NoListTexts = {
  unknown: "Packages are known when all layers are read.",
  inspecting: "Looking into files, to find packages.",
  none: "There are no files, and no packages.",
};

const NONE_FOUND: ReadonlySet<number> = new Set();

/** `focused`: whether the list has the keys. `found`: rows that are searched for. */
export function presentPackages(
  model: PackagesModel,
  position: ListPosition,
  focused: boolean,
  size: Size,
  look: Look,
  found: ReadonlySet<number> = NONE_FOUND,
): string[] {
  const { width, height } = size;
  const rows = presentListHead(headOf(model, look), width, look);
  if (model.count === 0)
    return [...rows, ...presentNoList(model, NO_PACKAGES, width, look)].slice(0, Math.max(0, height));
  const end = Math.min(model.count, position.top + Math.max(1, height - listHead(model)));
  for (let index = position.top; index < end; index++) {
    const row = model.at(index);
    if (!row) break;
    const isSelected = index === position.cursor;
    const isFound = found.has(index);
    const line = look.plain
      ? plainRow(row, model, isSelected, isFound, width, look)
      : presentRow(row, model, isFound, width, look);
    rows.push(isSelected ? line.cursor(focused) : line.toString());
  }
  return rows.slice(0, Math.max(0, height));
}

function headOf(model: PackagesModel, { units }: Look): ListHead {
  const { phase, packages, packageBytes, unownedBytes, sort, distribution, missing } = model;
  if (phase !== "known")
    return { sum: phase === "failed" ? "not known" : "not known yet", tone: "muted", facts: [], missing };
  const texts = [
    BY[sort],
    `${formatBytes(packageBytes, units)} of ${formatBytes(packageBytes + unownedBytes, units)} visible`,
    `${formatBytes(unownedBytes, units)} of no package`,
    ...(distribution ? [distribution.prettyName ?? distribution.id] : []),
  ];
  return {
    sum: plural(packages, "package"),
    tone: "strong",
    facts: texts.map((text) => ({ text, tone: "muted" })),
    missing,
  };
}

function presentRow(row: PackageRow, model: PackagesModel, isFound: boolean, width: number, look: Look): Line {
  const line = new Line(look, width);
  const { bytes, files } = row.kind === "package" ? row.of : row.part;
  line.space().column(formatBytes(bytes, look.units), BYTES, { align: "right" });
  if (width >= WITH_ALL) {
    const whole = model.packageBytes + model.unownedBytes;
    line.column(formatShare(bytes, whole), SHARE, { align: "right", tone: "muted" });
    line.column(plural(files, "file"), FILES, { align: "right", tone: "muted" });
  }
  line.space(2);
  if (row.kind === "unowned")
    return line.text("no package: ", "muted").text(row.path, isFound ? "match" : "directory", "middle");
  const { type, installedIn } = row.of;
  const tone: Tone = isFound ? "match" : "text";
  const versionTone: Tone = row.hasOthers ? "warning" : "muted";
  const room = line.left - (width >= WITH_LAYERS ? TYPE + LAYER : 0);
  if (width >= WITH_ALL) {
    line.column(row.name, room - VERSION - 2, { cut: "middle", tone }).space();
    line.column(versionText(row), VERSION, { tone: versionTone }).space();
  } else line.column(`${row.name} ${versionText(row)}`, room - 1, { tone }).space();
  if (width < WITH_LAYERS) return line;
  const isBase = isBaseLayer(model.subject, installedIn);
  line.column(type, TYPE, { tone: "muted" });
  return line.column(`layer ${installedIn}`, LAYER, { align: "right", tone: isBase ? "base" : "text" });
}

/** What others there are is in the details. */
function versionText({ of, hasOthers }: Extract<PackageRow, { kind: "package" }>): string {
  return hasOthers ? `${of.version}, one of several` : of.version;
}

/** For screen readers: what it is comes first. */
function plainRow(
  row: PackageRow,
  model: PackagesModel,
  isSelected: boolean,
  isFound: boolean,
  width: number,
  look: Look,
): Line {
  const line = plainLine(look, width, isSelected);
  const { bytes, files } = row.kind === "package" ? row.of : row.part;
  const size = `${formatBytes(bytes, look.units)} in ${plural(files, "file")}`;
  const sign = isFound ? ["match"] : [];
  if (row.kind === "unowned") return line.text(["no package", row.path, ...sign, size].join(", "));
  const { type, installedIn } = row.of;
  const layer = `${isBaseLayer(model.subject, installedIn) ? "base " : ""}layer ${installedIn}`;
  return line.text([`${row.name} ${versionText(row)}`.trimEnd(), ...sign, size, type, layer].join(", "));
}
