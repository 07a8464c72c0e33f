/**
 * pax extended headers (POSIX.1-2017, "pax Extended Header"): records `LENGTH KEY=VALUE\n`, where LENGTH counts bytes,
 * itself included. Values are kept as bytes: names need not be UTF-8, and xattr values are binary.
 */
import type { SparseChunk } from "./sparse.ts";

/** What is used of pax records. A field that is `null` was reset by an empty value. */
export interface PaxFields {
  path?: Uint8Array | null;
  linkPath?: Uint8Array | null;
  size?: number | null | undefined;
  uid?: number | null;
  gid?: number | null;
  mtime?: { readonly seconds: number; readonly nanos: number } | null | undefined;
  devMajor?: number | null;
  devMinor?: number | null;
  xattrs?: Map<string, Uint8Array>;
  sparse?: PaxSparse;
}

/** GNU.sparse.* records of the three pax sparse formats. */
interface PaxSparse {
  major?: number;
  minor?: number;
  realSize?: number;
  name?: Uint8Array;
  /** From GNU.sparse.map (0.1) or the repeated offset and numbytes (0.0). */
  chunks?: SparseChunk[];
}

/** Why records could not be read; the offset counts from the start of the records. */
export class PaxProblem {
  readonly message: string;
  readonly offset: number;
  constructor(message: string, offset: number) {
    this.message = message;
    this.offset = offset;
  }
}

const SCHILY_XATTR = "SCHILY.xattr.";
const LIBARCHIVE_XATTR = "LIBARCHIVE.xattr.";

/**
 * Reads the records into `fields`, over what is there already.
 * @returns a problem instead of throwing, since only the caller knows where in the archive it is.
 */
export function parsePax(body: Uint8Array, fields: PaxFields): PaxProblem | undefined {
  let offset = 0;
  let pendingOffset: number | undefined;
  while (offset < body.length && body[offset] !== 0) {
    let cursor = offset;
    let length = 0;
    for (; cursor < body.length; cursor++) {
      const digit = (body[cursor] as number) - 0x30;
      if (digit < 0 || digit > 9 || length > body.length) break;
      length = length * 10 + digit;
    }
    const end = offset + length;
    if (cursor === offset || body[cursor] !== 0x20) return new PaxProblem("pax record without a length", offset);
    if (end > body.length || end <= cursor + 2) return new PaxProblem("pax record reaches beyond its header", offset);
    if (body[end - 1] !== 0x0a) return new PaxProblem("pax record does not end in a newline", offset);
    const equals = body.indexOf(0x3d, cursor + 1);
    if (equals < 0 || equals >= end) return new PaxProblem("pax record without =", offset);
    const key = Buffer.from(body.buffer, body.byteOffset + cursor + 1, equals - cursor - 1).toString("latin1");
    const value = body.subarray(equals + 1, end - 1);
    if (key === "GNU.sparse.offset") {
      pendingOffset = parseDecimal(value);
      if (Number.isNaN(pendingOffset)) return new PaxProblem("malformed GNU.sparse.offset", offset);
    } else if (key === "GNU.sparse.numbytes") {
      const size = parseDecimal(value);
      if (pendingOffset === undefined || Number.isNaN(size)) {
        return new PaxProblem("malformed GNU.sparse.numbytes", offset);
      }
      const sparse = sparseOf(fields);
      sparse.chunks ??= [];
      sparse.chunks.push({ offset: pendingOffset, size });
      pendingOffset = undefined;
    } else if (!applyRecord(key, value, fields)) {
      return new PaxProblem(`malformed value of pax record ${key}`, offset);
    }
    offset = end;
  }
  return undefined;
}

function sparseOf(fields: PaxFields): PaxSparse {
  fields.sparse ??= {};
  return fields.sparse;
}

