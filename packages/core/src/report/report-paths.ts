/** Paths, link targets and attributes of a report, as the bytes they were made of. */
import type { Xattrs } from "../model/entry.ts";
import type { ReportLayerEntry } from "./schema.ts";

const SLASH = 0x2f;
const DOT = 0x2e;

/** The bytes behind a name: `base64` where there is one, since the text is then not exact. */
export function nameBytes(text: string, base64: string | undefined): Uint8Array {
  return base64 === undefined ? Buffer.from(text, "utf8") : Buffer.from(base64, "base64");
}

/** Whether a path is as reports have it: absolute, below the root, and without `.`, `..` or empty segments. */
export function isPlainPath(path: Uint8Array): boolean {
  if (path[0] !== SLASH) return false;
  for (let start = 1; ; ) {
    const slash = path.indexOf(SLASH, start);
    const end = slash < 0 ? path.length : slash;
    const length = end - start;
    if (length === 0) return false;
    if (length <= 2 && path[start] === DOT && path[end - 1] === DOT) return false;
    if (slash < 0) return true;
    start = slash + 1;
  }
}

/** Extended attributes; undefined when there are none. */
export function xattrsOf({ xattrs, xattrsBase64 }: ReportLayerEntry): Xattrs | undefined {
  const pairs = xattrsBase64
    ? xattrsBase64.map(({ name, value }) => [Buffer.from(name, "base64"), value] as const)
    : Object.entries(xattrs ?? {}).map(([name, value]) => [Buffer.from(name, "utf8"), value] as const);
  if (pairs.length === 0) return undefined;
  return new Map(pairs.map(([name, value]) => [name.toString("latin1"), Buffer.from(value, "base64")]));
}
