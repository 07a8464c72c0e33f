import { closeSync, fstatSync, openSync, read, readSync } from "node:fs";
import { LayerscopeError, throwIfAborted, toLayerscopeError } from "../model/errors.ts";

/** How much a stream over a file asks for at a time. Larger gains nothing (measured); smaller costs calls. */
const STREAM_CHUNK = 256 * 1024;

/** An open file that can be read at any offset. It counts what it is asked for, so that "as few bytes as possible" can be shown. */
export class OpenFile implements Disposable {
  readonly path: string;
  readonly size: number;
  readonly isRegular: boolean;
  /** Bytes requested so far. */
  bytesRequested = 0;
  #fd: number;

  private constructor(path: string, fd: number, size: number, isRegular: boolean) {
    this.path = path;
    this.size = size;
    this.isRegular = isRegular;
    this.#fd = fd;
  }

  /** @throws LayerscopeError `not-found`, `unreadable` */
  static open(path: string): OpenFile {
    try {
      const fd = openSync(path, "r");
      const stat = fstatSync(fd);
      return new OpenFile(path, fd, stat.size, stat.isFile());
    } catch (thrown) {
      throw toLayerscopeError(thrown, { source: path });
    }
  }

  /** Takes over an open descriptor; `name` is what messages call it. */
  static fromDescriptor(name: string, fd: number): OpenFile {
    const stat = fstatSync(fd);
    return new OpenFile(name, fd, stat.size, stat.isFile());
  }

  static standardInput(): OpenFile {
    return OpenFile.fromDescriptor("-", 0);
  }

  /** The whole file as a range. */
  range(): FileRange {
    return new FileRange(this, 0, this.size);
  }

  /** Reads up to `length` bytes at `position`; fewer only at the end of the file. Blocks. */
  readSync(target: Uint8Array, offset: number, length: number, position: number): number {
    this.bytesRequested += length;
    let done = 0;
    try {
      while (done < length) {
        const got = readSync(this.#fd, target, offset + done, length - done, position + done);
        if (got === 0) break;
        done += got;
      }
    } catch (thrown) {
      throw toLayerscopeError(thrown, { source: this.path });
    }
    return done;
  }

  /** Reads like {@link readSync}, without blocking. */
  read(target: Uint8Array, offset: number, length: number, position: number): Promise<number> {
    this.bytesRequested += length;
    return new Promise((resolve, reject) => {
      read(this.#fd, target, offset, length, position, (error, got) => {
        if (error) reject(toLayerscopeError(error, { source: this.path }));
        else resolve(got);
      });
    });
  }

  /** Everything from the present position on, for what cannot seek: a pipe, a FIFO, a device. Once only. */
  async *streamOnce(signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    throwIfAborted(signal);
    const stat = fstatSync(this.#fd);
    if (stat.isFIFO() || stat.isSocket()) {
      yield* this.#streamPipe(signal);
      return;
    }
    for (;;) {
      throwIfAborted(signal);
      const chunk = Buffer.allocUnsafeSlow(STREAM_CHUNK);
      const got = await this.#readNext(chunk);
      if (got === 0) return;
      yield chunk.subarray(0, got);
    }
  }

  /** Waits for a pipe without a thread that hangs in a read: such a thread would keep the process from ending. */
  async *#streamPipe(signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    // Loaded only here, since it takes a while.
    const { Socket } = await import("node:net");
    // The socket closes the descriptor.
    const socket = new Socket({ fd: this.#fd, readable: true, writable: false, ...(signal && { signal }) });
    this.#fd = -1;
    try {
      for await (const chunk of socket) yield chunk as Uint8Array;
    } catch (thrown) {
      throw toLayerscopeError(thrown, { source: this.path });
    }
  }

  #readNext(chunk: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      read(this.#fd, chunk, 0, chunk.length, null, (error, got) => {
        if (error) reject(toLayerscopeError(error, { source: this.path }));
        else resolve(got);
      });
    });
  }

  close(): void {
    if (this.#fd < 0) return;
    closeSync(this.#fd);
    this.#fd = -1;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** A stretch of an open file: a whole blob, or one inside an archive. */
export class FileRange {
  readonly file: OpenFile;
  readonly start: number;
  readonly size: number;

  constructor(file: OpenFile, start: number, size: number) {
    this.file = file;
    this.start = start;
    this.size = size;
  }

  /** A part of this range; what would reach beyond its end is cut off. */
  slice(start: number, size: number): FileRange {
    const from = Math.min(start, this.size);
    return new FileRange(this.file, this.start + from, Math.max(0, Math.min(size, this.size - from)));
  }

  /** Reads up to `length` bytes at `position` of the range. Blocks. */
  readSync(target: Uint8Array, offset: number, length: number, position: number): number {
    const available = Math.max(0, Math.min(length, this.size - position));
    return available === 0 ? 0 : this.file.readSync(target, offset, available, this.start + position);
  }

  /** The first bytes, up to `length`. Blocks. */
  headSync(length: number): Uint8Array {
    const head = new Uint8Array(Math.min(length, this.size));
    return head.subarray(0, this.readSync(head, 0, head.length, 0));
  }

  /**
   * The bytes from `start` on, in chunks that the receiver may keep.
   * @throws LayerscopeError `truncated` when the file became shorter, `aborted`
   */
  async *stream(start = 0, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    let position = start;
    while (position < this.size) {
      throwIfAborted(signal);
      const chunk = Buffer.allocUnsafeSlow(Math.min(STREAM_CHUNK, this.size - position));
      const got = await this.file.read(chunk, 0, chunk.length, this.start + position);
      if (got === 0) {
        throw new LayerscopeError("truncated", `${this.file.path}: ends at byte ${this.start + position}`, {
          where: { source: this.file.path, offset: this.start + position },
        });
      }
      position += got;
      yield chunk.subarray(0, got);
    }
  }
}
