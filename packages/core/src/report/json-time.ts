/** A time to the nanosecond as JSON: a number of seconds, which a float cannot always hold exactly. */

/** Fields of an entry. */
export interface JsonTime {
  readonly mtime: number;
  readonly mtimeNanos?: number | undefined;
}

/** `mtime` in seconds, and `mtimeNanos` when its fraction cannot be told from that. */
export function jsonTime(seconds: number, nanos: number): JsonTime {
  if (nanos === 0) return { mtime: seconds };
  const mtime = seconds + nanos / 1e9;
  const told = parseJsonTime({ mtime });
  return told.seconds === seconds && told.nanos === nanos ? { mtime } : { mtime, mtimeNanos: nanos };
}

/** The opposite of {@link jsonTime}. */
export function parseJsonTime({ mtime, mtimeNanos }: JsonTime): { readonly seconds: number; readonly nanos: number } {
  if (mtimeNanos !== undefined) return { seconds: Math.round(mtime - mtimeNanos / 1e9), nanos: mtimeNanos };
  const seconds = Math.floor(mtime);
  const nanos = Math.round((mtime - seconds) * 1e9);
  return nanos === 1e9 ? { seconds: seconds + 1, nanos: 0 } : { seconds, nanos };
}
