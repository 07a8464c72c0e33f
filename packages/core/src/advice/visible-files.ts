/** The files that a container sees. Most of very many are never asked for, so each is only made when it is. */
import { ROOT } from "../layer/path-table.ts";
import { type HistoryTree, LOSS } from "../tree/history-tree.ts";
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

  /** Those of so many bytes or more, which is not 0, in the order of their first names. */
  ofSize(least: number): VisibleFile[] {
    const { layers, entryBase } = this.#tree;
    const found: VisibleFile[] = [];
    for (const [layer, { size, count }] of layers.entries()) {
      for (let index = 0; index < count; index++) {
        if ((size[index] as number) < least) continue;
        const file = this.of((entryBase[layer] as number) + index);
        if (file) found.push(file);
      }
    }
    return found.sort(({ nodes: [one = ROOT] }, { nodes: [other = ROOT] }) => one - other);
  }

  #namesOf(inode: number): readonly number[] {
    this.#linked ??= this.#findLinked();
    return this.#linked.get(inode) ?? [];
  }

  /** The names of the files that have several, or another one than they were stored with. */
  #findLinked(): Map<number, number[]> {
    const linked = new Map<number, number[]>();
    const tree = this.#tree;
    const reader = this.#reader;
    for (let node = ROOT + 1; node < tree.paths.size; node++) {
      if (!reader.read(tree.newestRevision(node)) || reader.size === 0) continue;
      const { inode, entry } = reader;
      if (inode === entry && tree.nameCountOf(inode) === 1) continue;
      const names = linked.get(inode);
      if (names) names.push(node);
      else linked.set(inode, [node]);
    }
    return linked;
  }
}
