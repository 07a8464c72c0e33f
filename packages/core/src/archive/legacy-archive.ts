/** What `docker save` wrote before Docker 1.10: no manifest.json, but `repositories` and a chain of `ID/json` (Docker image specification v1). */
import { LayerscopeError, type Where } from "../model/errors.ts";
import type { HistoryStep, ImageDocument, LayerReference } from "../model/image.ts";
import type { Limits } from "../model/limits.ts";
import { type Archive, readDocument } from "./archive.ts";
import { parseImageConfig } from "./image-config.ts";
import type { ListedImage } from "./image-list.ts";
import { asObject, isObject, type JsonObject, optionalString } from "./json-document.ts";

/** @throws LayerscopeError `invalid-document`, `missing-blob`, `limit-exceeded` */
export async function readLegacyArchive(
  archive: Archive,
  repositories: JsonObject,
  limits: Limits,
): Promise<ListedImage[]> {
  const tagsById = new Map<string, string[]>();
  for (const [name, tags] of Object.entries(repositories)) {
    for (const [tag, id] of Object.entries(isObject(tags) ? tags : {})) {
      if (typeof id === "string") tagsById.set(id, [...(tagsById.get(id) ?? []), `${name}:${tag}`]);
    }
  }
  const images: ListedImage[] = [];
  for (const [id, names] of tagsById) images.push({ names, platforms: [await readChain(archive, id, names, limits)] });
  return images;
}

async function readChain(
  archive: Archive,
  topId: string,
  names: readonly string[],
  limits: Limits,
): Promise<ImageDocument> {
  const steps: { id: string; document: JsonObject }[] = [];
  for (let id: string | undefined = topId; id; ) {
    const member: string = `${id}/json`;
    const where: Where = { source: archive.location, member };
    const found = await readDocument(archive, member);
    if (found === undefined) {
      throw new LayerscopeError("missing-blob", `${archive.location} has no ${member}`, {
        where,
        hint: "The archive is incomplete; save the image again.",
      });
    }
    if (steps.length >= limits.layers) {
      throw new LayerscopeError("limit-exceeded", `an image of more than ${limits.layers} layers`, { where });
    }
    const document = asObject(found, "a layer's description", where);
    steps.unshift({ id, document });
    id = optionalString(document, "parent", where);
  }
  const top = steps.at(-1);
  const config = parseImageConfig(top?.document ?? {}, { source: archive.location, member: `${topId}/json` });
  const layers = steps.map(
    ({ id }): LayerReference => ({
      digest: undefined,
      diffId: undefined,
      mediaType: undefined,
      claimedBytes: undefined,
      member: archive.blob(`${id}/layer.tar`)?.name,
      annotations: {},
    }),
  );
  return {
    names,
    manifestDigest: undefined,
    id: undefined,
    platform: config.platform,
    annotations: {},
    config: { ...config, history: steps.map(({ document }) => legacyStep(document)) },
    layers,
    documents: [],
  };
}

/** Every step has a layer here, if only an empty one; its command stands in `container_config`. */
export function legacyStep(document: JsonObject): HistoryStep {
  const container = isObject(document.container_config) ? document.container_config : {};
  const words = Array.isArray(container.Cmd) ? container.Cmd.filter((word) => typeof word === "string") : [];
  const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
  return {
    createdBy: words.length > 0 ? words.join(" ") : undefined,
    created: text(document.created),
    comment: text(document.comment),
    author: text(document.author),
    emptyLayer: document.throwaway === true,
  };
}
