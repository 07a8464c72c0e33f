/** Package databases that are text: read whole, once, and line by line. */
import type { FileBytes } from "../layer/file-inspector.ts";

/**
 * The file as text, decoded as names of paths are, so that paths in it compare with them; undefined when it is larger
 * than `most` bytes.
 */
export function databaseText(bytes: FileBytes, most: number): string | undefined {
  if (bytes.size > most) return undefined;
  // What decodeName gives, too; of what is not UTF-8, thirty times as quickly.
  const { buffer, byteOffset, length } = bytes.read(0, bytes.size);
  return Buffer.from(buffer, byteOffset, length).toString();
}

/** Calls `take` with each line, without its end. No array of all lines is made: a hostile file may be nothing but ends. */
export function forEachLine(text: string, take: (line: string) => void): void {
  let start = 0;
  while (start < text.length) {
    let end = text.indexOf("\n", start);
    if (end < 0) end = text.length;
    take(text.slice(start, end));
    start = end + 1;
  }
}
