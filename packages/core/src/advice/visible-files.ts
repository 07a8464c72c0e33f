/** The files that a container sees. Most of very many are never asked for, so each is only made when it is. */
import { type HistoryTree, LOSS, REVISION } from "../tree/history-tree.ts";
import { RevisionReader } from "../tree/revision-reader.ts";

/** A file with content that a container sees. */
export interface VisibleFile {
  /** The entry that stores it. */
  readonly inode: number;
  /** Its names in the last snapshot, in the order of paths. */
  readonly nodes: readonly number[];
  readonly bytes: number;
  /** The layer that stores it. */
  readonly layer: number;
}

export class VisibleFiles {
  readonly #tree: HistoryTree;
  readonly #reader: RevisionReader;
  #linked: ReadonlyMap<number, readonly number[]> | undefined;

  constructor(tree: HistoryTree) {
    this.#tree = tree;
    this.#reader = new RevisionReader(tree);
  }

  /** The one that a path names. */
  at(node: number): VisibleFile | undefined {
    const tree = this.#tree;
    const reader = this.#reader;
    if (!reader.read(tree.newestRevision(node)) || reader.size === 0) return undefined;
    const { inode, layer, size: bytes } = reader;
    return { inode, nodes: tree.nameCountOf(inode) === 1 ? [node] : this.#namesOf(inode), bytes, layer };
  }

  /** The one that an entry stores. */
  of(inode: number): VisibleFile | undefined {
    if (this.#tree.lossOf(inode) !== LOSS.NONE) return undefined;
    const own = this.at(this.#tree.entriesOf(inode).node[this.#tree.indexOf(inode)] as number);
    if (own?.inode === inode) return own;
    const [name] = this.#namesOf(inode);
    return name === undefined ? undefined : this.at(name);
  }

  #namesOf(inode: number): readonly number[] {
    this.#linked ??= this.#findLinked();
    return this.#linked.get(inode) ?? [];
  }

  /** The names of the files that hard links name. */
  #findLinked(): Map<number, number[]> {
    const linked = new Map<number, number[]>();
    const tree = this.#tree;
    for (const [layer, entries] of tree.layers.entries()) {
      const base = tree.entryBase[layer] as number;
      for (const index of entries.hardLinks()) {
        const node = entries.node[index] as number;
        if (!this.#isNamedBy(base + index, node)) continue;
        const inode = tree.inodeOf(base + index);
        const names = linked.get(inode);
        if (names) names.push(node);
        else linked.set(inode, [node]);
      }
    }
    for (const [inode, names] of linked) {
      const own = tree.entriesOf(inode).node[tree.indexOf(inode)] as number;
      if (this.#isNamedBy(inode, own)) names.push(own);
      names.sort((one, other) => tree.paths.comparePaths(one, other));
    }
    return linked;
  }

  /** Whether it is this entry that a container sees at the path. */
  #isNamedBy(entry: number, node: number): boolean {
    const revision = this.#tree.newestRevision(node);
    return this.#tree.revisionKind(revision) === REVISION.ENTRY && this.#tree.revisionEntry(revision) === entry;
  }
}
