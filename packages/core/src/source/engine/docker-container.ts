/** The files of a container, as Docker's API gives them. */
import { LayerscopeError } from "../../model/errors.ts";
import { isObject, type JsonObject } from "../config-file.ts";
import type { ContainerChange, ContainerFiles } from "./container-files.ts";
import type { EngineApi } from "./engine-api.ts";

export interface InspectedContainer {
  readonly id: string;
  /** Without a slash. */
  readonly name: string;
  /** The ID of its image. */
  readonly image: string;
  /** Paths from the root. */
  readonly mounts: readonly string[];
}

/** The answer to `GET /containers/NAME/json`; undefined when it is not about a container. */
export function parseContainer(inspected: unknown): InspectedContainer | undefined {
  if (!isObject(inspected)) return undefined;
  const { Id: id, Name: name, Image: image, Mounts: mounts } = inspected;
  if (typeof id !== "string" || typeof image !== "string") return undefined;
  return {
    id,
    name: typeof name === "string" ? name.replace(/^\//, "") : id.slice(0, 12),
    image,
    mounts: objectsIn(mounts).flatMap(({ Destination: place }) => (typeof place === "string" ? [place] : [])),
  };
}

/**
 * @param isPodman then everything is exported: its archives of single paths follow links, and say that everything belongs
 *   to the user that the container runs as
 */
export function containerFiles(api: EngineApi, { id, mounts }: InspectedContainer, isPodman: boolean): ContainerFiles {
  const path = `/containers/${encodeURIComponent(id)}`;
  return {
    mounts,
    givesParts: !isPodman,
    changes: async (signal) => objectsIn(await api.json(`${path}/changes`, { signal })).flatMap(changeIn),
    archive: (file, signal) =>
      isPodman ? api.stream(`${path}/export`, { signal }) : archiveOf(api, `${path}/archive`, file, signal),
  };
}

async function* archiveOf(
  api: EngineApi,
  path: string,
  file: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    yield* api.stream(path, { query: { path: file }, signal });
  } catch (thrown) {
    if (!(thrown instanceof LayerscopeError) || thrown.code !== "no-such-image") throw thrown;
    throw new LayerscopeError("no-such-path", thrown.message, { cause: thrown, where: { path: file } });
  }
}

function changeIn({ Path: path, Kind: kind }: JsonObject): readonly ContainerChange[] {
  return typeof path === "string" && typeof kind === "number" ? [{ path, kind }] : [];
}

function objectsIn(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
