/** What happened to a path between two of its revisions. */
import type { LayerEntries } from "../layer/layer-entries.ts";
import { NONE } from "../layer/path-table.ts";
import { entryTypeName, type FileEntry, TYPE, type Xattrs } from "../model/entry.ts";
import type { ContentClasses } from "./content-classes.ts";
import { type HistoryTree, REVISION } from "./history-tree.ts";

/** What a layer, or a span of layers, did to a path. `unchanged` paths were not touched. */
export type Change = "added" | "modified" | "metadata" | "identical" | "removed";

/** Which parts of the metadata differ. */
export type MetadataField = "mode" | "owner" | "mtime" | "xattrs";

export interface Comparison {
  readonly change: Change;
  /** Only where `change` is `metadata`. */
  readonly fields: readonly MetadataField[];
}

const FIELDS: readonly MetadataField[] = ["mode", "owner", "mtime", "xattrs"];

/** By a mask with one bit for each of {@link FIELDS}: made once, since large images have very many. */
const METADATA: readonly Comparison[] = Array.from({ length: 1 << FIELDS.length }, (_, mask) => ({
  change: "metadata",
  fields: FIELDS.filter((_field, bit) => (mask & (1 << bit)) !== 0),
}));

const ADDED: Comparison = { change: "added", fields: [] };
const REMOVED: Comparison = { change: "removed", fields: [] };
const MODIFIED: Comparison = { change: "modified", fields: [] };
const IDENTICAL: Comparison = { change: "identical", fields: [] };

/** The mode engines give to a directory that only something below it implies. */
export const IMPLICIT_MODE = 0o755;

/**
 * Compares a path at two revisions of it, either of which may be a removal or `NONE`.
 * @returns undefined when the path is there in neither
 */
export function compareRevisions(
  tree: HistoryTree,
  classes: ContentClasses,
  before: number,
  after: number,
): Comparison | undefined {
  const was = tree.isPresent(before);
  const is = tree.isPresent(after);
  if (!was) return is ? ADDED : undefined;
  if (!is) return REMOVED;
  const one = inodeBehind(tree, before);
  const other = inodeBehind(tree, after);
  if (one === undefined || other === undefined) {
    if (!tree.isDirectory(before) || !tree.isDirectory(after)) return MODIFIED;
    const listed = one ?? other;
    return ofMask(listed === undefined ? 0 : fieldsBesideImplicit(tree, listed));
  }
  if (one === other) return IDENTICAL;
  // Large images have very many of these, so each entry is looked for once.
  const layer = layerOfInode(tree, before, one);
  const otherLayer = layerOfInode(tree, after, other);
  const a = tree.layers[layer] as LayerEntries;
  const b = tree.layers[otherLayer] as LayerEntries;
  const at = one - (tree.entryBase[layer] as number);
  const bt = other - (tree.entryBase[otherLayer] as number);
  if (!looksSame(a, at, b, bt)) return MODIFIED;
  // Only files have a size.
  if (a.size[at] !== 0 && !classes.same(one, other)) return MODIFIED;
  return ofMask(differingFields(a, at, b, bt));
}

function ofMask(mask: number): Comparison | undefined {
  return mask === 0 ? IDENTICAL : METADATA[mask];
}

function inodeBehind(tree: HistoryTree, revision: number): number | undefined {
  return tree.revisionKind(revision) === REVISION.ENTRY ? tree.inodeOf(tree.revisionEntry(revision)) : undefined;
}

/** Only a hard link has its inode in a layer that has to be looked for. */
function layerOfInode(tree: HistoryTree, revision: number, inode: number): number {
  return tree.revisionEntry(revision) === inode ? tree.revisionLayer(revision) : tree.layerOf(inode);
}

