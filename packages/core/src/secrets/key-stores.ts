/** Key stores that are no text, told apart from stores that only hold certificates of others. */
import { createHash } from "node:crypto";
import type { SecretMatch } from "./secret.ts";

/** What a key in a PKCS#12 file is called, encrypted or not; such a name is never encrypted itself (RFC 7292, 4.2). */
const KEY_BAGS = ["01", "02"].map((bag) => Buffer.from(`060b2a864886f70d010c0a01${bag}`, "hex"));
const VERSION_3 = Buffer.from("020103", "hex");

/** @returns undefined where it has no key */
export function keyStoreMatch(content: Buffer): SecretMatch | undefined {
  const title = isPkcs12WithKey(content) ? "PKCS#12 key" : isJavaStoreWithKey(content) ? "Java key" : undefined;
  if (title === undefined) return undefined;
  const fingerprint = createHash("sha256").update(content).digest("hex").slice(0, 16);
  return { kind: "key-store", title, masked: "…", fingerprint, line: undefined };
}

function isPkcs12WithKey(content: Buffer): boolean {
  if (content[0] !== 0x30 || !content.subarray(0, 10).includes(VERSION_3)) return false;
  return KEY_BAGS.some((bag) => content.includes(bag));
}

const JKS = 0xfeedfeed;
const JCEKS = 0xcececece;
const ENTRY = { PRIVATE_KEY: 1, CERTIFICATE: 2, SECRET_KEY: 3 } as const;

/** Certificates come in any order with the keys, so they are skipped one by one. */
function isJavaStoreWithKey(content: Buffer): boolean {
  if (content.length < 16) return false;
  const magic = content.readUInt32BE(0);
  if (magic !== JKS && magic !== JCEKS) return false;
  const version = content.readUInt32BE(4);
  let at = 12;
  // Tag, length of the alias.
  while (at + 6 <= content.length) {
    const tag = content.readUInt32BE(at);
    if (tag === ENTRY.PRIVATE_KEY || tag === ENTRY.SECRET_KEY) return true;
    if (tag !== ENTRY.CERTIFICATE) return false;
    at += 6 + content.readUInt16BE(at + 4) + 8;
    if (version === 2) {
      if (at + 2 > content.length) return false;
      at += 2 + content.readUInt16BE(at);
    }
    if (at + 4 > content.length) return false;
    at += 4 + content.readUInt32BE(at);
  }
  return false;
}
