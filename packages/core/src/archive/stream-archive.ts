/**
 * An archive that comes as a stream: standard input, or a file that is compressed as a whole. tar-stream takes it
 * apart; whatever looks like a layer is handed over while it passes, since the manifest may come last, and small JSON
 * members are kept. Nothing is written to disk.
 */
import { Readable } from "node:stream";
import { type Extract, extract, type Header } from "tar-stream";
import { sniffCompression } from "../model/compression.ts";
import { LayerscopeError, throwIfAborted, toLayerscopeError } from "../model/errors.ts";
import type { Limits } from "../model/limits.ts";
import {
  type Archive,
  type Blob,
  documentTooLarge,
  followLinks,
  linkedName,
  normaliseName,
  notAnArchive,
} from "./archive.ts";
import { SoundTar } from "./sound-tar.ts";
import { headerSum } from "./tar-header.ts";

/** Takes a member that looks like a layer. Whatever it leaves unread is passed over. */
export type LayerHandler = (name: string, size: number, chunks: AsyncIterable<Uint8Array>) => Promise<void>;

/** A member as tar-stream gives it: its header, and its body to be read. */
type Entry = Extract extends AsyncIterable<infer Source> ? Source : never;

export interface StreamArchiveOptions {
  /** What the stream comes from, see {@link Archive.location}. */
  readonly location: string;
  /** Bytes requested from files so far. */
  readonly bytesRequested: () => number;
  /** Starts the stream, from its beginning each time. */
  readonly open: () => AsyncIterable<Uint8Array>;
  /** Whether `open` can be called more than once. */
  readonly reopenable: boolean;
  readonly limits: Limits;
  readonly onLayer: LayerHandler;
  readonly signal?: AbortSignal | undefined;
}

/** How many JSON bytes are kept in all: many times what an archive with a hundred images has. */
const DOCUMENTS_TO_JSON_LIMIT = 8;

export class StreamArchive implements Archive {
  readonly kind = "stream";
  readonly location: string;
  readonly #options: StreamArchiveOptions;
  readonly #sizes = new Map<string, number>();
  readonly #documents = new Map<string, Uint8Array>();
  readonly #links = new Map<string, string>();
  #documentBytes = 0;
  #incomplete: LayerscopeError | undefined;

  private constructor(options: StreamArchiveOptions) {
    this.#options = options;
    this.location = options.location;
  }

