/** Finds an image wherever it is: in the engines of this machine, else in a registry when that is allowed. */
import { LayerscopeError, throwIfAborted, toLayerscopeError } from "../model/errors.ts";
import { nearestName } from "../model/nearest-name.ts";
import { connectEngines, type EngineAttempt } from "../source/engine/connect-engines.ts";
import type { Engine, EngineKind } from "../source/engine/engine.ts";
import { formatImageReference, parseImageReference } from "../source/image-reference.ts";
import type { Reference } from "../source/reference.ts";
import type { RemoteOptions, ResolutionStep } from "../source/remote-options.ts";
import { EngineSource } from "./engine-source.ts";
import type { Source } from "./source.ts";

export type RemoteReference = Exclude<Reference, { readonly kind: "path" | "stdin" }>;

/** In the order in which a bare name is looked for. */
const ENGINES: readonly EngineKind[] = ["docker", "podman", "containerd"];

/**
 * Opens an image of an engine or a registry, or a container.
 * @throws LayerscopeError that says what was tried, in its order, and what to do
 */
export async function openRemote(reference: RemoteReference, options: RemoteOptions): Promise<Source> {
  return new Search(options).open(reference);
}

/** One search, with what it has tried so far. */
class Search {
  readonly #options: RemoteOptions;
  readonly #steps: ResolutionStep[] = [];
  /** Why places could not be asked. */
  readonly #failures: LayerscopeError[] = [];
  /** Names that the engines have, to tell near ones. */
  readonly #names: string[] = [];
  #answered = false;

  constructor(options: RemoteOptions) {
    this.#options = options;
  }

  async open(reference: RemoteReference): Promise<Source> {
    const { name } = reference;
    switch (reference.kind) {
      case "registry":
        return this.#openRegistry(name);
      case "engine":
        return this.#require(await this.#searchEngines(name, [reference.engine]), reference);
      case "container":
        return this.#require(await this.#searchContainers(name), reference);
      case "name":
        return this.#openName(name);
    }
  }

