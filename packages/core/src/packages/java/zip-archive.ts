/**
 * The members of a zip archive (PKWARE's APPNOTE, 4.3 and 4.5.3), as far as jars need them: stored and deflated ones, found
 * through the central directory.
 */
import { inflateRawSync } from "node:zlib";
import { BytesInMemory, type FileBytes } from "../../layer/file-inspector.ts";

const END = { signature: 0x06054b50, bytes: 22, longestComment: 0xffff } as const;
const END_64 = { signature: 0x06064b50, bytes: 56 } as const;
const LOCATOR_64 = { signature: 0x07064b50, bytes: 20 } as const;
const ENTRY = { signature: 0x02014b50, bytes: 46 } as const;
const LOCAL = { signature: 0x04034b50, bytes: 30 } as const;

const METHOD = { stored: 0, deflated: 8 } as const;
const FLAG_ENCRYPTED = 1;
const EXTRA_64 = 1;
const TOO_LARGE_FOR_32 = 0xffffffff;
const TOO_LARGE_FOR_16 = 0xffff;

const MOST_DIRECTORY_BYTES = 64 * 1024 * 1024;
/** Up to here one read of everything is cheaper than several. */
const SMALL = 1024 * 1024;

/** What may be done in all for one file of an image, whatever archives it has in it. */
export class WorkLimit {
  #bytes: number;
  #archives: number;

  constructor(bytes: number, archives: number) {
    this.#bytes = bytes;
    this.#archives = archives;
  }

