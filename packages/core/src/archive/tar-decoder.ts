/**
 * The one reading of tar headers. It sees one 512-byte block at a time and never does input: a driver that can seek
 * ({@link ./tar-walk.ts}) and one that is fed chunks ({@link ./tar-push.ts}) bring it the blocks.
 */
import { TYPE } from "../model/entry.ts";
import { LayerscopeError } from "../model/errors.ts";
import type { Limits } from "../model/limits.ts";
import { type PaxFields, type PaxProblem, parsePax } from "./pax.ts";
import { isSoundSparseMap, readGnuSparsePairs, type SparseChunk, type SparseLayout } from "./sparse.ts";
import { BLOCK_SIZE, FIELD, headerSum, parseNumeric, signedHeaderSum, stringEnd, tarFormat } from "./tar-header.ts";

/** `type` of a member that is not part of a filesystem: a volume label, a multi-volume part, a vendor's extension. */
export const NOT_A_FILE = 255;

/**
 * One member, as the decoder shows it. The object and the buffers that names point into are reused: take what is needed
 * before the next block is read.
 */
export interface TarMember {
  /** One of `TYPE`, or `NOT_A_FILE`. */
  type: number;
  typeflag: number;
  name: Uint8Array;
  nameStart: number;
  nameEnd: number;
  link: Uint8Array;
  linkStart: number;
  linkEnd: number;
  mode: number;
  uid: number;
  gid: number;
  /** As a program reads it: holes of a sparse file included. */
  size: number;
  /** Bytes in the archive. */
  storedSize: number;
  mtime: number;
  mtimeNanos: number;
  devMajor: number;
  devMinor: number;
  xattrs: Map<string, Uint8Array> | undefined;
  sparse: SparseLayout | undefined;
  /** Offset of the member's own header, extension headers before it not counted, in the tar. */
  headerOffset: number;
  /** Offset of the body in the tar. */
  bodyOffset: number;
}

/** What a driver does with a tar. */
export interface TarSink {
  /** A member begins. */
  member(member: TarMember): void;
  /** Part of its body; only a driver that is fed chunks calls this. `bytes` may be reused afterwards. */
  body(bytes: Uint8Array, start: number, end: number): void;
  /** The member is complete. */
  memberEnd(): void;
}

/** What the driver has to bring next. */
export type Step =
  /** Another header block. */
  | "header"
  /** `extensionSize` bytes for {@link TarDecoder.extension}, padded to a full block. */
  | "extension"
  /** A further block for {@link TarDecoder.sparseBlock}. */
  | "sparse"
  /** The member in {@link TarDecoder.member} is complete; its body of `storedSize` bytes follows, padded. */
  | "member"
  /** Nothing: the archive has ended. What follows is not part of it. */
  | "end";

const EMPTY = new Uint8Array(0);
const CHARACTER = (text: string): number => text.charCodeAt(0);
const FLAG = {
  file: CHARACTER("0"),
  link: CHARACTER("1"),
  symlink: CHARACTER("2"),
  char: CHARACTER("3"),
  block: CHARACTER("4"),
  directory: CHARACTER("5"),
  fifo: CHARACTER("6"),
  contiguous: CHARACTER("7"),
  pax: CHARACTER("x"),
  solarisPax: CHARACTER("X"),
  globalPax: CHARACTER("g"),
  gnuLongName: CHARACTER("L"),
  gnuLongLink: CHARACTER("K"),
  gnuSparse: CHARACTER("S"),
  gnuDumpDirectory: CHARACTER("D"),
} as const;

export class TarDecoder {
  readonly member: TarMember = {
    type: 0,
    typeflag: 0,
    name: EMPTY,
    nameStart: 0,
    nameEnd: 0,
    link: EMPTY,
    linkStart: 0,
    linkEnd: 0,
    mode: 0,
    uid: 0,
    gid: 0,
    size: 0,
    storedSize: 0,
    mtime: 0,
    mtimeNanos: 0,
    devMajor: 0,
    devMinor: 0,
    xattrs: undefined,
    sparse: undefined,
    headerOffset: 0,
    bodyOffset: 0,
  };
  /** Bytes of the extension header's body that is wanted next. */
  extensionSize = 0;

