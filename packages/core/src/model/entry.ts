/** What a path is. Hard links are not a type: every name of an inode has the inode's type. */
export type EntryType = "file" | "directory" | "symlink" | "char" | "block" | "fifo";

/** The types as they stand in columns. `LINK` is a tar member that gives one more name to an inode. */
export const TYPE = { FILE: 0, DIRECTORY: 1, SYMLINK: 2, CHAR: 3, BLOCK: 4, FIFO: 5, LINK: 6 } as const;

const NAMES: readonly EntryType[] = ["file", "directory", "symlink", "char", "block", "fifo"];

export function entryTypeName(type: number): EntryType {
  return NAMES[type] ?? "file";
}

/** Extended attributes: name → value, both as bytes (names as latin1 text, one character a byte). */
export type Xattrs = ReadonlyMap<string, Uint8Array>;

/** What one path is in one snapshot, or what one layer brought. Names are bytes; decode them only for display. */
export interface FileEntry {
  readonly type: EntryType;
  /** Permission bits including setuid, setgid and sticky; 0 to 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of a regular file as a program reads it (sparse files expanded); 0 for every other type. */
  readonly size: number;
  /** Seconds since 1970, whole. */
  readonly mtime: number;
  /** 0 to 999,999,999. */
  readonly mtimeNanos: number;
  /** Target of a symlink, as stored. */
  readonly linkTarget: Uint8Array | undefined;
  readonly xattrs: Xattrs | undefined;
  /** Device numbers of `char` and `block`. */
  readonly device: { readonly major: number; readonly minor: number } | undefined;
  /** The layer that brought the path as it is, counted from 0. */
  readonly layer: number;
  /** Names of one inode share this number; it means nothing outside the one tree. */
  readonly inode: number;
  /** A directory that exists only because something below it does; its metadata is what engines create (0755, root). */
  readonly implicit: boolean;
}
