/** What may be told of a value that nobody should read. */
import { createHash } from "node:crypto";
import type { SecretKind, SecretMatch } from "./secret.ts";

/** The value but for its middle: never more than a quarter of it, and nothing of a short one. */
export function maskValue(value: string): string {
  const characters = [...value.slice(0, 64)];
  const shown = Math.floor(value.length / 4);
  if (value.length < 16 || characters.length < 16) return "…";
  const first = Math.min(4, shown);
  const last = Math.min(2, shown - first);
  return `${characters.slice(0, first).join("")}…${last > 0 ? [...value.slice(-8)].slice(-last).join("") : ""}`;
}

/** First 16 hexadecimal digits of the SHA-256. */
export function fingerprintOf(value: Uint8Array | string): string {
  return createHash("sha256").update(value).digest("hex").slice(0, 16);
}

/** A match with a value of one character a byte. */
export function matchOf(kind: SecretKind, title: string, value: string, line: number | undefined): SecretMatch {
  const bytes = Buffer.from(value, "latin1");
  return { kind, title, masked: maskValue(bytes.toString("utf8")), fingerprint: fingerprintOf(bytes), line };
}
