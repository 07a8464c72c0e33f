/** An archive that is an uncompressed tar file: walked once, then every member is found at its offset. */
import { TYPE } from "../model/entry.ts";
import { LayerscopeError, toLayerscopeError } from "../model/errors.ts";
import type { Limits } from "../model/limits.ts";
import { FileRange, type OpenFile } from "../source/open-file.ts";
import {
  type Archive,
  type Blob,
  documentTooLarge,
  followLinks,
  linkedName,
  normaliseName,
  notAnArchive,
} from "./archive.ts";
import type { TarMember } from "./tar-decoder.ts";
import { walkTar } from "./tar-walk.ts";

export class TarArchive implements Archive {
  readonly kind = "file";
  readonly location: string;
  readonly #file: OpenFile;
  readonly #limits: Limits;
  readonly #members = new Map<string, FileRange>();
  readonly #links = new Map<string, string>();
  #incomplete: LayerscopeError | undefined;

  private constructor(file: OpenFile, limits: Limits) {
    this.#file = file;
    this.location = file.path;
    this.#limits = limits;
  }

  /** @throws LayerscopeError `corrupt` when the file does not even begin as a tar, `limit-exceeded`, `aborted` */
  static async open(file: OpenFile, limits: Limits, signal?: AbortSignal): Promise<TarArchive> {
    const archive = new TarArchive(file, limits);
    try {
      await walkTar(file.range(), archive.#sink(), { limits, signal });
    } catch (thrown) {
      const error = toLayerscopeError(thrown, { source: file.path });
      if (error.code === "aborted" || error.code === "limit-exceeded") throw error;
      if (archive.#members.size === 0) throw notAnArchive(file.path, error);
      archive.#incomplete = error;
    }
    return archive;
  }

  #sink(): { member(member: TarMember): void; body(): void; memberEnd(): void } {
    return {
      member: (member) => {
        const name = normaliseName(textOf(member.name, member.nameStart, member.nameEnd));
        if (this.#members.size + this.#links.size >= this.#limits.archiveMembers) {
          throw new LayerscopeError("limit-exceeded", `more than ${this.#limits.archiveMembers} members`);
        }
        // The last member of a name counts, as when the archive is unpacked.
        this.#members.delete(name);
        this.#links.delete(name);
        if (member.type === TYPE.FILE && member.sparse === undefined) {
          this.#members.set(name, new FileRange(this.#file, member.bodyOffset, member.size));
        } else if (member.type === TYPE.SYMLINK || member.type === TYPE.LINK) {
          const target = textOf(member.link, member.linkStart, member.linkEnd);
          this.#links.set(name, linkedName(name, target, member.type === TYPE.SYMLINK));
        }
      },
      body: () => {},
      memberEnd: () => {},
    };
  }

  get incomplete(): LayerscopeError | undefined {
    return this.#incomplete;
  }

  get bytesRequested(): number {
    return this.#file.bytesRequested;
  }

  names(): Iterable<string> {
    return this.#members.keys();
  }

  blob(name: string): Blob | undefined {
    const target = followLinks(name, this.#links);
    const range = target === undefined ? undefined : this.#members.get(target);
    if (target === undefined || range === undefined) return undefined;
    return { name: target, size: range.size, range, stream: (signal) => range.stream(0, signal) };
  }

  async content(name: string): Promise<Uint8Array | undefined> {
    const range = this.blob(name)?.range;
    if (!range) return undefined;
    if (range.size > this.#limits.jsonBytes) throw documentTooLarge(name, range.size, this.#limits);
    const bytes = range.headSync(range.size);
    // The last member of an archive that ends too early.
    if (bytes.length < range.size && this.#incomplete) throw this.#incomplete;
    return bytes;
  }
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("utf8");
}
