/** Tells a saved report from an image archive. */
import { statSync } from "node:fs";
import { OpenFile } from "../source/open-file.ts";

const HEAD_BYTES = 512;
const SPACES = [0x20, 0x09, 0x0a, 0x0d];
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const BRACE = 0x7b;

/**
 * Whether a path is that of a file which may be a saved report: of JSON whose first character is `{`. Whether it is one
 * says {@link readReport}. Reads a few bytes of a regular file, and never fails.
 */
export function isReport(path: string): boolean {
  try {
    if (!statSync(path).isFile()) return false;
    using file = OpenFile.open(path);
    return beginsLikeJson(file.range().headSync(HEAD_BYTES));
  } catch {
    return false;
  }
}

function beginsLikeJson(head: Uint8Array): boolean {
  // A tar may begin with any name, but it has null bytes, which JSON has not.
  if (head.includes(0)) return false;
  const start = BYTE_ORDER_MARK.every((byte, index) => head[index] === byte) ? BYTE_ORDER_MARK.length : 0;
  return head.subarray(start).find((byte) => !SPACES.includes(byte)) === BRACE;
}
