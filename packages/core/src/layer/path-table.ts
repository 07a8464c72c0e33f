/**
 * Every path of an image once, whatever the number of layers: a node is a name below a parent node. Names are bytes,
 * compared as bytes. A parent's id is always smaller than its children's, so one pass from the last id to the first
 * visits a tree bottom-up.
 *
 * Columns instead of objects: two million paths take some 100 MB here.
 */
import { LayerscopeError } from "../model/errors.ts";
import type { Limits } from "../model/limits.ts";

/** The root directory's node. */
export const ROOT = 0;
/** No node: also ends lists of children. */
export const NONE = 0xffffffff;

const SLASH = 0x2f;
const DOT = 0x2e;
const DEPTH_OF_CACHE = 64;
const AUFS_PREFIX = Buffer.from(".wh..wh.");

export class PathTable {
  /** Nodes there are; ids run from 0 to `size - 1`. */
  size = 1;
  #parents = new Uint32Array(1024);
  #nameStarts = new Uint32Array(1024);
  #nameLengths = new Uint16Array(1024);
  #hashes = new Uint32Array(1024);
  #housekeeping = new Uint8Array(1024);
  #firstChildren = new Uint32Array(1024).fill(NONE);
  #nextSiblings = new Uint32Array(1024).fill(NONE);
  #names: Buffer = Buffer.alloc(16 * 1024);
  #namesUsed = 0;
  /** Open addressing: node id + 1, 0 where free. */
  #slots = new Uint32Array(2048);
  /** Odd, and not known to whoever made the image, so that names cannot be made to collide. */
  readonly #multiplier = Math.floor(Math.random() * 2 ** 31) * 2 + 1;
  readonly #limits: Limits;

