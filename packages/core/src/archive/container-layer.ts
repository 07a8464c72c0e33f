/**
 * A container's writable layer, made from what its engine lists as changed and from archives of those paths. The
 * container is only read.
 *
 * What the engine does not tell is not in the layer: names of one file that are in different directories become files
 * of their own, extended attributes other than capabilities are left out, a removed name whose bytes are not UTF-8 stays,
 * and so does the owner of a directory of which nothing else changed, where the engine does not list it (Podman).
 */
import { LayerscopeError, throwIfAborted, toLayerscopeError } from "../model/errors.ts";
import { DEFAULT_LIMITS } from "../model/limits.ts";
import { escapeText } from "../model/path-text.ts";
import { CHANGE, type ContainerFiles } from "../source/engine/container-files.ts";
import { AskedArchive, whiteout } from "./asked-archive.ts";
import { type ChangedPath, listChangedPaths } from "./changed-paths.ts";
import { endOfTar } from "./tar-encoder.ts";
import { TarPush } from "./tar-push.ts";

/** With fewer changes below a directory, each is asked for by itself. */
const FEW = 4;

/**
 * The layer as an uncompressed tar. A directory comes before what is in it; markers of what was removed may come at any
 * place. Mount points are left out. What goes while a container runs is taken for removed, and a file that becomes shorter
 * while it is read is filled with zeros.
 * @throws LayerscopeError `truncated` when the engine's archive ends too early, `aborted`, and what the engine refuses
 */
export async function* containerLayer(files: ContainerFiles, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const left = [await listChangedPaths(files, signal)];
  for (let path = left.pop(); path; path = left.pop()) {
    const pending = path.pending();
    if (pending === 0 || !path.isAskable) continue;
    const isWanted = path.kind !== undefined && !path.isSettled;
    if (isWanted || pending >= FEW || hasUnaskable(path)) yield* ask(path, files, signal);
    // The first one is taken from the end.
    for (const child of [...path.children.values()].reverse()) left.push(child);
  }
  yield endOfTar();
}

/** Writes what one archive has of the paths from `asked` down. What is left is to be asked for by itself. */
async function* ask(
  asked: ChangedPath,
  files: ContainerFiles,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const archive = new AskedArchive(asked, hasUnaskable(asked));
  const tar = new TarPush(archive, DEFAULT_LIMITS);
  try {
    for await (const chunk of files.archive(asked.path, signal)) {
      throwIfAborted(signal);
      tar.write(chunk);
      yield* archive.take();
      if (archive.isEnough) return;
    }
  } catch (thrown) {
    const error = toLayerscopeError(thrown);
    if (error.code !== "no-such-path" || asked.path === "/") throw error;
    yield* settleMissing(asked, archive);
    return;
  }
  if (!isWhole(tar)) {
    // Docker ends its archive where a file was shorter than when it began with it. What comes after is asked for again.
    yield* archive.filling();
    if (!archive.had(asked) || hasUnaskable(asked)) throw cutOff(asked.path);
    return;
  }
  yield* settleMissing(asked, archive);
}

/** The archive was read to its end: what it did not have is not there. */
function* settleMissing(asked: ChangedPath, archive: AskedArchive): Generator<Uint8Array> {
  const left = [asked];
  for (let path = left.pop(); path; path = left.pop()) {
    if (archive.had(path) || path.path === "/") {
      for (const child of path.children.values()) left.push(child);
    } else if (path.pending() > 0) {
      if (path.kind !== CHANGE.ADDED) yield whiteout(path.path);
      path.settleAll();
    }
  }
  // It was there and could not be taken, and asking again would not help.
  asked.isSettled = true;
}

function isWhole(tar: TarPush): boolean {
  try {
    tar.end();
    return true;
  } catch {
    return false;
  }
}

function cutOff(path: string): LayerscopeError {
  return new LayerscopeError("truncated", `the engine's archive of ${escapeText(path)} ends too early`, {
    where: { path },
    hint: "A file became shorter while it was read. Try again, or stop the container first.",
  });
}

/** Whether something in the directory is only to be had with the directory. */
function hasUnaskable(directory: ChangedPath): boolean {
  for (const path of directory.children.values()) if (!path.isAskable && path.pending() > 0) return true;
  return false;
}
