import { dockerAddresses } from "./docker-host.ts";
import type { EngineAddress } from "./engine-address.ts";
import { podmanAddresses } from "./podman-host.ts";
import { thisSystem } from "./system.ts";

/**
 * The places where an engine may be, in the order to try them; none when nothing says of one. Nothing is connected to.
 * Sockets that nobody named are there, but whether this user may use them is not known.
 * @throws LayerscopeError `invalid-option` for a variable, `invalid-config`, `unreadable`, `limit-exceeded` for a file,
 *   `no-engine` for a context or connection that does not exist, with those that do as choices
 */
export function engineAddresses(
  kind: "docker" | "podman",
  env: NodeJS.ProcessEnv = process.env,
): Promise<readonly EngineAddress[]> {
  const system = thisSystem(env);
  return kind === "docker" ? dockerAddresses(system) : podmanAddresses(system);
}
