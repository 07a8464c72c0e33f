/**
 * A second opinion on the overlay rules and the accounting: plain maps, copied for every layer,
 * and no thought of speed. It shares no code with the packages.
 */
import { implicitDirectory, type OwnLayer, readLayer, type StoredFile } from "./model-layer.ts";
import { ancestors, isBelow } from "./model-paths.ts";
import type {
  Cause,
  Change,
  Diagnostic,
  Inode,
  ModelMember,
  ModelResult,
  Snapshot,
  WasteRecord,
} from "./model-types.ts";

export function overlayModel(layers: ModelMember[][]): ModelResult {
  const snapshots: Snapshot[] = [];
  const changes: Array<Map<string, Change>> = [];
  const own: OwnLayer[] = [];
  const stored: StoredFile[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [k, members] of layers.entries()) {
    const lower = snapshots[k - 1] ?? new Map();
    const layer = readLayer(members, lower, k);
    const upper = apply(lower, layer);
    own.push(layer);
    snapshots.push(upper);
    changes.push(changesBetween(lower, upper, layer));
    stored.push(...layer.stored);
    diagnostics.push(...layer.diagnostics);
  }
  const visible = new Set(snapshots.at(-1)?.values() ?? []);
  let finalBytes = 0;
  for (const inode of visible) finalBytes += inode.size;
  let storedBytes = 0;
  for (const { inode } of stored) storedBytes += inode.size;
  const files = stored
    .filter(({ inode }) => inode.size > 0)
    .map((file) => ({
      path: firstName(file, own),
      layer: file.layer,
      bytes: file.inode.size,
      waste: visible.has(file.inode) ? undefined : wasteRecord(file, snapshots, own),
    }));
  const waste = files.flatMap((file) => file.waste ?? []);
  return { snapshots, changes, storedBytes, finalBytes, files, waste, diagnostics };
}

/** Of the names that its own layer gives a file the first one, directories before what is in them. */
function firstName({ inode, path, layer }: StoredFile, own: OwnLayer[]): string {
  const names = [...(own[layer]?.entries ?? [])].filter(([, other]) => other === inode).map(([name]) => name);
  const order = (name: string): string => name.replaceAll("/", "\0");
  return names.sort((a, b) => (order(a) < order(b) ? -1 : 1))[0] ?? path;
}

function apply(lower: Snapshot, layer: OwnLayer): Snapshot {
  const upper: Snapshot = new Map();
  for (const [path, inode] of lower) {
    if (layer.whiteouts.some((gone) => path === gone || isBelow(path, gone))) continue;
    if (layer.opaques.some((directory) => isBelow(path, directory))) continue;
    upper.set(path, inode);
  }
  for (const [path, inode] of layer.entries) {
    if (inode.type === "directory") continue;
    for (const other of [...upper.keys()]) if (isBelow(other, path)) upper.delete(other);
  }
  for (const [path, inode] of layer.entries) upper.set(path, inode);
  for (const path of layer.entries.keys()) {
    for (const parent of ancestors(path)) {
      if (upper.get(parent)?.type !== "directory") upper.set(parent, implicitDirectory());
    }
  }
  return upper;
}

function changesBetween(lower: Snapshot, upper: Snapshot, layer: OwnLayer): Map<string, Change> {
  const changes = new Map<string, Change>();
  for (const path of [...new Set([...lower.keys(), ...upper.keys()])].sort()) {
    const before = lower.get(path);
    const after = upper.get(path);
    if (before === after && !layer.entries.has(path)) continue;
    if (!before) changes.set(path, "added");
    else if (!after) changes.set(path, "removed");
    else changes.set(path, compare(before, after));
  }
  return changes;
}

export function compare(before: Inode, after: Inode): "modified" | "metadata" | "identical" {
  const same =
    before.type === after.type &&
    before.size === after.size &&
    before.content === after.content &&
    before.link === after.link &&
    before.rdev === after.rdev;
  if (!same) return "modified";
  return sameMetadata(before, after) ? "identical" : "metadata";
}

function sameMetadata(a: Inode, b: Inode): boolean {
  return a.mode === b.mode && a.uid === b.uid && a.gid === b.gid && a.xattrs === b.xattrs && sameTime(a.mtime, b.mtime);
}

/** An implicit directory has no time to compare; a time without a fraction is a rounded one. */
function sameTime(a: number | undefined, b: number | undefined): boolean {
  if (a === undefined || b === undefined) return true;
  if (Number.isInteger(a) || Number.isInteger(b)) return Math.floor(a) === Math.floor(b);
  return a === b;
}

function wasteRecord(file: StoredFile, snapshots: Snapshot[], own: OwnLayer[]): WasteRecord {
  const { inode } = file;
  const record = { bytes: inode.size, storedIn: file.layer };
  const last = snapshots.findLastIndex((snapshot) => [...snapshot.values()].includes(inode));
  if (last === -1) {
    const cause: Cause = file.isEntry && file.again ? "duplicate-member" : "hidden";
    return { ...record, path: file.path, cause, hiddenBy: file.layer };
  }
  const before = snapshots[last] ?? new Map();
  const after = snapshots[last + 1] ?? new Map();
  const names = [...before.keys()].filter((path) => before.get(path) === inode).sort();
  const path = names.includes(file.path) ? file.path : (names[0] ?? file.path);
  const whiteouts = own[last + 1]?.whiteouts ?? [];
  const cause = causeOf(path, inode, after, whiteouts);
  return { ...record, path, cause, hiddenBy: last + 1 };
}

function causeOf(path: string, inode: Inode, after: Snapshot, whiteouts: string[]): Cause {
  const successor = after.get(path);
  if (!successor) {
    const named = whiteouts.some((gone) => path === gone || isBelow(path, gone));
    return named ? "deleted" : "hidden";
  }
  const change = compare(inode, successor);
  return change === "modified" ? "rewritten" : change;
}
