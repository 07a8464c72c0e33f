/**
 * The peer of the compressed rows: decompresses all layers of an OCI archive, two at a time, and does nothing with
 * what comes out but count it.
 *
 *     node bench/decompress-only.mjs IMAGE.tar
 *
 * gzip goes through Node's own decoder, zstd through the library's, because Node 20 has none.
 */

import { closeSync, createReadStream, fstatSync, openSync, readSync } from "node:fs";
import { createGunzip } from "node:zlib";

const BLOCK = 512;
const CHUNK = 256 * 1024;
const AT_A_TIME = 2;

/** @typedef {{ compression: "gzip" | "zstd", start: number, end: number }} Blob */

/** The members that begin like gzip or zstd. @param {string} path */
function compressedBlobs(path) {
  const fd = openSync(path, "r");
  const length = fstatSync(fd).size;
  const head = Buffer.alloc(BLOCK + 4);
  /** @type {Blob[]} */
  const blobs = [];
  for (let offset = 0; offset < length; ) {
    readSync(fd, head, 0, head.length, offset);
    const size = Number.parseInt(head.toString("latin1", 124, 135), 8) || 0;
    const start = offset + BLOCK;
    const magic = head.readUInt32LE(BLOCK);
    if (magic === 0xfd2fb528) blobs.push({ compression: "zstd", start, end: start + size });
    else if ((magic & 0xffff) === 0x8b1f) blobs.push({ compression: "gzip", start, end: start + size });
    offset = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  closeSync(fd);
  return blobs;
}

/** @param {string} path @param {Blob} blob @returns {Promise<number>} */
async function decompressed(path, { compression, start, end }) {
  const input = createReadStream(path, { start, end: end - 1, highWaterMark: CHUNK });
  let bytes = 0;
  if (compression === "gzip") {
    const gunzip = input.pipe(createGunzip({ chunkSize: CHUNK }));
    gunzip.on("data", (chunk) => {
      bytes += chunk.length;
    });
    await new Promise((resolve, reject) => gunzip.on("end", resolve).on("error", reject));
  } else {
    const { decompress } = await import("../packages/core/dist/archive/decompress.js");
    for await (const chunk of decompress(compression, input)) bytes += chunk.length;
  }
  return bytes;
}

const path = process.argv[2];
const blobs = compressedBlobs(path);

/** @returns {Promise<number>} */
async function worker() {
  let bytes = 0;
  for (let blob = blobs.shift(); blob !== undefined; blob = blobs.shift()) {
    const layer = await decompressed(path, blob);
    bytes += layer;
  }
  return bytes;
}

const totals = await Promise.all(Array.from({ length: AT_A_TIME }, worker));
console.log(totals.reduce((sum, bytes) => sum + bytes, 0));
