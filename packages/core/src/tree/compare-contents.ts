/**
 * Finds out which files that follow one another under a path, with equal sizes, have the same content: what tells a
 * rewritten file from one whose metadata changed. Only the bodies that this needs are read, and a difference ends the
 * comparison.
 */
import { ContentHash } from "../layer/content-hash.ts";
import { NONE } from "../layer/path-table.ts";
import { TYPE } from "../model/entry.ts";
import { Turns } from "../model/turns.ts";
import { Bodies, type Tars } from "./bodies.ts";
import { ContentClasses } from "./content-classes.ts";
import { type HistoryTree, REVISION } from "./history-tree.ts";

export interface CompareOptions {
  /** By layer: the uncompressed tar, where bodies can be read at any offset. */
  readonly tars: Tars;
  readonly signal?: AbortSignal | undefined;
  /** Called now and then. */
  readonly onProgress?: (() => void) | undefined;
}

export interface ComparedContents {
  readonly classes: ContentClasses;
  /** Bytes of file contents that were read for it. */
  readonly bytesCompared: number;
}

/** Compares what the tree asks for. @throws LayerscopeError `unreadable`, `aborted` */
export async function compareContents(tree: HistoryTree, options: CompareOptions): Promise<ComparedContents> {
  const classes = new ContentClasses();
  classes.grow(tree.entryCount);
  const { pairs, groups } = findEqualSizes(tree);
  const bodies = new Bodies(tree, options.tars);
  const turns = new Turns(options);
  for (let start = 0; start < pairs.length; start += PAIRS_AT_A_TIME * 2) {
    comparePairs(pairs, start, bodies, classes, groups);
    if (turns.isLong()) await turns.next();
  }
  // Loading the hash takes longer than scanning a small image.
  const hash = groups.length > 0 ? await ContentHash.create() : undefined;
  for (const group of hash ? groups : []) {
    const byHash = new Map<bigint, number>();
    for (const inode of group) {
      const digest = hash && bodies.hash(inode, hash);
      if (digest === undefined) continue;
      const first = byHash.get(digest);
      if (first === undefined) byHash.set(digest, inode);
      else classes.join(first, inode);
      if (turns.isLong()) await turns.next();
    }
  }
  return { classes, bytesCompared: bodies.bytesCompared };
}

/** Pairs between two looks at the clock. (A loop that awaits is slow: it leaves its optimised code each time.) */
const PAIRS_AT_A_TIME = 32;

function comparePairs(
  pairs: readonly number[],
  start: number,
  bodies: Bodies,
  classes: ContentClasses,
  groups: number[][],
): void {
  const end = Math.min(start + PAIRS_AT_A_TIME * 2, pairs.length);
  for (let index = start; index < end; index += 2) {
    const one = pairs[index] as number;
    const other = pairs[index + 1] as number;
    const equal = bodies.equal(one, other);
    // What cannot be compared byte by byte is compared by its hash.
    if (equal === undefined) groups.push([one, other]);
    else if (equal) classes.join(one, other);
  }
}

/**
 * The inodes that one path had, by equal size. Two are compared with each other; three or more are hashed, so that
 * each is read once however many there are.
 */
function findEqualSizes(tree: HistoryTree): { pairs: number[]; groups: number[][] } {
  const pairs: number[] = [];
  const groups: number[][] = [];
  const known = new Set<number>();
  const addPair = (one: number, other: number): void => {
    // Two inodes that share two names are compared once.
    const key = one * tree.entryCount + other;
    if (known.has(key)) return;
    known.add(key);
    pairs.push(one, other);
  };
  for (let revision = 0; revision < tree.revisionCount; revision++) {
    const before = tree.previousRevision(revision);
    if (before === NONE || tree.newestRevision(tree.revisionNode(revision)) !== revision) continue;
    if (tree.previousRevision(before) === NONE) {
      // Nearly all paths that were touched again were so once.
      const one = fileInode(tree, revision);
      const other = one === NONE ? NONE : fileInode(tree, before);
      if (other !== NONE && one !== other && sizeOf(tree, one) === sizeOf(tree, other)) addPair(one, other);
      continue;
    }
    for (const inodes of inodesBySize(tree, revision).values()) {
      const [one, other, third] = inodes;
      if (one === undefined || other === undefined) continue;
      if (third === undefined) addPair(one, other);
      else groups.push([...inodes]);
    }
  }
  return { pairs, groups };
}

function inodesBySize(tree: HistoryTree, newest: number): Map<number, Set<number>> {
  const bySize = new Map<number, Set<number>>();
  for (let revision = newest; revision !== NONE; revision = tree.previousRevision(revision)) {
    const inode = fileInode(tree, revision);
    if (inode === NONE) continue;
    const size = sizeOf(tree, inode);
    const inodes = bySize.get(size);
    if (inodes) inodes.add(inode);
    else bySize.set(size, new Set([inode]));
  }
  return bySize;
}

/** The inode behind a revision when it is a file with content; else `NONE`. */
function fileInode(tree: HistoryTree, revision: number): number {
  if (tree.revisionKind(revision) !== REVISION.ENTRY) return NONE;
  const inode = tree.inodeOf(tree.revisionEntry(revision));
  return tree.typeOf(inode) === TYPE.FILE && sizeOf(tree, inode) > 0 ? inode : NONE;
}

function sizeOf(tree: HistoryTree, inode: number): number {
  return tree.entriesOf(inode).size[tree.indexOf(inode)] as number;
}
