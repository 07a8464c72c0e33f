/** What happened to a path between two of its revisions. */
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

const ADDED: Comparison = { change: "added", fields: [] };
const REMOVED: Comparison = { change: "removed", fields: [] };
const MODIFIED: Comparison = { change: "modified", fields: [] };
const IDENTICAL: Comparison = { change: "identical", fields: [] };

/** The mode engines give to a directory that only something below it implies. */
const IMPLICIT_MODE = 0o755;

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
  if (!sameContent(tree, classes, before, after)) return MODIFIED;
  const fields = differingFields(tree, before, after);
  return fields.length === 0 ? IDENTICAL : { change: "metadata", fields };
}

function inodeBehind(tree: HistoryTree, revision: number): number | undefined {
  return tree.revisionKind(revision) === REVISION.ENTRY ? tree.inodeOf(tree.revisionEntry(revision)) : undefined;
}

/** Same type, and the same content, link target or device. */
function sameContent(tree: HistoryTree, classes: ContentClasses, before: number, after: number): boolean {
  const one = inodeBehind(tree, before);
  const other = inodeBehind(tree, after);
  if (one === undefined || other === undefined) return tree.isDirectory(before) && tree.isDirectory(after);
  if (one === other) return true;
  const a = tree.locate(one);
  const b = tree.locate(other);
  // A hard link that names nothing counts as an empty file.
  const type = entryTypeName(a.entries.type[a.index] as number);
  if (type !== entryTypeName(b.entries.type[b.index] as number)) return false;
  switch (type) {
    case "file": {
      const size = a.entries.size[a.index] as number;
      return size === b.entries.size[b.index] && (size === 0 || classes.same(one, other));
    }
    case "symlink":
      return Buffer.compare(a.entries.linkTextOf(a.index), b.entries.linkTextOf(b.index)) === 0;
    case "char":
    case "block":
      return (
        a.entries.link[a.index] === b.entries.link[b.index] &&
        a.entries.linkSize[a.index] === b.entries.linkSize[b.index]
      );
    default:
      return true;
  }
}

function differingFields(tree: HistoryTree, before: number, after: number): MetadataField[] {
  const one = inodeBehind(tree, before);
  const other = inodeBehind(tree, after);
  if (one === other) return [];
  const a = metadataOf(tree, one);
  const b = metadataOf(tree, other);
  const fields: MetadataField[] = [];
  if (a.mode !== b.mode) fields.push("mode");
  if (a.uid !== b.uid || a.gid !== b.gid) fields.push("owner");
  if (!sameTime(a, b)) fields.push("mtime");
  if (!sameXattrs(a.xattrs, b.xattrs)) fields.push("xattrs");
  return fields;
}

interface Metadata {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Undefined for a directory that is only implied: nobody set its time. */
  readonly mtime: number | undefined;
  readonly mtimeNanos: number;
  readonly xattrs: Xattrs | undefined;
}

const IMPLICIT: Metadata = {
  mode: IMPLICIT_MODE,
  uid: 0,
  gid: 0,
  mtime: undefined,
  mtimeNanos: 0,
  xattrs: undefined,
};

function metadataOf(tree: HistoryTree, inode: number | undefined): Metadata {
  if (inode === undefined) return IMPLICIT;
  const { entries, index } = tree.locate(inode);
  return {
    mode: entries.mode[index] as number,
    uid: entries.uid[index] as number,
    gid: entries.gid[index] as number,
    mtime: entries.mtime[index] as number,
    mtimeNanos: entries.mtimeNanos[index] as number,
    xattrs: entries.xattrs.get(index),
  };
}

/** Engines cut fractions off when they write a layer, so a time without one equals any within its second. */
function sameTime(a: Metadata, b: Metadata): boolean {
  if (a.mtime === undefined || b.mtime === undefined) return true;
  if (a.mtime !== b.mtime) return false;
  return a.mtimeNanos === b.mtimeNanos || a.mtimeNanos === 0 || b.mtimeNanos === 0;
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
  if (tree.revisionKind(revision) === REVISION.IMPLICIT) {
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
      layer: tree.revisionLayer(revision),
      inode: -1,
      implicit: true,
    };
  }
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
