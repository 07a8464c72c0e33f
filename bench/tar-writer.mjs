/** A tar writer for large generated archives: one big buffer, no streams, as fast as the disk. */

import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { mix, prng, WORDS } from "./random.mjs";

/**
 * One member of a layer. The content of a regular file is not stored but named: `content` chooses the bytes,
 * `revision` changes sixteen of them somewhere in the file, as an upgraded file mostly resembles the old one.
 *
 * @typedef {object} Member
 * @property {string} path without a leading or trailing slash
 * @property {'file' | 'dir' | 'symlink' | 'hardlink'} type
 * @property {number} mode
 * @property {number} uid
 * @property {number} gid
 * @property {number} mtime seconds
 * @property {number} size 0 for all but files
 * @property {number} content
 * @property {number} revision
 * @property {string} link target of a symlink or hard link
 * @property {Record<string, Buffer>} [pax]
 */

const BLOCK = 512;
const BUFFER = 4 * 1024 * 1024;
const TYPE_FLAG = { file: 0x30, hardlink: 0x31, symlink: 0x32, dir: 0x35 };

/** @param {number} size */
const padding = (size) => (BLOCK - (size % BLOCK)) % BLOCK;

/**
 * @param {Buffer} target
 * @param {number} at
 * @param {number} digits
 * @param {number} value
 */
function octal(target, at, digits, value) {
  let rest = value;
  for (let i = at + digits - 1; i >= at; i--) {
    target[i] = 0x30 + (rest % 8);
    rest = Math.floor(rest / 8);
  }
  target[at + digits] = 0;
}

/**
 * @param {Buffer} target
 * @param {number} at
 * @param {{ name: string, prefix?: string, flag: number, mode: number, uid: number, gid: number, size: number, mtime: number, link?: string }} field
 */
export function writeHeader(target, at, field) {
  target.fill(0, at, at + BLOCK);
  target.write(field.name, at, 100, "utf8");
  octal(target, at + 100, 7, field.mode);
  octal(target, at + 108, 7, field.uid);
  octal(target, at + 116, 7, field.gid);
  octal(target, at + 124, 11, field.size);
  octal(target, at + 136, 11, field.mtime);
  target[at + 156] = field.flag;
  if (field.link) target.write(field.link, at + 157, 100, "utf8");
  target.write("ustar\u000000", at + 257, 8, "latin1");
  octal(target, at + 329, 7, 0);
  octal(target, at + 337, 7, 0);
  if (field.prefix) target.write(field.prefix, at + 345, 155, "utf8");
  let sum = 8 * 0x20;
  for (let i = at; i < at + BLOCK; i++) sum += target[i];
  octal(target, at + 148, 6, sum);
  target[at + 155] = 0x20;
}

/**
 * The ustar name and prefix of a path, or undefined when it needs a pax header.
 * @param {string} path
 */
function splitPath(path) {
  if (path.length <= 100) return { name: path, prefix: "" };
  const slash = path.indexOf("/", path.length - 101);
  if (slash <= 0 || slash > 155) return undefined;
  return { name: path.slice(slash + 1), prefix: path.slice(0, slash) };
}

/** @param {string} text */
function isAscii(text) {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7e) return false;
  return true;
}

/** A pax record counts its own length. @param {string} key @param {Buffer} value */
function paxRecord(key, value) {
  const rest = key.length + value.length + 3;
  let length = rest + String(rest).length;
  length = rest + String(length).length;
  return Buffer.concat([Buffer.from(`${length} ${key}=`), value, Buffer.from("\n")]);
}

/** @param {number} value */
const hex32 = (value) => (value >>> 0).toString(16).padStart(8, "0");

const POOL = 8 * 1024 * 1024;
/** Content is taken from a pool in pieces of this size, each from another place. */
const SEGMENT = 64 * 1024;
/** @type {Buffer[] | undefined} */
let pools;

