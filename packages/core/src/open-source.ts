import { type OpenSourceOptions, openReference, type Source } from "./archive/open-archive.ts";
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
