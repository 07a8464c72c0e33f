/** An archive that is a directory: an OCI layout, skopeo's `dir:`, or an archive that somebody unpacked. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type LayerscopeError, toLayerscopeError } from "../model/errors.ts";
import type { Limits } from "../model/limits.ts";
import { OpenFile } from "../source/open-file.ts";
import { type Archive, type Blob, documentTooLarge, normaliseName } from "./archive.ts";

export class DirectoryArchive implements Archive {
  readonly kind = "directory";
  readonly location: string;
  readonly incomplete: LayerscopeError | undefined = undefined;
  readonly #limits: Limits;
  readonly #open = new Map<string, OpenFile>();
  readonly #names: readonly string[];

  /** @throws LayerscopeError `unreadable` */
  constructor(path: string, limits: Limits) {
    this.location = path;
    this.#limits = limits;
    try {
      this.#names = readdirSync(path);
    } catch (thrown) {
      throw toLayerscopeError(thrown, { source: path });
    }
  }

  get bytesRequested(): number {
    let sum = 0;
    for (const file of this.#open.values()) sum += file.bytesRequested;
    return sum;
  }

  /** Only those directly in the directory: enough to tell what kind of archive it is. */
  names(): Iterable<string> {
    return this.#names;
  }

  blob(name: string): Blob | undefined {
    const file = this.#file(normaliseName(name));
    if (!file) return undefined;
    const range = file.range();
    return { name, size: range.size, range, stream: (signal) => range.stream(0, signal) };
  }

  async content(name: string): Promise<Uint8Array | undefined> {
    const range = this.blob(name)?.range;
    if (!range) return undefined;
    if (range.size > this.#limits.jsonBytes) throw documentTooLarge(name, range.size, this.#limits);
    return range.headSync(range.size);
  }

  #file(name: string): OpenFile | undefined {
    const known = this.#open.get(name);
    if (known) return known;
    const path = join(this.location, name);
    // Only regular files: opening a FIFO would wait for a writer.
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
    const file = OpenFile.open(path);
    this.#open.set(name, file);
    return file;
  }

  /** Closes the files that were opened. */
  close(): void {
    for (const file of this.#open.values()) file.close();
    this.#open.clear();
  }
}
