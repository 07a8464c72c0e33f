/** Files of programs that keep credentials, each in its own form. */
import { findUrlPasswords } from "./find-tokens.ts";
import type { MatchList } from "./match-list.ts";
import { findVariables, linesOf, unquoted } from "./named-values.ts";
import { isPlaceholder, isSetSecret } from "./plausible-value.ts";
import type { SecretKind } from "./secret.ts";

export type CredentialReader = (list: MatchList) => void;

/** Values of `name = value` or `name: value` lines with one of these names. */
function settings(kind: SecretKind, title: string, names: RegExp): CredentialReader {
  return (list) => {
    for (const { start, end } of linesOf(list.text)) {
      const line = list.text.slice(start, Math.min(end, start + 16_384));
      const found = names.exec(line);
      if (!found) continue;
      const from = found.index + found[0].length;
      addValue(list, kind, title, start + from, line.slice(from));
    }
  };
}

function addValue(list: MatchList, kind: SecretKind, title: string, offset: number, rest: string): void {
  const value = unquoted(rest);
  if (isSetSecret(value))
    list.add(kind, title, offset + rest.indexOf(value), offset + rest.indexOf(value) + value.length);
}

export const readAwsCredentials = settings(
  "aws-access-key",
  "AWS key",
  /^\s{0,20}aws_(?:secret_access_key|session_token)\s{0,20}=\s{0,20}/i,
);
export const readNpmSettings = settings(
  "npm-credentials",
  "npm credentials",
  /^\s{0,20}(?:\/\/[^\s=]{1,500}:)?_(?:authToken|auth|password)\s{0,20}=\s{0,20}/,
);
export const readPypiSettings = settings("pypi-credentials", "PyPI password", /^\s{0,20}password\s{0,20}[=:]\s{0,20}/i);
export const readCargoCredentials = settings("cargo-credentials", "Cargo token", /^\s{0,20}token\s{0,20}=\s{0,20}/);
export const readGemCredentials = settings("rubygems-token", "RubyGems token", /^\s{0,20}:[\w.:/-]{1,200}:\s{1,20}/);
export const readMysqlSettings = settings("database-password", "password", /^\s{0,20}password\s{0,20}=\s{0,20}/);
const MAVEN = /<(?:password|passphrase)>([^<]{1,500})<\//g;

/** Of Maven, unless Maven has encrypted it, which it writes in braces. */
export const readMavenSettings: CredentialReader = (list) => {
  for (const found of list.text.matchAll(MAVEN)) {
    const value = (found[1] ?? "").trim();
    const start = found.index + found[0].indexOf(value);
    if (isSetSecret(value)) list.add("maven-credentials", "Maven password", start, start + value.length);
  }
};

const KUBERNETES = /^\s{0,40}(?:-\s{1,10})?"?(client-key-data|token|password)"?\s{0,10}:\s{0,10}/;

/** Of kubectl, as YAML or JSON. */
export const readKubernetesConfig: CredentialReader = (list) => {
  for (const { start, end } of linesOf(list.text)) {
    const line = list.text.slice(start, Math.min(end, start + 16_384));
    const found = KUBERNETES.exec(line);
    if (found)
      addValue(
        list,
        "kubernetes-credentials",
        "cluster credentials",
        start + found[0].length,
        line.slice(found[0].length),
      );
  }
};

/** Of curl, git and ftp: `machine … login … password …`, over one line or several. */
export const readNetrc: CredentialReader = (list) => {
  const words = /\S+/g;
  let previous = "";
  for (let found = words.exec(list.text); found && !list.isFull; found = words.exec(list.text)) {
    const [word] = found;
    if (previous === "password" && isSetSecret(word)) {
      list.add("netrc-password", "password", found.index, found.index + word.length);
    }
    previous = previous === "password" || previous === "login" ? "" : word;
  }
};

/** `host:port:database:user:password`. */
export const readPostgresPasswords: CredentialReader = (list) => {
  for (const { start, end } of linesOf(list.text)) {
    const line = list.text.slice(start, Math.min(end, start + 2000)).trimEnd();
    const head = /^(?!#)(?:(?:\\.|[^:\\]){0,300}:){4}/.exec(line)?.[0];
    if (head === undefined || !isSetSecret(line.slice(head.length))) continue;
    list.add("database-password", "password", start + head.length, start + line.length);
  }
};

/** Of HashiCorp Vault: the token is all there is. */
export const readVaultToken: CredentialReader = (list) => {
  const token = list.text.trim();
  if (!/^[\w.-]{20,300}$/.test(token) || isPlaceholder(token)) return;
  const start = list.text.indexOf(token);
  list.add("vault-token", "Vault token", start, start + token.length);
};

/** What crypt(3) makes: `$id$…`, or thirteen characters as forty years ago. Locked (`!`, `*`) and empty ones are none. */
const HASH =
  /^(?:\$(?:1|2[abxy]?|5|6|7|y|gy|apr1|argon2id?|sha1|md5)\$[^\s:]{10,300}|\{SHA\}[A-Za-z0-9+/=]{20,40}|[./0-9A-Za-z]{13})$/;

/** /etc/shadow and the files of htpasswd: the second field of each line. */
export const readPasswordHashes: CredentialReader = (list) => {
  for (const { start, end } of linesOf(list.text)) {
    const line = list.text.slice(start, Math.min(end, start + 2000)).trimEnd();
    const colon = line.indexOf(":");
    const hash = colon < 0 ? "" : (line.slice(colon + 1).split(":", 1)[0] ?? "");
    if (HASH.test(hash)) list.add("password-hash", "password hash", start + colon + 1, start + colon + 1 + hash.length);
  }
};

/** Of docker, podman and others: credentials by registry, in base64. */
export const readRegistryCredentials: CredentialReader = (list) => {
  const document = parseObject(Buffer.from(list.text, "latin1").toString("utf8"));
  if (!document) return;
  // The older form has no `auths` around it.
  const hosts = asObject(document.auths) ?? document;
  for (const host of Object.values(hosts).slice(0, 1000)) {
    const entry = asObject(host) ?? {};
    for (const name of ["auth", "identitytoken", "registrytoken", "password"]) {
      const value = entry[name];
      if (typeof value !== "string" || !isCredential(name, value)) continue;
      const start = list.text.indexOf(value);
      if (start >= 0) list.add("registry-credentials", "registry credentials", start, start + value.length);
    }
  }
};

function isCredential(name: string, value: string): boolean {
  if (name !== "auth") return isSetSecret(value);
  const decoded = Buffer.from(value, "base64").toString("utf8");
  const password = decoded.slice(decoded.indexOf(":") + 1);
  return decoded.includes(":") && password.length > 0 && !isPlaceholder(password);
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}

export const readGitConfig: CredentialReader = (list) => {
  findUrlPasswords(list);
  const header =
    /extraheader\s{0,10}=\s{0,10}"?authorization:\s{0,10}(?:basic|bearer)\s{1,10}([A-Za-z0-9+/=._-]{16,1000})/gi;
  for (const found of list.text.matchAll(header)) {
    const value = found[1] ?? "";
    const start = found.index + found[0].length - value.length;
    if (!isPlaceholder(value)) list.add("git-credentials", "git credentials", start, start + value.length);
  }
};

export const readVariables: CredentialReader = (list) => findVariables(list);
