/** Directories and lists of layerscope as rows that can be compared. */
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { ListedPath } from "@layerscope/core";

export interface FileRow {
  /** One character a byte. */
  readonly path: string;
  readonly type: string;
  readonly mode: string | undefined;
  readonly size: number;
  readonly mtime: number | undefined;
  readonly sha256: string | undefined;
  readonly link: string | undefined;
  /** The first of the names that the inode has. */
  readonly sameAs: string | undefined;
}

const typeOf = (stat: ReturnType<typeof lstatSync>): string => {
  if (stat?.isDirectory()) return "directory";
  if (stat?.isSymbolicLink()) return "symlink";
  if (stat?.isFIFO()) return "fifo";
  return stat?.isFile() ? "file" : "device";
};

/** All below a directory. */
export function rowsOfDirectory(root: string): FileRow[] {
  const rows: (FileRow & { inode: number })[] = [];
  const walk = (below: Buffer): void => {
    const here = Buffer.concat([Buffer.from(root), below]);
    for (const name of readdirSync(here, { encoding: "buffer" })) {
      const path = Buffer.concat([below, Buffer.from("/"), name]);
      const absolute = Buffer.concat([Buffer.from(root), path]);
      const stat = lstatSync(absolute);
      const type = typeOf(stat);
      rows.push({
        path: path.toString("latin1"),
        type,
        mode: type === "symlink" ? undefined : (stat.mode & 0o7777).toString(8).padStart(4, "0"),
        size: type === "file" ? stat.size : 0,
        mtime: Math.floor(stat.mtimeMs / 1000),
        sha256: type === "file" ? createHash("sha256").update(readFileSync(absolute)).digest("hex") : undefined,
        link: type === "symlink" ? readlinkSync(absolute, { encoding: "latin1" }) : undefined,
        sameAs: undefined,
        inode: stat.ino,
      });
      if (type === "directory") walk(path);
    }
  };
  walk(Buffer.alloc(0));
  return withFirstNames(rows);
}

const bytesOf = (text: string, base64: string | undefined): string =>
  (base64 === undefined ? Buffer.from(text) : Buffer.from(base64, "base64")).toString("latin1");

/** What `layerscope ls --json --digests` prints. */
export function rowsOfList(lines: readonly ListedPath[]): FileRow[] {
  return withFirstNames(
    lines.map((line) => ({
      path: bytesOf(line.path, line.pathBase64),
      type: line.type,
      mode: line.type === "symlink" ? undefined : line.mode,
      size: line.size,
      mtime: line.implicit ? undefined : Math.floor(line.mtime),
      sha256: line.sha256,
      link: line.linkTarget === undefined ? undefined : bytesOf(line.linkTarget, line.linkTargetBase64),
      sameAs: undefined,
      inode: line.inode ?? -1,
    })),
  );
}

function withFirstNames(rows: (FileRow & { inode: number })[]): FileRow[] {
  const first = new Map<number, string>();
  return rows
    .sort((one, other) => (one.path < other.path ? -1 : 1))
    .map(({ inode, ...row }) => {
      if (row.type !== "file") return row;
      if (!first.has(inode)) first.set(inode, row.path);
      return { ...row, sameAs: first.get(inode) };
    });
}

/** What an extraction promises: no setuid bits, no pipes. */
export function asExtracted(rows: readonly FileRow[]): FileRow[] {
  return rows
    .filter(({ type }) => type !== "fifo")
    .map((row) => ({ ...row, mode: row.mode && `0${row.mode.slice(1)}` }));
}

/** Without the times of directories: whoever unpacks layer upon layer changes them, unless a layer lists them again. */
export function withoutDirectoryTimes(rows: readonly FileRow[]): FileRow[] {
  return rows.map((row) => (row.type === "directory" ? { ...row, mtime: undefined } : row));
}
