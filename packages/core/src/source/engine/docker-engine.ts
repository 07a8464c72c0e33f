/** Docker and Podman, over Docker's API. */
import { LayerscopeError, throwIfAborted } from "../../model/errors.ts";
import { formatPlatform, type Platform, platformMatches, requirePlatform } from "../../model/platform.ts";
import { isObject, type JsonObject } from "../config-file.ts";
import { wholeArchive } from "./docker-archive-stream.ts";
import { containerFiles, parseContainer } from "./docker-container.ts";
import type { Engine, EngineContainer, EngineImage } from "./engine.ts";
import type { EngineAddress } from "./engine-address.ts";
import { ENGINE_TIMES, EngineApi, type EngineTimes } from "./engine-api.ts";
import { type EngineInspection, parseImageNames, parseInspection } from "./engine-document.ts";
import { answerError, type EnginePlace } from "./engine-errors.ts";
import { openTransport } from "./engine-transport.ts";

export interface ConnectOptions {
  readonly signal?: AbortSignal | undefined;
  /** For the ssh command; that of the process when left out. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Other times than {@link ENGINE_TIMES}. */
  readonly times?: Partial<EngineTimes> | undefined;
}

/**
 * Connects to the engine at an address: it has said what it is.
 * @throws LayerscopeError `no-engine`, `refused`, `unreachable`, `unreadable` for certificates, `invalid-option`, `aborted`;
 *   the message begins with `Docker at URL (ORIGIN): `
 */
export async function connectDockerEngine(
  address: EngineAddress,
  kind: "docker" | "podman",
  options: ConnectOptions = {},
): Promise<Engine> {
  const { signal, env = process.env, times } = options;
  throwIfAborted(signal);
  const place: EnginePlace = { kind, address, title: `${kind === "podman" ? "Podman" : "Docker"} at ${address.url}` };
  const transport = await openTransport(address, kind, env);
  const api = new EngineApi(transport, place, { ...ENGINE_TIMES, ...times });
  try {
    const answer = await api.ownVersion(signal);
    if (!isObject(answer) || typeof answer.ApiVersion !== "string") throw answerError("it is no engine", place);
    return new DockerEngine(api, answer);
  } catch (thrown) {
    api.close();
    throw thrown;
  }
}

const MOST_NAMES = 1000;
/** Podman's own interface, which resolves short names as its command does, needs a version; it takes every one. */
const PODMAN_VERSION = "4.0.0";

class DockerEngine implements Engine {
  readonly kind: "docker" | "podman";
  readonly title: string;
  readonly #api: EngineApi;
  readonly #isPodman: boolean;
  /** Where images are. */
  readonly #images: string;

