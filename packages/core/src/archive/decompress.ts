/** Turns a blob as it is stored into the bytes that were compressed. */
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { Compression, sniffCompression } from "../model/compression.ts";
import { LayerscopeError } from "../model/errors.ts";
import { decompressZstd } from "./zstd.ts";

/** Output chunks: 256 KiB is nearly twice as fast as Node's 16 KiB (measured), and more gains nothing. */
const CHUNK_SIZE = 256 * 1024;

/** The compressed data is complete and something else follows it. Whoever has all it needs may ignore that. */
export class TrailingBytesError extends LayerscopeError {
  constructor(offset: number) {
    super("corrupt", `bytes that are not compressed data, from byte ${offset} on`, { where: { offset } });
  }
}

/** @throws LayerscopeError `unsupported-compression` for what images do not use */
export function supportedCompression(compression: ReturnType<typeof sniffCompression>, subject: string): Compression {
  if (compression === "none" || compression === "gzip" || compression === "zstd") return compression;
  throw new LayerscopeError(
    "unsupported-compression",
    `${subject} is compressed with ${compression}, which is not read`,
    {
      hint: "Decompress it first: gzip, zstd and no compression are read.",
    },
  );
}

/**
 * Decompresses a stream of chunks. gzip may have several members, zstd several frames and skippable frames.
 * Chunks may be kept by the receiver.
 * @throws LayerscopeError `truncated` or `corrupt` with the offset in the compressed data
 */
export function decompress(compression: Compression, input: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  if (compression === "none") return input;
  return compression === "gzip" ? decompressGzip(input) : decompressZstd(input);
}

async function* decompressGzip(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: CHUNK_SIZE });
  const source = Readable.from(input, { objectMode: false, highWaterMark: CHUNK_SIZE });
  source.on("error", (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  let produced = false;
  try {
    for await (const chunk of gunzip) {
      produced = true;
      yield chunk as Uint8Array;
    }
  } catch (thrown) {
    if (thrown instanceof LayerscopeError) throw thrown;
    const { code, message } = thrown as NodeJS.ErrnoException;
    const offset = gunzip.bytesWritten;
    if (produced && message === "incorrect header check") throw new TrailingBytesError(offset);
    if (code === "Z_BUF_ERROR") {
      throw new LayerscopeError("truncated", `the gzip data ends too early, at byte ${offset}`, {
        where: { offset },
        cause: thrown,
      });
    }
    throw new LayerscopeError("corrupt", `damaged gzip data near byte ${offset} (${message})`, {
      where: { offset },
      cause: thrown,
    });
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}
