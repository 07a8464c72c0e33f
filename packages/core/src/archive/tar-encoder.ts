/** Writes tar headers: ustar, and a pax header before it for what ustar cannot hold. Names are bytes, as they are read. */
import { TYPE } from "../model/entry.ts";
import type { SparseLayout } from "./sparse.ts";
import type { TarMember } from "./tar-decoder.ts";
import { BLOCK_SIZE, FIELD } from "./tar-header.ts";

/** What a header says of a member, the offsets in the tar that it was read from left out. */
export interface WrittenMember
  extends Pick<
    TarMember,
    "mode" | "uid" | "gid" | "size" | "storedSize" | "mtime" | "mtimeNanos" | "devMajor" | "devMinor"
  > {
  /** One of `TYPE`. */
  readonly type: number;
  readonly name: Uint8Array;
  /** Empty where there is none. */
  readonly link: Uint8Array;
  readonly xattrs?: ReadonlyMap<string, Uint8Array> | undefined;
  readonly sparse?: SparseLayout | undefined;
}

type Records = [key: string, value: Uint8Array][];

const TYPEFLAG: Readonly<Record<number, string>> = {
  [TYPE.FILE]: "0",
  [TYPE.LINK]: "1",
  [TYPE.SYMLINK]: "2",
  [TYPE.CHAR]: "3",
  [TYPE.BLOCK]: "4",
  [TYPE.DIRECTORY]: "5",
  [TYPE.FIFO]: "6",
};

/** The header blocks of a member; its body of `storedSize` bytes and {@link paddingAfter} come next. */
export function encodeHeader(member: WrittenMember): Uint8Array {
  const block = Buffer.alloc(BLOCK_SIZE);
  const records: Records = [];
  const numbers = [
    [FIELD.mode, "mode", member.mode],
    [FIELD.uid, "uid", member.uid],
    [FIELD.gid, "gid", member.gid],
    [FIELD.size, "size", member.storedSize],
    [FIELD.devMajor, "SCHILY.devmajor", member.devMajor],
    [FIELD.devMinor, "SCHILY.devminor", member.devMinor],
  ] as const;
  for (const [field, key, value] of numbers) {
    if (!writeOctal(block, field, value)) records.push([key, Buffer.from(String(value))]);
  }
  if (!writeOctal(block, FIELD.mtime, member.mtime) || member.mtimeNanos !== 0) {
    records.push(["mtime", Buffer.from(decimalTime(member.mtime, member.mtimeNanos))]);
  }
  if (!writeBytes(block, FIELD.name, member.name)) records.push(["path", member.name]);
  if (!writeBytes(block, FIELD.linkName, member.link)) records.push(["linkpath", member.link]);
  for (const [key, value] of member.xattrs ?? []) records.push([`SCHILY.xattr.${key}`, value]);
  if (member.sparse) records.push(...sparseRecords(member.sparse, member));
  block.write(TYPEFLAG[member.type] ?? "0", FIELD.typeflag[0], "latin1");
  finish(block);
  return records.length === 0 ? block : Buffer.concat([paxHeader(records), block]);
}

/** @returns whether all of it fits; else the field has its beginning. */
function writeBytes(block: Buffer, [offset, length]: readonly [number, number], value: Uint8Array): boolean {
  block.set(value.subarray(0, length), offset);
  return value.length <= length;
}

/** @returns whether the number fits; else the field has a zero. */
function writeOctal(block: Buffer, [offset, length]: readonly [number, number], value: number): boolean {
  const digits = length - 1;
  const fits = value >= 0 && value < 8 ** digits;
  block.write((fits ? value : 0).toString(8).padStart(digits, "0"), offset, "latin1");
  return fits;
}

/** The zeros between a body of so many bytes and the next header. */
export function paddingAfter(size: number): Uint8Array {
  return new Uint8Array((BLOCK_SIZE - (size % BLOCK_SIZE)) % BLOCK_SIZE);
}

/** The two blocks that a tar ends with. */
export function endOfTar(): Uint8Array {
  return new Uint8Array(2 * BLOCK_SIZE);
}

function paxHeader(records: Records): Buffer {
  const body = Buffer.concat(records.map(([key, value]) => record(key, value)));
  const header = Buffer.alloc(BLOCK_SIZE);
  header.write("pax", FIELD.name[0], "latin1");
  writeOctal(header, FIELD.size, body.length);
  header.write("x", FIELD.typeflag[0], "latin1");
  finish(header);
  return Buffer.concat([header, body, paddingAfter(body.length)]);
}

/** `LENGTH KEY=VALUE\n`, where LENGTH counts its own digits too. */
function record(key: string, value: Uint8Array): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`, "latin1"), value, Buffer.from("\n")]);
  let digits = String(rest.length).length;
  while (String(rest.length + digits).length > digits) digits++;
  return Buffer.concat([Buffer.from(String(rest.length + digits)), rest]);
}

function sparseRecords(sparse: SparseLayout, { name, size }: WrittenMember): Records {
  const text = (value: number | string): Buffer => Buffer.from(String(value));
  if (sparse.form === "map-in-body") {
    return [
      ["GNU.sparse.major", text(1)],
      ["GNU.sparse.minor", text(0)],
      ["GNU.sparse.name", withoutSlash(name)],
      ["GNU.sparse.realsize", text(size)],
    ];
  }
  const map = sparse.chunks.map((chunk) => `${chunk.offset},${chunk.size}`).join(",");
  return [
    ["GNU.sparse.size", text(size)],
    ["GNU.sparse.numblocks", text(sparse.chunks.length)],
    ["GNU.sparse.map", text(map)],
  ];
}

function withoutSlash(name: Uint8Array): Uint8Array {
  return name.at(-1) === 0x2f ? name.subarray(0, -1) : name;
}

/** Seconds and the nanoseconds that count upwards from them, as one decimal number. */
function decimalTime(seconds: number, nanos: number): string {
  const fraction = (count: number): string =>
    count === 0 ? "" : `.${String(count).padStart(9, "0").replace(/0+$/, "")}`;
  if (seconds >= 0 || nanos === 0) return `${seconds}${fraction(nanos)}`;
  return `-${-seconds - 1}${fraction(1e9 - nanos)}`;
}

function finish(block: Buffer): void {
  block.write("ustar\x0000", FIELD.magic[0], "latin1");
  block.fill(0x20, FIELD.checksum[0], FIELD.checksum[0] + FIELD.checksum[1]);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, FIELD.checksum[0], "latin1");
}
