/**
 * Looking into the contents of files: while a layer passes by, or afterwards where it can be read again. What is found out
 * is kept; contents are not.
 */
import { decodeName } from "../model/path-text.ts";
import type { FileRange } from "../source/open-file.ts";
import type { PathTable } from "./path-table.ts";

/**
 * In bytes. No file of more is looked into, wherever it lies: a content that passes by has to be kept for a moment. Databases
 * and programs are far smaller; where there is one nevertheless, it is told that its layer was not looked into as a whole.
 */
export const LARGEST_INSPECTED = 512 * 1024 * 1024;

/** A regular file of a layer, before anybody has looked into it. */
export class InspectedFile {
  readonly paths: PathTable;
  readonly node: number;
  /** Bytes as a program reads it. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  #name: string | undefined;
  #path: string | undefined;

  constructor(paths: PathTable, node: number, size: number, mode: number) {
    this.paths = paths;
    this.node = node;
    this.size = size;
    this.mode = mode;
  }

  /** The last segment of the path; what is not UTF-8 in it is U+FFFD. Not escaped. */
  get name(): string {
    this.#name ??= this.paths.plainNameOf(this.node) ?? decodeName(this.paths.nameOf(this.node)).text;
    return this.#name;
  }

  /** The whole path, without a leading slash; as {@link name}. */
  get path(): string {
    this.#path ??= decodeName(this.paths.pathOf(this.node)).text;
    return this.#path;
  }
}

/** The content of one file, at any offset. Only valid during the call that it is given to. */
export interface FileBytes {
  readonly size: number;
  /** Fewer than `length` bytes only at the end of the file. May share memory with the next answer: copy what is kept. */
  read(offset: number, length: number): Uint8Array;
}

export interface FileInspector {
  /** Whether a file's content is wanted. Asked of every file with content that is no sparse one, so it must be quick. */
  wants(file: InspectedFile): boolean;
  /**
   * What the content says; undefined when nothing of interest. It gets hostile input, so it must not throw, nor work without
   * bounds.
   */
  inspect(file: InspectedFile, bytes: FileBytes): object | undefined;
}

/** What was found in the files of one layer. */
export class LayerFacts {
  /** By entry of the layer. */
  readonly byEntry = new Map<number, object>();
  /** Whether every file that was wanted could be looked into. */
  isComplete = true;

  /** What was found in one file, if anything. */
  add(index: number, found: object | undefined): void {
    if (found) this.byEntry.set(index, found);
  }
}

/** Content that is all in memory. */
export class BytesInMemory implements FileBytes {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get size(): number {
    return this.#bytes.length;
  }

  read(offset: number, length: number): Uint8Array {
    return this.#bytes.subarray(offset, Math.min(this.#bytes.length, offset + length));
  }
}

/** Content that lies in a file as it is. */
export class BytesInRange implements FileBytes {
  readonly #range: FileRange;

  constructor(range: FileRange) {
    this.#range = range;
  }

  get size(): number {
    return this.#range.size;
  }

  read(offset: number, length: number): Uint8Array {
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.size - offset)));
    return bytes.subarray(0, this.#range.readSync(bytes, 0, bytes.length, offset));
  }
}
