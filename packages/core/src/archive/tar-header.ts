/**
 * The 512-byte tar header: where its fields are and how they are read. No input or output here.
 * Sources: POSIX.1-2017 pax "ustar Interchange Format", GNU tar manual "Basic Tar Format", and what Go's archive/tar
 * accepts, since that is what the engines read layers with.
 */

export const BLOCK_SIZE = 512;

/** Field positions: [offset, length]. */
export const FIELD = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  typeflag: [156, 1],
  linkName: [157, 100],
  magic: [257, 8],
  devMajor: [329, 8],
  devMinor: [337, 8],
  prefix: [345, 155],
  /** star's shorter prefix; it is followed by atime and ctime, and the header ends in "tar\0". */
  starPrefix: [345, 131],
  starTrailer: [508, 4],
  /** Old GNU sparse headers: four (offset, length) pairs, "more follow", and the real size. */
  gnuSparse: [386, 96],
  gnuIsExtended: [482, 1],
  gnuRealSize: [483, 12],
} as const;

export type TarFormat = "v7" | "ustar" | "star" | "gnu";

/** Sum of all header bytes as unsigned numbers, the checksum field taken as spaces; -1 for a block of zeros. */
export function headerSum(words: Uint32Array, firstWord: number): number {
  // Two bytes of each word are added in separate 16-bit lanes at once: 128 words of at most 2 × 255 fit.
  let lanes = 0;
  let any = 0;
  for (let index = firstWord; index < firstWord + 128; index++) {
    const word = words[index] as number;
    any |= word;
    lanes += (word & 0x00ff00ff) + ((word >>> 8) & 0x00ff00ff);
  }
  if (any === 0) return -1;
  const checksum = words[firstWord + 37] as number;
  const rest = words[firstWord + 38] as number;
  return (lanes >>> 16) + (lanes & 0xffff) - byteSum(checksum) - byteSum(rest) + 8 * 0x20;
}

function byteSum(word: number): number {
  return (word & 0xff) + ((word >>> 8) & 0xff) + ((word >>> 16) & 0xff) + (word >>> 24);
}

/** The sum as some old writers made it, with bytes as signed numbers. */
export function signedHeaderSum(block: Uint8Array, offset: number): number {
  let sum = 8 * 0x20;
  for (let index = 0; index < BLOCK_SIZE; index++) {
    if (index >= 148 && index < 156) continue;
    sum += ((block[offset + index] as number) << 24) >> 24;
  }
  return sum;
}

/**
 * A numeric field: octal text, or base-256 when the top bit is set (GNU).
 * @returns NaN when it is neither.
 */
export function parseNumeric(block: Uint8Array, offset: number, length: number): number {
  const first = block[offset] as number;
  if (first >= 0x80) return parseBase256(block, offset, length);
  let index = offset;
  let end = offset + length;
  while (index < end && (block[index] === 0x20 || block[index] === 0)) index++;
  while (end > index && (block[end - 1] === 0x20 || block[end - 1] === 0)) end--;
  let value = 0;
  for (; index < end; index++) {
    const digit = (block[index] as number) - 0x30;
    if (digit < 0 || digit > 7) {
      // Some writers leave text behind the terminator.
      return block[index] === 0x20 || block[index] === 0 ? value : Number.NaN;
    }
    value = value * 8 + digit;
  }
  return value;
}

/** Two's complement, big-endian, with the marker bit taken out. */
function parseBase256(block: Uint8Array, offset: number, length: number): number {
  const first = block[offset] as number;
  const negative = (first & 0x40) !== 0;
  const flip = negative ? 0xff : 0;
  let value = (first ^ flip) & 0x7f;
  for (let index = 1; index < length; index++) value = value * 256 + ((block[offset + index] as number) ^ flip);
  return negative ? -1 - value : value;
}

/** End of a NUL-terminated field, exclusive. */
export function stringEnd(block: Uint8Array, offset: number, length: number): number {
  let end = offset;
  const limit = offset + length;
  while (end < limit && block[end] !== 0) end++;
  return end;
}

/** Which dialect the magic says; it decides what the bytes after the link name mean. */
export function tarFormat(block: Uint8Array, offset: number): TarFormat {
  const at = offset + 257;
  // "ustar"
  if (
    block[at] !== 0x75 ||
    block[at + 1] !== 0x73 ||
    block[at + 2] !== 0x74 ||
    block[at + 3] !== 0x61 ||
    block[at + 4] !== 0x72
  ) {
    return "v7";
  }
  if (block[at + 5] === 0x20 && block[at + 6] === 0x20 && block[at + 7] === 0) return "gnu";
  if (block[at + 5] !== 0) return "v7";
  const trailer = offset + 508;
  const star = block[trailer] === 0x74 && block[trailer + 1] === 0x61 && block[trailer + 2] === 0x72;
  return star && block[trailer + 3] === 0 ? "star" : "ustar";
}
