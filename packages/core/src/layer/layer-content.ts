/** The contents of a layer's files, read again when somebody wants them. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Blob } from "../archive/archive.ts";
import { decompress } from "../archive/decompress.ts";
import { SparseExpander } from "../archive/sparse.ts";
import type { Compression } from "../model/compression.ts";
import { LayerscopeError, throwIfAborted, type Where } from "../model/errors.ts";
import type { FileRange } from "../source/open-file.ts";
import type { LayerEntries } from "./layer-entries.ts";

/** Where the bytes of a layer that was read can be had again. */
export interface LayerContent {
  readonly entries: LayerEntries;
  readonly blob: Blob;
  readonly compression: Compression;
  /** The uncompressed tar, where it lies in a file as it is. */
  readonly tar: FileRange | undefined;
  readonly where: Where;
}

/**
 * The content of one file, holes of sparse files written out.
 * @throws LayerscopeError `no-content` when the source cannot be read again, `truncated`, `corrupt`, `aborted`
 */
export async function* readContent(
  layer: LayerContent,
  index: number,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for await (const file of readContents(layer, [index], signal)) yield* file.chunks;
}

/**
 * The contents of several files of one layer, in the order in which they lie in the tar, so that a compressed layer is
 * decompressed once. Take each one's chunks before going on to the next.
 */
export async function* readContents(
  layer: LayerContent,
  indices: readonly number[],
  signal?: AbortSignal,
): AsyncGenerator<{ readonly index: number; readonly chunks: AsyncIterable<Uint8Array> }> {
  const { entries, tar } = layer;
  const bodyOf = (index: number): number => entries.body[index] as number;
  const ordered = [...indices].sort((one, other) => bodyOf(one) - bodyOf(other));
  if (tar) {
    for (const index of ordered) {
      yield {
        index,
        chunks: expanded(layer, index, tar.slice(bodyOf(index), storedSize(entries, index)).stream(0, signal)),
      };
    }
    return;
  }
  const passing = new PassingTar(decompress(layer.compression, layer.blob.stream(signal)), layer.where, signal);
  try {
    for (const index of ordered) {
      yield { index, chunks: expanded(layer, index, passing.take(bodyOf(index), storedSize(entries, index))) };
    }
  } finally {
    await passing.close();
  }
}

/** Bytes of a file's body in the tar; less than its size when it is sparse. */
export function storedSize(entries: LayerEntries, index: number): number {
  return entries.sparse.get(index)?.storedSize ?? (entries.size[index] as number);
}

async function* expanded(
  { entries, where }: LayerContent,
  index: number,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const sparse = entries.sparse.get(index);
  if (!sparse) {
    yield* chunks;
    return;
  }
  const expander = new SparseExpander(sparse, entries.size[index] as number);
  for await (const chunk of chunks) yield* expander.push(chunk);
  for (const hole of expander.finish()) {
    yield hole;
    await nextTurn();
  }
  if (expander.malformed) throw new LayerscopeError("corrupt", "a sparse file whose map cannot be read", { where });
}

/** A tar that passes by once; stretches of it can be taken in order. */
class PassingTar {
  readonly #iterator: AsyncIterator<Uint8Array>;
  readonly #where: Where;
  readonly #signal: AbortSignal | undefined;
  #chunk: Uint8Array = new Uint8Array(0);
  /** Offset in the tar of the first byte of the chunk. */
  #position = 0;

  constructor(chunks: AsyncIterable<Uint8Array>, where: Where, signal: AbortSignal | undefined) {
    this.#iterator = chunks[Symbol.asyncIterator]();
    this.#where = where;
    this.#signal = signal;
  }

  async *take(offset: number, size: number): AsyncGenerator<Uint8Array> {
    const end = offset + size;
    let at = offset;
    while (at < end) {
      throwIfAborted(this.#signal);
      const chunkEnd = this.#position + this.#chunk.length;
      if (at >= chunkEnd) {
        const { done, value } = await this.#iterator.next();
        if (done) {
          const details = { where: { ...this.#where, offset: chunkEnd } };
          throw new LayerscopeError("truncated", `the layer ends at byte ${chunkEnd}`, details);
        }
        this.#position = chunkEnd;
        this.#chunk = value;
        continue;
      }
      const from = at - this.#position;
      const piece = this.#chunk.subarray(from, Math.min(this.#chunk.length, from + end - at));
      at += piece.length;
      yield piece;
    }
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}
