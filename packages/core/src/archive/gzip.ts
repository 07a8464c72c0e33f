/**
 * gzip, member by member (RFC 1952). Node's own Gunzip loses what it has decompressed last when something else follows
 * the data, and does not say where the data ended; so only its inflate is used here.
 */
import { crc32, createInflateRaw, type InflateRaw, inflateRawSync, type ZlibOptions } from "node:zlib";
import { LayerscopeError } from "../model/errors.ts";
import { TrailingBytesError } from "./trailing-bytes.ts";
import { ZlibStream } from "./zlib-stream.ts";

/** Output chunks: 256 KiB is nearly twice as fast as Node's 16 KiB (measured), and more gains nothing. */
const CHUNK_SIZE = 256 * 1024;

/** The largest output of a member that is decompressed in one call: some two milliseconds of work. */
const MOST_AT_ONCE = 1024 * 1024;

const FLAG = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;

/** @throws LayerscopeError `truncated` or `corrupt` with the offset in the compressed data */
export async function* decompressGzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = new Input(chunks);
  try {
    for (let isFirst = true; isFirst || (await input.skipZeros()); isFirst = false) {
      await readHeader(input, isFirst);
      let sum = 0;
      let size = 0;
      for await (const chunk of inflate(input, isFirst)) {
        sum = crc32(chunk, sum);
        size += chunk.length;
        yield chunk;
      }
      const wantedSum = await input.number(4);
      const wantedSize = await input.number(4);
      if (sum !== wantedSum) throw damaged(input, "its checksum is wrong");
      if (size % 2 ** 32 !== wantedSize) throw damaged(input, "its length is wrong");
    }
  } finally {
    await input.close();
  }
}

async function readHeader(input: Input, isFirst: boolean): Promise<void> {
  const start = input.position;
  const magic = [await input.maybeByte(), await input.maybeByte()];
  if (magic[0] !== 0x1f || (magic[1] !== undefined && magic[1] !== 0x8b)) {
    throw isFirst ? damaged(input, "no gzip header") : new TrailingBytesError(start);
  }
  if ((await input.number(1)) !== 8) throw damaged(input, "an unknown method");
  const flags = await input.number(1);
  if (flags & FLAG.reserved) throw damaged(input, "unknown flags");
  // Time, level, system.
  await input.skip(6);
  if (flags & FLAG.extra) await input.skip(await input.number(2));
  if (flags & FLAG.name) while ((await input.number(1)) !== 0);
  if (flags & FLAG.comment) while ((await input.number(1)) !== 0);
  if (flags & FLAG.headerCrc) await input.skip(2);
}

/** What one member's data decompresses to; the input stands behind the data then. */
async function* inflate(input: Input, isFirst: boolean): AsyncGenerator<Uint8Array> {
  // Where there are several members there may be very many small ones (eStargz has one for each file).
  const whole = isFirst ? undefined : inflateAtOnce(input);
  if (whole) yield whole;
  else yield* inflateStream(input);
}

/** A member that is small and lies in the present chunk with all its data. */
function inflateAtOnce(input: Input): Uint8Array | undefined {
  try {
    const options = { info: true, maxOutputLength: MOST_AT_ONCE, chunkSize: 64 * 1024 } as ZlibOptions;
    const { buffer, engine } = inflateRawSync(input.present, options) as unknown as InflateInfo;
    input.consume(engine.bytesWritten);
    return buffer;
  } catch {
    // Not complete, too large, or damaged: the stream tells, and gives what comes before the damage.
    return undefined;
  }
}

/** What `info: true` makes of the result; missing from the type definitions. */
interface InflateInfo {
  readonly buffer: Uint8Array;
  readonly engine: InflateRaw;
}

async function* inflateStream(input: Input): AsyncGenerator<Uint8Array> {
  const stream = new ZlibStream(createInflateRaw({ chunkSize: CHUNK_SIZE }));
  let fed = 0;
  try {
    for (;;) {
      const chunk = await input.peek();
      if (!chunk) throw endsTooEarly(input);
      const before = stream.used;
      fed += chunk.length;
      yield* stream.write(chunk);
      input.consume(stream.used - before);
      // It leaves bytes only when the data has ended before them.
      if (stream.used < fed) return;
    }
  } catch (thrown) {
    throw thrown instanceof LayerscopeError ? thrown : damaged(input, (thrown as Error).message, thrown);
  } finally {
    stream.destroy();
  }
}

function damaged(input: Input, what: string, cause?: unknown): LayerscopeError {
  const offset = input.position;
  return new LayerscopeError("corrupt", `damaged gzip data near byte ${offset} (${what})`, {
    where: { offset },
    cause,
  });
}

function endsTooEarly({ position }: Input): LayerscopeError {
  return new LayerscopeError("truncated", `the gzip data ends too early, at byte ${position}`, {
    where: { offset: position },
  });
}

/** Chunks, taken byte by byte where needed. */
class Input {
  /** Bytes consumed. */
  position = 0;
  readonly #iterator: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#iterator = chunks[Symbol.asyncIterator]();
  }

  /** What is left of the present chunk. */
  get present(): Uint8Array {
    return this.#chunk;
  }

  /** At least one byte, or undefined at the end. */
  async peek(): Promise<Uint8Array | undefined> {
    while (this.#chunk.length === 0) {
      const { done, value } = await this.#iterator.next();
      if (done) return undefined;
      this.#chunk = value;
    }
    return this.#chunk;
  }

  consume(bytes: number): void {
    this.position += bytes;
    this.#chunk = this.#chunk.subarray(bytes);
  }

  async maybeByte(): Promise<number | undefined> {
    const chunk = await this.peek();
    if (chunk) this.consume(1);
    return chunk?.[0];
  }

  /** Little-endian. */
  async number(bytes: number): Promise<number> {
    let value = 0;
    for (let index = 0; index < bytes; index++) {
      const byte = await this.maybeByte();
      if (byte === undefined) throw endsTooEarly(this);
      value += byte * 2 ** (8 * index);
    }
    return value;
  }

  async skip(bytes: number): Promise<void> {
    for (let left = bytes; left > 0; ) {
      const chunk = await this.peek();
      if (!chunk) throw endsTooEarly(this);
      const take = Math.min(left, chunk.length);
      this.consume(take);
      left -= take;
    }
  }

  /** Passes over padding. @returns whether anything is left. */
  async skipZeros(): Promise<boolean> {
    for (;;) {
      const chunk = await this.peek();
      if (!chunk) return false;
      const end = chunk.findIndex((byte) => byte !== 0);
      this.consume(end < 0 ? chunk.length : end);
      if (end >= 0) return true;
    }
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}
