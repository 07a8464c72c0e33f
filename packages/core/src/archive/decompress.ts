/** Turns a blob as it is stored into the bytes that were compressed. */
import type { Compression, sniffCompression } from "../model/compression.ts";
import { LayerscopeError } from "../model/errors.ts";

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
  return compression === "gzip" ? gunzip(input) : unzstd(input);
}

// The decoders are loaded when they are wanted: it takes as long as scanning a small image that needs none.

async function* gunzip(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { decompressGzip } = await import("./gzip.ts");
  yield* decompressGzip(input);
}

async function* unzstd(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { decompressZstd } = await import("./zstd.ts");
  yield* decompressZstd(input);
}
