const OFFSET = 0x6c62272e07bb014262b821756295c58dn;
const PRIME = 0x0000000001000000000000000000013bn;

/** A UUID made of texts (version 8 of RFC 9562, by FNV-1a of 128 bits): the same for the same ones. */
export function uuidOf(texts: readonly (string | undefined)[]): string {
  let hash = OFFSET;
  for (const byte of Buffer.from(JSON.stringify(texts.map((text) => text ?? null)))) {
    hash = BigInt.asUintN(128, (hash ^ BigInt(byte)) * PRIME);
  }
  const hex = hash.toString(16).padStart(32, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
