/** Which proxy stands between us and a host, by the variables that container tools go by. */
import { BlockList, isIP } from "node:net";
import { LayerscopeError } from "../../model/errors.ts";
import { isLoopback } from "./loopback.ts";

/**
 * HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in capitals or not. This machine is never reached through a proxy.
 * @throws LayerscopeError `invalid-option` when the variable is no URL of an HTTP proxy
 */
export function proxyFor(url: URL, env: NodeJS.ProcessEnv): URL | undefined {
  const variable = url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const value = env[variable] || env[variable.toLowerCase()];
  if (!value || isLoopback(url.hostname) || isExcluded(url, env.NO_PROXY || env.no_proxy || "")) return undefined;
  const text = value.includes("://") ? value : `http://${value}`;
  const proxy = URL.canParse(text) ? new URL(text) : undefined;
  if (proxy?.protocol === "http:" || proxy?.protocol === "https:") return proxy;
  // The value may hold a password, so it is not shown.
  throw new LayerscopeError("invalid-option", `${variable} is not the URL of an HTTP proxy`, {
    hint: "Write http://HOST:PORT.",
  });
}

function isExcluded(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return list
    .toLowerCase()
    .split(/[,\s]+/)
    .some((entry) => entry !== "" && excludes(entry, host, port));
}

function excludes(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return isInNetwork(entry, host);
  const [, name = entry, entryPort] = (isIP(entry) === 0 && /^(.+):(\d+)$/.exec(entry)) || [];
  if (entryPort !== undefined && entryPort !== port) return false;
  const domain = name.replace(/^\*?\./, "").replace(/^\[|\]$/g, "");
  return host === domain || host.endsWith(`.${domain}`);
}

function isInNetwork(entry: string, host: string): boolean {
  const [network = "", prefix = ""] = entry.split("/");
  const family = isIP(network) === 6 ? "ipv6" : "ipv4";
  const isSound = isIP(network) !== 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === "ipv6" ? 128 : 32);
  if (!isSound || isIP(host) === 0) return false;
  const networks = new BlockList();
  networks.addSubnet(network, Number(prefix), family);
  return networks.check(host, isIP(host) === 6 ? "ipv6" : "ipv4");
}
