/** Addresses of engines as people write them into variables and files. */
import { isIPv6 } from "node:net";
import { type ErrorCode, LayerscopeError } from "../../model/errors.ts";
import { withoutCredentials } from "../without-credentials.ts";
import type { SshPlace } from "./engine-address.ts";

/** What an address leaves open. */
export interface HostDefaults {
  readonly platform: NodeJS.Platform;
  /** For `unix://` and `npipe://` alone; an address without a path is wrong when there is none. */
  readonly unixPath?: string;
  readonly pipePath?: string;
  /** For tcp; an address without a port is wrong when there is none. */
  readonly port?: number;
}

/** Who says an address, for messages. */
export interface HostSpeaker {
  /** `DOCKER_HOST`, `context colima`. */
  readonly name: string;
  /** The file it stands in; the environment when left out. */
  readonly file?: string;
}

/** The address, complete, and its parts for ssh. */
export interface HostUrl {
  readonly url: string;
  readonly scheme: "unix" | "npipe" | "tcp" | "ssh";
  readonly ssh?: SshPlace;
}

const AUTHORITY = /^(?:(?<user>[^/]*)@)?(?<host>\[[^[\]/@]*\]|[^:/@[\]]*)(?::(?<port>\d*))?(?<path>\/.*)?$/s;
const HOST_NAME = /^[\p{L}\p{N}_][\p{L}\p{N}._-]*$/u;
/** Neither an option nor more than a word, for the ssh command. */
const SSH_USER = /^[^\s\p{C}:/@-][^\s\p{C}:/@]*$/u;

/**
 * Completes an address as docker's and podman's commands do: a bare host is tcp, a bare path is a socket.
 * @throws LayerscopeError `invalid-option` for the environment, `invalid-config` for a file
 */
export function parseHostUrl(text: string, speaker: HostSpeaker, defaults: HostDefaults): HostUrl {
  const wrong = (problem: string, hint: string) => {
    const code: ErrorCode = speaker.file === undefined ? "invalid-option" : "invalid-config";
    const place = speaker.file === undefined ? speaker.name : `${speaker.name} in ${speaker.file}`;
    const message = `${place} says "${withoutCredentials(text)}", ${problem}`;
    return new LayerscopeError(code, message, { where: { source: speaker.file }, hint });
  };
  const trimmed = text.trim();
  const [, named, rest = ""] = /^(?:([^:/]*):\/\/)?(.*)$/s.exec(trimmed) ?? [];
  const scheme = (named ?? (/^\.?\//.test(trimmed) ? "unix" : "tcp")).toLowerCase();
  if (/\p{Cc}/u.test(rest)) throw wrong("which has control characters in it", FORMS);
  switch (scheme) {
    case "unix": {
      const path = rest || defaults.unixPath;
      if (path === undefined) throw wrong("which names no socket", FORMS);
      return { url: `unix://${path}`, scheme };
    }
    case "npipe": {
      const path = rest.replaceAll("\\", "/") || defaults.pipePath;
      if (path === undefined) throw wrong("which names no pipe", FORMS);
      if (defaults.platform !== "win32") throw wrong("but only Windows has named pipes", FORMS);
      return { url: `npipe://${path}`, scheme };
    }
    case "tcp": {
      const parts = partsOf(rest);
      if (!parts) throw wrong("which is no host and port", FORMS);
      const port = parts.port ?? defaults.port;
      if (port === undefined) throw wrong("which has no port", "Name the port: tcp://HOST:PORT.");
      const place = `${bracketed(parts.host || "localhost")}:${port}${parts.path}`;
      // Such as 300.1.1.1, which is no address and cannot be a name, and zones in IPv6, which no client of HTTP takes.
      if (!URL.canParse(`http://${place}`)) throw wrong("which is no host and port", FORMS);
      return { url: `tcp://${place}`, scheme };
    }
    case "ssh": {
      const parts = partsOf(rest);
      if (!parts || parts.host === "") throw wrong("which is no host", FORMS);
      if (parts.user?.includes(":")) {
        throw wrong("with a password, which is not used", "Let ssh have a key, and leave the password out.");
      }
      return { ...sshUrl(parts, wrong), scheme };
    }
    default:
      throw wrong("which is no address of an engine", FORMS);
  }
}

const FORMS = "It can be unix:///PATH, tcp://HOST:PORT, ssh://USER@HOST, or npipe:////./pipe/NAME on Windows.";

interface Parts {
  readonly user: string | undefined;
  /** Without brackets. */
  readonly host: string;
  readonly port: number | undefined;
  /** Empty when there is none. */
  readonly path: string;
}

function partsOf(rest: string): Parts | undefined {
  const { user, host = "", port = "", path = "" } = AUTHORITY.exec(rest)?.groups ?? { host: " " };
  const number = port === "" ? undefined : Number(port);
  if (number !== undefined && (number < 1 || number > 65535)) return undefined;
  const plain = host.startsWith("[") ? host.slice(1, -1) : host;
  const isHost = host === "" || (host.startsWith("[") ? isIPv6(plain) : HOST_NAME.test(host));
  if (!isHost || /[?#]/.test(path)) return undefined;
  return { user, host: plain, port: number, path: path === "/" ? "" : path };
}

function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

function sshUrl(
  parts: Parts,
  wrong: (problem: string, hint: string) => LayerscopeError,
): { url: string; ssh: SshPlace } {
  const { host, port, path } = parts;
  const user = decoded(parts.user ?? "");
  const socketPath = decoded(path);
  if (user === undefined || socketPath === undefined || (user !== "" && !SSH_USER.test(user))) {
    throw wrong("whose user or path ssh does not take", FORMS);
  }
  const url = `ssh://${user && `${encodeURIComponent(user)}@`}${bracketed(host)}${port ? `:${port}` : ""}${path}`;
  return { url, ssh: { ...(user && { user }), host, ...(port && { port }), ...(socketPath && { socketPath }) } };
}

function decoded(text: string): string | undefined {
  try {
    const plain = decodeURIComponent(text);
    return /\p{Cc}/u.test(plain) ? undefined : plain;
  } catch {
    return undefined;
  }
}
