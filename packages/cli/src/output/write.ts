/** Writing to standard output and to files, at the speed of whoever reads. */
import { once } from "node:events";
import { closeSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { escapeText, LayerscopeError } from "@layerscope/core";

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
 * Writes pieces to a file, which appears or changes only when all of them are written. A device or pipe
 * is written to as it is.
 * @throws LayerscopeError `unwritable`
 */
export function writeFilePieces(path: string, pieces: Iterable<string>): void {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found && !found.isFile()) writeInto(path, "w", pieces);
    // A link stays a link: the file that it points to is replaced.
    else replaceFile(found ? realpathSync(path) : path, pieces);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).syscall === undefined) throw thrown;
    throw new LayerscopeError("unwritable", `cannot write ${escapeText(path)}: ${writeFailure(thrown)}`, {
      cause: thrown,
      hint: "Choose another file, or print to standard output and redirect that.",
    });
  }
}

function replaceFile(path: string, pieces: Iterable<string>): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeInto(temporary, "wx", pieces);
    renameSync(temporary, path);
  } catch (thrown) {
    rmSync(temporary, { force: true });
    throw thrown;
  }
}

function writeInto(path: string, flags: string, pieces: Iterable<string>): void {
  const fd = openSync(path, flags);
  try {
    for (const piece of pieces) {
      const bytes = Buffer.from(piece);
      for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
    }
  } finally {
    closeSync(fd);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such directory",
  ENOTDIR: "no such directory",
  EISDIR: "it is a directory",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left on the device",
  ENAMETOOLONG: "the name is too long",
};

/** What the operating system says against writing, in words. */
export function writeFailure(thrown: unknown): string {
  const { code = "", message } = thrown as NodeJS.ErrnoException;
  return REASONS[code] ?? message;
}