  /** Whether so many more bytes may be read or decompressed; if so it counts as done. */
  take(bytes: number): boolean {
    if (!(bytes <= this.#bytes)) return false;
    this.#bytes -= bytes;
    return true;
  }

  takeArchive(): boolean {
    this.#archives -= 1;
    return this.#archives >= 0;
  }
}

export interface ZipMember {
  readonly name: string;
  readonly size: number;
  readonly compressedSize: number;
  readonly method: number;
  /** Not compressed. */
  readonly isStored: boolean;
  readonly isEncrypted: boolean;
  readonly offset: number;
}

export class ZipArchive {
  /** Those that were asked for, in the order of the directory. */
  readonly members: readonly ZipMember[];
  readonly #bytes: FileBytes;
  readonly #limit: WorkLimit;

  private constructor(bytes: FileBytes, members: readonly ZipMember[], limit: WorkLimit) {
    this.#bytes = bytes;
    this.members = members;
    this.#limit = limit;
  }

  /**
   * Reads the directory; undefined when there is none that can be read within the limit.
   * @param isWanted gets the whole name as it is stored, and must copy what it keeps
   */
  static open(bytes: FileBytes, limit: WorkLimit, isWanted: (name: Uint8Array) => boolean): ZipArchive | undefined {
    if (bytes.size < END.bytes || !limit.takeArchive()) return undefined;
    let source = bytes;
    if (bytes.size <= SMALL && !(bytes instanceof BytesInMemory)) {
      if (!limit.take(bytes.size)) return undefined;
      source = new BytesInMemory(Uint8Array.from(bytes.read(0, bytes.size)));
    }
    const directory = findDirectory(source, limit);
    if (!directory || directory.size > MOST_DIRECTORY_BYTES || !limit.take(directory.size)) return undefined;
    const content = source.read(directory.offset, directory.size);
    const members = readDirectory(content, directory.shift, isWanted);
    return members && new ZipArchive(source, members, limit);
  }

  /** The content of a member, to be read within the limit; undefined when it cannot be had, or is larger than `most`. */
  contentOf(member: ZipMember, most: number): FileBytes | undefined {
    const { method, compressedSize, isStored } = member;
    const size = isStored ? compressedSize : member.size;
    if (member.isEncrypted || Math.max(size, compressedSize) > most || !this.#limit.take(LOCAL.bytes)) return undefined;
    const local = this.#bytes.read(member.offset, LOCAL.bytes);
    if (local.length < LOCAL.bytes) return undefined;
    const header = viewOf(local);
    if (header.getUint32(0, true) !== LOCAL.signature) return undefined;
    const start = member.offset + LOCAL.bytes + header.getUint16(26, true) + header.getUint16(28, true);
    if (start + compressedSize > this.#bytes.size) return undefined;
    if (isStored) return new PartOfFile(this.#bytes, start, size);
    if (method !== METHOD.deflated || size === 0 || !this.#limit.take(compressedSize + size)) return undefined;
    try {
      return new BytesInMemory(inflateRawSync(this.#bytes.read(start, compressedSize), { maxOutputLength: size }));
    } catch {
      // Damaged, or larger than the directory says.
      return undefined;
    }
  }
}

interface Directory {
  readonly offset: number;
  readonly size: number;
  /** What offsets in it are short of, because something was put before the archive, such as a script that starts it. */
  readonly shift: number;
}

function findDirectory(bytes: FileBytes, limit: WorkLimit): Directory | undefined {
  const length = Math.min(bytes.size, LOCATOR_64.bytes + END.bytes + END.longestComment);
  if (!limit.take(length)) return undefined;
  const tailStart = bytes.size - length;
  const tail = viewOf(bytes.read(tailStart, length));
  const at = findEnd(tail);
  if (at === undefined) return undefined;
  const size = tail.getUint32(at + 12, true);
  const offset = tail.getUint32(at + 16, true);
  const isLarge =
    size === TOO_LARGE_FOR_32 || offset === TOO_LARGE_FOR_32 || tail.getUint16(at + 10, true) === TOO_LARGE_FOR_16;
  const locator = at - LOCATOR_64.bytes;
  if (isLarge && locator >= 0 && tail.getUint32(locator, true) === LOCATOR_64.signature) {
    const recordAt = Number(tail.getBigUint64(locator + 8, true));
    return findDirectory64(bytes, recordAt, tailStart + locator);
  }
  return directoryBefore(tailStart + at, size, offset);
}

/** The record whose comment ends with the file; else, where something was put behind it, the last one. */
function findEnd(tail: DataView): number | undefined {
  let last: number | undefined;
  for (let at = tail.byteLength - END.bytes; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END.signature) continue;
    if (at + END.bytes + tail.getUint16(at + END.bytes - 2, true) === tail.byteLength) return at;
    last ??= at;
  }
  return last;
}

function findDirectory64(bytes: FileBytes, recordAt: number, locatorAt: number): Directory | undefined {
  // Where something was put before the archive, the record still lies right before its locator.
  for (const start of [recordAt, locatorAt - END_64.bytes]) {
    if (start < 0 || start + END_64.bytes > bytes.size) continue;
    const record = viewOf(bytes.read(start, END_64.bytes));
    if (record.byteLength < END_64.bytes || record.getUint32(0, true) !== END_64.signature) continue;
    const size = Number(record.getBigUint64(40, true));
    return directoryBefore(start, size, Number(record.getBigUint64(48, true)));
  }
  return undefined;
}

/** The directory ends where the record of the archive's end begins. */
function directoryBefore(end: number, size: number, statedOffset: number): Directory | undefined {
  const offset = end - size;
  return offset >= 0 && statedOffset <= offset ? { offset, size, shift: offset - statedOffset } : undefined;
}

function readDirectory(
  content: Uint8Array,
  shift: number,
  isWanted: (name: Uint8Array) => boolean,
): ZipMember[] | undefined {
  const view = viewOf(content);
  const members: ZipMember[] = [];
  for (let at = 0; at + ENTRY.bytes <= content.length; ) {
    if (view.getUint32(at, true) !== ENTRY.signature) return at === 0 ? undefined : members;
    const nameEnd = at + ENTRY.bytes + view.getUint16(at + 28, true);
    const extraEnd = nameEnd + view.getUint16(at + 30, true);
    if (extraEnd > content.length) return members;
    const name = content.subarray(at + ENTRY.bytes, nameEnd);
    if (isWanted(name)) {
      const method = view.getUint16(at + 10, true);
      const [size, compressedSize, offset] = placeOf(view, at, nameEnd, extraEnd);
      members.push({
        name: Buffer.from(name).toString("utf8"),
        size,
        compressedSize,
        method,
        isStored: method === METHOD.stored,
        isEncrypted: (view.getUint16(at + 8, true) & FLAG_ENCRYPTED) !== 0,
        offset: offset + shift,
      });
    }
    at = extraEnd + view.getUint16(at + 32, true);
  }
  return members;
}

/** Size, compressed size and offset of the entry at `at`; those that do not fit are in an extra field, in this order. */
function placeOf(view: DataView, at: number, extraStart: number, extraEnd: number): [number, number, number] {
  const place: [number, number, number] = [
    view.getUint32(at + 24, true),
    view.getUint32(at + 20, true),
    view.getUint32(at + 42, true),
  ];
  if (!place.includes(TOO_LARGE_FOR_32)) return place;
  for (let field = extraStart; field + 4 <= extraEnd; ) {
    const end = Math.min(extraEnd, field + 4 + view.getUint16(field + 2, true));
    if (view.getUint16(field, true) === EXTRA_64) {
      let value = field + 4;
      for (const [index, stated] of place.entries()) {
        if (stated !== TOO_LARGE_FOR_32 || value + 8 > end) continue;
        place[index] = Number(view.getBigUint64(value, true));
        value += 8;
      }
      return place;
    }
    field = end;
  }
  return place;
}

/** A member that is stored as it is. */
class PartOfFile implements FileBytes {
  readonly size: number;
  readonly #bytes: FileBytes;
  readonly #start: number;

  constructor(bytes: FileBytes, start: number, size: number) {
    this.#bytes = bytes;
    this.#start = start;
    this.size = size;
  }

  read(offset: number, length: number): Uint8Array {
    return this.#bytes.read(this.#start + offset, Math.max(0, Math.min(length, this.size - offset)));
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
