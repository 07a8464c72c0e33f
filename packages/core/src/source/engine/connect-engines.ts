/** Connects to the engines of this machine, one after the other. */
import { LayerscopeError, toLayerscopeError } from "../../model/errors.ts";
import type { RemoteOptions } from "../remote-options.ts";
import type { Engine, EngineKind } from "./engine.ts";
import type { EngineAddress } from "./engine-address.ts";

/** A place where an engine may be: one that answers, or why it does not. */
export type EngineAttempt =
  | { readonly engine: Engine }
  /** `place` is for people, without credentials. */
  | { readonly place: string; readonly error: LayerscopeError };

/**
 * Tries the places where engines of these kinds may be, in their order. What is not installed is passed over in silence,
 * unless nothing else is asked for. The receiver disposes of the engines.
 */
export async function* connectEngines(
  kinds: readonly EngineKind[],
  { env = process.env, signal }: RemoteOptions,
): AsyncGenerator<EngineAttempt> {
  for (const kind of kinds) {
    let any = false;
    for await (const attempt of attemptsOf(kind, env, signal)) {
      any = true;
      yield attempt;
    }
    if (!any && kinds.length === 1) yield { place: TITLES[kind], error: notThere(kind) };
  }
}

const TITLES: Readonly<Record<EngineKind, string>> = {
  docker: "Docker",
  podman: "Podman",
  containerd: "containerd",
};

const HOW_TO_START: Readonly<Record<EngineKind, string>> = {
  docker: "Start Docker, or say where it is with DOCKER_HOST or DOCKER_CONTEXT.",
  podman: "Start its service (podman system service, or podman machine start), or say where it is with CONTAINER_HOST.",
  containerd: "Install nerdctl or ctr, and say where containerd is with CONTAINERD_ADDRESS if it is elsewhere.",
};

async function* attemptsOf(
  kind: EngineKind,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): AsyncGenerator<EngineAttempt> {
  try {
    if (kind === "containerd") {
      const { connectContainerd } = await import("./containerd.ts");
      const engine = await connectContainerd(env, signal);
      if (engine) yield { engine };
      return;
    }
    const { engineAddresses } = await import("./engine-addresses.ts");
    for (const address of await engineAddresses(kind, env)) yield await attempt(address, kind, env, signal);
  } catch (thrown) {
    // A context that does not exist, or settings that cannot be read.
    const error = toLayerscopeError(thrown, { source: TITLES[kind] });
    yield { place: error.where.source ?? TITLES[kind], error };
  }
}

async function attempt(
  address: EngineAddress,
  kind: "docker" | "podman",
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<EngineAttempt> {
  try {
    const { connectDockerEngine } = await import("./docker-engine.ts");
    return { engine: await connectDockerEngine(address, kind, { env, signal }) };
  } catch (thrown) {
    const place = `${TITLES[kind]} at ${address.url} (${address.origin})`;
    return { place, error: toLayerscopeError(thrown, { source: address.url }) };
  }
}

function notThere(kind: EngineKind): LayerscopeError {
  return new LayerscopeError("no-engine", `no ${TITLES[kind]} was found on this machine`, { hint: HOW_TO_START[kind] });
}