/** Three kinds of content: text (gzip makes about a third of it), program-like (about half), random. */
function contentPools() {
  if (pools) return pools;
  const random = prng(7);
  const text = Buffer.alloc(POOL);
  for (let at = 0; at < POOL; ) {
    const next = WORDS[Math.floor(random() ** 2 * WORDS.length)];
    at += text.write(next, at, "latin1");
    const sign = random();
    if (at < POOL) text[at++] = sign < 0.8 ? 0x20 : sign < 0.9 ? 0x0a : sign < 0.95 ? 0x28 : 0x3b;
  }
  const program = Buffer.alloc(POOL);
  for (let at = 0; at < POOL; ) {
    if (at > 4096 && random() < 0.05) {
      const from = at - 64 - Math.floor(random() * 4000);
      at += program.copy(program, at, from, from + 8 + Math.floor(random() * 60));
    } else {
      program[at++] = Math.floor(random() ** 3 * 256);
    }
  }
  const noise = Buffer.alloc(POOL);
  for (let at = 0; at < POOL; at += 4) noise.writeUInt32LE(Math.floor(random() * 4294967296), at);
  pools = [text, text, text, program, program, noise];
  return pools;
}

export class TarWriter {
  #fd;
  #buffer = Buffer.allocUnsafe(BUFFER);
  #used = 0;
  #flushed = 0;
  /** @type {import('node:crypto').Hash | undefined} */
  #hash;

  /** @param {string} path */
  constructor(path) {
    this.#fd = openSync(path, "w");
  }

  /** Bytes written so far. */
  get position() {
    return this.#flushed + this.#used;
  }

