/**
 * Writes files of an image to a directory, and to nowhere else: names come from the image, so nothing on the way to a
 * file may be a link, whether it was there before or came out of the image. Links are therefore made last. Devices and
 * pipes are left out; owners, setuid bits and extended attributes are not restored.
 */
import { constants } from "node:fs";
import { chmod, link, lstat, lutimes, mkdir, open, rm, symlink, unlink, utimes } from "node:fs/promises";
import { ROOT } from "../layer/path-table.ts";
import type { FileEntry } from "../model/entry.ts";
import { LayerscopeError, throwIfAborted, toLayerscopeError } from "../model/errors.ts";
import { printableName } from "../model/path-text.ts";
import { fileEntry } from "./compare-revisions.ts";
import { readFiles } from "./read-files.ts";
import type { ScannedImage } from "./scan-image.ts";
import { snapshotView, type ViewRow } from "./views.ts";

export interface ExtractOptions {
  /** The snapshot, by its layer. */
  readonly layer: number;
  /** What to write: these paths and everything below them. Resolve them first; the root means everything. */
  readonly nodes: readonly number[];
  /** Where to; made if it does not exist. A path keeps its place below it: `/etc/passwd` becomes `DIRECTORY/etc/passwd`. */
  readonly directory: string;
  readonly signal?: AbortSignal | undefined;
  readonly onFile?: ((path: string) => void) | undefined;
}

export interface Extracted {
  readonly files: number;
  readonly directories: number;
  readonly symlinks: number;
  /** Sum of the sizes of the files written. */
  readonly bytes: number;
  /** Devices and pipes, by path, printable. */
  readonly skipped: readonly string[];
}

/**
 * Extracts files.
 * @throws LayerscopeError `unsafe-path` when something on the way is a link or no directory, `unwritable`, `no-content`,
 *   `truncated`, `corrupt`, `aborted`
 */
export async function extractFiles(image: ScannedImage, options: ExtractOptions): Promise<Extracted> {
  const { directory } = options;
  // Nothing followed by a path would be that path of this machine.
  if (directory === "") throw new LayerscopeError("unwritable", "the directory to extract to has no name");
  const target = Buffer.from(directory);
  await mkdir(directory, { recursive: true }).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== "EEXIST" && thrown.code !== "ENOTDIR") throw unwritable(directory, thrown);
    throw new LayerscopeError("unwritable", `${directory} is not a directory`, { cause: thrown });
  });
  return new Extraction(image, options, target).run();
}

class Extraction {
  readonly #image: ScannedImage;
  readonly #options: ExtractOptions;
  readonly #target: Buffer;
  /** Directories below the target that were looked at and are real ones. */
  readonly #sound = new Set<number>([ROOT]);
  /** Those of them that were not there before, each after the one it is in. */
  readonly #made = new Set<number>();
  readonly #rows = new Map<number, ViewRow>();
  /** By inode: the file that was written for it first. */
  readonly #written = new Map<number, Buffer>();
  #bytes = 0;

  constructor(image: ScannedImage, options: ExtractOptions, target: Buffer) {
    this.#image = image;
    this.#options = options;
    this.#target = target;
  }