  /** @param said its answer to `GET /version` */
  constructor(api: EngineApi, said: JsonObject) {
    const { place } = api;
    // Podman is often put where Docker is looked for.
    this.#isPodman = componentNames(said).includes("Podman Engine");
    this.#images = this.#isPodman ? "/libpod/images" : "/images";
    this.kind = place.kind;
    this.title = `${this.#isPodman ? "Podman" : "Docker"} Engine${versionText(said)} at ${place.address.url}`;
    this.#api = api;
    api.place = { ...place, title: this.title };
    if (this.#isPodman) api.version = PODMAN_VERSION;
  }

  async findImage(name: string, platform: string | undefined, signal?: AbortSignal): Promise<EngineImage | undefined> {
    const wanted = platform === undefined ? undefined : requirePlatform(platform);
    // Podman takes the beginning of an ID only without what comes before it.
    const asked = this.#isPodman ? name.replace(/^sha256:(?=[0-9a-f]{1,63}$)/, "") : name;
    if (!canBeName(asked)) return undefined;
    const found = await this.#inspect(asked, {}, signal);
    if (!found) return undefined;
    if (!wanted || fits(found, wanted)) return this.#image(asked, {}, found);
    if (!found.isContentStore) throw this.#noSuchPlatform(asked, wanted, found.platforms);
    return this.#imageOfPlatform(asked, wanted, signal);
  }

  async imageNames(signal?: AbortSignal): Promise<readonly string[]> {
    return parseImageNames(await this.#api.json("/images/json", { signal }), MOST_NAMES);
  }

  async findContainer(name: string, signal?: AbortSignal): Promise<EngineContainer | undefined> {
    if (!canBeName(name)) return undefined;
    const answer = await this.#api.json(`/containers/${name}/json`, { signal });
    if (answer === undefined) return undefined;
    const container = parseContainer(answer);
    if (!container) throw answerError(`it does not say what the container ${name} is`, this.#api.place);
    const image = await this.findImage(container.image, undefined, signal);
    if (!image) {
      throw new LayerscopeError(
        "no-such-image",
        `${this.title} has the container ${container.name}, but its image no more`,
        {
          hint: "Pull or build the image again.",
        },
      );
    }
    return { name: container.name, image, files: containerFiles(this.#api, container, this.#isPodman) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#api.close();
  }

  async #imageOfPlatform(name: string, wanted: Platform, signal: AbortSignal | undefined): Promise<EngineImage> {
    const query = { platform: JSON.stringify(ociPlatform(wanted)) };
    const found = await this.#inspect(name, query, signal);
    if (found && fits(found, wanted)) return this.#image(name, query, found);
    // Before version 1.49 of the API the engine does not look at the query; only the archive shows what it has.
    if (found) return { ...this.#image(name, query, found), document: undefined };
    const all = await this.#inspect(name, { manifests: "true" }, signal);
    throw this.#noSuchPlatform(name, wanted, all?.platforms ?? []);
  }

  /** What the engine says of an image; undefined when it has none. */
  async #inspect(
    name: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal | undefined,
  ): Promise<EngineInspection | undefined> {
    const answer = await this.#api.json(`${this.#images}/${name}/json`, { query, signal });
    if (answer === undefined) return undefined;
    const history = this.#isPodman ? undefined : await this.#api.json(`/images/${name}/history`, { query, signal });
    const inspection = parseInspection(answer, history);
    if (inspection) return inspection;
    throw answerError(`it does not say what the image ${name} is`, this.#api.place);
  }

  #image(name: string, query: Readonly<Record<string, string>>, { document, bytes }: EngineInspection): EngineImage {
    const path = `${this.#images}/${name}/get`;
    // Podman would give an OCI archive, which holds the same layers, but none of the names.
    const format = this.#isPodman ? { format: "docker-archive" } : {};
    return {
      document,
      bytes,
      export: (signal) => wholeArchive(this.#api.stream(path, { query: { ...query, ...format }, signal }), this.title),
    };
  }

  #noSuchPlatform(name: string, wanted: Platform, platforms: readonly Platform[]): LayerscopeError {
    const platform = formatPlatform(wanted);
    const command = this.#isPodman ? "podman" : "docker";
    return new LayerscopeError("no-such-platform", `${this.title} has ${name}, but not for ${platform}`, {
      choices: platforms.map(formatPlatform),
      hint: `Get it: ${command} pull --platform ${platform} NAME`,
    });
  }
}

/**
 * Whether any reference looks like that. Nothing else is asked for, since it would be another path of the API.
 */
function canBeName(text: string): boolean {
  return /^\w[\w.:/@+-]*$/.test(text) && !/(^|\/)\.{0,2}(\/|$)/.test(text);
}

function fits({ document }: EngineInspection, wanted: Platform): boolean {
  return document.platform !== undefined && platformMatches(document.platform, wanted);
}

function ociPlatform({ os, architecture, variant }: Platform): Readonly<Record<string, string>> {
  return { os, architecture, ...(variant !== undefined && { variant }) };
}

function componentNames({ Components: components }: JsonObject): readonly unknown[] {
  return Array.isArray(components) ? components.map((component) => isObject(component) && component.Name) : [];
}

/** ` 20.10.24`: without what a distribution adds to it, and nothing when it is odd. */
function versionText({ Version: version }: JsonObject): string {
  const number = typeof version === "string" ? /^\d[\w.-]{0,40}/.exec(version)?.[0] : undefined;
  return number === undefined ? "" : ` ${number}`;
}
