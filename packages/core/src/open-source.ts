import { listImages } from "./archive/image-list.ts";
import { type OpenSourceOptions, openLocal } from "./archive/open-archive.ts";
import type { Source } from "./archive/source.ts";
import type { ImageDocument } from "./model/image.ts";
import { DEFAULT_LIMITS } from "./model/limits.ts";
import { parseReference } from "./source/reference.ts";

export type { OpenSourceOptions } from "./archive/open-archive.ts";
export type { Source, SourceKind } from "./archive/source.ts";

/**
 * Opens what a reference names: a path, `docker-archive:PATH`, `oci:DIR` and the like, `-` for standard input, an image of
 * an engine (`docker:NAME`, `podman:NAME`, `containerd:NAME`) or a registry (`registry:NAME`), `container:NAME`, or a bare
 * name, which is looked for wherever it may be. No layer is read. Dispose of the source to close it.
 *
 * @throws LayerscopeError `not-found`, `unreadable`, `invalid-reference`, `unsupported-source`, `not-an-image`,
 *   `unsupported-compression`, `no-such-image`, `no-engine`, `refused`, `unreachable`
 * @example
 * await using source = await openSource("app.tar");
 * const image = await scanImage(source);
 */
export async function openSource(reference: string, options: OpenSourceOptions = {}): Promise<Source> {
  const parsed = parseReference(reference);
  if (parsed.kind === "path" || parsed.kind === "stdin") return openLocal(parsed, options);
  // What speaks to engines and registries takes a while to load.
  const { openRemote } = await import("./archive/open-remote.ts");
  return openRemote(parsed, options);
}

/**
 * What the images in a source say of themselves, one for each image and platform. Nothing is read of their layers (but
 * all of a stream passes by), and the source cannot be scanned afterwards.
 *
 * @throws LayerscopeError `not-an-image`, `invalid-document`, `missing-blob`, `limit-exceeded`, `aborted`
 */
export async function readDocuments(source: Source, signal?: AbortSignal): Promise<readonly ImageDocument[]> {
  if (source.announced) return [source.announced];
  const archive = await source.openArchive({ limits: DEFAULT_LIMITS, signal, onLayer: async () => {} });
  const { images } = await listImages(archive, DEFAULT_LIMITS);
  return images.flatMap(({ platforms }) => platforms);
}