  async run(): Promise<Extracted> {
    const { layer, nodes, signal } = this.#options;
    const view = snapshotView(this.#image.tree, this.#image.classes, layer);
    for (const node of nodes) for (const row of view.walk(node)) this.#rows.set(row.node, row);
    const rows = [...this.#rows.values()].filter(({ node }) => node !== ROOT);
    const ofType = (type: string): ViewRow[] => rows.filter(({ entry }) => entry.type === type);

    for (const { node } of ofType("directory")) {
      throwIfAborted(signal);
      await this.#directory(node);
    }
    await this.#files(ofType("file"));
    for (const row of ofType("symlink")) {
      throwIfAborted(signal);
      await this.#symlink(row);
    }
    // Last and deepest first, since writing into a directory changes its time and may need a mode it does not have.
    const asked = ofType("directory").map(({ node }) => node);
    for (const node of [...new Set([...this.#made, ...asked])].reverse()) await this.#finishDirectory(node);
    return {
      files: ofType("file").length,
      directories: ofType("directory").length,
      symlinks: ofType("symlink").length,
      bytes: this.#bytes,
      skipped: rows
        .filter(({ entry }) => ["char", "block", "fifo"].includes(entry.type))
        .map(({ node }) => this.#printable(node)),
    };
  }

  /** Makes a directory and those above it, and makes sure that each is one. */
  async #directory(node: number): Promise<void> {
    if (this.#sound.has(node)) return;
    await this.#directory(this.#image.tree.paths.parentOf(node));
    const path = this.#pathOf(node);
    const found = await lstat(path).catch(() => undefined);
    if (found && !found.isDirectory()) throw this.#unsafe(node, found.isSymbolicLink() ? "a link" : "no directory");
    if (!found) {
      await mkdir(path, 0o700).catch((thrown) => {
        throw unwritable(this.#printable(node), thrown);
      });
      this.#made.add(node);
    }
    this.#sound.add(node);
  }

  async #files(rows: readonly ViewRow[]): Promise<void> {
    const { layer, signal, onFile } = this.#options;
    // One name of each inode is written; the others are linked to it, as in the image.
    const first = new Map<number, ViewRow>();
    const others: ViewRow[] = [];
    for (const row of rows) {
      if (first.has(row.entry.inode)) others.push(row);
      else first.set(row.entry.inode, row);
    }
    const nodes = [...first.values()].map(({ node }) => node);
    for await (const { node, chunks } of readFiles(this.#image, nodes, layer, signal)) {
      onFile?.(this.#printable(node));
      const row = this.#rows.get(node) as ViewRow;
      const path = await this.#clear(node);
      await this.#write(path, node, chunks);
      await this.#finish(path, row.entry);
      this.#written.set(row.entry.inode, path);
      this.#bytes += row.entry.size;
    }
    for (const { node, entry } of others) {
      const path = await this.#clear(node);
      await link(this.#written.get(entry.inode) as Buffer, path).catch((thrown) => {
        throw unwritable(this.#printable(node), thrown);
      });
    }
  }

  async #write(path: Buffer, node: number, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
    const handle = await open(path, flags, 0o600).catch((thrown) => {
      throw unwritable(this.#printable(node), thrown);
    });
    let complete = false;
    try {
      for await (const chunk of chunks) {
        await handle.writeFile(chunk).catch((thrown) => {
          throw unwritable(this.#printable(node), thrown);
        });
      }
      complete = true;
    } finally {
      await handle.close();
      // Half a file is worse than none.
      if (!complete) await rm(path, { force: true });
    }
  }

  async #symlink({ node, entry }: ViewRow): Promise<void> {
    const path = await this.#clear(node);
    await symlink(Buffer.from(entry.linkTarget ?? new Uint8Array(0)), path).catch((thrown) => {
      throw unwritable(this.#printable(node), thrown);
    });
    const time = timeOf(entry);
    await lutimes(path, time, time);
  }

  /** Makes room for a file or link: what has its name goes, unless it is a directory. */
  async #clear(node: number): Promise<Buffer> {
    await this.#directory(this.#image.tree.paths.parentOf(node));
    const path = this.#pathOf(node);
    const found = await lstat(path).catch(() => undefined);
    if (found?.isDirectory()) throw this.#unsafe(node, "a directory");
    if (found) await unlink(path);
    return path;
  }

  async #finish(path: Buffer, entry: FileEntry): Promise<void> {
    await chmod(path, entry.mode & 0o777);
    const time = timeOf(entry);
    await utimes(path, time, time);
  }

  async #finishDirectory(node: number): Promise<void> {
    const { tree } = this.#image;
    const entry = fileEntry(tree, tree.revisionAt(node, this.#options.layer));
    if (!entry) return;
    // No layer says when such a directory was changed.
    if (entry.implicit) await chmod(this.#pathOf(node), entry.mode & 0o777);
    else await this.#finish(this.#pathOf(node), entry);
  }

  #pathOf(node: number): Buffer {
    return Buffer.concat([this.#target, Buffer.from("/"), this.#image.tree.paths.pathOf(node)]);
  }

  #printable(node: number): string {
    return `/${printableName(this.#image.tree.paths.pathOf(node))}`;
  }

  #unsafe(node: number, what: string): LayerscopeError {
    const path = this.#printable(node);
    const { directory } = this.#options;
    return new LayerscopeError("unsafe-path", `${directory} already has ${what} at ${path}`, {
      where: { path },
      hint: "Extract to an empty directory.",
    });
  }
}

/** The furthest a Date goes, either way, in milliseconds. */
const LATEST = 8.64e15;

/** As a date, since Node takes a negative number for the present. */
function timeOf({ mtime, mtimeNanos }: FileEntry): Date {
  const time = mtime * 1000 + Math.floor(mtimeNanos / 1e6);
  return new Date(Math.max(-LATEST, Math.min(LATEST, time)));
}

function unwritable(path: string, thrown: unknown): LayerscopeError {
  const { message, cause } = toLayerscopeError(thrown, { source: path });
  return new LayerscopeError("unwritable", `cannot write ${message}`, { where: { path }, cause });
}
