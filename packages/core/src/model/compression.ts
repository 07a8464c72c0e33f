/** How a blob is compressed. */
export type Compression = "none" | "gzip" | "zstd";

/** What the first bytes say: a known compression, one that layerscope does not read, or none. */
export function sniffCompression(head: Uint8Array): Compression | "xz" | "bzip2" | "lz4" {
  const [a, b, c, d] = head;
  if (a === 0x1f && b === 0x8b) return "gzip";
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return "zstd";
  // A zstd file may open with a skippable frame (RFC 8878 §3.1.2): any of 0x184D2A50 to 0x184D2A5F.
  if (a !== undefined && (a & 0xf0) === 0x50 && b === 0x2a && c === 0x4d && d === 0x18) return "zstd";
  if (a === 0xfd && b === 0x37 && c === 0x7a && d === 0x58 && head[4] === 0x5a) return "xz";
  if (a === 0x42 && b === 0x5a && c === 0x68) return "bzip2";
  if (a === 0x04 && b === 0x22 && c === 0x4d && d === 0x18) return "lz4";
  return "none";
}
