/** Paths of which bytes are wasted, as rows of the tree that shows only those. */
import {
  type Change,
  compareView,
  type FileEntry,
  type HistoryTree,
  type MetadataField,
  ROOT,
  type WasteCause,
} from "@layerscope/core";
import type { Subject } from "../subject.ts";
import { recordsOfNode } from "./waste-index.ts";

/** What a row says of a path. */
export interface PathDescription {
  readonly entry: FileEntry;
  readonly change: Change | undefined;
  readonly fields: readonly MetadataField[];
  /** The layer that brought the path as it is, or removed it. */
  readonly layer: number;
}

/** A path of which bytes are wasted: what it was when they were stored, and what became of it. */
export function describeWasted(subject: Subject, tree: HistoryTree, node: number): PathDescription {
  const waste = subject.analysis?.accounts.waste;
  const [place = -1] = recordsOfNode(subject, node);
  const record = waste?.at(place);
  const inode = waste?.inodeAt(place);
  if (!record || inode === undefined) {
    const now = compareView(tree, subject.classes, -1, subject.layers.length - 1).row(node);
    return { entry: (now ?? rootRow(tree, subject)).entry, change: undefined, fields: [], layer: 0 };
  }
  const { cause, fields, storedIn, hiddenBy } = record;
  return { entry: storedFile(tree, inode, storedIn), change: CHANGE_OF_CAUSE[cause], fields, layer: hiddenBy };
}

/** A file as its layer stored it, which need not be there in any snapshot. */
function storedFile(tree: HistoryTree, inode: number, layer: number): FileEntry {
  const entries = tree.entriesOf(inode);
  const at = tree.indexOf(inode);
  return {
    type: "file",
    mode: entries.mode[at] as number,
    uid: entries.uid[at] as number,
    gid: entries.gid[at] as number,
    size: entries.size[at] as number,
    mtime: entries.mtime[at] as number,
    mtimeNanos: entries.mtimeNanos[at] as number,
    linkTarget: undefined,
    xattrs: entries.xattrs.get(at),
    device: undefined,
    layer,
    inode,
    implicit: false,
  };
}

function rootRow(tree: HistoryTree, { classes, layers }: Subject): { readonly entry: FileEntry } {
  return compareView(tree, classes, -1, layers.length - 1).row(ROOT) as { readonly entry: FileEntry };
}

/** What became of a file that is wasted for a cause. */
export const CHANGE_OF_CAUSE: Readonly<Record<WasteCause, Change>> = {
  deleted: "removed",
  hidden: "removed",
  rewritten: "modified",
  metadata: "metadata",
  identical: "identical",
  "duplicate-member": "identical",
};
