/** One layer by itself: which inodes it brings, and which member counts for each path. */
import { createHash } from "node:crypto";
import { ancestors, byteString, isBelow, type NameKind, nameKind, normalise } from "./model-paths.ts";
import type { Diagnostic, Inode, ModelMember, Snapshot } from "./model-types.ts";

/** A regular file that the layer's tar holds. */
export type StoredFile = {
  inode: Inode;
  path: string;
  layer: number;
  /** Whether a later member of the same layer has the same path. */
  again: boolean;
  isEntry: boolean;
};

export type OwnLayer = {
  /** What the layer says about each path, after its members were settled among themselves. */
  entries: Map<string, Inode>;
  whiteouts: string[];
  opaques: string[];
  stored: StoredFile[];
  diagnostics: Diagnostic[];
};

type Named = { member: ModelMember; path: string; name: NameKind; inode: Inode | undefined };

export function newInode(fields: Partial<Inode> & Pick<Inode, "type">): Inode {
  return {
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: 0,
    mtime: undefined,
    link: undefined,
    content: undefined,
    xattrs: "[]",
    rdev: undefined,
    implicit: false,
    ...fields,
  };
}

export const implicitDirectory = (): Inode => newInode({ type: "directory", mode: 0o755, implicit: true });

export function readLayer(members: ModelMember[], lower: Snapshot, layer: number): OwnLayer {
  const diagnostics: Diagnostic[] = [];
  const all: Named[] = [];
  for (const member of members) {
    const { path, escapes } = normalise(member.path);
    const name = nameKind(path);
    if (escapes) diagnostics.push({ layer, path, code: "path-escapes-root" });
    if (name.kind === "stargz") continue;
    const isMarker = name.kind === "whiteout" || name.kind === "opaque";
    if (isMarker && (member.type !== "file" || member.size > 0)) {
      diagnostics.push({ layer, path, code: "marker-not-empty-file" });
    }
    const inode = member.type === "link" ? undefined : inodeOf(member, member.type);
    all.push({ member, path, name, inode });
  }
  resolveLinks(all, lower, (path) => diagnostics.push({ layer, path, code: "link-target-missing" }));

  const stored: StoredFile[] = [];
  for (const [i, { member, path, name, inode }] of all.entries()) {
    if (member.type !== "file" || !inode) continue;
    const again = all.slice(i + 1).some((later) => later.path === path);
    stored.push({ inode, path, layer, again, isEntry: name.kind === "entry" });
  }
  return {
    entries: settle(all),
    whiteouts: all.flatMap(({ name }) => (name.kind === "whiteout" && name.removes) || []),
    opaques: all.flatMap(({ name }) => (name.kind === "opaque" ? [name.directory] : [])),
    stored,
    diagnostics,
  };
}

function inodeOf(member: ModelMember, type: Inode["type"]): Inode {
  const { mode, uid, gid, mtime } = member;
  const content = member.content ?? "";
  return newInode({
    type,
    // Some writers put the file type's bits into the mode.
    mode: mode & 0o7777,
    uid,
    gid,
    mtime,
    size: type === "file" ? member.size : 0,
    link: type === "symlink" ? byteString(member.linkTarget ?? "") : undefined,
    content: type === "file" ? contentId(content) : undefined,
    xattrs: JSON.stringify(
      Object.entries(member.xattrs ?? {})
        .map(([name, value]) => [name, byteString(value)])
        .sort(),
    ),
    rdev: type === "char" || type === "block" ? member.rdev : undefined,
  });
}

const contentId = (content: Uint8Array | string): string =>
  typeof content === "string" && content !== "" ? content : createHash("sha256").update(content).digest("hex");

/**
 * A link names the nearest member before it that has the target path; else the last file after it
 * that has it; else what the layers below have there. Directories cannot have a second name.
 */
function resolveLinks(all: Named[], lower: Snapshot, missing: (path: string) => void): void {
  for (const [i, named] of all.entries()) {
    if (named.member.type !== "link") continue;
    const target = normalise(named.member.linkTarget ?? "").path;
    const fits = (other: Named) => other.path === target && other.member.type !== "directory";
    const before = all.slice(0, i).findLast(fits);
    const after = all.slice(i + 1).findLast((other) => fits(other) && other.member.type !== "link");
    const below = lower.get(target);
    named.inode = before?.inode ?? after?.inode ?? (below?.type === "directory" ? undefined : below);
    if (named.inode) continue;
    missing(named.path);
    named.inode = inodeOf({ ...named.member, size: 0, content: "" }, "file");
  }
}

/** The members one after the other, as if the layer were unpacked into an empty directory. */
function settle(all: Named[]): Map<string, Inode> {
  const entries = new Map<string, Inode>();
  for (const { path, name, inode } of all) {
    if (name.kind !== "entry" || !inode) continue;
    for (const parent of ancestors(path)) {
      if (entries.get(parent)?.type !== "directory") entries.delete(parent);
    }
    if (inode.type !== "directory") {
      for (const other of [...entries.keys()]) if (isBelow(other, path)) entries.delete(other);
    }
    entries.set(path, inode);
  }
  return entries;
}
