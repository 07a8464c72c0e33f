/** One layer's blob → its entries, whatever it is compressed with and wherever it comes from. */
import type { Hash } from "node:crypto";
import { decompress, supportedCompression } from "../archive/decompress.ts";
import { TarPush } from "../archive/tar-push.ts";
import { walkTar } from "../archive/tar-walk.ts";
import { TrailingBytesError } from "../archive/trailing-bytes.ts";
import { type Compression, sniffCompression } from "../model/compression.ts";
import { type Diagnostic, Diagnostics } from "../model/diagnostic.ts";
import type { Digest } from "../model/digest.ts";
import { LayerscopeError, throwIfAborted, toLayerscopeError, type Where } from "../model/errors.ts";
import type { Limits } from "../model/limits.ts";
import type { FileRange } from "../source/open-file.ts";
import { ContentHash } from "./content-hash.ts";
import type { FileInspector } from "./file-inspector.ts";
import { type EntryBudget, LayerBuilder } from "./layer-builder.ts";
import type { LayerEntries } from "./layer-entries.ts";
import type { PathTable } from "./path-table.ts";

/** What reading one blob gave. When `error` is set, the entries before it are there all the same. */
export interface ReadLayer {
  readonly entries: LayerEntries;
  readonly compression: Compression;
  /** Bytes of the blob as it is stored. */
  readonly blobBytes: number;
  /** Bytes of the uncompressed tar, what follows its end included. */
  readonly tarBytes: number;
  /** Bytes of members that belong to the layer's format, not to the image (eStargz). */
  readonly formatBytes: number;
  /** Where the uncompressed tar can be read at any offset. */
  readonly tar: FileRange | undefined;
  /** Computed digests; only when asked for. */
  readonly blobDigest: Digest | undefined;
  readonly diffId: Digest | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly error: LayerscopeError | undefined;
}

export interface ReadLayerOptions {
  readonly paths: PathTable;
  readonly limits: Limits;
  readonly budget: EntryBudget;
  /** Hash file contents while they pass by; not needed where they can be read again. */
  readonly hashContents: boolean;
  /** Compute the digests of blob and tar, which means reading all of it. */
  readonly digests: boolean;
  /** Take the blob to its last byte, also what comes after the end of the tar. Digests need that anyhow. */
  readonly whole?: boolean | undefined;
  /** Looks into file contents while they pass by. Those of a layer that is walked do not. */
  readonly inspector?: FileInspector | undefined;
  readonly where: Where;
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the bytes of the blob that are done. */
  readonly onProgress?: ((blobBytes: number) => void) | undefined;
}

/**
 * Reads a layer that lies in a file. An uncompressed one is walked: its file contents are not read.
 * @throws LayerscopeError only `aborted`; everything else is the result's `error`
 */
export async function readLayerFile(range: FileRange, options: ReadLayerOptions): Promise<ReadLayer> {
  const compression = sniffCompression(range.headSync(8));
  if (compression === "none" && !options.digests) return walkLayer(range, options);
  const layer = await readLayerStream(range.stream(0, options.signal), options);
  return compression === "none" ? { ...layer, tar: range } : layer;
}

async function walkLayer(range: FileRange, options: ReadLayerOptions): Promise<ReadLayer> {
  const { limits, signal, onProgress } = options;
  const diagnostics = new Diagnostics();
  const builder = new LayerBuilder(options.paths, limits, options.budget, diagnostics, undefined);
  let error: LayerscopeError | undefined;
  try {
    await walkTar(range, builder, { limits, signal, onProgress });
  } catch (thrown) {
    error = failure(thrown, options);
  }
  onProgress?.(range.size);
  return finish(builder, diagnostics, {
    compression: "none",
    blobBytes: range.size,
    tarBytes: range.size,
    tar: range,
    blobDigest: undefined,
    diffId: undefined,
    error,
  });
}

/**
 * Reads a layer as its bytes come, compressed or not.
 * @throws LayerscopeError only `aborted`; everything else is the result's `error`
 */
