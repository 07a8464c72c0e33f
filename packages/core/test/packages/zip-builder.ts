/** Writes zip archives, with what tools write in them that read only the usual ones. */
import { crc32, deflateRawSync } from "node:zlib";

export interface ZipMemberSpec {
  readonly name: string;
  readonly content: Uint8Array | string;
  readonly isStored?: boolean;
  /** Bytes of an extra field that only the local header has. */
  readonly localExtra?: number;
  readonly isEncrypted?: boolean;
  /** What the directory says instead of the true size. */
  readonly statedSize?: number;
}

export interface ZipSpec {
  readonly comment?: string;
  /** Sizes and places in 64 bits, as archives beyond 4 GiB have them. */
  readonly is64?: boolean;
  /** Something before the archive; its offsets do not count it. */
  readonly prefix?: string;
}

const MAX_32 = 0xffffffff;

export function zip(members: readonly ZipMemberSpec[], spec: ZipSpec = {}): Buffer {
  const { comment = "", is64 = false, prefix = "" } = spec;
  const pieces: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  const put = (...more: Buffer[]): void => {
    for (const piece of more) at += piece.length;
    pieces.push(...more);
  };
  for (const { name, content, isStored = false, localExtra = 0, isEncrypted = false, statedSize } of members) {
    const plain = Buffer.from(content);
    const stored = isStored ? plain : deflateRawSync(plain);
    const size = statedSize ?? plain.length;
    const nameBytes = Buffer.from(name);
    const common = [u16(20), u16(isEncrypted ? 1 : 0), u16(isStored ? 0 : 8), u32(0), u32(crc32(plain))];
    const extra = is64 ? [u16(1), u16(24), u64(size), u64(stored.length), u64(at)] : [];
    const inHeader = (value: number): Buffer => u32(is64 ? MAX_32 : value);
    directory.push(
      Buffer.concat([
        ...[u32(0x02014b50), u16(20), ...common, inHeader(stored.length), inHeader(size)],
        ...[u16(nameBytes.length), u16(Buffer.concat(extra).length), u16(0), u16(0), u16(0), u32(0), inHeader(at)],
        ...[nameBytes, ...extra],
      ]),
    );
    put(u32(0x04034b50), ...common, u32(stored.length), u32(size), u16(nameBytes.length), u16(localExtra));
    put(nameBytes, Buffer.alloc(localExtra), stored);
  }
  const start = at;
  put(...directory);
  const length = at - start;
  const count = members.length;
  if (is64) {
    const record = at;
    put(u32(0x06064b50), u64(44), u16(45), u16(45), u32(0), u32(0), u64(count), u64(count), u64(length), u64(start));
    put(u32(0x07064b50), u32(0), u64(record), u32(1));
  }
  const [shownCount, shownLength, shownStart] = is64 ? [0xffff, MAX_32, MAX_32] : [count, length, start];
  put(u32(0x06054b50), u16(0), u16(0), u16(shownCount), u16(shownCount), u32(shownLength), u32(shownStart));
  put(u16(comment.length), Buffer.from(comment));
  return Buffer.concat([Buffer.from(prefix), ...pieces]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