  /** Reads the whole stream. @throws LayerscopeError when not even one member could be read, `limit-exceeded`, `aborted` */
  static async read(options: StreamArchiveOptions): Promise<StreamArchive> {
    const archive = new StreamArchive(options);
    try {
      await eachMember(options.open(), options, (header, body) => archive.#member(header, body));
    } catch (thrown) {
      const error = toLayerscopeError(thrown, { source: archive.location });
      if (error.code === "aborted" || error.code === "limit-exceeded") throw error;
      if (archive.#sizes.size === 0) throw notAnArchive(archive.location, error);
      archive.#incomplete = error;
    }
    return archive;
  }

  async #member(header: Header, body: AsyncIterable<Uint8Array>): Promise<void> {
    const { limits, onLayer } = this.#options;
    const name = normaliseName(header.name);
    if (this.#sizes.size + this.#links.size >= limits.archiveMembers) {
      throw new LayerscopeError("limit-exceeded", `more than ${limits.archiveMembers} members`);
    }
    this.#documents.delete(name);
    this.#links.delete(name);
    if (header.type === "symlink" || header.type === "link") {
      this.#links.set(name, linkedName(name, header.linkname, header.type === "symlink"));
      return;
    }
    if (header.type !== "file" && header.type !== "contiguous-file") return;
    const { size } = header;
    this.#sizes.set(name, size);
    const peeked = await peek(body);
    const kind = memberKind(peeked.head);
    if (kind === "layer") {
      await onLayer(name, size, peeked.chunks);
    } else if (kind === "json" && size <= limits.jsonBytes) {
      this.#documentBytes += size;
      if (this.#documentBytes > limits.jsonBytes * DOCUMENTS_TO_JSON_LIMIT) {
        throw new LayerscopeError("limit-exceeded", "too many bytes of JSON documents in the archive");
      }
      const chunks: Uint8Array[] = [];
      for await (const chunk of peeked.chunks) chunks.push(chunk);
      this.#documents.set(name, Buffer.concat(chunks));
    }
  }

  get incomplete(): LayerscopeError | undefined {
    return this.#incomplete;
  }

  get bytesRequested(): number {
    return this.#options.bytesRequested();
  }

  names(): Iterable<string> {
    return this.#sizes.keys();
  }

  blob(name: string): Blob | undefined {
    const target = followLinks(name, this.#links);
    const size = target === undefined ? undefined : this.#sizes.get(target);
    if (target === undefined || size === undefined) return undefined;
    return { name: target, size, range: undefined, stream: (signal) => this.#again(target, signal) };
  }

  async content(name: string): Promise<Uint8Array | undefined> {
    const blob = this.blob(name);
    if (!blob) return undefined;
    const document = this.#documents.get(blob.name);
    if (document) return document;
    if (blob.size > this.#options.limits.jsonBytes) throw documentTooLarge(name, blob.size, this.#options.limits);
    // It may be the member that the archive ends in.
    if (this.#incomplete) throw this.#incomplete;
    throw new LayerscopeError("invalid-document", `${name} is not JSON`, {
      where: { source: this.location, member: name },
    });
  }

  /** Reads the stream once more, up to the end of one member. */
  async *#again(name: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    if (!this.#options.reopenable) {
      throw new LayerscopeError("no-content", `${this.location}: a stream can be read only once`, {
        hint: "Save it to a file and open that.",
      });
    }
    const members = membersOf(this.#options.open(), { limits: this.#options.limits, signal });
    try {
      for await (const { header, body } of members) {
        if (normaliseName(header.name) !== name || header.type === "symlink" || header.type === "link") continue;
        yield* body;
        return;
      }
    } finally {
      await members.return(undefined);
    }
  }
}

/** What the first block of a member says it is. */
function memberKind(head: Uint8Array): "layer" | "json" | "other" {
  if (head.length === 0) return "other";
  if (sniffCompression(head) !== "none") return "layer";
  // { or [, which spaces or a byte-order mark may precede.
  if (/^(\xef\xbb\xbf)?\s*[{[]/.test(Buffer.from(head.subarray(0, 512)).toString("latin1"))) return "json";
  if (head.length < 512) return "other";
  const block = new Uint8Array(512);
  block.set(head.subarray(0, 512));
  const sum = headerSum(new Uint32Array(block.buffer), 0);
  // A tar, or the two blocks of zeros that make an empty one.
  const claimed = Number.parseInt(Buffer.from(block.subarray(148, 156)).toString("latin1").replace(/[\0 ]/g, ""), 8);
  return sum < 0 || sum === claimed ? "layer" : "other";
}

/** The first 512 bytes, and all bytes. */
async function peek(
  body: AsyncIterable<Uint8Array>,
): Promise<{ head: Uint8Array; chunks: AsyncGenerator<Uint8Array> }> {
  const iterator = body[Symbol.asyncIterator]();
  const ahead: Uint8Array[] = [];
  let length = 0;
  while (length < 512) {
    const { done, value } = await iterator.next();
    if (done) break;
    ahead.push(value);
    length += value.length;
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield* ahead;
    for (;;) {
      const { done, value } = await iterator.next();
      if (done) return;
      yield value;
    }
  }
  return { head: ahead.length === 1 ? (ahead[0] as Uint8Array) : Buffer.concat(ahead), chunks: all() };
}

async function eachMember(
  chunks: AsyncIterable<Uint8Array>,
  options: MembersOptions,
  take: (header: Header, body: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<void> {
  for await (const { header, body } of membersOf(chunks, options)) {
    throwIfAborted(options.signal);
    await take(header, body);
  }
}

interface MembersOptions {
  readonly limits: Limits;
  readonly signal?: AbortSignal | undefined;
}

/** The members of a tar that comes as a stream. What the receiver leaves of a body is passed over. */
async function* membersOf(
  chunks: AsyncIterable<Uint8Array>,
  { limits, signal }: MembersOptions,
): AsyncGenerator<{ header: Header; body: AsyncIterable<Uint8Array> }> {
  const sound = new SoundTar(limits);
  // `allowUnknownFormat` (tars from before ustar) is missing from the package's own types.
  const tar = extract({ allowUnknownFormat: true } as Parameters<typeof extract>[0]);
  const source = Readable.from(sound.pass(chunks, signal), { objectMode: false });
  source.pipe(tar as unknown as NodeJS.WritableStream);
  const members = tar[Symbol.asyncIterator]() as AsyncIterator<Entry>;
  try {
    for (;;) {
      const { done, value } = await nextOrStalled(members, () => sound.done);
      if (done) break;
      const { header } = value;
      if (header.type !== "file" && header.type !== "contiguous-file" && header.type && header.size > 0) {
        throw new LayerscopeError("corrupt", `the archive has a ${header.type} with content`);
      }
      // Without `return`, which would destroy the whole archive when a receiver stops early.
      const pieces = (value as unknown as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
      const next = (): Promise<IteratorResult<Uint8Array>> =>
        pieces.next().catch((thrown: unknown) => {
          throw sound.problem ?? asArchiveError(thrown);
        });
      yield { header, body: { [Symbol.asyncIterator]: () => ({ next }) } };
      while (!(await pieces.next()).done);
    }
  } catch (thrown) {
    throw sound.problem ?? asArchiveError(thrown);
  } finally {
    source.destroy();
    tar.destroy();
  }
  if (sound.problem) throw sound.problem;
}

/** How long tar-stream may say nothing when it has all its input and is waited for, in milliseconds. */
const STALLED_AFTER = 200;

/** tar-stream waits for ever for the body of a directory that claims one; nothing more can come then. */
function nextOrStalled(members: AsyncIterator<Entry>, allFed: () => boolean): Promise<IteratorResult<Entry>> {
  return new Promise((resolve, reject) => {
    let waited = 0;
    const timer = setInterval(() => {
      waited = allFed() ? waited + STALLED_AFTER / 10 : 0;
      if (waited > STALLED_AFTER) reject(new Error("unexpected end"));
    }, STALLED_AFTER / 10);
    members
      .next()
      .then(resolve, reject)
      .finally(() => clearInterval(timer))
      .catch(reject);
  });
}

function asArchiveError(thrown: unknown): LayerscopeError {
  if (thrown instanceof LayerscopeError) return thrown;
  return new LayerscopeError("corrupt", `the archive is damaged (${(thrown as Error).message})`, { cause: thrown });
}
