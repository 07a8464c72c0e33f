/** A blob as it comes, over as many connections as it takes, and checked at its end. */
import { createHash, type Hash } from "node:crypto";
import { type Digest, digestHex, isDigest } from "../../model/digest.ts";
import { LayerscopeError, toLayerscopeError, type Where } from "../../model/errors.ts";
import type { ByteRange } from "./blob-source.ts";
import type { Endpoint } from "./endpoint.ts";
import type { HttpAnswer } from "./http.ts";
import { type Endpoints, passOver } from "./mirrors.ts";
import { PassingError, Patience } from "./retry.ts";

export interface BlobRequest {
  readonly digest: Digest;
  /** What the manifest says it has, in bytes. */
  readonly size: number | undefined;
  readonly range: ByteRange | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * The bytes of a blob or of a stretch of it. The digest of a whole blob is checked when its last byte has passed.
 * @throws LayerscopeError `missing-blob`, `digest-mismatch`, `truncated`, `refused`, `unreachable`, `aborted`
 */
export async function* readBlob(endpoints: Endpoints, request: BlobRequest): AsyncGenerator<Uint8Array> {
  if (!isDigest(request.digest)) throw new LayerscopeError("invalid-document", "a digest that cannot be checked");
  const transfer = new Transfer(request);
  yield* fromOneOf(endpoints, transfer);
  transfer.checkDigest(endpoints.registry.title);
}

async function* fromOneOf({ mirrors, registry }: Endpoints, transfer: Transfer): AsyncGenerator<Uint8Array> {
  for (const mirror of mirrors) {
    if (mirror.failed) continue;
    try {
      yield* transfer.from(mirror);
      return;
    } catch (thrown) {
      passOver(mirror, thrown);
    }
  }
  yield* transfer.from(registry);
}

/** How far a blob has come. Whoever goes on with it goes on from there, since the digest says that it is the same everywhere. */
class Transfer {
  readonly #request: BlobRequest;
  /** The next byte that is wanted, counted from the blob's beginning. */
  #position: number;
  /** Where it ends; undefined when nobody said. */
  #end: number | undefined;
  /** Only where all of it passes, from the first byte on. */
  readonly #hash: Hash | undefined;

  constructor(request: BlobRequest) {
    const { digest, size, range } = request;
    this.#request = request;
    this.#position = range?.from ?? 0;
    const ends = [range?.to, size].filter((end) => end !== undefined);
    this.#end = ends.length > 0 ? Math.min(...ends) : undefined;
    const isWhole = this.#position === 0 && (range?.to === undefined || this.#end === size);
    this.#hash = isWhole ? createHash(digest.slice(0, digest.indexOf(":"))) : undefined;
  }

  /** All that is still missing, from one server. */
  async *from(endpoint: Endpoint): AsyncGenerator<Uint8Array> {
    const patience = new Patience(this.#request.signal);
    for (;;) {
      try {
        for await (const chunk of this.#connect(endpoint)) {
          patience.progressed();
          yield chunk;
        }
        return;
      } catch (thrown) {
        await patience.pauseAfter(thrown).catch((final: unknown) => {
          throw toLayerscopeError(final, this.#where());
        });
      }
    }
  }

  checkDigest(title: string): void {
    const { digest } = this.#request;
    const found = this.#hash?.digest("hex");
    if (found === undefined || found === digestHex(digest)) return;
    const algorithm = digest.slice(0, digest.indexOf(":"));
    throw new LayerscopeError(
      "digest-mismatch",
      `a blob of ${title} has the digest ${algorithm}:${found} instead of ${digest}`,
      {
        where: this.#where(),
        hint: "What came is not what the manifest names: the registry, a mirror or a proxy damaged or changed it.",
      },
    );
  }

  /** One answer of the server, from where the last one stopped. */
  async *#connect(endpoint: Endpoint): AsyncGenerator<Uint8Array> {
    const { digest, range, signal } = this.#request;
    // A server that let us wait after the last byte has given all that there is.
    if (this.#isDone()) return;
    const wanted =
      range || this.#position > 0
        ? `bytes=${this.#position}-${range && this.#end !== undefined ? this.#end - 1 : ""}`
        : undefined;
    const answer = await endpoint.get(`blobs/${digest}`, {
      subject: { kind: "blob", digest },
      headers: wanted === undefined ? {} : { range: wanted },
      signal,
    });
    const { skip, size } = this.#understand(answer, endpoint);
    yield* this.#take(answer, endpoint, skip);
    if (this.#end === undefined || this.#position >= this.#end) return;
    if (size !== undefined && this.#position >= size) throw this.#tooShort(endpoint);
    throw new PassingError("truncated", `${endpoint.name}: a blob ends at byte ${this.#position} of ${this.#end}`);
  }

  async *#take(answer: HttpAnswer, endpoint: Endpoint, skip: number): AsyncGenerator<Uint8Array> {
    let toSkip = skip;
    for await (const chunk of answer.body) {
      const fresh = chunk.subarray(Math.min(toSkip, chunk.length));
      toSkip -= chunk.length - fresh.length;
      const room = this.#end === undefined ? fresh.length : this.#end - this.#position;
      const taken = fresh.subarray(0, room);
      this.#position += taken.length;
      this.#hash?.update(taken);
      if (taken.length > 0) yield taken;
      if (fresh.length <= room) continue;
      // A server may send all although it was asked for a stretch; more than a whole blob is another blob.
      if (this.#hash) throw this.#tooLong(endpoint);
      return;
    }
  }

  /** How many bytes of the answer are known already, and how large the server says the blob is. */
  #understand(answer: HttpAnswer, endpoint: Endpoint): { skip: number; size: number | undefined } {
    if (answer.status === 416) throw this.#tooShort(endpoint);
    const { skip, size } = answer.status === 206 ? this.#part(answer, endpoint) : this.#whole(answer);
    const { size: promised } = this.#request;
    if (size !== undefined && promised !== undefined && size > promised) throw this.#tooLong(endpoint);
    if (promised === undefined) this.#end ??= size;
    return { skip, size };
  }

  #whole(answer: HttpAnswer): { skip: number; size: number | undefined } {
    const length = answer.header("content-length");
    return { skip: this.#position, size: length === undefined ? undefined : Number(length) };
  }

  #part(answer: HttpAnswer, endpoint: Endpoint): { skip: number; size: number | undefined } {
    const [, from, total] =
      /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(answer.header("content-range") ?? "") ?? [];
    if (from === undefined || Number(from) !== this.#position) {
      throw new LayerscopeError(
        "unreachable",
        `${endpoint.name} answers with another part of a blob than was asked for`,
      );
    }
    return { skip: 0, size: total === "*" ? undefined : Number(total) };
  }

  #isDone(): boolean {
    return this.#end !== undefined && this.#position >= this.#end;
  }

  #tooShort(endpoint: Endpoint): LayerscopeError {
    const message = `${endpoint.name}: a blob ends at byte ${this.#position}${this.#end === undefined ? "" : ` of ${this.#end}`}`;
    return new LayerscopeError("truncated", message, { where: this.#where() });
  }

  #tooLong(endpoint: Endpoint): LayerscopeError {
    const message = `${endpoint.name}: a blob has more than the ${this.#request.size} bytes that the manifest promises`;
    return new LayerscopeError("digest-mismatch", message, { where: this.#where() });
  }

  #where(): Where {
    return { digest: this.#request.digest, offset: this.#position };
  }
}
