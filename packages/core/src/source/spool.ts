import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LayerscopeError } from "../model/errors.ts";
import { OpenFile } from "./open-file.ts";

/**
 * Copies what can be read only once into a temporary file that has no name any more when this returns, so that nothing
 * is left behind however the process ends.
 * @param onProgress called with the bytes that were copied so far
 * @throws LayerscopeError `unwritable` when the temporary directory is full or cannot be written, `aborted`
 */
export async function spool(
  input: OpenFile,
  signal?: AbortSignal,
  onProgress?: (bytes: number) => void,
): Promise<OpenFile> {
  let fd: number;
  try {
    const directory = mkdtempSync(join(tmpdir(), "layerscope-"));
    fd = openSync(join(directory, "spool"), "wx+", 0o600);
    rmSync(directory, { recursive: true });
  } catch (thrown) {
    throw unwritable(thrown);
  }
  try {
    let bytes = 0;
    for await (const chunk of input.streamOnce(signal)) {
      writeAll(fd, chunk);
      bytes += chunk.length;
      onProgress?.(bytes);
    }
    return OpenFile.fromDescriptor(input.path, fd);
  } catch (thrown) {
    closeSync(fd);
    throw thrown;
  }
}

function writeAll(fd: number, chunk: Uint8Array): void {
  try {
    for (let done = 0; done < chunk.length; ) done += writeSync(fd, chunk, done);
  } catch (thrown) {
    throw unwritable(thrown);
  }
}

function unwritable(thrown: unknown): LayerscopeError {
  return new LayerscopeError("unwritable", `cannot keep the input in ${tmpdir()}: ${(thrown as Error).message}`, {
    cause: thrown,
    hint: "Set TMPDIR to a directory with room for the whole image, or save the image to a file and open that.",
  });
}
