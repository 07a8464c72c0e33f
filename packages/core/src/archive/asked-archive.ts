/** One archive that a container's engine gives: of its members those that are listed as changed, with their full paths. */
import { TYPE } from "../model/entry.ts";
import { CHANGE } from "../source/engine/container-files.ts";
import { type ChangedPath, partsOf, WHITEOUT } from "./changed-paths.ts";
import { NOT_A_FILE, type TarMember, type TarSink } from "./tar-decoder.ts";
import { encodeHeader, paddingAfter } from "./tar-encoder.ts";
import { BLOCK_SIZE } from "./tar-header.ts";

/**
 * Bytes that are passed over rather than asking once more: an engine takes some milliseconds for each request, and
 * reads about as much in that time.
 */
const BYTES_FOR_A_REQUEST = 2 ** 20;
const EMPTY: Uint8Array = new Uint8Array(0);
const ZEROS = new Uint8Array(64 * 1024);
const SLASH = 0x2f;
const DOT = 0x2e;

export class AskedArchive implements TarSink {
  /** Nothing more of the archive is needed, or it is not worth its time. */
  isEnough = false;
  readonly #asked: ChangedPath;
  readonly #seen = new Set<ChangedPath>();
  #pending: number;
  #bytesToPassOver: number;
  #output: Uint8Array[] = [];
  #takesBody = false;
  #bodyLeft = 0;
  #padding: Uint8Array = EMPTY;

  /** @param readsAll when something below cannot be asked for by itself */
  constructor(asked: ChangedPath, readsAll: boolean) {
    this.#asked = asked;
    this.#pending = readsAll ? Number.POSITIVE_INFINITY : asked.pending();
    this.#bytesToPassOver = this.#pending * BYTES_FOR_A_REQUEST;
  }

  /** What was written since the last call. */
  take(): Uint8Array[] {
    const output = this.#output;
    this.#output = [];
    return output;
  }

  /** Whether the archive had a path, as far as it was read; what is not there was removed. */
  had(path: ChangedPath): boolean {
    return this.#seen.has(path);
  }

  /** Fills the file that the archive was cut off in with zeros. */
  *filling(): Generator<Uint8Array> {
    if (!this.#takesBody) return;
    for (; this.#bodyLeft > 0; this.#bodyLeft -= ZEROS.length) yield ZEROS.subarray(0, this.#bodyLeft);
    yield this.#padding;
  }

  member(member: TarMember): void {
    this.#takesBody = false;
    if (this.isEnough) return;
    const rest = this.#belowAsked(member.name.subarray(member.nameStart, member.nameEnd));
    const path = this.#find(rest);
    if (path) this.#seen.add(path);
    if (path && path.kind !== undefined && member.type !== NOT_A_FILE && this.#write(member, path, rest)) return;
    this.#bytesToPassOver -= BLOCK_SIZE + member.storedSize;
    if (this.#bytesToPassOver < 0) this.isEnough = true;
  }

  body(bytes: Uint8Array, start: number, end: number): void {
    if (!this.#takesBody) return;
    this.#output.push(bytes.subarray(start, end));
    this.#bodyLeft -= end - start;
  }

  memberEnd(): void {
    if (this.#takesBody && this.#padding.length > 0) this.#output.push(this.#padding);
    this.#takesBody = false;
    if (this.#pending === 0) this.isEnough = true;
  }

  /** @returns false when the layer has it already, and for a link to what the layer does not have. */
  #write(member: TarMember, path: ChangedPath, rest: Uint8Array): boolean {
    if (path.isSettled && path.isAskable) return false;
    let link: Uint8Array = member.link.subarray(member.linkStart, member.linkEnd);
    if (member.type === TYPE.LINK) {
      const target = this.#belowAsked(link);
      const first = this.#find(target);
      const isThere = first?.isSettled && this.#seen.has(first);
      // Asked for by itself it is a file.
      if (!isThere && path.isAskable) return false;
      link = this.#fullName(target);
    } else if (member.type !== TYPE.SYMLINK) link = EMPTY;
    const isDirectory = member.type === TYPE.DIRECTORY;
    const name = this.#fullName(rest);
    const written = isDirectory && name.at(-1) !== SLASH ? Buffer.concat([name, Buffer.of(SLASH)]) : name;
    // Some archivers give directories a list of their files as a body.
    const storedSize = member.type === TYPE.FILE ? member.storedSize : 0;
    this.#output.push(encodeHeader({ ...member, name: written, link, storedSize }));
    this.#padding = paddingAfter(storedSize);
    // It was removed and there is a new one, in which nothing of the image is left.
    if (isDirectory && path.kind === CHANGE.DELETED)
      this.#output.push(emptyFile([written, `${WHITEOUT}${WHITEOUT}.opq`]));
    this.#takesBody = storedSize > 0;
    this.#bodyLeft = storedSize;
    if (!path.isSettled) this.#pending--;
    path.isSettled = true;
    return true;
  }

  /** A name without its first part, which stands for what was asked for; the root has none. */
  #belowAsked(name: Uint8Array): Uint8Array {
    let start = 0;
    while (name[start] === SLASH || (name[start] === DOT && (name[start + 1] ?? SLASH) === SLASH)) start++;
    if (this.#asked.path === "/") return name.subarray(start);
    const slash = name.indexOf(SLASH, start);
    return slash < 0 ? EMPTY : name.subarray(slash + 1);
  }

  #fullName(rest: Uint8Array): Uint8Array {
    const asked = Buffer.from(this.#asked.path.slice(1));
    if (rest.length === 0) return asked.length === 0 ? Buffer.of(DOT) : asked;
    return asked.length === 0 ? rest : Buffer.concat([asked, Buffer.of(SLASH), rest]);
  }

  #find(rest: Uint8Array): ChangedPath | undefined {
    let path: ChangedPath | undefined = this.#asked;
    if (rest.length === 0) return path;
    for (const part of partsOf(Buffer.from(rest.buffer, rest.byteOffset, rest.length).toString())) {
      path = path?.child(part);
    }
    return path;
  }
}

/** The marker that removes a path of the layers below. */
export function whiteout(path: string): Uint8Array {
  const slash = path.lastIndexOf("/") + 1;
  return emptyFile([Buffer.from(`${path.slice(1, slash)}${WHITEOUT}${path.slice(slash)}`)]);
}

function emptyFile(name: readonly (Uint8Array | string)[]): Uint8Array {
  const nothing = { size: 0, storedSize: 0, mtime: 0, mtimeNanos: 0, devMajor: 0, devMinor: 0 };
  const bytes = Buffer.concat(name.map((part) => Buffer.from(part as string)));
  return encodeHeader({ type: TYPE.FILE, mode: 0o644, uid: 0, gid: 0, ...nothing, name: bytes, link: EMPTY });
}
