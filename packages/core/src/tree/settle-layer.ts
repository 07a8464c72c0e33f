/**
 * A layer by itself, before it meets the ones below: which inode each member names, and which members count. A tar may
 * hold a path twice, or a file with something below it; the members then act in order, as if the layer were unpacked
 * into an empty directory.
 */
import { FLAG, type LayerEntries } from "../layer/layer-entries.ts";
import { type PathTable, ROOT } from "../layer/path-table.ts";
import { TYPE } from "../model/entry.ts";

/** What becomes of a member within its own layer. */
export const FATE = {
  /** It is what the layer says about its path. */
  KEPT: 0,
  /** A later member of the layer has the same path. */
  REPEATED: 1,
  /** A later member stands above or below it where both cannot be; or it is no path at all. */
  BURIED: 2,
} as const;

export interface SettledLayer {
  /**
   * For each member: the member of this layer that stores its inode. A negative number -(t + 1) says that hard link t
   * found its target neither before nor after it, so the layers below decide.
   */
  readonly inode: Int32Array;
  /** For each member one of {@link FATE}. */
  readonly fate: Uint8Array;
}

/** Arrays over the nodes of the path table, used again for every layer; a value counts only with the layer's stamp. */
export class SettleScratch {
  /** Newest member of the layer at a node, plus the layer's offset. */
  current: Float64Array<ArrayBuffer> = new Float64Array(0);
  /** Last member at a node that is not a directory, likewise. */
  blocked: Float64Array<ArrayBuffer> = new Float64Array(0);
  /** The stamp of a layer that has members below the node. */
  below: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  #stamp = 0;
  #offset = 1;
  #nextOffset = 1;

  /** Makes room, and makes all old values void. */
  begin(nodes: number, members: number): { stamp: number; offset: number } {
    if (this.below.length < nodes) {
      const capacity = Math.max(nodes, this.below.length * 2);
      const current = new Float64Array(capacity);
      current.set(this.current);
      this.current = current;
      const blocked = new Float64Array(capacity);
      blocked.set(this.blocked);
      this.blocked = blocked;
      const below = new Uint32Array(capacity);
      below.set(this.below);
      this.below = below;
    }
    this.#offset = this.#nextOffset;
    this.#nextOffset += members;
    return { stamp: ++this.#stamp, offset: this.#offset };
  }

  /** The last member that the layer settled last has at a node; negative for none. */
  memberAt(node: number): number {
    return (this.current[node] as number) - this.#offset;
  }
}

/** Settles the members of a layer among themselves. Time and memory are linear in the members and their depth. */
export function settleLayer(entries: LayerEntries, paths: PathTable, scratch: SettleScratch): SettledLayer {
  const { stamp, offset } = scratch.begin(paths.size, entries.count);
  const inode = resolveLinks(entries, scratch, offset);
  const fate = decideFates(entries, paths, scratch, stamp, offset);
  return { inode, fate };
}

/**
 * A link names the nearest member before it that has the target's path; else the last one after it; else what the
 * layers below have. Directories have one name only.
 */
function resolveLinks(entries: LayerEntries, { current }: SettleScratch, offset: number): Int32Array {
  const inode = new Int32Array(entries.count);
  const open: number[] = [];
  for (let index = 0; index < entries.count; index++) {
    const type = entries.type[index] as number;
    inode[index] = index;
    if (type === TYPE.DIRECTORY) continue;
    if (type === TYPE.LINK) {
      const target = (current[entries.link[index] as number] as number) - offset;
      if (target < 0) open.push(index);
      inode[index] = target < 0 ? -(index + 1) : (inode[target] as number);
    }
    current[entries.node[index] as number] = index + offset;
  }
  if (open.length > 0) resolveForward(entries, open, inode);
  return inode;
}

function resolveForward(entries: LayerEntries, open: readonly number[], inode: Int32Array): void {
  const last = new Map<number, number>();
  for (const index of open) last.set(entries.link[index] as number, -1);
  for (let index = 0; index < entries.count; index++) {
    const type = entries.type[index];
    const node = entries.node[index] as number;
    if (type !== TYPE.DIRECTORY && type !== TYPE.LINK && last.has(node)) last.set(node, index);
  }
  for (const index of open) {
    const found = last.get(entries.link[index] as number) ?? -1;
    if (found >= 0) inode[index] = found;
  }
  // What was linked to such a link has its inode.
  for (let index = 0; index < entries.count; index++) {
    const through = -(inode[index] as number) - 1;
    if (through >= 0) inode[index] = inode[through] as number;
  }
}

function decideFates(
  entries: LayerEntries,
  paths: PathTable,
  { current, blocked, below }: SettleScratch,
  stamp: number,
  offset: number,
): Uint8Array {
  const { count, node: nodes, type: types, flags } = entries;
  for (let index = 0; index < count; index++) current[nodes[index] as number] = index + offset;
  const fate = new Uint8Array(count);
  // From the last member to the first: whatever was met before comes later in the tar, and wins.
  let irregular = false;
  for (let index = count - 1; index >= 0; index--) {
    const node = nodes[index] as number;
    const isDirectory = types[index] === TYPE.DIRECTORY;
    if (((flags[index] as number) & FLAG.HOUSEKEEPING) !== 0 || (node === ROOT && !isDirectory)) {
      fate[index] = FATE.BURIED;
      continue;
    }
    let buried = false;
    for (let above = paths.parentOf(node); above !== ROOT && node !== ROOT; above = paths.parentOf(above)) {
      if ((blocked[above] as number) - offset > index) buried = true;
      // Members before this one saw to everything further up, unless the layer is odd.
      if (below[above] === stamp && !irregular) break;
      below[above] = stamp;
    }
    const hasBelow = below[node] === stamp;
    if (!isDirectory) {
      if ((blocked[node] as number) < offset) blocked[node] = index + offset;
      if (hasBelow) irregular = true;
    }
    if (buried) irregular = true;
    if (current[node] !== index + offset) fate[index] = FATE.REPEATED;
    else if (buried || (!isDirectory && hasBelow)) fate[index] = FATE.BURIED;
  }
  return fate;
}
