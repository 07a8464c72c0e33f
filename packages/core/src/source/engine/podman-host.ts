/** Where podman's service is, by the rules of its command. */
import { join } from "node:path";
import { invalidConfig } from "../config-file.ts";
import type { EngineAddress, EngineTls } from "./engine-address.ts";
import { readTls } from "./engine-tls.ts";
import { type HostSpeaker, parseHostUrl } from "./host-url.ts";
import { type PodmanConnection, readPodmanConnections } from "./podman-connections.ts";
import { type SocketPlace, socketsAmong } from "./socket-places.ts";
import { homeDirectory, namesIn, runtimeDirectories, type System, variable } from "./system.ts";

/**
 * CONTAINER_HOST, or the connection that CONTAINER_CONNECTION names, or else every socket that podman has, and the default connection.
 *
 * On Linux podman itself uses its default connection only when it is told to work remotely, so it comes last there. Elsewhere
 * podman has nothing but connections: a default one that somebody chose is the only place, and that of a machine comes after
 * the machine's sockets on this side, which need no ssh.
 * @throws LayerscopeError as `engineAddresses`
 */
export async function podmanAddresses(system: System): Promise<readonly EngineAddress[]> {
  const host = variable(system, "CONTAINER_HOST")?.trim();
  if (host) return [addressAt(host, { name: "CONTAINER_HOST" }, undefined, true, system)];

  const connections = await readPodmanConnections(system);
  const name = variable(system, "CONTAINER_CONNECTION");
  if (name) return [await addressOfConnection(connections.named(name), true, system)];

  const chosen = connections.default;
  const isOnly = chosen !== undefined && !chosen.isMachine && system.platform !== "linux";
  if (isOnly) return [await addressOfConnection(chosen, true, system)];
  const found = system.platform === "win32" ? PIPES : await socketsAmong(await socketPlaces(system), system);
  if (chosen === undefined) return found;
  const last = await addressOfConnection(chosen, false, system);
  return found.some(({ url }) => url === last.url) ? found : [...found, last];
}

async function addressOfConnection(
  connection: PodmanConnection,
  isExplicit: boolean,
  system: System,
): Promise<EngineAddress> {
  const { name, file, url, identityFile } = connection;
  const address = addressAt(url, { name: `connection ${name}`, file }, identityFile, isExplicit, system);
  const tls = address.url.startsWith("tcp:") ? await tlsOfConnection(connection) : undefined;
  return { ...address, ...(tls && { tls }) };
}

function addressAt(
  text: string,
  speaker: HostSpeaker,
  identityFile: string | undefined,
  isExplicit: boolean,
  system: System,
): EngineAddress {
  // Podman takes unix://run/x.sock for unix:///run/x.sock.
  const complete = text.replace(/^(unix:\/\/)(?=[^/])/i, "$1/");
  const { url, ssh } = parseHostUrl(complete, speaker, { platform: system.platform });
  const identity = identityFile ?? variable(system, "CONTAINER_SSHKEY");
  const withKey = ssh && (identity ? { ...ssh, identityFile: identity } : ssh);
  return { url, origin: speaker.name, isExplicit, ...(withKey && { ssh: withKey }) };
}

async function tlsOfConnection({ name, file, tlsFiles }: PodmanConnection): Promise<EngineTls | undefined> {
  const named = (["ca", "cert", "key"] as const).filter((part) => tlsFiles[part] !== undefined);
  if (named.length === 0) return undefined;
  const tls = await readTls(tlsFiles, true);
  const gone = named.find((part) => tls[part] === undefined);
  if (gone) throw invalidConfig(file, `names ${tlsFiles[gone]} in the connection ${name}, which is not there`);
  return tls;
}

const DEFAULT_MACHINE = "podman-machine-default-api.sock";

/** Pipes cannot be looked at without opening them; one that is not there answers so at once. */
const PIPES: readonly EngineAddress[] = [
  { url: "npipe:////./pipe/podman-machine-default", origin: "podman's default machine", isExplicit: false },
];

async function socketPlaces(system: System): Promise<readonly SocketPlace[]> {
  const own = runtimeDirectories(system).map((directory) => ({
    path: join(directory, "podman/podman.sock"),
    origin: "podman's socket of the user",
  }));
  const rootful = { path: "/run/podman/podman.sock", origin: "podman's socket of the system" };
  return [...(system.userId === 0 ? [rootful, ...own] : [...own, rootful]), ...(await machinePlaces(system))];
}

/** Podman's machines put sockets on this side of the wall, by their names; the default machine's comes first. */
async function machinePlaces(system: System): Promise<readonly SocketPlace[]> {
  const data = variable(system, "XDG_DATA_HOME") ?? join(homeDirectory(system), ".local/share");
  const machines = join(data, "containers/podman/machine");
  const paths = [
    join(machines, "podman.sock"),
    ...(await namesIn(machines)).map((name) => join(machines, name, "podman.sock")),
  ];
  // Without TMPDIR it would be /tmp, where anybody may put a socket.
  const temporary = variable(system, "TMPDIR");
  for (const directory of [...(temporary ? [temporary] : []), ...runtimeDirectories(system)]) {
    const names = (await namesIn(join(directory, "podman"))).filter((name) => name.endsWith("-api.sock"));
    const inOrder = names.includes(DEFAULT_MACHINE) ? new Set([DEFAULT_MACHINE, ...names]) : names;
    for (const name of inOrder) paths.push(join(directory, "podman", name));
  }
  return paths.map((path) => ({ path, origin: "the socket of a podman machine" }));
}
