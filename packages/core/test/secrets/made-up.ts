/** Values that look like secrets and are none: made when a test runs, so that no file of the repository has one in it. */
import { crc32 } from "node:zlib";
import { BytesInMemory, InspectedFile } from "../../src/layer/file-inspector.ts";
import { PathTable } from "../../src/layer/path-table.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";
import { findSecretsInFile, wantsForSecrets } from "../../src/secrets/find-secrets.ts";
import type { SecretMatch } from "../../src/secrets/secret.ts";

export const DIGITS = "0123456789";
export const HEX = "0123456789abcdef";
export const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
export const LOWER = UPPER.toLowerCase();
export const BASE62 = DIGITS + UPPER + LOWER;
export const BASE32 = `${UPPER}234567`;
export const BASE64 = `${UPPER}${LOWER}${DIGITS}+/`;

/** The same for the same seed. */
export function randomText(length: number, alphabet: string, seed = 1): string {
  let state = seed * 7919 + length;
  let text = "";
  while (text.length < length) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    text += alphabet.charAt((state >>> 12) % alphabet.length);
  }
  return text;
}

/** With the checksum of GitHub and npm at its end. */
export function checkedToken(prefix: string, seed = 1): string {
  const random = randomText(30, BASE62, seed);
  let sum = "";
  for (let rest = crc32(random); sum.length < 6; rest = Math.floor(rest / 62)) sum = BASE62.charAt(rest % 62) + sum;
  return prefix + random + sum;
}

/** Another last character: the checksum is wrong then. */
export function misspelt(token: string): string {
  return token.slice(0, -1) + (token.endsWith("a") ? "b" : "a");
}

/** A key in the armour of `label`, such as "RSA PRIVATE KEY". */
export function pemKey(label: string, bytes = 600, seed = 1): string {
  const head = label.startsWith("OPENSSH") ? Buffer.from("openssh-key-v1\0") : Buffer.from([0x30, 0x82, 0x02, 0x5c]);
  const body = Buffer.concat([head, Buffer.from(randomText(bytes, BASE62, seed))]).toString("base64");
  const dashes = "-".repeat(5);
  const lines = body.match(/.{1,64}/g) ?? [];
  return [`${dashes}BEGIN ${label}${dashes}`, ...lines, `${dashes}END ${label}${dashes}`, ""].join("\n");
}

export function fileOf(path: string, size: number): InspectedFile {
  const paths = new PathTable(DEFAULT_LIMITS);
  const bytes = Buffer.from(path);
  return new InspectedFile(paths, paths.intern(bytes, 0, bytes.length), size, 0o644);
}

/** What is found in a file; nothing where it is not looked into. */
export function secretsIn(path: string, content: string | Uint8Array): readonly SecretMatch[] {
  const bytes = Buffer.from(content);
  const file = fileOf(path, bytes.length);
  return wantsForSecrets(file) ? (findSecretsInFile(file, new BytesInMemory(bytes)) ?? []) : [];
}

export const kindsIn = (path: string, content: string | Uint8Array): string[] =>
  secretsIn(path, content).map(({ kind }) => kind);
