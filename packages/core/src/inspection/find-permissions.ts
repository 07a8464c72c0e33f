/** Goes through a container's files for what they allow. */
import { isDeepStrictEqual } from "node:util";
import { NONE, type PathTable, ROOT } from "../layer/path-table.ts";
import { decodeName } from "../model/path-text.ts";
import { ITEMS_A_STEP, type Steps } from "../model/turns.ts";
import { compareRevisions } from "../tree/compare-revisions.ts";
import type { ContentClasses } from "../tree/content-classes.ts";
import type { HistoryTree } from "../tree/history-tree.ts";
import { LastSnapshot } from "../tree/last-snapshot.ts";
import { RevisionReader } from "../tree/revision-reader.ts";
import type { ScannedImage } from "../tree/scan-image.ts";
import { parseCapabilities } from "./file-capabilities.ts";
import type { Permissions, PlacedPath, PrivilegedFile, UnknownOwner } from "./permissions.ts";

const BIT = {
  SETUID: 0o4000,
  SETGID: 0o2000,
  STICKY: 0o1000,
  GROUP_WRITE: 0o020,
  ALL_WRITE: 0o002,
  EXECUTE: 0o111,
} as const;

const SPECIAL = BIT.SETUID | BIT.SETGID | BIT.GROUP_WRITE | BIT.ALL_WRITE;

/** The users and groups that have a name; undefined where that is not known of any. */
export interface KnownIds {
  readonly users?: Pick<ReadonlySet<number>, "has">;
  readonly groups?: Pick<ReadonlySet<number>, "has">;
}

/** A file that is one inode with several names stands in each list under the first of them. */
export function* findPermissions(
  { tree, classes }: Pick<ScannedImage, "tree" | "classes">,
  ids: KnownIds,
  ownerOf: (inode: number) => number | undefined,
): Steps<Permissions> {
  const { paths } = tree;
  const reader = new RevisionReader(tree);
  const origins = new Origins(tree, classes);
  const isSystem = systemPaths(paths);
  yield;
  const lists = { privileged: [] as Found<PrivilegedFile>[], unknown: [] as Found<UnknownOwner>[] };
  const worldWritable: Found<PlacedPath>[] = [];
  const writableSystemFiles: Found<PlacedPath>[] = [];

  const isRemarkable = remarkableEntries(tree);
  const { inode: inodes } = LastSnapshot.of(tree);
  for (let node = ROOT + 1; node < paths.size; node++) {
    if (node % ITEMS_A_STEP === 0) yield;
    const inode = inodes[node] as number;
    // A directory that no member lists is made by whoever unpacks the layer.
    if (inode === NONE || isRemarkable[inode] === 0) continue;
    const revision = tree.newestRevision(node);
    reader.read(revision);
    const { mode, uid, gid, type } = reader;
    const placed = (isSo: (before: RevisionReader) => boolean) => ({
      node,
      inode,
      layer: origins.find(revision, isSo),
    });
    const unknown = unknownOf(uid, gid, ids);
    if (unknown) {
      lists.unknown.push({ ...placed((before) => before.uid === uid && before.gid === gid), ...unknown });
    }
    if (type !== "file" && type !== "directory") continue;
    if (isOpen(reader)) worldWritable.push(placed(isOpen));
    // /usr itself is the system's like what is in it.
    if (isSystem[node] !== SYSTEM.OUTSIDE && isOthers(reader)) writableSystemFiles.push(placed(isOthers));
    if (type === "file") {
      const privileges = privilegesOf(mode, capabilityOf(tree, reader));
      if (privileges) {
        const has = (before: RevisionReader): boolean =>
          before.type === "file" &&
          isDeepStrictEqual(privilegesOf(before.mode, capabilityOf(tree, before)), privileges);
        lists.privileged.push({ ...placed(has), ...privileges, package: ownerOf(inode) });
      }
    }
  }
  yield;
  const sorted = <T extends PlacedPath>(found: Found<T>[]): T[] => firstNames(paths, found);
  return {
    privileged: sorted(lists.privileged),
    unknownOwners: ids.users ? sorted(lists.unknown) : undefined,
    worldWritable: sorted(worldWritable),
    writableSystemFiles: sorted(writableSystemFiles),
  };
}

/** Finds the layer that gave a path what is said of it, where later ones changed something else: its owner, or its time. */
class Origins {
  readonly #tree: HistoryTree;
  readonly #classes: ContentClasses;
  readonly #reader: RevisionReader;

  constructor(tree: HistoryTree, classes: ContentClasses) {
    this.#tree = tree;
    this.#classes = classes;
    this.#reader = new RevisionReader(tree);
  }

