import type { HostDefaults } from "./host-url.ts";
import type { System } from "./system.ts";

export const DOCKER_SOCKET = "/var/run/docker.sock";
export const DOCKER_PIPE = "//./pipe/docker_engine";
export const DOCKER_TLS_PORT = 2376;

/** What Docker's command takes for the parts that an address leaves open. */
export function dockerDefaults({ platform }: System, isTls: boolean): HostDefaults {
  return { platform, unixPath: DOCKER_SOCKET, pipePath: DOCKER_PIPE, port: isTls ? DOCKER_TLS_PORT : 2375 };
}
