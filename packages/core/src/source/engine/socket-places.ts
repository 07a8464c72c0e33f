import type { EngineAddress } from "./engine-address.ts";
import type { System } from "./system.ts";

/** A path at which a socket may be, and what people call it. */
export interface SocketPlace {
  readonly path: string;
  readonly origin: string;
}

/** The places at which there is a socket, each socket once: one may be linked to from several places. */
export async function socketsAmong(places: readonly SocketPlace[], system: System): Promise<EngineAddress[]> {
  const sockets = await Promise.all(places.map(({ path }) => system.socketAt(path)));
  return places
    .filter((_, index) => sockets[index] !== undefined && sockets.indexOf(sockets[index]) === index)
    .map(({ path, origin }) => ({ url: `unix://${path}`, origin, isExplicit: false }));
}
