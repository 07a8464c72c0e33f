import type { Digest } from "./digest.ts";
import type { Platform } from "./platform.ts";

/** One build step of the configuration's history, oldest first in its list. */
export interface HistoryStep {
  readonly createdBy: string | undefined;
  readonly created: string | undefined;
  readonly comment: string | undefined;
  readonly author: string | undefined;
  /** The step made no layer. */
  readonly emptyLayer: boolean;
}

/** What the image says about itself (OCI image specification, config.md), as far as it says it. */
export interface ImageConfig {
  readonly created: string | undefined;
  readonly author: string | undefined;
  readonly platform: Platform | undefined;
  readonly user: string | undefined;
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly workingDir: string | undefined;
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly stopSignal: string | undefined;
  readonly hasHealthcheck: boolean;
  readonly diffIds: readonly Digest[];
  readonly history: readonly HistoryStep[];
}

/** A layer as manifest and configuration describe it, before anything of it was read. */
export interface LayerReference {
  /** Digest of the blob as stored; undefined where nothing names it. */
  readonly digest: Digest | undefined;
  /** Digest of the uncompressed tar. */
  readonly diffId: Digest | undefined;
  readonly mediaType: string | undefined;
  /** Size of the blob the manifest claims, in bytes. */
  readonly claimedBytes: number | undefined;
  /** The archive's member that holds it; undefined when the archive does not have it. */
  readonly member: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Which of an image's layers belong to the image it was built from. */
export interface BaseLayers {
  /** How many of the oldest layers are the base's; 0 when there is no base, or nothing tells how many. */
  readonly layers: number;
  /** `annotation` and `label` say that there is a base and which; how many layers it has is then told by the history. */
  readonly foundBy: "given-image" | "given-number" | "annotation" | "label" | "history" | "none";
  /** Of the number of layers, not of the name. */
  readonly certainty: "certain" | "likely" | "guess";
  /** What the base is called, or its digest. It comes from the image: escape before printing. */
  readonly name?: string | undefined;
}

/** One image for one platform. */
export interface ImageDocument {
  /** Names and tags the archive gives it, in its order. */
  readonly names: readonly string[];
  /** Digest of the manifest; undefined where there is none (docker-archive). */
  readonly manifestDigest: Digest | undefined;
  /** Digest of the configuration: what Docker calls the image ID. */
  readonly id: Digest | undefined;
  readonly platform: Platform | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  readonly config: ImageConfig;
  /** Oldest first. */
  readonly layers: readonly LayerReference[];
  /** Members that belong to this image and hold what their digest says, for verification. */
  readonly documents: readonly { readonly member: string; readonly digest: Digest }[];
  /** Only where that was settled before: a saved report says so. */
  readonly base?: BaseLayers | undefined;
}