  readonly #limits: Limits;
  readonly #joined = new Uint8Array(256);
  readonly #global: PaxFields = {};
  #local: PaxFields | undefined;
  #extensionFlag = 0;
  #extensionOffset = 0;
  #longName: Uint8Array | undefined;
  #longLink: Uint8Array | undefined;
  #gnuChunks: SparseChunk[] | undefined;
  #sawZeroBlock = false;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Whether an extension header was read and the member it belongs to was not: the tar must not end here. */
  get expectsMember(): boolean {
    return this.#local !== undefined || this.#longName !== undefined || this.#longLink !== undefined;
  }

  /**
   * Takes a header block.
   * @param words the same memory as `block`, as 32-bit words; `offset` is a multiple of 4 in it
   * @param position offset of the block in the tar, for errors
   * @throws LayerscopeError `corrupt`, `limit-exceeded`
   */
  header(block: Uint8Array, words: Uint32Array, offset: number, position: number): Step {
    const sum = headerSum(words, offset >>> 2);
    if (sum < 0) {
      // The end is two blocks of zeros.
      if (this.#sawZeroBlock) return "end";
      this.#sawZeroBlock = true;
      return "header";
    }
    const claimed = parseNumeric(block, offset + FIELD.checksum[0], FIELD.checksum[1]);
    if (sum !== claimed && signedHeaderSum(block, offset) !== claimed) {
      throw corrupt("not a tar header (its checksum is wrong)", position);
    }
    if (this.#sawZeroBlock) throw corrupt("a single block of zeros inside the tar", position);

    const flag = block[offset + FIELD.typeflag[0]] as number;
    const size = this.#number(block, offset, FIELD.size, "size", position);
    if (!isSize(size)) throw corrupt("a size that is no size", position);
    if (
      flag === FLAG.pax ||
      flag === FLAG.solarisPax ||
      flag === FLAG.globalPax ||
      flag === FLAG.gnuLongName ||
      flag === FLAG.gnuLongLink
    ) {
      if (size > this.#limits.headerBytes) {
        throw new LayerscopeError(
          "limit-exceeded",
          `an extended tar header of ${size} bytes, more than the limit of ${this.#limits.headerBytes}`,
          { where: { offset: position } },
        );
      }
      this.#extensionFlag = flag;
      this.#extensionOffset = position + BLOCK_SIZE;
      this.extensionSize = size;
      return "extension";
    }
    return this.#memberHeader(block, offset, position, flag, size);
  }

  /** Takes the body of an extension header. The bytes may be reused afterwards. */
  extension(body: Uint8Array): Step {
    if (this.#extensionFlag === FLAG.gnuLongName) this.#longName = untilNul(body);
    else if (this.#extensionFlag === FLAG.gnuLongLink) this.#longLink = untilNul(body);
    else {
      let fields: PaxFields = this.#global;
      if (this.#extensionFlag !== FLAG.globalPax) {
        this.#local ??= {};
        fields = this.#local;
      }
      const problem: PaxProblem | undefined = parsePax(body, fields);
      if (problem) throw corrupt(problem.message, this.#extensionOffset + problem.offset);
    }
    return "header";
  }

  /** Takes an extension block of an old GNU sparse header. */
  sparseBlock(block: Uint8Array, offset: number, position: number): Step {
    const chunks = this.#gnuChunks ?? [];
    if (!readGnuSparsePairs(block, offset, 21, chunks)) throw corrupt("malformed sparse map", position);
    if (chunks.length * 24 > this.#limits.headerBytes) {
      throw new LayerscopeError("limit-exceeded", `a sparse map of more than ${this.#limits.headerBytes} bytes`, {
        where: { offset: position },
      });
    }
    return (block[offset + 504] as number) !== 0 ? "sparse" : this.#finishSparse(position);
  }

  #memberHeader(block: Uint8Array, offset: number, position: number, flag: number, headerSize: number): Step {
    const member = this.member;
    const format = tarFormat(block, offset);
    const local = this.#local;
    const shared = this.#global;
    const sparse = local?.sparse;

    member.headerOffset = position;
    member.typeflag = flag;
    member.mode = this.#number(block, offset, FIELD.mode, "mode", position) & 0o7777;
    member.uid = value(local?.uid, shared.uid) ?? this.#number(block, offset, FIELD.uid, "uid", position);
    member.gid = value(local?.gid, shared.gid) ?? this.#number(block, offset, FIELD.gid, "gid", position);
    if (!(member.uid >= 0 && member.uid <= 0xffffffff && member.gid >= 0 && member.gid <= 0xffffffff)) {
      throw corrupt("a user or group number outside 0 to 4294967295", position);
    }
    const time = value(local?.mtime, shared.mtime);
    member.mtime = time?.seconds ?? this.#number(block, offset, FIELD.mtime, "mtime", position);
    member.mtimeNanos = time?.nanos ?? 0;
    member.xattrs = mergeXattrs(shared.xattrs, local?.xattrs);
    member.sparse = undefined;
    member.storedSize = value(local?.size, shared.size) ?? headerSize;
    this.#setName(
      block,
      offset,
      format,
      sparse?.name ?? local?.path ?? this.#longName ?? value(local?.path, shared.path),
    );
    this.#setLink(block, offset, local?.linkPath ?? this.#longLink ?? value(local?.linkPath, shared.linkPath));
    member.type = this.#memberType(flag);

    if (member.type === TYPE.CHAR || member.type === TYPE.BLOCK) {
      member.devMajor = local?.devMajor ?? this.#number(block, offset, FIELD.devMajor, "device number", position);
      member.devMinor = local?.devMinor ?? this.#number(block, offset, FIELD.devMinor, "device number", position);
    } else {
      member.devMajor = 0;
      member.devMinor = 0;
    }
    // Links, devices, directories and pipes have no body, whatever their size field says (as Go's archive/tar has it).
    // A GNU dump directory does have one: the list of its files.
    const bodiless = member.type !== TYPE.FILE && member.type !== NOT_A_FILE && flag !== FLAG.gnuDumpDirectory;
    if (bodiless) member.storedSize = 0;
    member.size = member.type === TYPE.FILE ? member.storedSize : 0;
    member.bodyOffset = position + BLOCK_SIZE;

    this.#local = undefined;
    this.#longName = undefined;
    this.#longLink = undefined;

    if (flag === FLAG.gnuSparse && format === "gnu") {
      member.size = this.#number(block, offset, FIELD.gnuRealSize, "real size", position);
      if (!isSize(member.size)) throw corrupt("a size that is no size", position);
      this.#gnuChunks = [];
      if (!readGnuSparsePairs(block, offset + FIELD.gnuSparse[0], 4, this.#gnuChunks)) {
        throw corrupt("malformed sparse map", position);
      }
      if ((block[offset + FIELD.gnuIsExtended[0]] as number) === 0) return this.#finishSparse(position);
      this.#keepNames();
      return "sparse";
    }
    if (sparse && member.type === TYPE.FILE && sparse.realSize !== undefined) {
      member.size = sparse.realSize;
      member.sparse =
        sparse.major === 1 ? { form: "map-in-body" } : { form: "map", chunks: withoutEmptyTail(sparse.chunks ?? []) };
      if (member.sparse.form === "map" && !isSoundSparseMap(member.sparse.chunks, member.size, member.storedSize)) {
        throw corrupt("a sparse map that does not fit its file", position);
      }
    }
    return "member";
  }

  #finishSparse(position: number): Step {
    const member = this.member;
    const chunks = withoutEmptyTail(this.#gnuChunks ?? []);
    this.#gnuChunks = undefined;
    member.sparse = { form: "map", chunks };
    if (!isSoundSparseMap(chunks, member.size, member.storedSize)) {
      throw corrupt("a sparse map that does not fit its file", position);
    }
    // The extension blocks stood between the header and the body.
    member.bodyOffset = Math.max(member.bodyOffset, position + BLOCK_SIZE);
    return "member";
  }

  #memberType(flag: number): number {
    switch (flag) {
      case 0: {
        // Before ustar, directories were regular members whose name ends in a slash.
        const { name, nameStart, nameEnd } = this.member;
        return nameEnd > nameStart && name[nameEnd - 1] === 0x2f ? TYPE.DIRECTORY : TYPE.FILE;
      }
      case FLAG.file:
      case FLAG.contiguous:
      case FLAG.gnuSparse:
        return TYPE.FILE;
      case FLAG.link:
        return TYPE.LINK;
      case FLAG.symlink:
        return TYPE.SYMLINK;
      case FLAG.char:
        return TYPE.CHAR;
      case FLAG.block:
        return TYPE.BLOCK;
      case FLAG.directory:
      case FLAG.gnuDumpDirectory:
        return TYPE.DIRECTORY;
      case FLAG.fifo:
        return TYPE.FIFO;
      default:
        return NOT_A_FILE;
    }
  }

  #setName(block: Uint8Array, offset: number, format: string, name: Uint8Array | undefined): void {
    const member = this.member;
    if (name !== undefined) {
      member.name = name;
      member.nameStart = 0;
      member.nameEnd = name.length;
      return;
    }
    const nameEnd = stringEnd(block, offset, FIELD.name[1]);
    member.name = block;
    member.nameStart = offset;
    member.nameEnd = nameEnd;
    if (format !== "ustar" && format !== "star") return;
    const [prefixOffset, prefixLength] = format === "star" ? FIELD.starPrefix : FIELD.prefix;
    const prefixEnd = stringEnd(block, offset + prefixOffset, prefixLength);
    const length = prefixEnd - offset - prefixOffset;
    if (length === 0) return;
    this.#joined.set(block.subarray(offset + prefixOffset, prefixEnd), 0);
    this.#joined[length] = 0x2f;
    this.#joined.set(block.subarray(offset, nameEnd), length + 1);
    member.name = this.#joined;
    member.nameStart = 0;
    member.nameEnd = length + 1 + nameEnd - offset;
  }

  #setLink(block: Uint8Array, offset: number, link: Uint8Array | undefined): void {
    const member = this.member;
    if (link !== undefined) {
      member.link = link;
      member.linkStart = 0;
      member.linkEnd = link.length;
      return;
    }
    member.link = block;
    member.linkStart = offset + FIELD.linkName[0];
    member.linkEnd = stringEnd(block, member.linkStart, FIELD.linkName[1]);
  }

  /** Copies the names: further blocks are read before the member is shown, perhaps over the memory of this one. */
  #keepNames(): void {
    const { member } = this;
    member.name = member.name.slice(member.nameStart, member.nameEnd);
    member.nameStart = 0;
    member.nameEnd = member.name.length;
    member.link = member.link.slice(member.linkStart, member.linkEnd);
    member.linkStart = 0;
    member.linkEnd = member.link.length;
  }

