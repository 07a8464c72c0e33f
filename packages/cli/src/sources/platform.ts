/** Which platform is taken of what engines and registries have. */
import type { Source } from "@layerscope/core";

/** Docker's own default; undefined when the environment sets none. */
export function defaultPlatform(): string | undefined {
  return process.env.DOCKER_DEFAULT_PLATFORM || undefined;
}

/**
 * The platform to take: of what an engine or a registry gives, Docker's default where none was asked for. A container has
 * the one that it has.
 */
export function platformOf(
  { kind, topLayer }: Pick<Source, "kind" | "topLayer">,
  platform: string | undefined,
): string | undefined {
  const isRemote = kind === "engine" || kind === "registry";
  return platform ?? (isRemote && !topLayer ? defaultPlatform() : undefined);
}
