/** An image archive: named members, whatever holds them. */
import { LayerscopeError } from "../model/errors.ts";
import type { Limits } from "../model/limits.ts";
import type { FileRange } from "../source/open-file.ts";
import { parseJson } from "./json-document.ts";

/** A member that is there. */
export interface Blob {
  readonly name: string;
  readonly size: number;
  /** Where it lies, when it lies in a file as it is. */
  readonly range: FileRange | undefined;
  /** Its bytes from the start. A streamed archive is read again for this. */
  stream(signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

export interface Archive {
  /** Layers of a `stream` pass by while it is opened; those of all others are read from their blobs. */
  readonly kind: "file" | "directory" | "stream" | "registry";
  /** The source's. */
  readonly location: string;
  /** Why not all members could be found; the archive ends too early or is damaged. */
  readonly incomplete: LayerscopeError | undefined;
  /** Bytes requested from files so far. */
  readonly bytesRequested: number;
  /** The members' names. */
  names(): Iterable<string>;
  /** The member of that name, links followed. */
  blob(name: string): Blob | undefined;
  /** The whole content of a small member. @throws LayerscopeError `limit-exceeded` */
  content(name: string): Promise<Uint8Array | undefined>;
}

/**
 * The JSON document of that name, or undefined when there is none.
 * @throws LayerscopeError `limit-exceeded`, `invalid-document`
 */
export async function readDocument(archive: Archive, name: string): Promise<unknown> {
  const bytes = await archive.content(name);
  return bytes === undefined ? undefined : parseJson(bytes, { source: archive.location, member: name });
}

export function documentTooLarge(name: string, size: number, limits: Limits): LayerscopeError {
  return new LayerscopeError(
    "limit-exceeded",
    `${name} has ${size} bytes, more than the limit of ${limits.jsonBytes} for a JSON document`,
    { where: { member: name } },
  );
}

/** The error for something that does not even begin as an archive; what ended too early stays that. */
export function notAnArchive(location: string, error: LayerscopeError): LayerscopeError {
  // What ends before its first header does is no archive that was cut off.
  const isShort = error.code === "truncated" && (error.where.offset ?? 0) < 512;
  if (error.code !== "corrupt" && !isShort) return error;
  return new LayerscopeError("not-an-image", `${location} is not an image archive: it is not a tar file`, {
    where: { source: location },
    cause: error,
    hint: "Expected is what docker save, podman save, skopeo copy or a build tool writes, or an OCI layout directory.",
  });
}

/** `./a//b/../c` → `a/c`. Names never leave the archive: what would is cut off at its root. */
export function normaliseName(name: string): string {
  const segments: string[] = [];
  for (const segment of name.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment === "..") segments.pop();
    else segments.push(segment);
  }
  return segments.join("/");
}

/** Links in archives are relative to their own directory; hard links to the root. */
export function linkedName(name: string, target: string, symbolic: boolean): string {
  if (!symbolic || target.startsWith("/")) return normaliseName(target);
  return normaliseName(`${name.slice(0, name.lastIndexOf("/") + 1)}${target}`);
}

/** How many links are followed one after the other before they count as a circle. */
const MOST_LINKS = 8;

/** Follows links among members. @returns the name of something that is not a link, or undefined. */
export function followLinks(name: string, links: ReadonlyMap<string, string>): string | undefined {
  let at = normaliseName(name);
  for (let count = 0; count <= MOST_LINKS; count++) {
    const target = links.get(at);
    if (target === undefined) return at;
    at = target;
  }
  return undefined;
}