  /** @param {Member} member */
  add(member) {
    const isDirectory = member.type === "dir";
    const path = isDirectory ? `${member.path}/` : member.path;
    let place = isAscii(path) ? splitPath(path) : undefined;
    const longLink = member.link.length > 100;
    if (place === undefined || longLink || member.pax) {
      /** @type {Buffer[]} */
      const records = [];
      if (place === undefined) records.push(paxRecord("path", Buffer.from(path)));
      if (longLink) records.push(paxRecord("linkpath", Buffer.from(member.link)));
      for (const [key, value] of Object.entries(member.pax ?? {})) records.push(paxRecord(key, value));
      place ??= { name: path.replace(/[^ -~]/g, "").slice(0, 100), prefix: "" };
      const body = Buffer.concat(records);
      this.#header({ name: "PaxHeaders.0/x", flag: 0x78, mode: 0o644, uid: 0, gid: 0, size: body.length, mtime: 0 });
      this.#bytes(body);
      this.#pad(body.length);
    }
    this.#header({
      name: place.name,
      prefix: place.prefix,
      flag: TYPE_FLAG[member.type],
      mode: member.mode,
      uid: member.uid,
      gid: member.gid,
      size: member.size,
      mtime: member.mtime,
      link: longLink ? member.link.slice(0, 100) : member.link,
    });
    if (member.size > 0) {
      this.#body(member.content, member.revision, member.size);
      this.#pad(member.size);
    }
  }

  /** @param {string} name @param {Buffer | string} content */
  addDocument(name, content) {
    const body = Buffer.from(content);
    this.#header({ name, flag: 0x30, mode: 0o644, uid: 0, gid: 0, size: body.length, mtime: 0 });
    this.#bytes(body);
    this.#pad(body.length);
  }

  /** @param {string} name */
  addDirectory(name) {
    this.#header({ name: `${name}/`, flag: 0x35, mode: 0o755, uid: 0, gid: 0, size: 0, mtime: 0 });
  }

  /** Copies a file in as a member. @param {string} name @param {string} file @param {number} size */
  addFile(name, file, size) {
    this.#header({ name, flag: 0x30, mode: 0o644, uid: 0, gid: 0, size, mtime: 0 });
    const fd = openSync(file, "r");
    for (let left = size; left > 0; ) {
      if (this.#used === BUFFER) this.#flush();
      const count = readSync(fd, this.#buffer, this.#used, Math.min(left, BUFFER - this.#used), null);
      if (count === 0) throw new Error(`${file}: shorter than ${size} bytes`);
      this.#used += count;
      left -= count;
    }
    closeSync(fd);
    this.#pad(size);
  }

  /**
   * Writes a whole tar as one member. Its name is its digest, which is known at the end only, so the header
   * is written last.
   * @param {Iterable<Member>} members
   * @param {(digest: string) => string} nameOf
   */
  addTar(members, nameOf) {
    const headerAt = this.position;
    this.#reserve(BLOCK);
    this.#used += BLOCK;
    const { digest, size } = this.writeTar(members);
    const header = Buffer.alloc(BLOCK);
    const name = nameOf(digest);
    writeHeader(header, 0, { name, flag: 0x30, mode: 0o644, uid: 0, gid: 0, size, mtime: 0 });
    writeSync(this.#fd, header, 0, BLOCK, headerAt);
    return { digest, size };
  }

  /** @param {Iterable<Member>} members */
  writeTar(members) {
    this.#flush();
    this.#hash = createHash("sha256");
    const start = this.position;
    for (const member of members) this.add(member);
    this.#end();
    this.#flush();
    const digest = this.#hash.digest("hex");
    this.#hash = undefined;
    return { digest, size: this.position - start };
  }

  close() {
    this.#flush();
    closeSync(this.#fd);
  }

  /** Ends the archive and closes the file. */
  finish() {
    this.#end();
    this.close();
  }

  #end() {
    this.#reserve(2 * BLOCK);
    this.#buffer.fill(0, this.#used, this.#used + 2 * BLOCK);
    this.#used += 2 * BLOCK;
  }

  /** @param {Parameters<typeof writeHeader>[2]} field */
  #header(field) {
    this.#reserve(BLOCK);
    writeHeader(this.#buffer, this.#used, field);
    this.#used += BLOCK;
  }

  /** @param {Buffer} bytes */
  #bytes(bytes) {
    for (let at = 0; at < bytes.length; ) {
      if (this.#used === BUFFER) this.#flush();
      const count = bytes.copy(this.#buffer, this.#used, at);
      this.#used += count;
      at += count;
    }
  }

  /** @param {number} size */
  #pad(size) {
    const count = padding(size);
    this.#reserve(count);
    this.#buffer.fill(0, this.#used, this.#used + count);
    this.#used += count;
  }

  /** @param {number} content @param {number} revision @param {number} size */
  #body(content, revision, size) {
    const kinds = contentPools();
    const pool = kinds[mix(content, 1) % kinds.length];
    const mark = Buffer.from(hex32(mix(content, revision)) + hex32(content));
    const markAt = size > mark.length ? mix(content, 2) % (size - mark.length) : 0;
    for (let at = 0; at < size; ) {
      if (this.#used === BUFFER) this.#flush();
      const inSegment = at % SEGMENT;
      const from = (mix(content, 3 + (at - inSegment)) % (POOL - SEGMENT)) + inSegment;
      const count = Math.min(SEGMENT - inSegment, size - at, BUFFER - this.#used);
      pool.copy(this.#buffer, this.#used, from, from + count);
      const first = Math.max(at, markAt);
      const last = Math.min(at + count, markAt + mark.length);
      if (first < last) mark.copy(this.#buffer, this.#used + first - at, first - markAt, last - markAt);
      this.#used += count;
      at += count;
    }
  }

  /** @param {number} count */
  #reserve(count) {
    if (this.#used + count > BUFFER) this.#flush();
  }

  #flush() {
    const bytes = this.#buffer.subarray(0, this.#used);
    this.#hash?.update(bytes);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at, bytes.length - at, this.#flushed + at);
    this.#flushed += this.#used;
    this.#used = 0;
  }
}