  /** The previous path, raw, and the node reached after each of its slashes: neighbours share most of their path. */
  #last = new Uint8Array(256);
  #lastLength = 0;
  readonly #lastEnds = new Uint32Array(DEPTH_OF_CACHE);
  readonly #lastNodes = new Uint32Array(DEPTH_OF_CACHE);
  #lastDepth = 0;
  /** The first of those slashes that a `..` above the root stands before; it counts for every path that begins so. */
  #lastClamped = DEPTH_OF_CACHE;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  parentOf(node: number): number {
    return this.#parents[node] as number;
  }

  /** Below `parent`, in no particular order; {@link NONE} when there is none. */
  firstChildOf(parent: number): number {
    return this.#firstChildren[parent] as number;
  }

  nextSiblingOf(node: number): number {
    return this.#nextSiblings[node] as number;
  }

  /** Whether a segment of the path begins with `.wh..wh.`: AUFS kept files of its own there, which are not the image's. */
  isHousekeeping(node: number): boolean {
    return this.#housekeeping[node] === 1;
  }

  /** The last segment of the path. Shares memory with the table. */
  nameOf(node: number): Uint8Array {
    const start = this.#nameStarts[node] as number;
    return this.#names.subarray(start, start + (this.#nameLengths[node] as number));
  }

  /** The last segment as text, when it is printable ASCII that needs no escape in JSON, as nearly all are. */
  plainNameOf(node: number): string | undefined {
    const names = this.#names;
    const start = this.#nameStarts[node] as number;
    const end = start + (this.#nameLengths[node] as number);
    for (let index = start; index < end; index++) {
      const byte = names[index] as number;
      if (byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c) return undefined;
    }
    return names.toString("latin1", start, end);
  }

  /** All names one after the other, in the order of their nodes. Shares memory with the table, until the table grows. */
  get nameBytes(): Buffer {
    return this.#names.subarray(0, this.#namesUsed);
  }

  /** Where in {@link nameBytes} a name begins. */
  nameStartOf(node: number): number {
    return this.#nameStarts[node] as number;
  }

  /** Where in {@link nameBytes} a name ends: the index behind its last byte. */
  nameEndOf(node: number): number {
    return (this.#nameStarts[node] as number) + (this.#nameLengths[node] as number);
  }

  /** The first two bytes of the last segment as one number; one alone counts as the second. */
  nameBeginningOf(node: number): number {
    const start = this.#nameStarts[node] as number;
    const first = this.#names[start] as number;
    return (this.#nameLengths[node] as number) < 2 ? first : (first << 8) | (this.#names[start + 1] as number);
  }

  /** The last two bytes of the last segment as one number; one alone counts as the second. */
  nameEndingOf(node: number): number {
    const end = this.nameEndOf(node);
    const last = this.#names[end - 1] as number;
    return (this.#nameLengths[node] as number) < 2 ? last : ((this.#names[end - 2] as number) << 8) | last;
  }

  /** Whether the last segment ends with these bytes. */
  nameEndsWith(node: number, ending: Uint8Array): boolean {
    const { length } = ending;
    const start = this.nameEndOf(node) - length;
    if (start < (this.#nameStarts[node] as number)) return false;
    for (let index = 0; index < length; index++) if (this.#names[start + index] !== ending[index]) return false;
    return true;
  }

  /** Bytewise order of the last segments: below 0 when that of `one` comes first, 0 when they are equal. */
  compareNames(one: number, other: number): number {
    const names = this.#names;
    const start = this.#nameStarts[one] as number;
    const otherStart = this.#nameStarts[other] as number;
    const length = this.#nameLengths[one] as number;
    const otherLength = this.#nameLengths[other] as number;
    const shared = Math.min(length, otherLength);
    for (let index = 0; index < shared; index++) {
      const difference = (names[start + index] as number) - (names[otherStart + index] as number);
      if (difference !== 0) return difference;
    }
    return length - otherLength;
  }

  /** Bytewise order of the whole paths, as {@link pathOf} gives them, without making them. */
  comparePaths(one: number, other: number): number {
    const parents = this.#parents;
    // The larger of two numbers is never above the smaller, so it can go up until both are at the directory they share.
    let above = one;
    let otherAbove = other;
    let at = NONE;
    let otherAt = NONE;
    while (above !== otherAbove) {
      if (above > otherAbove) {
        at = above;
        above = parents[above] as number;
      } else {
        otherAt = otherAbove;
        otherAbove = parents[otherAbove] as number;
      }
    }
    // One path is the other or begins with it.
    if (at === NONE || otherAt === NONE) return Number(at !== NONE) - Number(otherAt !== NONE);
    const names = this.#names;
    const length = this.#nameLengths[at] as number;
    const otherLength = this.#nameLengths[otherAt] as number;
    // Where one name begins with the other, a slash may stand against a byte of the longer one.
    if (length < otherLength && at !== one && this.#beginsWith(otherAt, at)) {
      return SLASH - (names[(this.#nameStarts[otherAt] as number) + length] as number);
    }
    if (length > otherLength && otherAt !== other && this.#beginsWith(at, otherAt)) {
      return (names[(this.#nameStarts[at] as number) + otherLength] as number) - SLASH;
    }
    return this.compareNames(at, otherAt);
  }

  /** Whether the name of a node begins with the name of another, which is not longer. */
  #beginsWith(node: number, other: number): boolean {
    const start = this.#nameStarts[node] as number;
    const otherStart = this.#nameStarts[other] as number;
    const length = this.#nameLengths[other] as number;
    for (let index = 0; index < length; index++) {
      if (this.#names[start + index] !== this.#names[otherStart + index]) return false;
    }
    return true;
  }

  /** The whole path without a leading slash; empty for the root. */
  pathOf(node: number): Uint8Array {
    let length = 0;
    for (let at = node; at !== ROOT; at = this.#parents[at] as number) length += (this.#nameLengths[at] as number) + 1;
    const path = new Uint8Array(Math.max(0, length - 1)).fill(SLASH);
    let end = path.length;
    for (let at = node; at !== ROOT; at = this.#parents[at] as number) {
      const start = this.#nameStarts[at] as number;
      const size = this.#nameLengths[at] as number;
      path.set(this.#names.subarray(start, start + size), end - size);
      end -= size + 1;
    }
    return path;
  }

  /** The node of a path, if it exists. The path may have slashes anywhere and `.` segments. */
  find(path: Uint8Array): number | undefined {
    return this.#resolve(path, 0, path.length, false);
  }

  /** The child of that name, if it exists. */
  findChild(parent: number, name: Uint8Array): number | undefined {
    return this.#lookup(parent, name, 0, name.length, this.#hash(parent, name, 0, name.length));
  }

  /**
   * The node of a path, made where it does not exist. Segments that are empty or `.` do not count; `..` goes up, but
   * never above the root (`clamped` is set then).
   * @throws LayerscopeError `limit-exceeded`
   */
  intern(bytes: Uint8Array, start: number, end: number): number {
    return this.#resolve(bytes, start, end, true) as number;
  }

  /** Whether a path given to {@link intern} tried to leave the root since this was last set to false. */
  clamped = false;

  /** The child of that name, made where it does not exist. */
  internChild(parent: number, bytes: Uint8Array, start: number, end: number): number {
    const hash = this.#hash(parent, bytes, start, end);
    return this.#lookup(parent, bytes, start, end, hash) ?? this.#create(parent, bytes, start, end, hash);
  }

  #resolve(bytes: Uint8Array, start: number, end: number, create: boolean): number | undefined {
    const length = end - start;
    if (length > this.#limits.pathBytes) {
      throw new LayerscopeError("limit-exceeded", `a path of ${length} bytes, more than ${this.#limits.pathBytes}`);
    }
    let node = ROOT;
    let segment = start;
    let depth = 0;
    if (create) {
      const common = this.#commonPrefix(bytes, start, length);
      depth = this.#lastDepth;
      while (depth > 0 && (this.#lastEnds[depth - 1] as number) > common) depth--;
      if (this.#lastClamped < depth) this.clamped = true;
      else this.#lastClamped = DEPTH_OF_CACHE;
      if (depth > 0) {
        node = this.#lastNodes[depth - 1] as number;
        segment = start + (this.#lastEnds[depth - 1] as number);
      }
      this.#remember(bytes, start, length, common);
    }
    while (segment < end) {
      let segmentEnd = segment;
      while (segmentEnd < end && bytes[segmentEnd] !== SLASH) segmentEnd++;
      const size = segmentEnd - segment;
      if (size === 2 && bytes[segment] === DOT && bytes[segment + 1] === DOT) {
        if (node === ROOT) {
          this.clamped = true;
          if (create) this.#lastClamped = Math.min(this.#lastClamped, depth);
        }
        node = node === ROOT ? ROOT : (this.#parents[node] as number);
      } else if (size > 0 && !(size === 1 && bytes[segment] === DOT)) {
        const hash = this.#hash(node, bytes, segment, segmentEnd);
        const child = this.#lookup(node, bytes, segment, segmentEnd, hash);
        if (child === undefined && !create) return undefined;
        node = child ?? this.#create(node, bytes, segment, segmentEnd, hash);
      }
      segment = segmentEnd + 1;
      if (create && segmentEnd < end && depth < DEPTH_OF_CACHE) {
        this.#lastEnds[depth] = segment - start;
        this.#lastNodes[depth] = node;
        depth++;
      }
    }
    if (create) this.#lastDepth = depth;
    return node;
  }

  #commonPrefix(bytes: Uint8Array, start: number, length: number): number {
    const last = this.#last;
    const most = Math.min(length, this.#lastLength);
    let common = 0;
    while (common < most && last[common] === bytes[start + common]) common++;
    return common;
  }

  #remember(bytes: Uint8Array, start: number, length: number, common: number): void {
    if (length > this.#last.length) {
      const larger = new Uint8Array(this.#limits.pathBytes);
      larger.set(this.#last.subarray(0, common));
      this.#last = larger;
    }
    const last = this.#last;
    for (let index = common; index < length; index++) last[index] = bytes[start + index] as number;
    this.#lastLength = length;
  }

  #hash(parent: number, bytes: Uint8Array, start: number, end: number): number {
    const multiplier = this.#multiplier;
    let hash = Math.imul(parent ^ multiplier, multiplier);
    for (let index = start; index < end; index++) {
      hash = Math.imul(hash ^ (hash >>> 15) ^ (bytes[index] as number), multiplier);
    }
    return (hash ^ (hash >>> 16)) >>> 0;
  }

  #lookup(parent: number, bytes: Uint8Array, start: number, end: number, hash: number): number | undefined {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const length = end - start;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const node = (slots[slot] as number) - 1;
      if (node < 0) return undefined;
      if (this.#hashes[node] !== hash || this.#parents[node] !== parent || this.#nameLengths[node] !== length) continue;
      const names = this.#names;
      const nameStart = this.#nameStarts[node] as number;
      let index = 0;
      while (index < length && names[nameStart + index] === bytes[start + index]) index++;
      if (index === length) return node;
    }
  }

  #create(parent: number, bytes: Uint8Array, start: number, end: number, hash: number): number {
    const node = this.size;
    if (node >= this.#parents.length) this.#grow();
    const length = end - start;
    if (this.#namesUsed + length > this.#names.length) this.#growNames(length);
    const names = this.#names;
    const nameStart = this.#namesUsed;
    for (let index = 0; index < length; index++) names[nameStart + index] = bytes[start + index] as number;
    this.#namesUsed += length;
    this.#parents[node] = parent;
    this.#nameStarts[node] = nameStart;
    this.#nameLengths[node] = length;
    this.#hashes[node] = hash;
    this.#nextSiblings[node] = this.#firstChildren[parent] as number;
    this.#firstChildren[parent] = node;
    if (this.#housekeeping[parent] === 1 || startsWith(bytes, start, end, AUFS_PREFIX)) this.#housekeeping[node] = 1;
    this.size++;
    if (this.size * 2 > this.#slots.length) this.#rehash();
    else this.#place(node, hash);
    return node;
  }

  #place(node: number, hash: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = node + 1;
  }

  #rehash(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let node = 1; node < this.size; node++) this.#place(node, this.#hashes[node] as number);
  }

  #grow(): void {
    // Directories that only paths imply count too: without them a few long paths could make very many nodes.
    const most = this.#limits.entries * 2;
    if (this.size >= most) throw new LayerscopeError("limit-exceeded", `more than ${most} paths`);
    const capacity = this.#parents.length * 2;
    this.#parents = grown(this.#parents, capacity);
    this.#nameStarts = grown(this.#nameStarts, capacity);
    const lengths = new Uint16Array(capacity);
    lengths.set(this.#nameLengths);
    this.#nameLengths = lengths;
    const housekeeping = new Uint8Array(capacity);
    housekeeping.set(this.#housekeeping);
    this.#housekeeping = housekeeping;
    this.#hashes = grown(this.#hashes, capacity);
    this.#firstChildren = grown(this.#firstChildren, capacity, NONE);
    this.#nextSiblings = grown(this.#nextSiblings, capacity, NONE);
  }

  #growNames(length: number): void {
    const needed = this.#namesUsed + length;
    if (needed > this.#limits.nameBytes) {
      throw new LayerscopeError("limit-exceeded", `more than ${this.#limits.nameBytes} bytes of path names`);
    }
    const names = Buffer.alloc(Math.min(this.#limits.nameBytes, Math.max(needed, this.#names.length * 2)));
    names.set(this.#names);
    this.#names = names;
  }
}

function startsWith(bytes: Uint8Array, start: number, end: number, prefix: Uint8Array): boolean {
  if (end - start < prefix.length || bytes[start] !== prefix[0]) return false;
  for (let index = 1; index < prefix.length; index++) if (bytes[start + index] !== prefix[index]) return false;
  return true;
}

function grown(column: Uint32Array<ArrayBuffer>, capacity: number, fill = 0): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(capacity);
  if (fill !== 0) larger.fill(fill, column.length);
  larger.set(column);
  return larger;
}
