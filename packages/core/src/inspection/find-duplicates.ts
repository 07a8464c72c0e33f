/** Files that a container sees at several paths, as several files, with the same content. */
import { ContentHash } from "../layer/content-hash.ts";
import { throwIfAborted } from "../model/errors.ts";
import { Turns } from "../model/turns.ts";
import { Bodies } from "../tree/bodies.ts";
import type { HistoryTree } from "../tree/history-tree.ts";
import type { InspectOptions } from "../tree/inspect-files.ts";
import type { ScannedImage } from "../tree/scan-image.ts";
import type { Duplicate } from "./duplicates.ts";
import { filesOfEqualSize, type Group, Grouping } from "./equal-sizes.ts";

/**
 * Finds the files that a container sees several times, small ones left out ({@link ./equal-sizes.ts}). Equal size and equal
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
  const groups = await turns.finish(filesOfEqualSize(tree));
  const tars = contents.map((content) => content?.tar);
  const equal = await equalOnes(groups, new Bodies(tree, tars), turns);
  return equal
    .map((inodes): Duplicate => ({ bytes: sizeOf(tree, inodes[0]), inodes }))
    .sort((one, other) => savingOf(other) - savingOf(one) || one.inodes[0] - other.inodes[0]);
}

/** Bytes that would not be stored if each content were stored once. */
export function savingOf({ bytes, inodes }: Duplicate): number {
  return bytes * (inodes.length - 1);
}

function sizeOf(tree: HistoryTree, inode: number): number {
  return tree.entriesOf(inode).size[tree.indexOf(inode)] as number;
}

/** Of files of equal size: those that are equal. */
async function equalOnes(groups: readonly Group[], bodies: Bodies, turns: Turns): Promise<Group[]> {
  const alike: Group[] = [];
  const equal: Group[] = [];
  await turns.inParts(groups, (group) => {
    if (!group.every((inode) => bodies.isPlain(inode) && !bodies.isHashed(inode))) {
      alike.push(group);
      return;
    }
    for (const sameStart of groupBy(group, (inode) => bodies.startOf(inode))) {
      const [one, other, third] = sameStart;
      if (third !== undefined) alike.push(sameStart);
      else if (bodies.equal(one, other) === true) equal.push(sameStart);
    }
  });
  if (alike.length === 0) return equal;
  const hash = await ContentHash.create();
  await turns.inParts(alike, (group) => {
    equal.push(...groupBy(group, (inode) => bodies.hash(inode, hash)));
  });
  return equal;
}

/** Those without a key are left out. */
function groupBy<K>(inodes: Group, keyOf: (inode: number) => K | undefined): Group[] {
  const grouping = new Grouping<K>();
  for (const inode of inodes) {
    const key = keyOf(inode);
    if (key !== undefined) grouping.add(key, inode);
  }
  return grouping.groups();
}
