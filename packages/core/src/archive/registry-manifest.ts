/** Which of a registry's manifests is the image for a platform, and which blobs it has. */
import { type Digest, isDigest } from "../model/digest.ts";
import { LayerscopeError, type Where } from "../model/errors.ts";
import type { Limits } from "../model/limits.ts";
import { isForeignLayer, manifestKind } from "../model/media-type.ts";
import { formatPlatform, hostPlatform, type Platform, platformMatches, requirePlatform } from "../model/platform.ts";
import type { FetchedManifest, Repository } from "../source/registry/blob-source.ts";
import { schema1Error } from "../source/registry/registry-errors.ts";
import { parsePlatformFields } from "./image-config.ts";
import {
  asObject,
  invalidDocument,
  isObject,
  type JsonObject,
  optionalArray,
  optionalSize,
  optionalString,
  parseJson,
} from "./json-document.ts";

/** A blob that the registry has. */
export interface RegistryBlob {
  /** As an OCI layout names it. */
  readonly name: string;
  readonly digest: Digest;
  readonly size: number;
}

export interface ChosenManifest {
  /** The index.json of a layout that has this one image. */
  readonly index: Uint8Array;
  /** What was fetched and is needed again, by the name that an OCI layout gives it. */
  readonly documents: ReadonlyMap<string, Uint8Array>;
  readonly blobs: readonly RegistryBlob[];
  readonly bytesReceived: number;
}

export interface WantedManifest {
  readonly tagOrDigest: string;
  /** `os/arch[/variant]`. */
  readonly platform: string | undefined;
  readonly limits: Limits;
  readonly signal?: AbortSignal | undefined;
}

/** How deep indexes may lie in indexes; two is what tools write. */
const DEEPEST_INDEX = 8;

/**
 * Fetches what a tag or digest stands for. Of an index the manifest for the platform, that of this machine when none is
 * asked for; a manifest that stands alone is taken, whatever its platform, unless another one is asked for.
 * @throws LayerscopeError `no-such-platform` with the choices, `not-an-image`, `invalid-document`, `limit-exceeded`, and
 *   what the registry refuses
 */
export async function chooseManifest(repository: Repository, wanted: WantedManifest): Promise<ChosenManifest> {
  return new Choice(repository, wanted).run();
}

/** A manifest that an index names, or the one that there is. */
interface Candidate {
  readonly digest: Digest;
  /** As the index has it; none for a manifest that stands alone. */
  readonly descriptor: JsonObject;
  readonly platform: Platform | undefined;
}

interface Manifest {
  readonly fetched: FetchedManifest;
  readonly document: JsonObject;
  readonly where: Where;
}

class Choice {
  readonly #repository: Repository;
  readonly #wanted: WantedManifest;
  readonly #documents = new Map<string, Uint8Array>();
  readonly #manifests = new Map<string, Manifest>();
  #bytesReceived = 0;

  constructor(repository: Repository, wanted: WantedManifest) {
    this.#repository = repository;
    this.#wanted = wanted;
  }

  async run(): Promise<ChosenManifest> {
    const { tagOrDigest, platform } = this.#wanted;
    const asked = platform === undefined ? undefined : requirePlatform(platform);
    const manifest = await this.#manifest(tagOrDigest);
    const candidate = isIndex(manifest) ? await this.#choose(manifest, asked) : await this.#onlyOne(manifest, asked);
    const { fetched, document, where } = await this.#manifest(candidate.digest);
    this.#documents.set(blobName(fetched.digest), fetched.bytes);
    return {
      index: this.#index(candidate, fetched),
      documents: this.#documents,
      blobs: blobsOf(document, where),
      bytesReceived: this.#bytesReceived,
    };
  }

