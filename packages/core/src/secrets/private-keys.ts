/** Private keys as text. */
import type { MatchList } from "./match-list.ts";
import { isRandom } from "./plausible-value.ts";
import type { SecretKind } from "./secret.ts";

/** What the file says of its keys beyond what they say themselves. */
export interface KeyContext {
  readonly kind?: SecretKind | undefined;
  readonly title?: string | undefined;
}

const BEGIN = "-----BEGIN ";
const END = "-----END ";
const PRIVATE_KEY = /-----BEGIN ([A-Z0-9 ]{0,40})PRIVATE KEY( BLOCK)?-----/y;
/** A key of 16,384 bits has some 12,000 characters; a keyring with pictures has more. */
const LONGEST_KEY = 64 * 1024;
/** The shortest, Ed25519 in PKCS#8, has 64. */
const SHORTEST_KEY = 60;

/** Blocks as of RFC 7468, OpenSSH and OpenPGP, also within a string of JSON, where line ends are written as `\n`. */
export function findPemKeys(list: MatchList, context: KeyContext = {}): void {
  const { text } = list;
  let end = -1;
  for (let at = text.indexOf(BEGIN); at >= 0 && !list.isFull; at = text.indexOf(BEGIN, at + BEGIN.length)) {
    PRIVATE_KEY.lastIndex = at;
    const found = PRIVATE_KEY.exec(text);
    if (!found) continue;
    const start = at + found[0].length;
    if (end < start) end = text.indexOf(END, start);
    if (end < 0) return;
    if (end - start > LONGEST_KEY) continue;
    const label = (found[1] ?? "").trim();
    const body = text.slice(start, end);
    const key = keyOf(body, label);
    if (key === undefined) continue;
    list.add(context.kind ?? "private-key", context.title ?? titleOf(label, body), at, end, key);
  }
}

/** The key without what only packs it; undefined when there is none, as in examples and in programs that make keys. */
function keyOf(body: string, label: string): string | undefined {
  const lines = body.replaceAll("\\r", "").replaceAll("\\n", "\n").split("\n");
  const key = lines
    .map((line) => line.trim())
    // Headers, and the checksum of OpenPGP.
    .filter((line) => !line.includes(": ") && !/^=[A-Za-z0-9+/]{4}$/.test(line))
    .join("");
  if (key.length < SHORTEST_KEY || !/^[A-Za-z0-9+/]+={0,3}$/.test(key) || !isRandom(key, 3.5)) return undefined;
  return isFormed(key, label, body) ? key : undefined;
}

/** All but OpenPGP and what is encrypted by a header are either ASN.1 or of OpenSSH. */
function isFormed(key: string, label: string, body: string): boolean {
  if (label === "PGP" || body.includes("ENCRYPTED")) return true;
  const bytes = Buffer.from(key.slice(0, 24), "base64");
  return label === "OPENSSH" ? bytes.toString("latin1").startsWith("openssh-key-v1") : bytes[0] === 0x30;
}

function titleOf(label: string, body: string): string {
  if (label === "ENCRYPTED" || body.includes("ENCRYPTED")) return "encrypted private key";
  const name = { RSA: "RSA", EC: "EC", DSA: "DSA", OPENSSH: "OpenSSH", PGP: "PGP" }[label];
  return name === undefined ? "private key" : `${name} private key`;
}

const PUTTY = /^PuTTY-User-Key-File-[23]: /;
const PUTTY_KEY = /Private-Lines: \d{1,4}\r?\n([A-Za-z0-9+/=\r\n]{1,20000})/;

/** PuTTY's own form. */
export function findPuttyKey(list: MatchList): void {
  const { text } = list;
  if (!PUTTY.test(text)) return;
  const found = PUTTY_KEY.exec(text);
  const key = found?.[1]?.replace(/\s/g, "");
  if (found && key && key.length >= 24) {
    list.add("private-key", "PuTTY private key", found.index, found.index + found[0].length, key);
  }
}

/** GnuPG's key store: a file for each key, as an S-expression; `shadowed` ones are on a card. */
export function findGnupgKey(list: MatchList): void {
  const at = /\((?:protected-)?private-key/.exec(list.text.slice(0, 4096))?.index;
  if (at !== undefined) list.add("private-key", "PGP private key", at, list.text.length, list.text);
}
