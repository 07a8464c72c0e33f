/** Recognises an archive by its content and opens it. */
import { statSync } from "node:fs";
import { type Compression, sniffCompression } from "../model/compression.ts";
import { LayerscopeError, toLayerscopeError } from "../model/errors.ts";
import { OpenFile } from "../source/open-file.ts";
import type { Reference } from "../source/reference.ts";
import type { RemoteOptions } from "../source/remote-options.ts";
import { spool } from "../source/spool.ts";
import type { Archive } from "./archive.ts";
import { decompress, supportedCompression } from "./decompress.ts";
import { DirectoryArchive } from "./directory-archive.ts";
import type { OpenArchiveOptions, Source } from "./source.ts";
import { TarArchive } from "./tar-archive.ts";

export interface OpenSourceOptions extends RemoteOptions {
  /**
   * Keep what can be read only once (a pipe) in an unnamed temporary file, so that file contents can be read after the
   * scan. Without it nothing is written anywhere.
   */
  readonly spool?: boolean | undefined;
  /** Called while that goes on, with the bytes that have come so far. */
  readonly onSpooled?: ((bytes: number) => void) | undefined;
}

/** A reference to something on this machine's disk, or to standard input. */
export type LocalReference = Extract<Reference, { readonly kind: "path" | "stdin" }>;

/**
 * Opens a file, a directory or standard input; what kind of archive it is shows its content.
 * @throws LayerscopeError `not-found`, `unreadable`, `not-an-image` when it is empty, `unsupported-compression`
 */
export async function openLocal(reference: LocalReference, options: OpenSourceOptions = {}): Promise<Source> {
  const image = reference.kind === "path" ? reference.image : undefined;
  if (reference.kind === "path" && isDirectory(reference.path)) return new DirectorySource(reference.path, image);
  const file = reference.kind === "stdin" ? OpenFile.standardInput() : OpenFile.open(reference.path);
  try {
    if (file.isRegular || !options.spool) return await FileSource.open(file, image, options.signal);
    const spooled = await spool(file, options.signal, options.onSpooled);
    file.close();
    return await FileSource.open(spooled, image, options.signal);
  } catch (thrown) {
    file.close();
    throw toLayerscopeError(thrown, { source: file.path });
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (thrown) {
    throw toLayerscopeError(thrown, { source: path });
  }
}

class DirectorySource implements Source {
  readonly kind = "directory";
  readonly location: string;
  readonly image: string | undefined;
  #archive: DirectoryArchive | undefined;

  constructor(location: string, image: string | undefined) {
    this.location = location;
    this.image = image;
  }

  async openArchive({ limits }: OpenArchiveOptions): Promise<Archive> {
    this.#archive = new DirectoryArchive(this.location, limits);
    return this.#archive;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#archive?.close();
  }
}

class FileSource implements Source {
  readonly kind: "file" | "stream";
  readonly location: string;
  readonly image: string | undefined;
  readonly #file: OpenFile;
  readonly #compression: Compression;
  /** The chunks of what can be read only once, from the first. */
  readonly #once: AsyncIterable<Uint8Array> | undefined;

  private constructor(
    file: OpenFile,
    image: string | undefined,
    compression: Compression,
    once: AsyncIterable<Uint8Array> | undefined,
  ) {
    this.location = file.path;
    this.image = image;
    this.#file = file;
    this.#compression = compression;
    this.#once = once;
    this.kind = once || compression !== "none" ? "stream" : "file";
  }

  static async open(file: OpenFile, image: string | undefined, signal?: AbortSignal): Promise<FileSource> {
    let head: Uint8Array;
    let once: AsyncIterable<Uint8Array> | undefined;
    if (file.isRegular) {
      head = file.range().headSync(8);
    } else {
      const chunks = file.streamOnce(signal);
      const first = await chunks.next();
      head = first.done ? new Uint8Array(0) : first.value;
      once = (async function* () {
        yield head;
        yield* chunks;
      })();
    }
    if (head.length === 0)
      throw new LayerscopeError("not-an-image", `${file.path}: the input is empty`, {
        hint: "Whatever was to write it has failed: look at what it says, and write it again.",
      });
    return new FileSource(file, image, supportedCompression(sniffCompression(head), file.path), once);
  }

  async openArchive(options: OpenArchiveOptions): Promise<Archive> {
    const file = this.#file;
    if (this.kind === "file") return TarArchive.open(file, options.limits, options.signal);
    const raw = (): AsyncIterable<Uint8Array> => this.#once ?? file.range().stream(0, options.signal);
    // Only streams need tar-stream, and loading it takes a while.
    const { StreamArchive } = await import("./stream-archive.ts");
    return StreamArchive.read({
      ...options,
      location: file.path,
      bytesRequested: () => file.bytesRequested,
      reopenable: this.#once === undefined,
      open: () => decompress(this.#compression, raw()),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#file.close();
  }
}