/** @returns false when the value does not fit the key. Keys that mean nothing to us are fine. */
function applyRecord(key: string, value: Uint8Array, fields: PaxFields): boolean {
  const reset = value.length === 0;
  switch (key) {
    case "path":
      fields.path = reset ? null : value.slice();
      return !value.includes(0);
    case "linkpath":
      fields.linkPath = reset ? null : value.slice();
      return !value.includes(0);
    case "size":
      fields.size = reset ? null : parseDecimal(value);
      return !Number.isNaN(fields.size);
    case "uid":
      fields.uid = reset ? null : parseDecimal(value);
      return !Number.isNaN(fields.uid);
    case "gid":
      fields.gid = reset ? null : parseDecimal(value);
      return !Number.isNaN(fields.gid);
    case "mtime":
      fields.mtime = reset ? null : parseTime(value);
      return fields.mtime !== undefined;
    case "SCHILY.devmajor":
      fields.devMajor = reset ? null : parseDecimal(value);
      return !Number.isNaN(fields.devMajor);
    case "SCHILY.devminor":
      fields.devMinor = reset ? null : parseDecimal(value);
      return !Number.isNaN(fields.devMinor);
    case "GNU.sparse.major":
      sparseOf(fields).major = parseDecimal(value);
      return true;
    case "GNU.sparse.minor":
      sparseOf(fields).minor = parseDecimal(value);
      return true;
    case "GNU.sparse.name":
      sparseOf(fields).name = value.slice();
      return !value.includes(0);
    case "GNU.sparse.size":
    case "GNU.sparse.realsize": {
      const realSize = parseDecimal(value);
      sparseOf(fields).realSize = realSize;
      return !Number.isNaN(realSize);
    }
    case "GNU.sparse.map": {
      const chunks = parseSparseMap(value);
      if (chunks === undefined) return false;
      sparseOf(fields).chunks = chunks;
      return true;
    }
    default:
      if (key.startsWith(SCHILY_XATTR)) setXattr(fields, key.slice(SCHILY_XATTR.length), value.slice());
      else if (key.startsWith(LIBARCHIVE_XATTR)) {
        const name = decodePercent(key.slice(LIBARCHIVE_XATTR.length));
        setXattr(fields, name, Buffer.from(Buffer.from(value).toString("latin1"), "base64"));
      }
      return true;
  }
}

function setXattr(fields: PaxFields, name: string, value: Uint8Array): void {
  fields.xattrs ??= new Map();
  fields.xattrs.set(name, value);
}

function decodePercent(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Decimal digits only. @returns NaN for anything else and for what a double cannot hold exactly. */
function parseDecimal(value: Uint8Array): number {
  if (value.length === 0 || value.length > 16) return Number.NaN;
  let number = 0;
  for (const byte of value) {
    const digit = byte - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    number = number * 10 + digit;
  }
  return number <= Number.MAX_SAFE_INTEGER ? number : Number.NaN;
}

/** `[-]SECONDS[.FRACTION]`; the nanoseconds count upwards from the whole second below, as in a timespec. */
function parseTime(value: Uint8Array): { seconds: number; nanos: number } | undefined {
  if (value.length > 64) return undefined;
  const match = /^(-?)(\d{1,16})(?:\.(\d*))?$/.exec(Buffer.from(value).toString("latin1"));
  if (!match) return undefined;
  const seconds = Number(match[2]);
  const nanos = Number((match[3] ?? "").slice(0, 9).padEnd(9, "0"));
  if (match[1] !== "-") return { seconds, nanos };
  return nanos === 0
    ? { seconds: seconds === 0 ? 0 : -seconds, nanos: 0 }
    : { seconds: -seconds - 1, nanos: 1e9 - nanos };
}

/** `offset,size,offset,size,…` of sparse format 0.1. */
function parseSparseMap(value: Uint8Array): SparseChunk[] | undefined {
  if (value.length === 0) return [];
  const numbers = Buffer.from(value).toString("latin1").split(",");
  if (numbers.length % 2 !== 0) return undefined;
  const chunks: SparseChunk[] = [];
  for (let index = 0; index < numbers.length; index += 2) {
    const offset = parseDecimal(Buffer.from(numbers[index] ?? "", "latin1"));
    const size = parseDecimal(Buffer.from(numbers[index + 1] ?? "", "latin1"));
    if (Number.isNaN(offset) || Number.isNaN(size)) return undefined;
    chunks.push({ offset, size });
  }
  return chunks;
}
