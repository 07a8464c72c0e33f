import { closeSync } from "node:fs";
import { tmpdir } from "node:os";
import { LayerscopeError } from "../model/errors.ts";
import { OpenFile } from "./open-file.ts";
import { openTemporaryFile, writeAll } from "./temporary-file.ts";

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
  const fd = orUnwritable(openTemporaryFile);
  try {
    let bytes = 0;
    for await (const chunk of input.streamOnce(signal)) {
      orUnwritable(() => writeAll(fd, chunk));
      bytes += chunk.length;
      onProgress?.(bytes);
    }
    return OpenFile.fromDescriptor(input.path, fd);
  } catch (thrown) {
    closeSync(fd);
    throw thrown;
  }
}

function orUnwritable<T>(action: () => T): T {
  try {
    return action();
  } catch (thrown) {
    throw new LayerscopeError("unwritable", `cannot keep the input in ${tmpdir()}: ${(thrown as Error).message}`, {
      cause: thrown,
      hint: "Set TMPDIR to a directory with room for the whole image, or save the image to a file and open that.",
    });
  }
}
