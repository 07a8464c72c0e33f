/**
 * An image in a registry, as an archive: its index.json names the manifest of the platform that was chosen, and blobs are
 * fetched when they are read. Nothing is stored on disk.
 */
import { type LayerscopeError, toLayerscopeError } from "../model/errors.ts";
import { DEFAULT_LIMITS, type Limits } from "../model/limits.ts";
import { formatImageReference, type ImageReference } from "../source/image-reference.ts";
import type { BlobSource, Repository } from "../source/registry/blob-source.ts";
import { findCredentials } from "../source/registry/credentials/find-credentials.ts";
import { withAdvice } from "../source/registry/registry-errors.ts";
import { openRepository } from "../source/registry/repository.ts";
import type { RemoteOptions, ResolutionStep } from "../source/remote-options.ts";
import { type Archive, type Blob, documentTooLarge, normaliseName } from "./archive.ts";
import { type ChosenManifest, chooseManifest, type RegistryBlob } from "./registry-manifest.ts";
import type { OpenArchiveOptions, Source } from "./source.ts";

/**
 * Opens an image of a registry: its manifest is fetched, its configuration and layers come when they are read.
 * @param image its digest counts when it has one, else its tag
 * @param steps the places that were asked before; kept, not copied
 * @throws LayerscopeError `no-such-image`, `no-such-platform`, `invalid-option`, `not-an-image`, `invalid-document`,
 *   `limit-exceeded`, `digest-mismatch`, `refused`, `unreachable`, `unsupported-source`, `aborted`
 */
export async function openRegistryImage(
  image: ImageReference,
  { env = process.env, insecure, mirrors, platform, signal }: RemoteOptions,
  steps: readonly ResolutionStep[],
): Promise<Source> {
  const credentials = (registry: string) => findCredentials(registry, image.repository, { env, signal });
  const knownMirrors = typeof mirrors === "function" ? await mirrors() : mirrors;
  const repository = openRepository(image, { env, insecure, mirrors: knownMirrors, credentials, signal });
  const tagOrDigest = image.digest ?? image.tag ?? "latest";
  const location = `registry:${formatImageReference(image)}`;
  try {
    const chosen = await chooseManifest(repository, { tagOrDigest, platform, limits: DEFAULT_LIMITS, signal });
    return new RegistrySource(location, repository, chosen, steps);
  } catch (thrown) {
    await repository[Symbol.asyncDispose]();
    throw withAdvice(toLayerscopeError(thrown, { source: location }));
  }
}

class RegistrySource implements Source {
  readonly kind = "registry";
  readonly location: string;
  /** The manifest is the one of a single image. */
  readonly image: string | undefined = undefined;
  readonly steps: readonly ResolutionStep[];
  readonly #repository: Repository;
  readonly #chosen: ChosenManifest;

  constructor(location: string, repository: Repository, chosen: ChosenManifest, steps: readonly ResolutionStep[]) {
    this.location = location;
    this.steps = steps;
    this.#repository = repository;
    this.#chosen = chosen;
  }

  async openArchive({ limits, signal }: OpenArchiveOptions): Promise<Archive> {
    return new RegistryArchive(this.location, this.#repository, this.#chosen, limits, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#repository[Symbol.asyncDispose]();
  }
}

class RegistryArchive implements Archive {
  readonly kind = "registry";
  readonly location: string;
  readonly incomplete: LayerscopeError | undefined = undefined;
  readonly #source: BlobSource;
  readonly #limits: Limits;
  readonly #signal: AbortSignal | undefined;
  /** Documents that were fetched, by their names. */
  readonly #contents: Map<string, Uint8Array>;
  readonly #blobs: ReadonlyMap<string, RegistryBlob>;
  #bytesReceived: number;

  constructor(
    location: string,
    source: BlobSource,
    chosen: ChosenManifest,
    limits: Limits,
    signal: AbortSignal | undefined,
  ) {
    this.location = location;
    this.#source = source;
    this.#limits = limits;
    this.#signal = signal;
    this.#contents = new Map([["index.json", chosen.index], ...chosen.documents]);
    this.#blobs = new Map(chosen.blobs.map((blob) => [blob.name, blob]));
    this.#bytesReceived = chosen.bytesReceived;
  }

  /** Bytes that came from the registry. */
  get bytesRequested(): number {
    return this.#bytesReceived;
  }

  names(): Iterable<string> {
    return new Set([...this.#contents.keys(), ...this.#blobs.keys()]);
  }

  blob(name: string): Blob | undefined {
    const normal = normaliseName(name);
    const content = this.#contents.get(normal);
    if (content) return { name: normal, size: content.length, range: undefined, stream: () => once(content) };
    const blob = this.#blobs.get(normal);
    return blob && { name: normal, size: blob.size, range: undefined, stream: (signal) => this.#fetch(blob, signal) };
  }

  async content(name: string): Promise<Uint8Array | undefined> {
    const normal = normaliseName(name);
    const known = this.#contents.get(normal);
    if (known) return known;
    const blob = this.#blobs.get(normal);
    if (!blob) return undefined;
    if (blob.size > this.#limits.jsonBytes) throw documentTooLarge(normal, blob.size, this.#limits);
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.#fetch(blob, this.#signal)) chunks.push(chunk);
    const content = Buffer.concat(chunks);
    this.#contents.set(normal, content);
    return content;
  }

  async *#fetch({ digest, size }: RegistryBlob, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.#source.read(digest, size, { signal })) {
        this.#bytesReceived += chunk.length;
        yield chunk;
      }
    } catch (thrown) {
      throw withAdvice(toLayerscopeError(thrown));
    }
  }
}

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}
