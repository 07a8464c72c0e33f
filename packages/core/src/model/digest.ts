/** A content digest as the OCI specification writes it, for example `sha256:` and 64 hexadecimal digits. */
export type Digest = string;

const DIGEST = /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

export function isDigest(text: unknown): text is Digest {
  return typeof text === "string" && DIGEST.test(text);
}

/** The hexadecimal part: `sha256:abc…` → `abc…`. */
export function digestHex(digest: Digest): string {
  return digest.slice(digest.indexOf(":") + 1);
}

/** The digest a name holds, if it holds one: `blobs/sha256/HEX`, `HEX.json`, `HEX.tar.gz`, `sha256:HEX`. */
export function digestFromName(name: string): Digest | undefined {
  const hex = /(?:^|[/:])([0-9a-f]{64})(?:\.json|\.tar|\.tar\.gz|\.tar\.zst)?$/.exec(name)?.[1];
  return hex === undefined ? undefined : `sha256:${hex}`;
}
