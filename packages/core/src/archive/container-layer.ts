/**
 * A container's writable layer, made from what its engine lists as changed and from archives of those paths. The
 * container is only read.
 *
 * What the engine does not tell is not in the layer: names of one file that are in different directories become files
 * of their own, extended attributes other than capabilities are left out, a removed name whose bytes are not UTF-8 stays,
 * and so does a directory of which only the owner changed, where the engine does not list it (Podman, older Docker).
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
 * place. Mount points are left out. What goes while a container runs is taken for removed.
 * @throws LayerscopeError `truncated` when a file shrinks while it is read, `aborted`, and what the engine refuses
 */
export async function* containerLayer(files: ContainerFiles, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const left = [await listChangedPaths(files, signal)];
  for (let path = left.pop(); path; path = left.pop()) {
    const pending = path.pending();
    if (pending === 0 || !path.isNameKnown) continue;
    const isWanted = path.kind !== undefined && !path.isSettled;
    if (isWanted || pending >= FEW || hasUnaskable(path, files)) yield* ask(path, files, signal);
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
  const archive = new AskedArchive(asked, hasUnaskable(asked, files));
  const tar = new TarPush(archive, DEFAULT_LIMITS);
  try {
    for await (const chunk of files.archive(asked.path, signal)) {
      throwIfAborted(signal);
      tar.write(chunk);
      yield* archive.take();
      if (archive.isEnough) return;
    }
    tar.end();
  } catch (thrown) {
    const error = toLayerscopeError(thrown);
    if (error.code === "truncated") throw cutOff(asked.path, error);
    if (error.code !== "no-such-path" || asked.path === "/") throw error;
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

function cutOff(path: string, cause: LayerscopeError): LayerscopeError {
  return new LayerscopeError("truncated", `the engine's archive of ${escapeText(path)} ends too early`, {
    where: { path },
    cause,
    hint: "A file became shorter while it was read, or the connection broke. Try again, or stop the container first.",
  });
}

/** Whether something in the directory is only to be had with the directory. */
function hasUnaskable(directory: ChangedPath, files: ContainerFiles): boolean {
  for (const path of directory.children.values()) {
    if (path.isNameKnown && !mayBeFollowed(path, files)) continue;
    if (path.pending() > 0) return true;
  }
  return false;
}

/** What has something below it is a directory, and what was removed is no link. */
function mayBeFollowed({ children, kind }: ChangedPath, { followsLinks }: ContainerFiles): boolean {
  return followsLinks && children.size === 0 && kind !== CHANGE.DELETED;
}