  async #manifest(tagOrDigest: string): Promise<Manifest> {
    const known = this.#manifests.get(tagOrDigest);
    if (known) return known;
    const { limits, signal } = this.#wanted;
    const { title } = this.#repository;
    if (this.#manifests.size >= limits.manifests) {
      throw new LayerscopeError("limit-exceeded", `${title}: more than ${limits.manifests} manifests`);
    }
    const fetched = await this.#repository.manifest(tagOrDigest, signal);
    this.#bytesReceived += fetched.bytes.length;
    const where: Where = { member: blobName(fetched.digest), digest: fetched.digest };
    const document = asObject(parseJson(fetched.bytes, where), "the manifest", where);
    if (document.schemaVersion === 1) throw schema1Error(title);
    const manifest: Manifest = { fetched, document, where };
    this.#manifests.set(tagOrDigest, manifest).set(fetched.digest, manifest);
    return manifest;
  }

  async #onlyOne(manifest: Manifest, asked: Platform | undefined): Promise<Candidate> {
    const { digest } = manifest.fetched;
    const candidate: Candidate = { digest, descriptor: {}, platform: undefined };
    if (!asked) return candidate;
    const platform = await this.#platformOf(manifest);
    if (platform && platformMatches(platform, asked)) return candidate;
    throw this.#noSuchPlatform(asked, [platform]);
  }

  async #choose(index: Manifest, asked: Platform | undefined): Promise<Candidate> {
    const candidates = await this.#candidates(index, 0);
    const [only, second] = candidates;
    if (!only) {
      throw new LayerscopeError("not-an-image", `${this.#name()} is an index without images`, { where: index.where });
    }
    if (!second && !asked) return only;
    const platform = asked ?? hostPlatform();
    const fitting = candidates.find((candidate) => candidate.platform && platformMatches(candidate.platform, platform));
    if (fitting) return fitting;
    // An index need not say what its manifests are for; their configurations do.
    const found: (Platform | undefined)[] = [];
    for (const candidate of candidates) {
      const known = candidate.platform ?? (await this.#platformOf(await this.#manifest(candidate.digest)));
      if (known && platformMatches(known, platform)) return candidate;
      found.push(known);
    }
    throw this.#noSuchPlatform(platform, found);
  }

  async #candidates({ document, where }: Manifest, depth: number): Promise<Candidate[]> {
    if (depth >= DEEPEST_INDEX) {
      throw new LayerscopeError("limit-exceeded", `indexes nested deeper than ${DEEPEST_INDEX}`, { where });
    }
    const candidates: Candidate[] = [];
    for (const item of optionalArray(document, "manifests", where) ?? []) {
      const descriptor = asObject(item, "a descriptor", where);
      const digest = digestOf(descriptor, where);
      const platform = isObject(descriptor.platform) ? parsePlatformFields(descriptor.platform, where) : undefined;
      if (isAttestation(descriptor, platform)) continue;
      if (manifestKind(optionalString(descriptor, "mediaType", where)) === "index") {
        candidates.push(...(await this.#candidates(await this.#manifest(digest), depth + 1)));
      } else {
        candidates.push({ digest, descriptor, platform });
      }
    }
    return candidates;
  }

  /** What the configuration says; undefined for what is no image. */
  async #platformOf({ document, where }: Manifest): Promise<Platform | undefined> {
    if (!isObject(document.config)) return undefined;
    const digest = digestOf(document.config, where);
    const size = optionalSize(document.config, "size", where) ?? 0;
    const { limits, signal } = this.#wanted;
    const configWhere: Where = { member: blobName(digest), digest };
    if (size > limits.jsonBytes) throw invalidDocument(configWhere, `it has more than ${limits.jsonBytes} bytes`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.#repository.read(digest, size, { signal })) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    this.#bytesReceived += bytes.length;
    this.#documents.set(blobName(digest), bytes);
    const config = parseJson(bytes, configWhere);
    return isObject(config) ? parsePlatformFields(config, configWhere) : undefined;
  }

  #index({ descriptor }: Candidate, { bytes, digest, mediaType }: FetchedManifest): Uint8Array {
    const annotations = isObject(descriptor.annotations) ? descriptor.annotations : {};
    const manifest = {
      ...descriptor,
      ...(mediaType !== "" && { mediaType }),
      digest,
      size: bytes.length,
      annotations: { ...annotations, "org.opencontainers.image.ref.name": this.#name() },
    };
    return Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
  }

  #name(): string {
    const { tagOrDigest } = this.#wanted;
    return `${this.#repository.title}${isDigest(tagOrDigest) ? "@" : ":"}${tagOrDigest}`;
  }

  #noSuchPlatform(wanted: Platform, found: readonly (Platform | undefined)[]): LayerscopeError {
    const choices = found.map((platform) => (platform ? formatPlatform(platform) : "unknown"));
    return new LayerscopeError("no-such-platform", `${this.#name()} has no image for ${formatPlatform(wanted)}`, {
      choices: [...new Set(choices)],
      hint: "Choose with --platform os/arch[/variant].",
    });
  }
}

function isIndex({ document, fetched }: Manifest): boolean {
  const mediaType = typeof document.mediaType === "string" ? document.mediaType : fetched.mediaType;
  const kind = manifestKind(mediaType);
  return kind === "index" || (kind !== "manifest" && Array.isArray(document.manifests));
}

/** What says where an image comes from, and is none itself. */
function isAttestation({ annotations }: JsonObject, platform: Platform | undefined): boolean {
  const isTyped = isObject(annotations) && typeof annotations["vnd.docker.reference.type"] === "string";
  return isTyped || (platform?.os === "unknown" && platform.architecture === "unknown");
}

function blobsOf(document: JsonObject, where: Where): RegistryBlob[] {
  const layers = optionalArray(document, "layers", where) ?? [];
  const descriptors = layers.map((layer) => asObject(layer, "a layer", where)).filter((layer) => !isElsewhere(layer));
  return [...(isObject(document.config) ? [document.config] : []), ...descriptors].map((descriptor) => {
    const digest = digestOf(descriptor, where);
    const size = optionalSize(descriptor, "size", where);
    if (size === undefined) throw invalidDocument(where, "a descriptor without a size");
    return { name: blobName(digest), digest, size };
  });
}

/** Layers that their owner does not let others distribute. They are not fetched from where an image says that they are. */
function isElsewhere({ mediaType, urls }: JsonObject): boolean {
  return typeof mediaType === "string" && isForeignLayer(mediaType) && Array.isArray(urls) && urls.length > 0;
}

function digestOf(descriptor: JsonObject, where: Where): Digest {
  const { digest } = descriptor;
  if (!isDigest(digest)) throw invalidDocument(where, "a descriptor without a valid digest");
  return digest;
}

function blobName(digest: Digest): string {
  return `blobs/${digest.replace(":", "/")}`;
}