  #number(block: Uint8Array, offset: number, field: readonly [number, number], name: string, position: number): number {
    const value = parseNumeric(block, offset + field[0], field[1]);
    if (Number.isNaN(value)) throw corrupt(`the ${name} field of a tar header is not a number`, position);
    return value;
  }
}

function corrupt(message: string, offset: number): LayerscopeError {
  return new LayerscopeError("corrupt", message, { where: { offset } });
}

function untilNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return bytes.slice(0, end < 0 ? bytes.length : end);
}

/** GNU tar ends its maps with an empty chunk at the file's end. */
function withoutEmptyTail(chunks: readonly SparseChunk[]): readonly SparseChunk[] {
  let length = chunks.length;
  while (length > 0 && chunks[length - 1]?.size === 0) length--;
  return chunks.slice(0, length);
}

/** What counts of a record that may stand in both headers; a local one that is empty (`null`) takes the shared one away. */
function value<T>(local: T | null | undefined, shared: T | null | undefined): T | undefined {
  return (local === undefined ? shared : local) ?? undefined;
}

function isSize(number: number): boolean {
  return number >= 0 && number <= Number.MAX_SAFE_INTEGER;
}

/** An empty value of a local record takes a shared attribute away; alone it is an attribute with an empty value. */
function mergeXattrs(
  shared: Map<string, Uint8Array> | undefined,
  local: Map<string, Uint8Array> | undefined,
): Map<string, Uint8Array> | undefined {
  if (!shared) return local;
  const merged = new Map(shared);
  for (const [name, bytes] of local ?? []) {
    if (bytes.length === 0) merged.delete(name);
    else merged.set(name, bytes);
  }
  return merged;
}
