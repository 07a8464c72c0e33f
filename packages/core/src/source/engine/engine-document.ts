/** What an engine says of an image, in our words. Odd parts count as not said. */
import { type Digest, isDigest } from "../../model/digest.ts";
import type { HistoryStep, ImageConfig, ImageDocument, LayerReference } from "../../model/image.ts";
import type { Platform } from "../../model/platform.ts";
import { isObject, type JsonObject } from "../config-file.ts";
import { engineHistory, ociHistory } from "./engine-history.ts";

/** An image as `GET /images/NAME/json` has it. */
export interface EngineInspection {
  readonly document: ImageDocument;
  /** About the bytes of its files. */
  readonly bytes: number | undefined;
  /** The engine keeps images as a registry does, so that one name may stand for several platforms. */
  readonly isContentStore: boolean;
  /** The platforms that the engine has of it, where it tells. */
  readonly platforms: readonly Platform[];
}

/**
 * @param inspected what the engine answered
 * @param history what `GET /images/NAME/history` answered, where it was asked; Podman's own inspection has its history
 * @returns undefined when it is not about an image at all
 */
export function parseInspection(inspected: unknown, history: unknown): EngineInspection | undefined {
  if (!isObject(inspected)) return undefined;
  const id = digestOf(inspected.Id);
  const rootfs = objectOf(inspected.RootFS);
  const diffIds = textsOf(rootfs.Layers).filter(isDigest);
  if (id === undefined && diffIds.length === 0) return undefined;
  const isContentStore = id !== undefined && textsOf(inspected.RepoDigests).some((name) => name.endsWith(`@${id}`));
  const platform = platformOf(inspected.Os, inspected.Architecture, inspected.Variant, inspected.OsVersion);
  const steps = Array.isArray(inspected.History)
    ? ociHistory(inspected.History)
    : engineHistory(history, diffIds.length);
  return {
    document: {
      names: textsOf(inspected.RepoTags).filter((name) => name !== NO_NAME),
      manifestDigest: undefined,
      // There the ID is the digest of a manifest or index.
      id: isContentStore ? undefined : id,
      platform,
      annotations: {},
      config: configOf(inspected, platform, diffIds, steps),
      layers: diffIds.map(layerOf),
      documents: [],
    },
    bytes: sizeOf(inspected.Size),
    isContentStore,
    platforms: platformsOf(inspected, platform),
  };
}

/** What an engine calls an image that has lost its name. */
const NO_NAME = "<none>:<none>";

/** The names in the answer to `GET /images/json`. */
export function parseImageNames(listed: unknown, most: number): readonly string[] {
  const names = new Set<string>();
  for (const image of Array.isArray(listed) ? listed : []) {
    for (const name of textsOf(objectOf(image).RepoTags)) {
      if (names.size >= most) return [...names];
      if (name !== NO_NAME) names.add(name);
    }
  }
  return [...names];
}

function configOf(
  inspected: JsonObject,
  platform: Platform | undefined,
  diffIds: readonly Digest[],
  history: readonly HistoryStep[],
): ImageConfig {
  const config = objectOf(inspected.Config);
  return {
    created: textOf(inspected.Created),
    author: textOf(inspected.Author),
    platform,
    user: textOf(config.User),
    env: textsOf(config.Env),
    entrypoint: textsOf(config.Entrypoint),
    cmd: textsOf(config.Cmd),
    workingDir: textOf(config.WorkingDir),
    exposedPorts: Object.keys(objectOf(config.ExposedPorts)),
    volumes: Object.keys(objectOf(config.Volumes)),
    labels: Object.fromEntries(
      Object.entries(objectOf(config.Labels)).filter((pair): pair is [string, string] => typeof pair[1] === "string"),
    ),
    stopSignal: textOf(config.StopSignal),
    hasHealthcheck: isObject(config.Healthcheck),
    diffIds,
    history,
  };
}

function layerOf(diffId: Digest): LayerReference {
  return {
    digest: undefined,
    diffId,
    mediaType: undefined,
    claimedBytes: undefined,
    member: undefined,
    annotations: {},
  };
}

function platformOf(os: unknown, architecture: unknown, variant: unknown, version: unknown): Platform | undefined {
  if (!textOf(os) || !textOf(architecture)) return undefined;
  return {
    os: textOf(os) ?? "",
    architecture: textOf(architecture) ?? "",
    variant: textOf(variant),
    osVersion: textOf(version),
  };
}

/** Engines that keep several say which (`manifests=true`), among them what is no image but only about one. */
function platformsOf(inspected: JsonObject, own: Platform | undefined): readonly Platform[] {
  const listed = (Array.isArray(inspected.Manifests) ? inspected.Manifests : []).flatMap((manifest) => {
    const { Available: isThere, Kind: kind, ImageData: data } = objectOf(manifest);
    const { os, architecture, variant } = objectOf(objectOf(data).Platform);
    const platform = platformOf(os, architecture, variant, undefined);
    return isThere === true && kind === "image" && platform ? [platform] : [];
  });
  return listed.length > 0 || !own ? listed : [own];
}

/** Podman writes IDs without their algorithm. */
function digestOf(value: unknown): Digest | undefined {
  const text = textOf(value);
  const digest = text !== undefined && /^[0-9a-f]{64}$/.test(text) ? `sha256:${text}` : text;
  return isDigest(digest) ? digest : undefined;
}

function sizeOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : undefined;
}

function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Old tools write a command as one string. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((text): text is string => typeof text === "string") : [];
}
