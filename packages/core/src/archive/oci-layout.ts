/** index.json with its manifests (OCI image specification, image-layout.md), and skopeo's `dir:`, which has one manifest. */
import type { Diagnostics } from "../model/diagnostic.ts";
import { type Digest, digestHex, isDigest } from "../model/digest.ts";
import { LayerscopeError, type Where } from "../model/errors.ts";
import type { ImageConfig, ImageDocument, LayerReference } from "../model/image.ts";
import type { Limits } from "../model/limits.ts";
import { isLayerMediaType, manifestKind } from "../model/media-type.ts";
import { formatPlatform, type Platform } from "../model/platform.ts";
import { type Archive, readDocument } from "./archive.ts";
import { parseImageConfig, parsePlatformFields, stringRecord } from "./image-config.ts";
import type { ListedImage } from "./image-list.ts";
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
import { legacyStep } from "./legacy-archive.ts";

/** Where a digest's blob lies: in `blobs/` of a layout, or beside the manifest of a skopeo directory. */
type BlobName = (digest: Digest, isManifest: boolean) => string;

interface Descriptor {
  readonly digest: Digest;
  readonly mediaType: string | undefined;
  readonly size: number | undefined;
  readonly platform: Platform | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Reader {
  readonly archive: Archive;
  readonly blobName: BlobName;
  readonly limits: Limits;
  readonly diagnostics: Diagnostics;
  /** Manifests read so far, nested indexes included. */
  manifests: number;
}

/** How deep indexes may lie in indexes; two is what tools write. */
const DEEPEST_INDEX = 8;

/** @throws LayerscopeError `invalid-document`, `limit-exceeded` */
export async function readOciLayout(
  archive: Archive,
  index: JsonObject,
  limits: Limits,
  diagnostics: Diagnostics,
): Promise<ListedImage[]> {
  const blobName: BlobName = (digest) => `blobs/${digest.replace(":", "/")}`;
  const reader: Reader = { archive, blobName, limits, diagnostics, manifests: 0 };
  const where: Where = { source: archive.location, member: "index.json" };

  // The same manifest may be listed once for each of its names.
  const listed = new Map<Digest, { descriptor: Descriptor; names: string[] }>();
  for (const item of optionalArray(index, "manifests", where) ?? []) {
    const descriptor = parseDescriptor(item, where);
    const entry = listed.get(descriptor.digest) ?? { descriptor, names: [] };
    listed.set(descriptor.digest, entry);
    const name = referenceName(descriptor.annotations);
    if (name && !entry.names.includes(name)) entry.names.push(name);
  }
  const images: ListedImage[] = [];
  for (const { descriptor, names } of listed.values()) {
    const platforms = await readManifests(reader, descriptor, names, 0);
    if (platforms.length > 0) images.push({ names, platforms });
  }
  return groupPlatforms(images);
}

/** @throws LayerscopeError `invalid-document`, `limit-exceeded` */
export async function readSkopeoDirectory(
  archive: Archive,
  manifest: JsonObject,
  limits: Limits,
  diagnostics: Diagnostics,
): Promise<ListedImage[]> {
  const blobName: BlobName = (digest, isManifest) => `${digestHex(digest)}${isManifest ? ".manifest.json" : ""}`;
  const reader: Reader = { archive, blobName, limits, diagnostics, manifests: 0 };
  const { createHash } = await import("node:crypto");
  const bytes = await archive.content("manifest.json");
  const digest = `sha256:${createHash("sha256")
    .update(bytes ?? new Uint8Array(0))
    .digest("hex")}`;
  const where: Where = { source: archive.location, member: "manifest.json", digest };
  const platforms = await readManifestDocument(reader, manifest, digest, undefined, [], {}, where, 0);
  return platforms.length > 0 ? [{ names: [], platforms }] : [];
}

/** containerd puts the full name in an annotation of its own; the standard one may hold only a tag. */
function referenceName(annotations: Readonly<Record<string, string>>): string | undefined {
  return annotations["io.containerd.image.name"] ?? annotations["org.opencontainers.image.ref.name"];
}

/** Images without distinct names that differ in their platform are one image for several platforms. */
function groupPlatforms(images: readonly ListedImage[]): ListedImage[] {
  const groups: { names: readonly string[]; platforms: ImageDocument[] }[] = [];
  for (const image of images) {
    const key = image.names.join("\n");
    const group = groups.find(
      ({ names, platforms }) =>
        names.join("\n") === key &&
        image.platforms.every((one) => platforms.every((other) => !samePlatform(one, other))),
    );
    if (group) group.platforms.push(...image.platforms);
    else groups.push({ names: image.names, platforms: [...image.platforms] });
  }
  return groups;
}

function samePlatform(one: ImageDocument, other: ImageDocument): boolean {
  if (!one.platform || !other.platform) return true;
  return (
    formatPlatform(one.platform) === formatPlatform(other.platform) &&
    one.platform.osVersion === other.platform.osVersion
  );
}

async function readManifests(
  reader: Reader,
  descriptor: Descriptor,
  names: readonly string[],
  depth: number,
): Promise<ImageDocument[]> {
  const { archive, limits, diagnostics } = reader;
  const member = reader.blobName(descriptor.digest, true);
  const where: Where = { source: archive.location, member, digest: descriptor.digest };
  const notAnImage = notAnImageReason(descriptor);
  if (notAnImage) {
    diagnostics.add({ code: "not-an-image", severity: "info", message: notAnImage, where });
    return [];
  }
  if (++reader.manifests > limits.manifests) {
    throw new LayerscopeError("limit-exceeded", `more than ${limits.manifests} manifests`, { where });
  }
  const content = await archive.content(member);
  if (content === undefined) {
    const platform = descriptor.platform ? ` (${formatPlatform(descriptor.platform)})` : "";
    const message = `the manifest ${descriptor.digest}${platform} is not in the archive`;
    diagnostics.add({ code: "manifest-absent", severity: "warning", message, where });
    return [];
  }
  const document = asObject(parseJson(content, where), "the manifest", where);
  return readManifestDocument(
    reader,
    document,
    descriptor.digest,
    descriptor,
    names,
    descriptor.annotations,
    where,
    depth,
  );
}

async function readManifestDocument(
  reader: Reader,
  document: JsonObject,
  digest: Digest,
  descriptor: Descriptor | undefined,
  names: readonly string[],
  annotations: Readonly<Record<string, string>>,
  where: Where,
  depth: number,
): Promise<ImageDocument[]> {
  const mediaType = optionalString(document, "mediaType", where) ?? descriptor?.mediaType;
  const children = optionalArray(document, "manifests", where);
  if (manifestKind(mediaType) === "index" || (children && manifestKind(mediaType) !== "manifest")) {
    if (depth >= DEEPEST_INDEX) {
      throw new LayerscopeError("limit-exceeded", `indexes nested deeper than ${DEEPEST_INDEX}`, { where });
    }
    const images: ImageDocument[] = [];
    for (const child of children ?? []) {
      images.push(...(await readManifests(reader, parseDescriptor(child, where), names, depth + 1)));
    }
    return images;
  }
  const image =
    document.schemaVersion === 1
      ? readSchema1(reader, document, digest, names, where)
      : await readManifest(reader, document, digest, descriptor?.platform, names, annotations, where);
  return image ? [image] : [];
}

async function readManifest(
  reader: Reader,
  manifest: JsonObject,
  digest: Digest,
  platform: Platform | undefined,
  names: readonly string[],
  annotations: Readonly<Record<string, string>>,
  where: Where,
): Promise<ImageDocument | undefined> {
  const { archive, blobName, limits, diagnostics } = reader;
  const layers = (optionalArray(manifest, "layers", where) ?? []).map((layer) => parseDescriptor(layer, where));
  if (layers.length > limits.layers) {
    throw new LayerscopeError("limit-exceeded", `an image of more than ${limits.layers} layers`, { where });
  }
  const configDescriptor = parseDescriptor(manifest.config, where);
  if (!isImage(configDescriptor, layers)) {
    const message = `the manifest ${digest} is not an image but ${configDescriptor.mediaType}`;
    diagnostics.add({ code: "not-an-image", severity: "info", message, where });
    return undefined;
  }
  const member = blobName(configDescriptor.digest, false);
  const configWhere: Where = { ...where, member, digest: configDescriptor.digest };
  const document = await readDocument(archive, member);
  if (document === undefined) {
    const message = `the configuration ${configDescriptor.digest} is not in the archive`;
    diagnostics.add({ code: "manifest-absent", severity: "warning", message, where: configWhere });
    return undefined;
  }
  const config = parseImageConfig(document, configWhere);
  return {
    names,
    manifestDigest: digest,
    id: configDescriptor.digest,
    platform: platform ?? config.platform,
    annotations: { ...annotations, ...stringRecord(manifest.annotations) },
    config,
    layers: layers.map((layer, index) => layerReference(reader, layer, layers.length, config, index)),
    documents: [
      ...(where.member === undefined ? [] : [{ member: where.member, digest }]),
      { member, digest: configDescriptor.digest },
    ],
  };
}

function layerReference(
  { archive, blobName }: Reader,
  layer: Descriptor,
  layers: number,
  config: ImageConfig,
  index: number,
): LayerReference {
  return {
    digest: layer.digest,
    diffId: layers === config.diffIds.length ? config.diffIds[index] : undefined,
    mediaType: layer.mediaType,
    claimedBytes: layer.size,
    member: archive.blob(blobName(layer.digest, false))?.name,
    annotations: layer.annotations,
  };
}

/** Docker's old schema 1: layers newest first, and each step's description as JSON text inside the JSON. */
function readSchema1(
  { archive, blobName, limits }: Reader,
  manifest: JsonObject,
  digest: Digest,
  names: readonly string[],
  where: Where,
): ImageDocument {
  const blobs = [...(optionalArray(manifest, "fsLayers", where) ?? [])].reverse();
  const descriptions = [...(optionalArray(manifest, "history", where) ?? [])].reverse().map((step) => {
    const text = optionalString(asObject(step, "a step of the history", where), "v1Compatibility", where) ?? "{}";
    return asObject(parseJson(Buffer.from(text), where), "v1Compatibility", where);
  });
  if (blobs.length > limits.layers) {
    throw new LayerscopeError("limit-exceeded", `an image of more than ${limits.layers} layers`, { where });
  }
  const history = descriptions.map(legacyStep);
  const layers: LayerReference[] = [];
  for (const [index, blob] of blobs.entries()) {
    if (history[index]?.emptyLayer) continue;
    const blobSum = asObject(blob, "a layer", where).blobSum;
    if (!isDigest(blobSum)) throw invalidDocument(where, "a layer without a digest");
    layers.push({
      digest: blobSum,
      diffId: undefined,
      mediaType: undefined,
      claimedBytes: undefined,
      member: archive.blob(blobName(blobSum, false))?.name,
      annotations: {},
    });
  }
  const config = parseImageConfig(descriptions.at(-1) ?? {}, where);
  return {
    names,
    manifestDigest: digest,
    id: undefined,
    platform: config.platform,
    annotations: {},
    config: { ...config, history },
    layers,
    documents: [],
  };
}

function parseDescriptor(value: unknown, where: Where): Descriptor {
  const descriptor = asObject(value, "a descriptor", where);
  const { digest } = descriptor;
  if (!isDigest(digest)) throw invalidDocument(where, "a descriptor without a valid digest");
  const { platform } = descriptor;
  return {
    digest,
    mediaType: optionalString(descriptor, "mediaType", where),
    size: optionalSize(descriptor, "size", where),
    platform: isObject(platform) ? parsePlatformFields(platform, where) : undefined,
    annotations: stringRecord(descriptor.annotations),
  };
}

function notAnImageReason({ annotations, platform, digest }: Descriptor): string | undefined {
  const type = annotations["vnd.docker.reference.type"];
  if (type) return `the manifest ${digest} is an ${type}`;
  if (platform?.os === "unknown" && platform.architecture === "unknown") {
    return `the manifest ${digest} is for no platform (an attestation)`;
  }
  return undefined;
}

/** Charts, signatures, bills of materials and the like use the manifest format too. */
function isImage(config: Descriptor, layers: readonly Descriptor[]): boolean {
  const { mediaType } = config;
  if (
    mediaType === undefined ||
    /^application\/vnd\.(oci\.image\.config\.v1|docker\.container\.image\.v1)\+json$/.test(mediaType)
  ) {
    return true;
  }
  return layers.some((layer) => layer.mediaType !== undefined && isLayerMediaType(layer.mediaType));
}
