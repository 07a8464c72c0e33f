/** Blobs by their digest, as a registry has them. */
import type { Digest } from "../../model/digest.ts";

/** A stretch of a blob, in bytes from its beginning; `to` is not included, and the end of the blob when left out. */
export interface ByteRange {
  readonly from: number;
  readonly to?: number | undefined;
}

/**
 * Gives blobs by their digest: a registry does, and a cache in front of one would.
 */
export interface BlobSource {
  /**
   * The bytes of a blob. Goes on after an interruption where it stopped; whoever takes a whole blob gets an error at its
   * end when its digest is another one.
   * @param size what the manifest says it has; undefined when that is not known
   * @throws LayerscopeError `missing-blob`, `digest-mismatch`, `truncated`, and what a registry refuses
   */
  read(
    digest: Digest,
    size: number | undefined,
    options?: { readonly range?: ByteRange | undefined; readonly signal?: AbortSignal | undefined },
  ): AsyncIterable<Uint8Array>;
}

/** A manifest as it came. */
export interface FetchedManifest {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  /** Of the bytes; computed. */
  readonly digest: Digest;
}

/** One repository of a registry. Disposing of it ends all transfers and connections. */
export interface Repository extends BlobSource, AsyncDisposable {
  /** For people: `docker.io/library/nginx`. */
  readonly title: string;
  /**
   * A manifest or index by its tag or digest.
   * @throws LayerscopeError `no-such-image`, and what a registry refuses
   */
  manifest(tagOrDigest: string, signal?: AbortSignal): Promise<FetchedManifest>;
}