/** Same type, and the same size, link target or device. */
function looksSame(a: LayerEntries, at: number, b: LayerEntries, bt: number): boolean {
  // A hard link that names nothing counts as an empty file.
  const type = entryTypeName(a.type[at] as number);
  if (type !== entryTypeName(b.type[bt] as number)) return false;
  switch (type) {
    case "file":
      return a.size[at] === b.size[bt];
    case "symlink":
      return Buffer.compare(a.linkTextOf(at), b.linkTextOf(bt)) === 0;
    case "char":
    case "block":
      return a.link[at] === b.link[bt] && a.linkSize[at] === b.linkSize[bt];
    default:
      return true;
  }
}

/** A mask of {@link FIELDS}. */
function differingFields(a: LayerEntries, at: number, b: LayerEntries, bt: number): number {
  let mask = 0;
  if (a.mode[at] !== b.mode[bt]) mask |= 1;
  if (a.uid[at] !== b.uid[bt] || a.gid[at] !== b.gid[bt]) mask |= 2;
  if (!sameTime(a, at, b, bt)) mask |= 4;
  if ((a.xattrs.size > 0 || b.xattrs.size > 0) && !sameXattrs(a.xattrs.get(at), b.xattrs.get(bt))) mask |= 8;
  return mask;
}

/** A directory that is only implied has what engines give it; nobody set its time. */
function fieldsBesideImplicit(tree: HistoryTree, inode: number): number {
  const entries = tree.entriesOf(inode);
  const index = tree.indexOf(inode);
  let mask = 0;
  if (entries.mode[index] !== IMPLICIT_MODE) mask |= 1;
  if (entries.uid[index] !== 0 || entries.gid[index] !== 0) mask |= 2;
  if (!sameXattrs(entries.xattrs.get(index), undefined)) mask |= 8;
  return mask;
}

/** Engines cut fractions off when they write a layer, so a time without one equals any within its second. */
function sameTime(a: LayerEntries, at: number, b: LayerEntries, bt: number): boolean {
  if (a.mtime[at] !== b.mtime[bt]) return false;
  return a.mtimeNanos[at] === b.mtimeNanos[bt] || a.mtimeNanos[at] === 0 || b.mtimeNanos[bt] === 0;
}

function sameXattrs(a: Xattrs | undefined, b: Xattrs | undefined): boolean {
  if ((a?.size ?? 0) !== (b?.size ?? 0)) return false;
  for (const [name, value] of a ?? []) {
    const other = b?.get(name);
    if (!other || Buffer.compare(value, other) !== 0) return false;
  }
  return true;
}

/** What a path is as of a revision. @returns undefined when it is not there */
export function fileEntry(tree: HistoryTree, revision: number): FileEntry | undefined {
  if (revision === NONE || !tree.isPresent(revision)) return undefined;
  if (tree.revisionKind(revision) === REVISION.IMPLICIT) return implicitDirectory(tree.revisionLayer(revision));
  const inode = tree.inodeOf(tree.revisionEntry(revision));
  const { entries, index } = tree.locate(inode);
  const code = entries.type[index] as number;
  const isDevice = code === TYPE.CHAR || code === TYPE.BLOCK;
  return {
    type: entryTypeName(code),
    mode: entries.mode[index] as number,
    uid: entries.uid[index] as number,
    gid: entries.gid[index] as number,
    size: entries.size[index] as number,
    mtime: entries.mtime[index] as number,
    mtimeNanos: entries.mtimeNanos[index] as number,
    linkTarget: code === TYPE.SYMLINK ? entries.linkTextOf(index) : undefined,
    xattrs: entries.xattrs.get(index),
    device: isDevice ? { major: entries.link[index] as number, minor: entries.linkSize[index] as number } : undefined,
    layer: tree.revisionLayer(revision),
    inode,
    implicit: false,
  };
}

/** A directory that no layer lists, as engines make it; also the root of an image that does not list it. */
export function implicitDirectory(layer: number): FileEntry {
  return {
    type: "directory",
    mode: IMPLICIT_MODE,
    uid: 0,
    gid: 0,
    size: 0,
    mtime: 0,
    mtimeNanos: 0,
    linkTarget: undefined,
    xattrs: undefined,
    device: undefined,
    layer,
    inode: -1,
    implicit: true,
  };
}
