/** What goes into the overlay model and what comes out of it. */

export type ModelType = "file" | "directory" | "symlink" | "link" | "char" | "block" | "fifo";

export type ModelMember = {
  /** As the tar has it; a string stands for its UTF-8 bytes. */
  path: Uint8Array | string;
  type: ModelType;
  mode: number;
  uid: number;
  gid: number;
  /** The logical size: a sparse file counts with its holes. */
  size: number;
  mtime: number;
  /** The bytes, or a digest of them. */
  content?: Uint8Array | string;
  linkTarget?: Uint8Array | string;
  xattrs?: Record<string, Uint8Array>;
  rdev?: string;
};

/** A file, directory, … of its own; two paths with the same object are hard links. */
export type Inode = {
  type: Exclude<ModelType, "link">;
  mode: number;
  uid: number;
  gid: number;
  size: number;
  /** Undefined for an implicit directory. */
  mtime: number | undefined;
  link: string | undefined;
  content: string | undefined;
  xattrs: string;
  rdev: string | undefined;
  implicit: boolean;
};

/** Paths are byte strings: one character (U+0000 to U+00FF) per byte, no leading slash. */
export type Snapshot = Map<string, Inode>;

export type Change = "added" | "modified" | "metadata" | "identical" | "removed";

export type Cause = "deleted" | "hidden" | "rewritten" | "metadata" | "identical" | "duplicate-member";

export type WasteRecord = {
  path: string;
  bytes: number;
  cause: Cause;
  storedIn: number;
  hiddenBy: number;
};

export type Diagnostic = {
  layer: number;
  path: string;
  code: "path-escapes-root" | "marker-not-empty-file" | "link-target-missing";
};

export type ModelResult = {
  /** One per layer. */
  snapshots: Snapshot[];
  /** One per layer; only the paths that the layer touched. */
  changes: Array<Map<string, Change>>;
  storedBytes: number;
  finalBytes: number;
  /** Every file of at least one byte that a layer stores, by the first of the names that the layer gives it. */
  files: Array<{ path: string; layer: number; bytes: number; waste: WasteRecord | undefined }>;
  /** Only records of at least one byte. */
  waste: WasteRecord[];
  diagnostics: Diagnostic[];
};
