/** The connections in containers.conf, where podman had them before version 5 and where people write them. */
import type { JsonObject } from "../config-file.ts";

/** A table's name in TOML, and a line `key = value` with a text or a word for value. */
const TABLE = /^\[\s*([^[\]]*?)\s*\]\s*(?:#.*)?$/;
const PAIR = /^([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(true|false))\s*(?:#.*)?$/;
const KEY = /\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([\w-]+))\s*(?:\.|$)/y;

/** What the tables `[engine]` and `[engine.service_destinations.NAME]` say, under the keys of podman-connections.json. */
export interface ConfiguredConnections {
  readonly active: string | undefined;
  readonly connections: ReadonlyMap<string, JsonObject>;
}

const KEYS: Readonly<Record<string, string>> = {
  uri: "URI",
  identity: "Identity",
  is_machine: "IsMachine",
  tls_ca: "TLSCA",
  tls_cert: "TLSCert",
  tls_key: "TLSKey",
};

/**
 * Reads only what podman and its documentation write: a header for each table, a line for each key. Everything else in the
 * file, also what is wrong with it, is passed over.
 */
export function readContainersConf(text: string): ConfiguredConnections {
  const connections = new Map<string, Record<string, unknown>>();
  let active: string | undefined;
  let table: readonly string[] = [];
  for (const line of text.split("\n").map((line) => line.trim())) {
    const header = TABLE.exec(line)?.[1];
    if (header !== undefined) {
      table = keysOf(header);
      continue;
    }
    const [, key, basic, literal, word] = PAIR.exec(line) ?? [];
    if (key === undefined || table[0] !== "engine") continue;
    const value = word === undefined ? (literal ?? unescaped(basic ?? "")) : word === "true";
    const name = table[1] === "service_destinations" && table.length === 3 ? table[2] : undefined;
    if (table.length === 1 && key === "active_service" && typeof value === "string") active = value || undefined;
    if (name === undefined || !Object.hasOwn(KEYS, key)) continue;
    const connection = connections.get(name) ?? {};
    connection[KEYS[key] ?? key] = value;
    connections.set(name, connection);
  }
  return { active, connections };
}

/** The parts of a dotted name; none when it is not one. */
function keysOf(header: string): readonly string[] {
  const keys: string[] = [];
  for (KEY.lastIndex = 0; KEY.lastIndex < header.length; ) {
    const [, basic, literal, bare] = KEY.exec(header) ?? [];
    if (basic === undefined && literal === undefined && bare === undefined) return [];
    keys.push(bare ?? literal ?? unescaped(basic ?? ""));
  }
  return keys;
}

/** Escapes are those of JSON, and a few that nobody needs in names and paths. */
function unescaped(basic: string): string {
  try {
    return JSON.parse(`"${basic}"`) as string;
  } catch {
    return basic;
  }
}
