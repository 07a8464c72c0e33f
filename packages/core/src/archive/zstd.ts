/** zstd: frames are found first ({@link ./zstd-frames.ts}) and then decoded one by one, by Node where it can. */
import type { Transform } from "node:stream";
import * as zlib from "node:zlib";
import { LayerscopeError } from "../model/errors.ts";
import { TrailingBytesError } from "./trailing-bytes.ts";
import { ZlibStream } from "./zlib-stream.ts";
import { ZstdFrameSplitter } from "./zstd-frames.ts";
import { ZstdThread } from "./zstd-thread.ts";

const CHUNK_SIZE = 256 * 1024;

/** Since Node 22.15; the type definitions are those of the oldest Node that is supported. */
const { createZstdDecompress } = zlib as { createZstdDecompress?: (options: zlib.ZlibOptions) => Transform };

/** Takes the slices of frames and gives what they decompress to, as it comes. */
interface FrameDecoder {
  /** Output that is ready once the slice was taken. */
  write(bytes: Uint8Array, last: boolean): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Everything that is still to come. */
  finish(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Gives up what is held; `reusable` when all went well. */
  release(reusable: boolean): void;
}

export async function* decompressZstd(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const splitter = new ZstdFrameSplitter();
  const decoder: FrameDecoder = createZstdDecompress ? new NodeFrames(createZstdDecompress) : ZstdThread.acquire();
  let done = false;
  try {
    let failure: LayerscopeError | undefined;
    try {
      for await (const chunk of input) {
        for (const { bytes, last } of splitter.push(chunk)) yield* decoder.write(bytes, last);
      }
      failure = endProblem(splitter);
    } catch (thrown) {
      if (!(thrown instanceof LayerscopeError)) throw thrown;
      failure = thrown;
    }
    // What comes before the failure is given first.
    yield* decoder.finish();
    if (failure) throw failure;
    done = true;
  } catch (thrown) {
    if (thrown instanceof LayerscopeError) throw thrown;
    const message = (thrown as Error).message;
    throw new LayerscopeError("corrupt", `damaged zstd data near byte ${splitter.position} (${message})`, {
      where: { offset: splitter.position },
      cause: thrown,
    });
  } finally {
    decoder.release(done);
  }
}

/** Why the input must not end where it did. */
function endProblem(splitter: ZstdFrameSplitter): LayerscopeError | undefined {
  if (splitter.complete) return undefined;
  if (splitter.trailing > 0) return new TrailingBytesError(splitter.position - splitter.trailing);
  return new LayerscopeError("truncated", `the zstd data ends too early, at byte ${splitter.position}`, {
    where: { offset: splitter.position },
  });
}

/** node:zlib, a decoder for each frame, so that its handling of what follows a frame does not matter. */
class NodeFrames implements FrameDecoder {
  readonly #create: NonNullable<typeof createZstdDecompress>;
  #frame: ZlibStream | undefined;

  constructor(create: NonNullable<typeof createZstdDecompress>) {
    this.#create = create;
  }

  async *write(bytes: Uint8Array, last: boolean): AsyncGenerator<Uint8Array> {
    this.#frame ??= new ZlibStream(this.#create({ chunkSize: CHUNK_SIZE }));
    yield* this.#frame.write(bytes);
    if (!last) return;
    yield* this.#frame.end();
    this.#frame = undefined;
  }

  /** Nothing waits: a slice is taken only when its output was given. */
  *finish(): Generator<Uint8Array> {}

  release(): void {
    this.#frame?.destroy();
  }
}
