/** The configuration document of an image (OCI image specification, config.md; Docker image specification v1.2). */
import { type Digest, isDigest } from "../model/digest.ts";
import type { Where } from "../model/errors.ts";
import type { HistoryStep, ImageConfig } from "../model/image.ts";
import type { Platform } from "../model/platform.ts";
import { asObject, isObject, type JsonObject, optionalArray, optionalString, stringArray } from "./json-document.ts";

/** @throws LayerscopeError `invalid-document` */
export function parseImageConfig(document: unknown, where: Where): ImageConfig {
  const root = asObject(document, "the configuration", where);
  const settings = isObject(root.config) ? root.config : {};
  const rootfs = isObject(root.rootfs) ? root.rootfs : {};
  const diffIds = stringArray(rootfs, "diff_ids", where).filter((id): id is Digest => isDigest(id));
  return {
    created: optionalString(root, "created", where),
    author: optionalString(root, "author", where),
    platform: parsePlatformFields(root, where),
    user: optionalString(settings, "User", where),
    env: stringArray(settings, "Env", where),
    entrypoint: commandWords(settings.Entrypoint),
    cmd: commandWords(settings.Cmd),
    workingDir: optionalString(settings, "WorkingDir", where),
    exposedPorts: Object.keys(isObject(settings.ExposedPorts) ? settings.ExposedPorts : {}),
    volumes: Object.keys(isObject(settings.Volumes) ? settings.Volumes : {}),
    labels: stringRecord(settings.Labels),
    stopSignal: optionalString(settings, "StopSignal", where),
    hasHealthcheck: isObject(settings.Healthcheck),
    diffIds,
    history: (optionalArray(root, "history", where) ?? []).map((step) => parseHistoryStep(step, where)),
  };
}

/** Old tools write a command as one string. */
function commandWords(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((word): word is string => typeof word === "string") : [];
}

export function stringRecord(value: unknown): Readonly<Record<string, string>> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === "string"),
  );
}

/** `os`, `architecture`, `variant`, `os.version`, as configurations and index entries have them. */
export function parsePlatformFields(object: JsonObject, where: Where): Platform | undefined {
  const os = optionalString(object, "os", where);
  const architecture = optionalString(object, "architecture", where);
  if (!os || !architecture) return undefined;
  return {
    os,
    architecture,
    variant: optionalString(object, "variant", where) || undefined,
    osVersion: optionalString(object, "os.version", where) || undefined,
  };
}

function parseHistoryStep(value: unknown, where: Where): HistoryStep {
  const step = asObject(value, "a step of the history", where);
  return {
    createdBy: optionalString(step, "created_by", where) || undefined,
    created: optionalString(step, "created", where),
    comment: optionalString(step, "comment", where) || undefined,
    author: optionalString(step, "author", where) || undefined,
    emptyLayer: step.empty_layer === true,
  };
}
