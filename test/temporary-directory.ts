/** Temporary files of a test file; all go when it is done. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let directory: string | undefined;
let count = 0;

/** A path that nothing exists at yet; left out, the name says nothing. */
export function temporaryPath(name = `thing-${count++}`): string {
  directory ??= mkdtempSync(join(tmpdir(), "layerscope-test-"));
  return join(directory, name);
}

export function temporaryFile(content: Uint8Array | string, name?: string): string {
  const path = temporaryPath(name);
  writeFileSync(path, content);
  return path;
}

export function removeTemporaryFiles(): void {
  if (directory) rmSync(directory, { recursive: true, force: true });
  directory = undefined;
}