  async #openName(name: string): Promise<Source> {
    const { pull, confirmPull } = this.#options;
    if (pull === "always") return this.#openRegistry(name);
    const found = await this.#searchEngines(name, ENGINES);
    if (found) return found;
    if (pull === "missing" || (pull === undefined && (await confirmPull?.(name)))) return this.#openRegistry(name);
    return this.#require(undefined, { kind: "name", name });
  }

  async #searchEngines(name: string, kinds: readonly EngineKind[]): Promise<Source | undefined> {
    const { platform, signal } = this.#options;
    return this.#ask(kinds, async (engine) => {
      const image = await engine.findImage(name, platform, signal);
      return image && new EngineSource(`${engine.kind}:${name}`, engine, { image }, this.#steps);
    });
  }

  async #searchContainers(name: string): Promise<Source | undefined> {
    const { signal } = this.#options;
    return this.#ask(["docker", "podman"], async (engine) => {
      const container = await engine.findContainer?.(name, signal);
      return (
        container && new EngineSource(`container:${name}`, engine, { image: container.image, container }, this.#steps)
      );
    });
  }

  /** Asks engine after engine, until one has it. */
  async #ask(
    kinds: readonly EngineKind[],
    find: (engine: Engine) => Promise<Source | undefined>,
  ): Promise<Source | undefined> {
    const { signal } = this.#options;
    for await (const attempt of connectEngines(kinds, this.#options)) {
      throwIfAborted(signal);
      const found = await this.#askOne(attempt, find);
      if (found) return found;
    }
    return undefined;
  }

  async #askOne(
    attempt: EngineAttempt,
    find: (engine: Engine) => Promise<Source | undefined>,
  ): Promise<Source | undefined> {
    if ("error" in attempt) {
      this.#fail(attempt.place, attempt.error);
      return undefined;
    }
    const { engine } = attempt;
    let found: Source | undefined;
    try {
      found = await find(engine);
      this.#answered = true;
      this.#say(engine.title, found ? "found" : "has none of that name");
      if (!found) this.#names.push(...(await engine.imageNames(this.#options.signal).catch(() => [])));
    } catch (thrown) {
      // A platform that is not there, and the like: the place is the right one.
      const error = toLayerscopeError(thrown, { source: engine.title });
      if (!["unreachable", "refused", "no-engine"].includes(error.code)) throw error;
      this.#fail(engine.title, error);
    } finally {
      if (!found) await engine[Symbol.asyncDispose]();
    }
    return found;
  }

  #fail(place: string, error: LayerscopeError): void {
    if (error.code === "aborted") throw error;
    this.#failures.push(error);
    const prefix = `${place}: `;
    this.#say(place, error.message.startsWith(prefix) ? error.message.slice(prefix.length) : error.message);
  }

  #say(place: string, outcome: string): void {
    const step = { place, outcome };
    this.#steps.push(step);
    this.#options.onStep?.(step);
  }

  async #openRegistry(name: string): Promise<Source> {
    const image = parseImageReference(name);
    const { openRegistryImage } = await import("./registry-archive.ts");
    const place = `registry ${image.registry}`;
    try {
      const source = await openRegistryImage(image, this.#options, this.#steps);
      this.#say(place, "found");
      return source;
    } catch (thrown) {
      const error = toLayerscopeError(thrown, { source: formatImageReference(image) });
      if (error.code !== "aborted") this.#say(place, error.message);
      // What was tried before is only of interest when there was something.
      throw this.#steps.length > 1 ? withSteps(error, this.#steps) : error;
    }
  }

  /** People mostly mistype the repository, and leave the tag out. */
  #didYouMean(name: string): string {
    const hasTag = repositoryOf(name) !== name;
    const near = nearestName(name, this.#names, hasTag ? undefined : repositoryOf);
    return near === undefined ? "" : `; did you mean "${near}"?`;
  }

  /** @throws LayerscopeError when nothing was found */
  #require(found: Source | undefined, { kind, name }: RemoteReference): Source {
    if (found) return found;
    const isContainer = kind === "container";
    const what = isContainer ? "container" : "image";
    const [failure] = this.#failures;
    // The one engine that was asked for says best what is wrong with it.
    if (kind === "engine" && this.#steps.length === 1 && failure) throw failure;
    if (!this.#answered) throw noEngine(name, what, this.#steps, failure);
    throw withSteps(
      new LayerscopeError(
        "no-such-image",
        `there is no ${what} "${name}"${isContainer ? "" : this.#didYouMean(name)}`,
        {
          hint: isContainer ? "docker ps --all lists the containers." : PULL_HINT,
          where: { source: name },
        },
      ),
      this.#steps,
    );
  }
}

const PULL_HINT = "Pull or build it first, or let it be read from its registry: --pull missing, or registry:NAME";

/** Without its tag or digest. */
function repositoryOf(name: string): string {
  return name.replace(/@.*$/s, "").replace(/:[^:/]*$/, "");
}

function noEngine(
  name: string,
  what: string,
  steps: readonly ResolutionStep[],
  failure: LayerscopeError | undefined,
): LayerscopeError {
  const error = new LayerscopeError("no-engine", `no engine that could have the ${what} "${name}" answers`, {
    cause: failure,
    where: { source: name },
    hint:
      what === "image"
        ? "Start Docker or Podman, name a file, or read the image from its registry: --pull missing, or registry:NAME"
        : "Start Docker or Podman.",
  });
  return withSteps(error, steps);
}

/** The error with the places that were asked, in their order. */
function withSteps(error: LayerscopeError, steps: readonly ResolutionStep[]): LayerscopeError {
  const tried = steps.map(({ place, outcome }) => `tried ${place}: ${outcome}`);
  return new LayerscopeError(error.code, error.message, {
    hint: error.hint,
    where: error.where,
    cause: error,
    choices: [...error.choices, ...tried],
  });
}
