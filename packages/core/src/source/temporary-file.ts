import { mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Opens a file that only this process can read, and that has no name any more when this returns: nothing is left behind
 * however the process ends. It takes as much room as is written until it is closed.
 * @returns its descriptor
 * @throws Error of the system when the temporary directory is full or cannot be written
 */
export function openTemporaryFile(): number {
  const directory = mkdtempSync(join(tmpdir(), "layerscope-"));
  try {
    return openSync(join(directory, "spool"), "wx+", 0o600);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Writes all of the bytes at the present position. @throws Error of the system when there is no room */
export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}
