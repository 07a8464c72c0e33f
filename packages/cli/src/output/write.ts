/** Writing to standard output and to files, at the speed of whoever reads. */
import { once } from "node:events";
import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { LayerscopeError } from "@layerscope/core";

/** Writes pieces to a stream and waits where it is slow. */
export async function writePieces(
  stream: NodeJS.WritableStream,
  pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
): Promise<void> {
  for await (const piece of pieces) {
    if (!stream.write(piece)) await once(stream, "drain");
  }
}

/**
 * Writes pieces to a file, which appears or changes only when all of them are written.
 * @throws LayerscopeError `unwritable`
 */
export function writeFilePieces(path: string, pieces: Iterable<string>): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const fd = openSync(temporary, "wx");
    try {
      for (const piece of pieces) writeSync(fd, piece);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (thrown) {
    rmSync(temporary, { force: true });
    if (thrown instanceof LayerscopeError) throw thrown;
    throw new LayerscopeError("unwritable", `cannot write ${path}: ${(thrown as Error).message}`, {
      cause: thrown,
      hint: "Choose another file with -o, or leave -o out to print to standard output.",
    });
  }
}
