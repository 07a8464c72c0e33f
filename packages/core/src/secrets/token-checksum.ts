/** The checksum at the end of GitHub's and npm's tokens: CRC-32 of what is random in it, as six digits to the base 62. */
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const CHECKSUM_LENGTH = 6;

/** @param body the token without its prefix */
export function hasChecksum(body: string): boolean {
  const random = body.slice(0, -CHECKSUM_LENGTH);
  return base62(crc32(random)) === body.slice(-CHECKSUM_LENGTH);
}

function base62(number: number): string {
  let digits = "";
  for (let rest = number; digits.length < CHECKSUM_LENGTH; rest = Math.floor(rest / 62)) {
    digits = DIGITS.charAt(rest % 62) + digits;
  }
  return digits;
}

/** Tokens are short, so there is no need for a table. */
function crc32(ascii: string): number {
  let sum = 0xffffffff;
  for (let index = 0; index < ascii.length; index++) {
    sum ^= ascii.charCodeAt(index);
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
}
