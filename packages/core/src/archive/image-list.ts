/** Which images an archive holds, whatever documents it lists them in. */
import { type Diagnostic, Diagnostics } from "../model/diagnostic.ts";
import { LayerscopeError, type Where } from "../model/errors.ts";
import type { ImageDocument } from "../model/image.ts";
import { familiarName } from "../model/image-name.ts";
import type { Limits } from "../model/limits.ts";
import { type Archive, readDocument } from "./archive.ts";
import { readDockerArchive } from "./docker-archive.ts";
import { isObject } from "./json-document.ts";
import { readLegacyArchive } from "./legacy-archive.ts";
import { readOciLayout, readSkopeoDirectory } from "./oci-layout.ts";

/** One image: for one platform, or the same for several. */
export interface ListedImage {
  readonly names: readonly string[];
  readonly platforms: readonly ImageDocument[];
}

export interface ImageList {
  readonly images: readonly ListedImage[];
  /** Manifests and blobs that are set aside or missing. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the archive's documents. @throws LayerscopeError `not-an-image`, `invalid-document`, `missing-blob`, `limit-exceeded` */
export async function listImages(archive: Archive, limits: Limits): Promise<ImageList> {
  const diagnostics = new Diagnostics();
  const images = await readImages(archive, limits, diagnostics);
  if (images.length === 0) {
    const found = diagnostics.list();
    const missing = found.find(({ code }) => code === "manifest-absent");
    if (missing) {
      throw new LayerscopeError("missing-blob", missing.message, {
        where: missing.where,
        hint: "The archive is a list of images without the images. Save or copy it again with its content.",
      });
    }
    throw new LayerscopeError("not-an-image", `${archive.location} holds no image`, {
      where: { source: archive.location },
      hint: found.length > 0 ? `What it holds: ${found[0]?.message}.` : undefined,
    });
  }
  return { images, diagnostics: diagnostics.list() };
}

async function readImages(archive: Archive, limits: Limits, diagnostics: Diagnostics): Promise<ListedImage[]> {
  const manifest = await readDocument(archive, "manifest.json");
  const index = await documentIfSound(archive, "index.json");
  // Docker 25 and later write both. The index knows platforms and media types; manifest.json knows all tags.
  if (isObject(index) && Array.isArray(index.manifests) && index.manifests.length > 0) {
    const images = await readOciLayout(archive, index, limits, diagnostics);
    const tags = Array.isArray(manifest) ? await readDockerArchive(archive, manifest, limits) : [];
    if (images.length > 0) return mergeNames(images, tags);
    if (tags.length > 0) return tags;
    return [];
  }
  if (Array.isArray(manifest)) return readDockerArchive(archive, manifest, limits);
  if (isObject(manifest) && manifest.schemaVersion !== undefined) {
    return readSkopeoDirectory(archive, manifest, limits, diagnostics);
  }
  const repositories = await readDocument(archive, "repositories");
  if (isObject(repositories)) return readLegacyArchive(archive, repositories, limits);
  if (isObject(index)) return [];
  throw notAnImage(archive);
}

/** An index.json beside a good manifest.json may be damaged or empty: it is only needed where it is alone. */
async function documentIfSound(archive: Archive, name: string): Promise<unknown> {
  try {
    return await readDocument(archive, name);
  } catch (thrown) {
    if (archive.blob("manifest.json")) return undefined;
    throw thrown;
  }
}

function notAnImage(archive: Archive): LayerscopeError {
  const where: Where = { source: archive.location };
  if (archive.incomplete) {
    const { message, code } = archive.incomplete;
    return new LayerscopeError(code, `${archive.location}: ${message}, before its manifest`, {
      where: { ...archive.incomplete.where, ...where },
      cause: archive.incomplete,
      hint: "The file is cut off or damaged; save or copy the image again.",
    });
  }
  const names = new Set([...archive.names()].map((name) => name.split("/")[0]));
  const filesystem = ["bin", "etc", "usr", "lib", "var"].filter((name) => names.has(name)).length >= 2;
  return new LayerscopeError(
    "not-an-image",
    `${archive.location} is not an image: it has no manifest.json, index.json or repositories`,
    {
      where,
      hint: filesystem
        ? "It looks like a root filesystem (docker export): use docker save, which keeps the layers."
        : "Expected is what docker save, podman save, skopeo copy or a build tool writes.",
    },
  );
}

/** Gives images of the index the tags that manifest.json has for the same configuration. */
function mergeNames(images: readonly ListedImage[], tagged: readonly ListedImage[]): ListedImage[] {
  const namesById = new Map<string, readonly string[]>();
  for (const { names, platforms } of tagged) {
    for (const { id } of platforms) if (id) namesById.set(id, [...(namesById.get(id) ?? []), ...names]);
  }
  return images.map(({ names, platforms }) => {
    const more = platforms.flatMap(({ id }) => (id ? (namesById.get(id) ?? []) : []));
    // A name of the index may be only the tag, or longer than people write it; those of manifest.json say it better.
    const isNew = (name: string): boolean =>
      !more.some((known) => known.endsWith(`:${name}`) || familiarName(known) === familiarName(name));
    const merged = [...new Set([...more, ...names.filter(isNew)])];
    return { names: merged, platforms: platforms.map((document) => ({ ...document, names: merged })) };
  });
}
