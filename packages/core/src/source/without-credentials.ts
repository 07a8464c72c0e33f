const SCHEME = /^([a-z][a-z0-9+.-]*):([/\\]+)/i;
/** Schemes whose rest is a path on this machine, in which "@" and "?" are ordinary characters. */
const LOCAL_SCHEMES = new Set(["unix", "npipe"]);
/** A user before the host, with or without a password. */
const USER = /^([\w.~%+-]+)(?::.*)?@/s;

/**
 * A URL as it may be shown: without user and password, query and fragment (a storage puts its signature there).
 * `ssh` keeps its user, who is part of the place. Paths (`/run/x.sock`) and `unix:`, `npipe:` URLs stay as they are.
 *
 * It takes what people write into variables, not only URLs: a password with an unescaped "/" or "@" does not end where
 * a parser thinks it does, so nothing before the last "@" stays, wherever that is.
 */
export function withoutCredentials(url: string): string {
  const [start = "", scheme = "", slashes = ""] = SCHEME.exec(url) ?? [];
  if (LOCAL_SCHEMES.has(scheme.toLowerCase()) || /^\.{0,2}\/(?!\/)/.test(url)) return url;
  const rest = url.slice(start.length);
  const place = rest.slice(rest.lastIndexOf("@") + 1).replace(/[?#].*$/s, "");
  const user = scheme.toLowerCase() === "ssh" ? USER.exec(rest)?.[1] : undefined;
  return `${scheme}${scheme === "" ? "" : ":"}${slashes}${user === undefined ? "" : `${user}@`}${place}`;
}
