/** Where Docker is, by the rules of its command. */
import { join } from "node:path";
import { LayerscopeError } from "../../model/errors.ts";
import { invalidConfig } from "../config-file.ts";
import { contextAddress, currentContext, dockerConfigDirectory } from "./docker-context.ts";
import { DOCKER_PIPE, DOCKER_SOCKET, DOCKER_TLS_PORT, dockerDefaults } from "./docker-defaults.ts";
import type { EngineAddress, EngineTls } from "./engine-address.ts";
import { readTls } from "./engine-tls.ts";
import { parseHostUrl } from "./host-url.ts";
import { type SocketPlace, socketsAmong } from "./socket-places.ts";
import { configDirectory, homeDirectory, runtimeDirectories, type System, variable } from "./system.ts";

/** The context that stands for: no context, but the environment and the usual places. */
const NO_CONTEXT = "default";

/**
 * DOCKER_HOST, or DOCKER_CONTEXT, or the context that is in use, or else every socket that Docker or one of its relatives has.
 * @throws LayerscopeError as `engineAddresses`
 */
export async function dockerAddresses(system: System): Promise<readonly EngineAddress[]> {
  const apiVersion = apiVersionOf(system);
  const addresses = await saidOrFound(system);
  return apiVersion === undefined ? addresses : addresses.map((address) => ({ ...address, apiVersion }));
}

async function saidOrFound(system: System): Promise<readonly EngineAddress[]> {
  const host = variable(system, "DOCKER_HOST")?.trim();
  if (host) return [await addressOfHost(host, "DOCKER_HOST", system)];
  const context = variable(system, "DOCKER_CONTEXT") ?? (await currentContext(system));
  if (context !== undefined && context !== NO_CONTEXT) return [await contextAddress(context, system)];
  const tls = tlsSaid(system);
  if (tls !== undefined) return [await addressOfHost(`tcp://localhost:${DOCKER_TLS_PORT}`, tls, system)];
  return system.platform === "win32" ? PIPES : socketsAmong(socketPlaces(system), system);
}

async function addressOfHost(host: string, name: string, system: System): Promise<EngineAddress> {
  const isTls = tlsSaid(system) !== undefined;
  const { url, scheme, ssh } = parseHostUrl(host, { name }, dockerDefaults(system, isTls));
  const tls = isTls && scheme === "tcp" ? await tlsOfEnvironment(system) : undefined;
  return { url, origin: name, isExplicit: true, ...(ssh && { ssh }), ...(tls && { tls }) };
}

/** The variable that turns TLS on, with any value; only the first of the two has the certificate checked. */
function tlsSaid(system: System): string | undefined {
  return ["DOCKER_TLS_VERIFY", "DOCKER_TLS"].find((name) => variable(system, name) !== undefined);
}

async function tlsOfEnvironment(system: System): Promise<EngineTls> {
  const directory = variable(system, "DOCKER_CERT_PATH") ?? dockerConfigDirectory(system);
  const verify = variable(system, "DOCKER_TLS_VERIFY") !== undefined;
  const ca = join(directory, "ca.pem");
  const tls = await readTls({ ca, cert: join(directory, "cert.pem"), key: join(directory, "key.pem") }, verify);
  if (verify && tls.ca === undefined) throw invalidConfig(ca, "is not there, but DOCKER_TLS_VERIFY needs it");
  return tls;
}

function apiVersionOf(system: System): string | undefined {
  const said = variable(system, "DOCKER_API_VERSION");
  const version = said && /^v?(\d{1,3}\.\d{1,3})$/.exec(said)?.[1];
  if (said === undefined || version) return version;
  throw new LayerscopeError("invalid-option", `DOCKER_API_VERSION says "${said}", which is no version`, {
    hint: "It is a number such as 1.44, and is seldom needed.",
  });
}

/** Pipes cannot be looked at without opening them; one that is not there answers so at once. */
const PIPES: readonly EngineAddress[] = [
  { url: `npipe://${DOCKER_PIPE}`, origin: "the default pipe", isExplicit: false },
  { url: "npipe:////./pipe/dockerDesktopLinuxEngine", origin: "Docker Desktop's pipe", isExplicit: false },
];

function socketPlaces(system: System): readonly SocketPlace[] {
  const home = homeDirectory(system);
  const colima = variable(system, "COLIMA_HOME");
  const colimas = colima ? [colima] : [join(home, ".colima"), join(configDirectory(system), "colima")];
  return [
    { path: DOCKER_SOCKET, origin: "the default socket" },
    ...runtimeDirectories(system).map((directory) => ({
      path: join(directory, "docker.sock"),
      origin: "rootless Docker's socket",
    })),
    { path: join(home, ".docker/run/docker.sock"), origin: "Docker's socket of the user" },
    { path: join(home, ".docker/desktop/docker.sock"), origin: "Docker Desktop's socket" },
    { path: join(home, ".orbstack/run/docker.sock"), origin: "OrbStack's socket" },
    ...colimas.map((directory) => ({ path: join(directory, "default/docker.sock"), origin: "Colima's socket" })),
    { path: join(home, ".rd/docker.sock"), origin: "Rancher Desktop's socket" },
    {
      path: join(variable(system, "LIMA_HOME") ?? join(home, ".lima"), "docker/sock/docker.sock"),
      origin: "Lima's socket",
    },
  ];
}
