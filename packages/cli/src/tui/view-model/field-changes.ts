/** What of a path changed between two layers, old and new value as text. */
import { type FileEntry, type MetadataField, printableName, type Xattrs } from "@layerscope/core";

export interface FieldChange {
  readonly name: "type" | "target" | "mode" | "owner" | "mtime" | "xattrs";
  /** Safe to print; so is `after`. */
  readonly before: string;
  readonly after: string;
}

/** How many names of attributes are told before the rest is counted. */
const NAMED = 3;

/**
 * What differs between two entries of one path.
 * @param fields metadata that counts as changed: where a layer brings other content, time and attributes say nothing
 */
export function fieldChanges(before: FileEntry, after: FileEntry, fields: readonly MetadataField[]): FieldChange[] {
  const changes: FieldChange[] = [];
  const add = (name: FieldChange["name"], was: string, is: string): void => {
    if (was !== is) changes.push({ name, before: was, after: is });
  };
  add("type", before.type, after.type);
  if (before.type === after.type) add("target", targetText(before), targetText(after));
  add("mode", modeDigits(before.mode), modeDigits(after.mode));
  add("owner", ownerText(before), ownerText(after));
  if (fields.includes("mtime")) {
    const withFraction = before.mtime === after.mtime;
    add("mtime", timeText(before, withFraction), timeText(after, withFraction));
  }
  if (fields.includes("xattrs")) addXattrs(changes, before.xattrs, after.xattrs);
  return changes;
}

/** `0644`: permission bits in octal. */
function modeDigits(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

/** `1000:1000`. */
function ownerText({ uid, gid }: Pick<FileEntry, "uid" | "gid">): string {
  return `${uid}:${gid}`;
}

function targetText({ linkTarget, device }: FileEntry): string {
  if (device) return `${device.major}:${device.minor}`;
  return linkTarget ? printableName(linkTarget) : "";
}

/** `2024-05-01 12:00:05` in UTC; seconds where a calendar has no such time. */
function timeText({ mtime, mtimeNanos }: FileEntry, withFraction: boolean): string {
  const date = new Date(mtime * 1000);
  const fraction = withFraction ? `.${String(mtimeNanos).padStart(9, "0")}` : "";
  if (Number.isNaN(date.getTime())) return `${mtime}${fraction} s`;
  return `${date.toISOString().slice(0, -5).replace("T", " ")}${fraction}`;
}

/** Names of the attributes that differ; their values are bytes that tell a reader nothing. */
function addXattrs(changes: FieldChange[], before: Xattrs | undefined, after: Xattrs | undefined): void {
  const names = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])]);
  const differing = [...names].filter((name) => !sameValue(before?.get(name), after?.get(name)));
  const listed = (xattrs: Xattrs | undefined): string => {
    const there = differing.filter((name) => xattrs?.has(name));
    const shown = there.slice(0, NAMED).map((name) => printableName(Buffer.from(name, "latin1")));
    const more = there.length - shown.length;
    return there.length === 0 ? "none" : `${shown.join(" ")}${more > 0 ? ` and ${more} more` : ""}`;
  };
  if (differing.length === 0) return;
  const was = listed(before);
  const is = listed(after);
  changes.push({ name: "xattrs", before: was, after: was === is ? "other values" : is });
}

function sameValue(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  return one !== undefined && other !== undefined && Buffer.compare(one, other) === 0;
}
