/**
 * The peer of the uncompressed rows: walks over the headers of a `docker save` archive and of the layers in it
 * and counts the layers' entries. It checks nothing and keeps nothing; the least that any inspector has to do.
 *
 *     node bench/bare-walk.mjs IMAGE.tar
 */

import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const BLOCK = 512;
const WINDOW = 64 * 1024;

const fd = openSync(process.argv[2], "r");
const end = fstatSync(fd).size;
const window = Buffer.allocUnsafe(WINDOW);
let windowAt = 0;
let windowLength = 0;

/** Where in the window the block at this offset of the file is; reads when it is not there. @param {number} offset */
function block(offset) {
  const at = offset - windowAt;
  if (at >= 0 && at + BLOCK <= windowLength) return at;
  windowAt = offset;
  windowLength = readSync(fd, window, 0, WINDOW, offset);
  return 0;
}

/** A member's size: octal digits, or binary from 8 GiB on. @param {number} at */
function sizeAt(at) {
  let size = 0;
  if (window[at + 124] & 0x80) {
    for (let i = at + 128; i < at + 136; i++) size = size * 256 + window[i];
    return size;
  }
  for (let i = at + 124; i < at + 136; i++) {
    const digit = window[i] - 0x30;
    if (digit >= 0 && digit < 8) size = size * 8 + digit;
  }
  return size;
}

/** Whether a header is at this offset: `ustar`. @param {number} offset */
function isTar(offset) {
  const at = block(offset) + 257;
  return (
    window[at] === 0x75 &&
    window[at + 1] === 0x73 &&
    window[at + 2] === 0x74 &&
    window[at + 3] === 0x61 &&
    window[at + 4] === 0x72
  );
}

/** @param {number} from @param {number} to @param {boolean} outer */
function walk(from, to, outer) {
  let entries = 0;
  for (let offset = from; offset + BLOCK <= to; ) {
    const at = block(offset);
    if (window[at] === 0) break;
    const size = sizeAt(at);
    const flag = window[at + 156];
    const body = offset + BLOCK;
    if (!outer) {
      // Headers that belong to the next member (pax x and g, GNU L and K) are no entries.
      if (flag !== 0x78 && flag !== 0x67 && flag !== 0x4c && flag !== 0x4b) entries++;
    } else if (size >= BLOCK && (flag === 0x30 || flag === 0) && isTar(body)) {
      entries += walk(body, body + size, false);
    }
    offset = body + Math.ceil(size / BLOCK) * BLOCK;
  }
  return entries;
}

console.log(walk(0, end, true));
closeSync(fd);
