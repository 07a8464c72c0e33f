/** A repository of a registry, over the distribution API. */
import { createHash } from "node:crypto";
import { type Digest, isDigest } from "../../model/digest.ts";
import { LayerscopeError } from "../../model/errors.ts";
import { DEFAULT_LIMITS } from "../../model/limits.ts";
import { type ImageReference, isTag } from "../image-reference.ts";
import { readBlob } from "./blob-reader.ts";
import type { ByteRange, FetchedManifest, Repository } from "./blob-source.ts";
import type { FoundCredentials } from "./credentials/credentials.ts";
import type { Endpoint } from "./endpoint.ts";
import { HttpClient, readBody } from "./http.ts";
import { type Endpoints, endpointsFor, passOver } from "./mirrors.ts";
import { schema1Error } from "./registry-errors.ts";
import { Patience } from "./retry.ts";

export interface RegistryOptions {
  /** Where proxies and certificates are told of. */
  readonly env: NodeJS.ProcessEnv;
  /** Servers may be spoken to without TLS, and without checking certificates. */
  readonly insecure?: boolean | undefined;
  /** Hosts to ask first, in their order, by registry (`docker.io`). */
  readonly mirrors?: Readonly<Record<string, readonly string[]>> | undefined;
  /**
   * Who we are, for a registry (`docker.io`, `localhost:5000`) or mirror. Called only when a server wants to know, once for
   * each of them.
   */
  readonly credentials: (registry: string) => Promise<FoundCredentials>;
  /** Ends everything that is done with the repository. */
  readonly signal?: AbortSignal | undefined;
}

const ACCEPTED = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/**
 * Opens a repository. Nothing is asked of the registry before the first call.
 *
 * HTTPS; HTTP only to this machine, or where `insecure` allows it and the server gives no TLS connection. The first request
 * names nobody. When the server wants to know who asks, the credentials go to it, or to the token service that it names, and
 * are never sent on by a redirect.
 * @throws LayerscopeError `invalid-option` for a mirror that is none
 */
export function openRepository(reference: ImageReference, options: RegistryOptions): Repository {
  return new RegistryRepository(reference, options);
}

class RegistryRepository implements Repository {
  readonly title: string;
  readonly #client: HttpClient;
  readonly #endpoints: Endpoints;
  readonly #signal: AbortSignal | undefined;

  constructor(reference: ImageReference, { env, insecure = false, mirrors, credentials, signal }: RegistryOptions) {
    this.title = `${reference.registry}/${reference.repository}`;
    this.#signal = signal;
    this.#client = new HttpClient({ env, insecure });
    this.#endpoints = endpointsFor(reference, mirrors, { client: this.#client, credentials, insecure });
  }

  async manifest(tagOrDigest: string, signal?: AbortSignal): Promise<FetchedManifest> {
    if (!isTag(tagOrDigest) && !isDigest(tagOrDigest)) {
      throw new LayerscopeError("invalid-reference", "what was asked for is neither a tag nor a digest");
    }
    const either = this.#either(signal);
    const { mirrors, registry } = this.#endpoints;
    for (const mirror of mirrors) {
      if (mirror.failed) continue;
      try {
        return await fetchManifest(mirror, tagOrDigest, either);
      } catch (thrown) {
        passOver(mirror, thrown);
      }
    }
    return fetchManifest(registry, tagOrDigest, either);
  }

  read(
    digest: Digest,
    size: number | undefined,
    { range, signal }: { readonly range?: ByteRange | undefined; readonly signal?: AbortSignal | undefined } = {},
  ): AsyncIterable<Uint8Array> {
    return readBlob(this.#endpoints, { digest, size, range, signal: this.#either(signal) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }

  #either(signal: AbortSignal | undefined): AbortSignal | undefined {
    return signal && this.#signal ? AbortSignal.any([signal, this.#signal]) : (signal ?? this.#signal);
  }
}

async function fetchManifest(
  endpoint: Endpoint,
  tagOrDigest: string,
  signal: AbortSignal | undefined,
): Promise<FetchedManifest> {
  const patience = new Patience(signal);
  for (;;) {
    try {
      return await fetchManifestOnce(endpoint, tagOrDigest, signal);
    } catch (thrown) {
      await patience.pauseAfter(thrown);
    }
  }
}

async function fetchManifestOnce(
  endpoint: Endpoint,
  tagOrDigest: string,
  signal: AbortSignal | undefined,
): Promise<FetchedManifest> {
  const answer = await endpoint.get(`manifests/${tagOrDigest}`, {
    subject: { kind: "manifest", reference: tagOrDigest },
    headers: { accept: ACCEPTED },
    signal,
  });
  const mediaType = (answer.header("content-type") ?? "").replace(/\s*;.*$/s, "");
  if (answer.status !== 200 || mediaType === "text/html") {
    await answer.end();
    throw new LayerscopeError("unreachable", `${endpoint.name} does not answer as a registry does`, {
      hint: "Check the name's first part: it is the host of the registry.",
    });
  }
  if (/^application\/vnd\.docker\.distribution\.manifest\.v1\+/.test(mediaType)) {
    await answer.end();
    throw schema1Error(endpoint.title);
  }
  const bytes = await readBody(answer, DEFAULT_LIMITS.jsonBytes);
  const told = answer.header("docker-content-digest");
  const wanted = isDigest(tagOrDigest) ? tagOrDigest : isDigest(told) ? told : undefined;
  const digest = digestOf(bytes, wanted?.startsWith("sha512:") ? "sha512" : "sha256");
  if (wanted !== undefined && digest !== wanted) {
    throw new LayerscopeError(
      "digest-mismatch",
      `${endpoint.name}: a manifest of ${endpoint.title} has the digest ${digest} instead of ${wanted}`,
      {
        where: { digest: wanted },
        hint: "What came is not what was asked for: the registry, a mirror or a proxy damaged or changed it.",
      },
    );
  }
  return { bytes, mediaType, digest };
}

function digestOf(bytes: Uint8Array, algorithm: "sha256" | "sha512"): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
}