  /** Back to where it was not so yet, or another content: whoever wrote that chose the permissions, too. */
  find(revision: number, isSo: (before: RevisionReader) => boolean): number {
    const tree = this.#tree;
    let found = revision;
    for (;;) {
      const before = tree.previousRevision(found);
      if (!this.#reader.read(before) || !isSo(this.#reader)) break;
      if (compareRevisions(tree, this.#classes, before, found)?.change === "modified") break;
      found = before;
    }
    return tree.revisionLayer(found);
  }
}

/** Whether everybody may write to a file or directory; with the sticky bit, a directory is safe. */
function isOpen({ mode, type }: RevisionReader): boolean {
  return (mode & BIT.ALL_WRITE) !== 0 && (type === "file" || (mode & BIT.STICKY) === 0);
}

/** Whether others than root may write. */
function isOthers({ mode, uid, gid }: RevisionReader): boolean {
  return uid !== 0 || (mode & BIT.ALL_WRITE) !== 0 || (gid !== 0 && (mode & BIT.GROUP_WRITE) !== 0);
}

function capabilityOf(tree: HistoryTree, { layer, inode }: RevisionReader): Uint8Array | undefined {
  return tree.layers[layer]?.xattrs.get(tree.indexOf(inode))?.get("security.capability");
}

/** By entry: 0 for what is root's, without anything special. That is nearly all of them. */
function remarkableEntries({ layers, entryBase, entryCount }: HistoryTree): Uint8Array {
  const isRemarkable = new Uint8Array(entryCount);
  for (const [layer, { mode, uid, gid, xattrs, count }] of layers.entries()) {
    const base = entryBase[layer] as number;
    for (let index = 0; index < count; index++) {
      if (uid[index] !== 0 || gid[index] !== 0 || ((mode[index] as number) & SPECIAL) !== 0) {
        isRemarkable[base + index] = 1;
      }
    }
    for (const index of xattrs.keys()) isRemarkable[base + index] = 1;
  }
  return isRemarkable;
}

type Found<T> = T & { readonly inode: number };

/** In the order of paths, each inode once, without its number. */
function firstNames<T extends PlacedPath>(paths: PathTable, found: Found<T>[]): T[] {
  const seen = new Set<number>();
  return found
    .sort((one, other) => paths.comparePaths(one.node, other.node))
    .flatMap(({ inode, ...rest }) => {
      if (seen.has(inode)) return [];
      seen.add(inode);
      return [rest as unknown as T];
    });
}

/** Bits that nobody may execute by do nothing. */
function privilegesOf(
  mode: number,
  attribute: Uint8Array | undefined,
): Pick<PrivilegedFile, "setuid" | "setgid" | "capabilities" | "capabilitiesEffective"> | undefined {
  const isProgram = (mode & BIT.EXECUTE) !== 0;
  const setuid = isProgram && (mode & BIT.SETUID) !== 0;
  const setgid = isProgram && (mode & BIT.SETGID) !== 0;
  const capabilities = attribute && parseCapabilities(attribute);
  if (!setuid && !setgid && !capabilities) return undefined;
  return {
    setuid,
    setgid,
    capabilities: capabilities?.names ?? [],
    capabilitiesEffective: capabilities?.effective ?? false,
  };
}

/** Root is known everywhere; of groups nothing can be said without their names. */
function unknownOf(
  uid: number,
  gid: number,
  { users, groups }: KnownIds,
): { readonly uid: number | undefined; readonly gid: number | undefined } | undefined {
  const isUserKnown = uid === 0 || !users || users.has(uid);
  const isGroupKnown = gid === 0 || !groups || groups.has(gid);
  if (isUserKnown && isGroupKnown) return undefined;
  return { uid: isUserKnown ? undefined : uid, gid: isGroupKnown ? undefined : gid };
}

const SYSTEM = { OUTSIDE: 0, INSIDE: 1, USR: 2 } as const;
const DIRECTORIES = new Set(["bin", "sbin", "lib", "lib32", "lib64", "libx32", "etc"]);
const ADMINISTRATORS = new Set(["local", "src"]);

/** By node. A parent's number is always smaller, so one pass will do. */
function systemPaths(paths: PathTable): Uint8Array {
  const system = new Uint8Array(paths.size);
  for (let node = ROOT + 1; node < paths.size; node++) {
    const parent = paths.parentOf(node);
    if (parent === ROOT) {
      const name = nameOf(paths, node);
      if (DIRECTORIES.has(name)) system[node] = SYSTEM.INSIDE;
      else if (name === "usr") system[node] = SYSTEM.USR;
    } else if (system[parent] === SYSTEM.USR) {
      system[node] = ADMINISTRATORS.has(nameOf(paths, node)) ? SYSTEM.OUTSIDE : SYSTEM.INSIDE;
    } else system[node] = system[parent] as number;
  }
  return system;
}

function nameOf(paths: PathTable, node: number): string {
  return paths.plainNameOf(node) ?? decodeName(paths.nameOf(node)).text;
}
