/** zstd: frames are found first ({@link ./zstd-frames.ts}) and then decoded one by one, by Node where it can. */
import type { Transform } from "node:stream";
import * as zlib from "node:zlib";
import { LayerscopeError } from "../model/errors.ts";
import { TrailingBytesError } from "./decompress.ts";
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
  let wholeFrames = 0;
  let done = false;
  try {
    for await (const chunk of input) {
      try {
        for (const { bytes, last } of splitter.push(chunk)) {
          yield* decoder.write(bytes, last);
          if (last) wholeFrames++;
        }
      } catch (thrown) {
        const { where } = thrown as LayerscopeError;
        if (wholeFrames > 0 && splitter.complete) throw new TrailingBytesError(where?.offset ?? splitter.position);
        throw thrown;
      }
    }
    if (!splitter.complete) {
      throw new LayerscopeError("truncated", `the zstd data ends too early, at byte ${splitter.position}`, {
        where: { offset: splitter.position },
      });
    }
    yield* decoder.finish();
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

/** node:zlib, a decoder for each frame, so that its handling of what follows a frame does not matter. */
class NodeFrames implements FrameDecoder {
  readonly #create: NonNullable<typeof createZstdDecompress>;
  #frame: Transform | undefined;
  #failure: Error | undefined;

  constructor(create: NonNullable<typeof createZstdDecompress>) {
    this.#create = create;
  }

  async *write(bytes: Uint8Array, last: boolean): AsyncGenerator<Uint8Array> {
    this.#frame ??= this.#open();
    const frame = this.#frame;
    const drained = frame.write(bytes);
    if (last) {
      frame.end();
      for await (const chunk of frame) yield chunk as Uint8Array;
      this.#frame = undefined;
    } else if (!drained) {
      yield* this.#available(frame);
    }
  }

  /** What has been decoded, until the decoder wants more input. */
  async *#available(frame: Transform): AsyncGenerator<Uint8Array> {
    while (frame.writableNeedDrain) {
      if (this.#failure) throw this.#failure;
      const chunk = frame.read() as Uint8Array | null;
      if (chunk !== null) {
        yield chunk;
        continue;
      }
      await new Promise<void>((resolve) => {
        const go = (): void => {
          frame.off("readable", go).off("drain", go).off("error", go);
          resolve();
        };
        frame.on("readable", go).on("drain", go).on("error", go);
      });
    }
  }

  #open(): Transform {
    const frame = this.#create({ chunkSize: CHUNK_SIZE });
    frame.on("error", (error) => {
      this.#failure = error;
    });
    return frame;
  }

  *finish(): Generator<Uint8Array> {}

  release(): void {
    this.#frame?.destroy();
  }
}
