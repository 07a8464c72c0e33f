/** Podman's connections: named engines, most of them machines and far hosts, as `podman system connection` keeps them. */
import { join } from "node:path";
import { LayerscopeError } from "../../model/errors.ts";
import {
  invalidConfig,
  isObject,
  type JsonObject,
  objectIn,
  readConfigFile,
  readJsonConfig,
  textIn,
} from "../config-file.ts";
import { readContainersConf } from "./containers-conf.ts";
import { configDirectory, homeDirectory, type System, variable } from "./system.ts";

/** One connection, and the file that it stands in. */
export interface PodmanConnection {
  readonly name: string;
  readonly file: string;
  readonly url: string;
  readonly identityFile: string | undefined;
  /** A virtual machine on this computer that podman looks after. */
  readonly isMachine: boolean;
  readonly tlsFiles: {
    readonly ca?: string | undefined;
    readonly cert?: string | undefined;
    readonly key?: string | undefined;
  };
}

export interface PodmanConnections {
  /** The one that podman takes when none is named. */
  readonly default: PodmanConnection | undefined;
  /** @throws LayerscopeError `no-engine` with the names that there are, `invalid-config` */
  named(name: string): PodmanConnection;
}

/**
 * The connections of this user, from podman-connections.json (podman 5) and containers.conf. The first beats the second.
 * @throws LayerscopeError `invalid-config`, `unreadable`, `limit-exceeded`
 */
export async function readPodmanConnections(system: System): Promise<PodmanConnections> {
  const directory = join(containersDirectory(system), "containers");
  const confPath = variable(system, "CONTAINERS_CONF") ?? join(directory, "containers.conf");
  const conf = readContainersConf((await readConfigFile(confPath))?.toString("utf8") ?? "");

  const path = variable(system, "PODMAN_CONNECTIONS_CONF") ?? join(directory, "podman-connections.json");
  const section = objectIn(await readJsonConfig(path), "Connection", path);
  const stored = objectIn(section, "Connections", path) ?? {};

  const find = (name: string): PodmanConnection | undefined => {
    const written = conf.connections.get(name);
    if (Object.hasOwn(stored, name)) return connectionOf(name, stored[name], path);
    return written && connectionOf(name, written, confPath);
  };
  const named = (name: string) => {
    const found = find(name);
    if (found) return found;
    throw new LayerscopeError("no-engine", `podman has no connection ${name}, which CONTAINER_CONNECTION names`, {
      choices: [...new Set([...Object.keys(stored), ...conf.connections.keys()])].sort(),
      hint: "Name one of those that podman system connection list shows, or leave CONTAINER_CONNECTION unset.",
    });
  };
  const chosen = textIn(section, "Default", path) ?? conf.active;
  return { default: chosen === undefined ? undefined : find(chosen), named };
}

function containersDirectory(system: System): string {
  if (system.platform !== "win32") return configDirectory(system);
  return variable(system, "APPDATA") ?? join(homeDirectory(system), "AppData", "Roaming");
}

function connectionOf(name: string, value: unknown, file: string): PodmanConnection {
  const connection: JsonObject | undefined = isObject(value) ? value : undefined;
  const url = textIn(connection, "URI", file);
  if (url === undefined) throw invalidConfig(file, `has no address in the connection ${name}`);
  return {
    name,
    file,
    url,
    identityFile: textIn(connection, "Identity", file),
    isMachine: connection?.IsMachine === true,
    tlsFiles: {
      ca: textIn(connection, "TLSCA", file),
      cert: textIn(connection, "TLSCert", file),
      key: textIn(connection, "TLSKey", file),
    },
  };
}
