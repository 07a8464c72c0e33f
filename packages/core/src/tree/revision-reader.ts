/** Reads what a path is as of a revision without making an object for each, for passes over all paths. */
import type { LayerEntries } from "../layer/layer-entries.ts";
import { NONE } from "../layer/path-table.ts";
import { type EntryType, entryTypeName } from "../model/entry.ts";
import { IMPLICIT_MODE } from "./compare-revisions.ts";
import { type HistoryTree, REVISION } from "./history-tree.ts";

export class RevisionReader {
  readonly #tree: HistoryTree;
  /** The entry that stores the inode, numbered through all layers; `NONE` for a directory that is only implied. */
  inode: number = NONE;
  /** The entry that gives the inode this name: `inode` itself, but for hard links. */
  entry: number = NONE;
  /** The layer that stores the inode; of a directory that is only implied, the one that implies it. */
  layer = 0;
  #entries: LayerEntries | undefined;
  #index = 0;

  constructor(tree: HistoryTree) {
    this.#tree = tree;
  }

  /**
   * Goes to a revision; the properties are about it until the next call.
   * @returns false, and the properties mean nothing, when the path is not there as of it
   */
  read(revision: number): boolean {
    const tree = this.#tree;
    if (!tree.isPresent(revision)) return false;
    if (tree.revisionKind(revision) === REVISION.IMPLICIT) {
      this.inode = NONE;
      this.entry = NONE;
      this.layer = tree.revisionLayer(revision);
      this.#entries = undefined;
      return true;
    }
    const entry = tree.revisionEntry(revision);
    const inode = tree.inodeOf(entry);
    // Only a hard link has its inode in a layer that has to be looked for.
    const layer = inode === entry ? tree.revisionLayer(revision) : tree.layerOf(inode);
    this.entry = entry;
    this.inode = inode;
    this.layer = layer;
    this.#entries = tree.layers[layer];
    this.#index = inode - (tree.entryBase[layer] as number);
    return true;
  }

  /** A hard link that names nothing counts as an empty file. */
  get type(): EntryType {
    return this.#entries ? entryTypeName(this.#entries.type[this.#index] as number) : "directory";
  }

  /** Bytes of a regular file; 0 for everything else. */
  get size(): number {
    return this.#entries?.size[this.#index] ?? 0;
  }

  /** Permission bits, 0 to 0o7777. */
  get mode(): number {
    return this.#entries?.mode[this.#index] ?? IMPLICIT_MODE;
  }

  get uid(): number {
    return this.#entries?.uid[this.#index] ?? 0;
  }

  get gid(): number {
    return this.#entries?.gid[this.#index] ?? 0;
  }
}
