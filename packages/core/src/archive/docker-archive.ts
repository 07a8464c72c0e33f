/** manifest.json: what `docker save`, podman, kaniko, bazel and go-containerregistry write (Docker image specification v1.2). */
import { digestFromName, isDigest } from "../model/digest.ts";
import { LayerscopeError, type Where } from "../model/errors.ts";
import type { ImageDocument, LayerReference } from "../model/image.ts";
import type { Limits } from "../model/limits.ts";
import { type Archive, readDocument } from "./archive.ts";
import { parseImageConfig, stringRecord } from "./image-config.ts";
import type { ListedImage } from "./image-list.ts";
import { asObject, invalidDocument, isObject, optionalSize, optionalString, stringArray } from "./json-document.ts";

/** @throws LayerscopeError `invalid-document`, `missing-blob`, `limit-exceeded` */
export async function readDockerArchive(
  archive: Archive,
  manifest: readonly unknown[],
  limits: Limits,
): Promise<ListedImage[]> {
  const where: Where = { source: archive.location, member: "manifest.json" };
  if (manifest.length > limits.manifests) {
    throw new LayerscopeError("limit-exceeded", `manifest.json lists more than ${limits.manifests} images`, { where });
  }
  const byConfig = new Map<string, ImageDocument>();
  for (const item of manifest) {
    const entry = asObject(item, "an image of manifest.json", where);
    const configName = optionalString(entry, "Config", where);
    if (!configName) throw invalidDocument(where, `an image without "Config"`);
    const tags = stringArray(entry, "RepoTags", where);
    // The same image may be listed once for each of its tags.
    const same = byConfig.get(configName);
    if (same) byConfig.set(configName, { ...same, names: [...new Set([...same.names, ...tags])] });
    else byConfig.set(configName, await readImage(archive, entry, configName, tags, limits));
  }
  return [...byConfig.values()].map((image) => ({ names: image.names, platforms: [image] }));
}

async function readImage(
  archive: Archive,
  entry: Readonly<Record<string, unknown>>,
  configName: string,
  names: readonly string[],
  limits: Limits,
): Promise<ImageDocument> {
  const where: Where = { source: archive.location, member: "manifest.json" };
  const configBlob = archive.blob(configName);
  if (!configBlob) {
    throw new LayerscopeError("missing-blob", `${archive.location} has no ${configName}, which manifest.json names`, {
      where: { ...where, member: configName },
      hint: "The archive is incomplete; save the image again.",
    });
  }
  const config = parseImageConfig(await readDocument(archive, configName), { ...where, member: configName });
  const layerNames = stringArray(entry, "Layers", where);
  if (layerNames.length > limits.layers) {
    throw new LayerscopeError("limit-exceeded", `an image of more than ${limits.layers} layers`, { where });
  }
  const sources = isObject(entry.LayerSources) ? entry.LayerSources : {};
  const layers = layerNames.map((name, index): LayerReference => {
    const diffId = layerNames.length === config.diffIds.length ? config.diffIds[index] : undefined;
    const source = diffId !== undefined && isObject(sources[diffId]) ? sources[diffId] : {};
    const blob = archive.blob(name);
    const digest = source.digest;
    return {
      digest: isDigest(digest) ? digest : digestFromName(blob?.name ?? name),
      diffId,
      mediaType: optionalString(source, "mediaType", where),
      claimedBytes: optionalSize(source, "size", where),
      member: blob?.name,
      annotations: stringRecord(source.annotations),
    };
  });
  const id = digestFromName(configName);
  return {
    names,
    manifestDigest: undefined,
    id,
    platform: config.platform,
    annotations: {},
    config,
    layers,
    documents: id ? [{ member: configBlob.name, digest: id }] : [],
  };
}
