/** Files that a container sees at several paths, as several files, with the same content. */
import { ContentHash } from "../layer/content-hash.ts";
import { NONE } from "../layer/path-table.ts";
import { TYPE } from "../model/entry.ts";
import { throwIfAborted } from "../model/errors.ts";
import { type Steps, Turns } from "../model/turns.ts";
import { Bodies } from "../tree/bodies.ts";
import type { HistoryTree } from "../tree/history-tree.ts";
import type { InspectOptions } from "../tree/inspect-files.ts";
import { LastSnapshot } from "../tree/last-snapshot.ts";
import type { ScannedImage } from "../tree/scan-image.ts";
import type { Duplicate } from "./duplicates.ts";

/** Smaller files are left out: most files of an image are small, and what they would save is less than looking costs. */
export const SMALLEST_DUPLICATE = 4096;
/** Most files of one size differ this early. In bytes, at most {@link SMALLEST_DUPLICATE}, so that every file has so much. */
const START = 512;

/**
 * Finds the files of at least {@link SMALLEST_DUPLICATE} bytes that a container sees several times. Equal size and equal
 * first bytes only make candidates; then all of the content decides, byte by byte or, of three or more and of contents
 * that passed by, by its hash ({@link ContentHash} says how good that is).
 *
 * What can neither be read at any offset nor was hashed while it passed by is left out, since it cannot be known: contents
 * of absent layers, of the compressed layer of an image that has only one and was scanned without an inspector, and of a saved report.
 * @returns largest saving first
 * @throws LayerscopeError `unreadable`, `aborted`
 */
export async function findDuplicates(image: ScannedImage, options: InspectOptions = {}): Promise<Duplicate[]> {
  const { tree, contents } = image;
  throwIfAborted(options.signal);
  const turns = new Turns(options);
  const groups = await groupBy(await turns.finish(visibleFiles(tree)), (inode) => sizeOf(tree, inode), turns);
  if (groups.length === 0) return [];
  const tars = contents.map((content) => content?.tar);
  const search = new Search(new Bodies(tree, tars), turns);
  const duplicates: Duplicate[] = [];
  for (const group of groups) {
    for (const inodes of await search.equalOnes(group)) duplicates.push({ bytes: sizeOf(tree, inodes[0]), inodes });
  }
  return duplicates.sort((one, other) => savingOf(other) - savingOf(one) || one.inodes[0] - other.inodes[0]);
}

/** Bytes that would not be stored if each content were stored once. */
export function savingOf({ bytes, inodes }: Duplicate): number {
  return bytes * (inodes.length - 1);
}

/** The entries that store what a container sees, oldest first, each once. */
function* visibleFiles(tree: HistoryTree): Steps<number[]> {
  const { name } = LastSnapshot.of(tree);
  const files: number[] = [];
  for (const [layer, { type, size, count }] of tree.layers.entries()) {
    yield;
    const base = tree.entryBase[layer] as number;
    for (let index = 0; index < count; index++) {
      if ((size[index] as number) < SMALLEST_DUPLICATE || type[index] !== TYPE.FILE) continue;
      if (name[base + index] !== NONE) files.push(base + index);
    }
  }
  return files;
}

function sizeOf(tree: HistoryTree, inode: number): number {
  return tree.entriesOf(inode).size[tree.indexOf(inode)] as number;
}

type Group = Duplicate["inodes"];

class Search {
  readonly #bodies: Bodies;
  readonly #turns: Turns;
  #hash: ContentHash | undefined;

  constructor(bodies: Bodies, turns: Turns) {
    this.#bodies = bodies;
    this.#turns = turns;
  }

  /** Of files of one size: those that are equal. */
  async equalOnes(group: Group): Promise<Group[]> {
    const bodies = this.#bodies;
    if (!group.every((inode) => bodies.isPlain(inode) && !bodies.isHashed(inode))) return this.#equalHashes(group);
    const equal: Group[] = [];
    for (const alike of await groupBy(group, (inode) => bodies.startOf(inode, START), this.#turns)) {
      const [one, other, third] = alike;
      if (third !== undefined) equal.push(...(await this.#equalHashes(alike)));
      else if (bodies.equal(one, other) === true) equal.push(alike);
    }
    return equal;
  }

  async #equalHashes(group: Group): Promise<Group[]> {
    this.#hash ??= await ContentHash.create();
    const hash = this.#hash;
    return groupBy(group, (inode) => this.#bodies.hash(inode, hash), this.#turns);
  }
}

/** Those that share a key with another, in their order; those without a key are left out. */
async function groupBy<K>(
  inodes: readonly number[],
  keyOf: (inode: number) => K | undefined,
  turns: Turns,
): Promise<Group[]> {
  const firsts = new Map<K, number>();
  const groups = new Map<K, [number, number, ...number[]]>();
  await turns.inParts(inodes, (inode) => {
    const key = keyOf(inode);
    if (key === undefined) return;
    const first = firsts.get(key);
    const group = groups.get(key);
    if (first === undefined) firsts.set(key, inode);
    else if (group) group.push(inode);
    else groups.set(key, [first, inode]);
  });
  return [...groups.values()];
}