export async function readLayerStream(
  chunks: AsyncIterable<Uint8Array>,
  options: ReadLayerOptions,
): Promise<ReadLayer> {
  const { limits, signal } = options;
  const diagnostics = new Diagnostics();
  const hash = options.hashContents ? await ContentHash.create() : undefined;
  const builder = new LayerBuilder(options.paths, limits, options.budget, diagnostics, hash, options.inspector);
  const push = new TarPush(builder, limits);
  const [blobHash, tarHash] = options.digests ? await twoHashes() : [];
  const blob = new CountedBlob(chunks, blobHash, options.onProgress);
  let compression: Compression = "none";
  let error: LayerscopeError | undefined;
  try {
    const head = await blob.head();
    compression = supportedCompression(sniffCompression(head), "the layer");
    for await (const chunk of decompress(compression, blob.bytes())) {
      throwIfAborted(signal);
      if (push.position + chunk.length > limits.layerBytes) {
        throw new LayerscopeError("limit-exceeded", `a layer of more than ${limits.layerBytes} bytes uncompressed`);
      }
      tarHash?.update(chunk);
      push.write(chunk);
    }
    push.end();
  } catch (thrown) {
    if (thrown instanceof TrailingBytesError && push.ended) {
      diagnostics.add({ code: "trailing-bytes", severity: "warning", message: thrown.message, where: thrown.where });
    } else {
      error = toLayerscopeError(thrown, options.where);
    }
  } finally {
    builder.close();
  }
  try {
    // The digest is over the whole blob, whatever it was that decompressing stopped at.
    if ((options.digests || options.whole) && !error) await blob.drain();
  } catch (thrown) {
    error = toLayerscopeError(thrown, options.where);
  }
  await blob.close();
  if (error?.code === "aborted") throw error;
  return finish(builder, diagnostics, {
    compression,
    blobBytes: blob.size,
    tarBytes: push.position,
    tar: undefined,
    blobDigest: blob.digest(),
    diffId: tarHash && `sha256:${tarHash.digest("hex")}`,
    error,
  });
}

async function twoHashes(): Promise<[Hash, Hash]> {
  const { createHash } = await import("node:crypto");
  return [createHash("sha256"), createHash("sha256")];
}

function failure(thrown: unknown, options: ReadLayerOptions): LayerscopeError {
  const error = toLayerscopeError(thrown, options.where);
  if (error.code === "aborted") throw error;
  return error;
}

function finish(
  builder: LayerBuilder,
  diagnostics: Diagnostics,
  rest: Omit<ReadLayer, "entries" | "formatBytes" | "diagnostics">,
): ReadLayer {
  builder.entries.trim();
  return { ...rest, entries: builder.entries, formatBytes: builder.formatBytes, diagnostics: diagnostics.list() };
}

/** The blob's chunks, counted and hashed as they pass, with a look at the first bytes before. */
class CountedBlob {
  size = 0;
  readonly #iterator: AsyncIterator<Uint8Array>;
  readonly #hash: Hash | undefined;
  readonly #onProgress: ((blobBytes: number) => void) | undefined;
  readonly #ahead: Uint8Array[] = [];

  constructor(
    chunks: AsyncIterable<Uint8Array>,
    hash: Hash | undefined,
    onProgress: ((blobBytes: number) => void) | undefined,
  ) {
    this.#iterator = chunks[Symbol.asyncIterator]();
    this.#hash = hash;
    this.#onProgress = onProgress;
  }

  /** The first bytes, at least 8 where there are so many. They come again from {@link bytes}. */
  async head(): Promise<Uint8Array> {
    let length = 0;
    while (length < 8) {
      const { done, value } = await this.#iterator.next();
      if (done) break;
      this.#ahead.push(value);
      length += value.length;
    }
    return Buffer.concat(this.#ahead);
  }

  async *bytes(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const ahead = this.#ahead.shift();
      const next = ahead === undefined ? await this.#iterator.next() : { done: false, value: ahead };
      if (next.done) return;
      this.size += next.value.length;
      this.#hash?.update(next.value);
      this.#onProgress?.(this.size);
      yield next.value;
    }
  }

  async drain(): Promise<void> {
    for await (const _ of this.bytes());
  }

  digest(): Digest | undefined {
    return this.#hash && `sha256:${this.#hash.digest("hex")}`;
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}
