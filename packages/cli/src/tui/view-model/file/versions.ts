/** The versions that a path has in the layers, and what their metadata say. */
import {
  type ContentClasses,
  decodeName,
  escapeText,
  type FileEntry,
  type HistoryTree,
  type PathEvent,
  pathHistory,
  printableName,
} from "@layerscope/core";
import { formatBytes, type Units } from "../../../output/bytes.ts";
import { modeText } from "../../../output/mode-text.ts";

/** What is shown of a path as of a layer. */
export interface ShownVersion {
  /** What every layer did to the path, oldest first. */
  readonly versions: readonly PathEvent[];
  /** Index in `versions` of the newest up to the layer; -1 when the path was not there yet. */
  readonly at: number;
  /** What the path is; for a removed one, what it was. */
  readonly entry: FileEntry | undefined;
  /** What it is compared with: the version before, or the one that was asked for. */
  readonly before: FileEntry | undefined;
}

/** @param against the layer to compare with; undefined for the version before */
export function shownVersion(
  tree: HistoryTree,
  classes: ContentClasses,
  node: number,
  layer: number,
  against: number | undefined,
): ShownVersion {
  const versions = pathHistory(tree, classes, node);
  const at = versions.findLastIndex((event) => event.layer <= layer);
  const entryUpTo = (index: number): FileEntry | undefined =>
    versions.slice(0, index + 1).findLast((event) => event.entry)?.entry;
  const asked = against === undefined ? at - 1 : versions.findLastIndex((event) => event.layer <= against);
  const gone = versions[at]?.entry === undefined;
  const entry = entryUpTo(at);
  // A removed path is compared with nothing: what it was is its old side.
  const before = gone ? entry : entryUpTo(asked);
  return { versions, at, entry, before };
}

/** One property of a path. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** What a path is, one property after the other; harmless text. */
export function factsOf(entry: FileEntry, units: Units): Fact[] {
  const facts: Fact[] = [{ name: "type", value: TYPES[entry.type] }];
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined) facts.push({ name, value });
  };
  add("size", entry.type === "file" ? sizeText(entry, units) : undefined);
  add("mode", `${modeText(entry)} (${octal(entry)})`);
  add("owner", ownerText(entry));
  add("time", entry.implicit ? undefined : timeText(entry));
  add("target", targetText(entry));
  add("device", deviceText(entry));
  for (const [name, value] of [...(entry.xattrs ?? [])].slice(0, MOST_XATTRS)) {
    add("attribute", `${xattrName(name)} = ${xattrText(value)}`);
  }
  return facts;
}

/** One property before and after. */
export interface MetadataChange {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** The properties that differ. */
export function metadataChanges(before: FileEntry, after: FileEntry, units: Units): MetadataChange[] {
  const changes: MetadataChange[] = [];
  const compare = (name: string, one: string | undefined, other: string | undefined): void => {
    if (one !== other) changes.push({ name, before: one ?? "none", after: other ?? "none" });
  };
  const isFile = before.type === "file" && after.type === "file";
  compare("type", TYPES[before.type], TYPES[after.type]);
  compare("mode", modeText(before).slice(1), modeText(after).slice(1));
  compare("owner", ownerText(before), ownerText(after));
  if (isFile && before.size !== after.size) compare("size", sizeText(before, units), sizeText(after, units));
  if (!before.implicit && !after.implicit && !sameTime(before, after)) {
    const exact = before.mtime === after.mtime;
    compare("time", timeText(before, exact), timeText(after, exact));
  }
  if (before.type === after.type) {
    compare("target", targetText(before), targetText(after));
    compare("device", deviceText(before), deviceText(after));
  }
  compareXattrs(before, after, compare);
  return changes;
}

function compareXattrs(
  before: FileEntry,
  after: FileEntry,
  compare: (name: string, one: string | undefined, other: string | undefined) => void,
): void {
  const names = new Set([...(before.xattrs?.keys() ?? []), ...(after.xattrs?.keys() ?? [])]);
  for (const name of [...names].slice(0, MOST_XATTRS)) {
    const one = before.xattrs?.get(name);
    const other = after.xattrs?.get(name);
    if (one && other && Buffer.compare(one, other) === 0) continue;
    compare(xattrName(name), one && xattrText(one), other && xattrText(other));
  }
}

/** Of more attributes than this the rest is left out. */
const MOST_XATTRS = 20;
const LONGEST_VALUE = 32;

const TYPES: Readonly<Record<FileEntry["type"], string>> = {
  file: "file",
  directory: "directory",
  symlink: "link",
  char: "character device",
  block: "block device",
  fifo: "pipe",
};

function octal({ mode }: FileEntry): string {
  return mode.toString(8).padStart(4, "0");
}

function ownerText({ uid, gid }: FileEntry): string {
  return `${uid}:${gid}`;
}

/** With the number of bytes where that says more. */
function sizeText({ size }: Pick<FileEntry, "size">, units: Units): string {
  const short = formatBytes(size, units);
  return short === `${size} B` ? short : `${short} (${size} B)`;
}

/** Engines cut fractions off, so a time without one equals any within its second. */
function sameTime(one: FileEntry, other: FileEntry): boolean {
  if (one.mtime !== other.mtime) return false;
  return one.mtimeNanos === other.mtimeNanos || one.mtimeNanos === 0 || other.mtimeNanos === 0;
}

/** `2024-05-13 08:00:00 UTC`; the number itself for what no calendar has. */
export function timeText({ mtime, mtimeNanos }: FileEntry, exact = false): string {
  const date = new Date(mtime * 1000);
  if (Number.isNaN(date.getTime())) return `${mtime} s`;
  const [day, time] = date.toISOString().split("T");
  const fraction = exact && mtimeNanos > 0 ? `.${String(mtimeNanos).padStart(9, "0")}` : "";
  return `${day} ${time?.slice(0, 8)}${fraction} UTC`;
}

function targetText({ linkTarget }: FileEntry): string | undefined {
  return linkTarget && printableName(linkTarget);
}

function deviceText({ device }: FileEntry): string | undefined {
  return device && `${device.major}:${device.minor}`;
}

function xattrName(name: string): string {
  return printableName(Buffer.from(name, "latin1"));
}

function xattrText(value: Uint8Array): string {
  const start = value.subarray(0, LONGEST_VALUE);
  const more = value.length > LONGEST_VALUE ? ` … (${value.length} B)` : "";
  const { text, exact } = decodeName(start);
  const isText = exact && escapeText(text) === text;
  return (isText ? `"${text}"` : Buffer.from(start).toString("hex")) + more;
}
