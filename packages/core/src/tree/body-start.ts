import { crc32 } from "node:zlib";
import type { FileRange } from "../source/open-file.ts";

/** Most files of one size differ in so many bytes. */
export const START = 512;

const memory = Buffer.allocUnsafeSlow(START);

/** A checksum of the first bytes of a body; undefined when there are not so many. */
export function startSum(range: FileRange, position: number): number | undefined {
  return range.readSync(memory, 0, START, position) === START ? crc32(memory) : undefined;
}
