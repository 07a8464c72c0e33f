/** One layer of a saved report as columns. */
import { LayerEntries } from "../layer/layer-entries.ts";
import { ROOT } from "../layer/path-table.ts";
import { TYPE } from "../model/entry.ts";
import { DEFAULT_LIMITS } from "../model/limits.ts";
import { type KnownLayer, LOSS, REVISION } from "../tree/history-tree.ts";
import { parseJsonTime } from "./json-time.ts";
import { nameBytes, xattrsOf } from "./report-paths.ts";
import type { ReportLayerEntry } from "./schema.ts";

/** What a member of a tar stored. */
export interface StoredInode {
  readonly layer: number;
  /** The first path that names it; the record's for a file that never had a path. */
  readonly node: number;
  /** Undefined for a file that never had a path. */
  readonly entry: ReportLayerEntry | undefined;
  readonly bytes: number;
  readonly loss: number;
  /** The path that its loss is recorded under. */
  lossNode: number | undefined;
  /** Its entry, numbered through all layers, once the layer is built. */
  number: number;
}

export interface LayerPlan {
  // By revision: the path, the kind, and the inode where the kind is `ENTRY`.
  readonly nodes: number[];
  readonly kinds: number[];
  readonly inodes: (StoredInode | undefined)[];
  /** Those that this layer stores, and a path of it names. */
  readonly stored: StoredInode[];
  /** Those that this layer stores and no path of the last snapshot names, as far as they have a size; in tar order. */
  readonly wasted: StoredInode[];
  /** Those of older layers that are wasted since this one. */
  readonly hidden: StoredInode[];
}

export function newPlan(): LayerPlan {
  return { nodes: [], kinds: [], inodes: [], stored: [], wasted: [], hidden: [] };
}

/**
 * The layer, its members in an order that gives the same waste again.
 * @param base number of its first entry through all layers
 * @returns undefined when it cannot have so few members
 */
export function buildLayer(plan: LayerPlan, entryCount: number, base: number): KnownLayer | undefined {
  const { nodes, kinds, inodes: revisionInodes } = plan;
  const entries = new LayerEntries(DEFAULT_LIMITS, Math.max(1, entryCount));
  const inodes = new Uint32Array(entryCount);
  const members = new Uint32Array(nodes.length);
  const losses = new Map<number, number>();
  const append = (node: number, type: number, inode?: number): number => {
    const index = entries.append();
    entries.node[index] = node;
    entries.type[index] = type;
    inodes[index] = inode ?? base + index;
    return index;
  };
  const { wasted, stored } = plan;
  for (const inode of [...wasted, ...stored.filter(({ lossNode }) => lossNode === undefined)]) {
    if (entries.count === entryCount) return undefined;
    const index = append(inode.node, inode.entry ? TYPES[inode.entry.type] : TYPE.FILE);
    inode.number = base + index;
    if (inode.entry) fill(entries, index, inode.entry);
    else entries.size[index] = inode.bytes;
    if (inode.loss !== LOSS.NONE) losses.set(index, inode.loss);
  }
  const isNamed = new Uint8Array(entries.count);
  for (const [at, node] of nodes.entries()) {
    const inode = revisionInodes[at];
    if (kinds[at] !== REVISION.ENTRY || !inode) continue;
    const own = inode.number - base;
    if (own >= 0 && isNamed[own] === 0) {
      isNamed[own] = 1;
      members[at] = own;
    } else {
      if (entries.count === entryCount) return undefined;
      const link = append(node, TYPE.LINK, inode.number);
      entries.link[link] = inode.node;
      members[at] = link;
    }
  }
  // Members that left no trace but their number: a report need not say more of them.
  while (entries.count < entryCount) append(ROOT, TYPE.DIRECTORY);
  return {
    entries,
    inodes,
    nodes: Uint32Array.from(nodes),
    kinds: Uint8Array.from(kinds),
    members,
    losses,
    lossNodes: new Map(plan.hidden.map(({ number, node, lossNode }) => [number, lossNode ?? node])),
  };
}

const TYPES: Readonly<Record<ReportLayerEntry["type"], number>> = {
  file: TYPE.FILE,
  directory: TYPE.DIRECTORY,
  symlink: TYPE.SYMLINK,
  char: TYPE.CHAR,
  block: TYPE.BLOCK,
  fifo: TYPE.FIFO,
};

function fill(entries: LayerEntries, index: number, entry: ReportLayerEntry): void {
  const { seconds, nanos } = parseJsonTime(entry);
  entries.mode[index] = Number.parseInt(entry.mode, 8);
  entries.uid[index] = entry.uid;
  entries.gid[index] = entry.gid;
  entries.size[index] = entry.size;
  entries.mtime[index] = seconds;
  entries.mtimeNanos[index] = nanos;
  const xattrs = xattrsOf(entry);
  if (xattrs) entries.setXattrs(index, xattrs);
  if (entry.type === "symlink") {
    const target = nameBytes(entry.linkTarget ?? "", entry.linkTargetBase64);
    entries.setLinkText(index, target, 0, target.length);
  } else if (entry.device) {
    entries.link[index] = entry.device.major;
    entries.linkSize[index] = entry.device.minor;
  }
}
