import { listImages } from "./archive/image-list.ts";
import { type OpenSourceOptions, openReference, type Source } from "./archive/open-archive.ts";
import type { ImageDocument } from "./model/image.ts";
import { DEFAULT_LIMITS } from "./model/limits.ts";
import { parseReference } from "./source/reference.ts";

export type { OpenSourceOptions, Source } from "./archive/open-archive.ts";

/**
 * Opens what a reference names: a path, `docker-archive:PATH`, `oci:DIR` and the like, or `-` for standard input.
 * Nothing but the first bytes is read. Dispose of the source to close its files.
 *
 * @throws LayerscopeError `not-found`, `unreadable`, `invalid-reference`, `unsupported-source`, `not-an-image`,
 *   `unsupported-compression`
 * @example
 * await using source = await openSource("app.tar");
 * const image = await scanImage(source);
 */
export function openSource(reference: string, options: OpenSourceOptions = {}): Promise<Source> {
  return openReference(parseReference(reference), options);
}

/**
 * What the images in a source say of themselves, one for each image and platform. Nothing is read of their layers (but
 * all of a stream passes by), and the source cannot be scanned afterwards.
 *
 * @throws LayerscopeError `not-an-image`, `invalid-document`, `missing-blob`, `limit-exceeded`, `aborted`
 */
export async function readDocuments(source: Source, signal?: AbortSignal): Promise<readonly ImageDocument[]> {
  const archive = await source.openArchive({ limits: DEFAULT_LIMITS, signal, onLayer: async () => {} });
  const { images } = await listImages(archive, DEFAULT_LIMITS);
  return images.flatMap(({ platforms }) => platforms);
}
