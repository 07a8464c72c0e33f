/** The files of packages. */

import { ROOT } from "../layer/path-table.ts";
import { type InstalledPackage, SYSTEM_TYPES } from "../packages/package.ts";
import { REVISION } from "../tree/history-tree.ts";
import { RevisionReader } from "../tree/revision-reader.ts";
import type { AdviceContext } from "./advice-context.ts";
import type { VisibleFile } from "./visible-files.ts";

const known = new WeakMap<AdviceContext, ReadonlyMap<number, readonly number[]>>();

/** The files that a container sees and that belong to packages which are meant; of those the ones with files. */
export function packageFiles(
  context: AdviceContext,
  isMeant: (installed: InstalledPackage) => boolean,
): { readonly files: readonly VisibleFile[]; readonly packages: readonly InstalledPackage[] } {
  const { packages } = context.inspection.packages;
  const meant = packages.filter((installed) => installed.removedIn === undefined && isMeant(installed));
  // To ask every file for its package takes time.
  if (meant.length === 0) return { files: [], packages: [] };
  const byPackage = namesByPackage(context);
  return {
    files: meant.flatMap(({ index }) => (byPackage.get(index) ?? []).flatMap((node) => context.visible.at(node) ?? [])),
    packages: meant.filter(({ index }) => byPackage.has(index)),
  };
}

/**
 * Whether the file belongs to a package of the distribution: it cannot be left out by itself. Where some layer could not be
 * looked into, every file may.
 */
export function isSystemFile(context: AdviceContext, { inode }: VisibleFile): boolean {
  return isSystemOwned(context, inode);
}

/** The same of a path; false for directories. */
export function isSystemPath(context: AdviceContext, node: number): boolean {
  const { tree } = context;
  const revision = tree.newestRevision(node);
  if (!tree.isPresent(revision) || tree.revisionKind(revision) !== REVISION.ENTRY) return false;
  return isSystemOwned(context, tree.inodeOf(tree.revisionEntry(revision)));
}

function isSystemOwned({ inspection }: AdviceContext, inode: number): boolean {
  if (inspection.unread.length > 0) return true;
  const owner = inspection.packages.ownerOf(inode);
  const type = owner === undefined ? undefined : inspection.packages.packages[owner]?.type;
  return type !== undefined && SYSTEM_TYPES.has(type);
}

/** Names of the packages that some files belong to, those with most bytes first. Not escaped. */
export function ownerNames({ inspection }: AdviceContext, files: readonly VisibleFile[]): string[] {
  const bytes = new Map<string, number>();
  for (const file of files) {
    const owner = inspection.packages.ownerOf(file.inode);
    const installed = owner === undefined ? undefined : inspection.packages.packages[owner];
    if (!installed) continue;
    const name = installed.namespace === undefined ? installed.name : `${installed.namespace}/${installed.name}`;
    bytes.set(name, (bytes.get(name) ?? 0) + file.bytes);
  }
  return [...bytes]
    .sort(([name, one], [otherName, other]) => other - one || (name < otherName ? -1 : 1))
    .map(([name]) => name);
}

/** The first name of each file that belongs to a package, by the index of the package. */
function namesByPackage(context: AdviceContext): ReadonlyMap<number, readonly number[]> {
  let names = known.get(context);
  if (!names) {
    names = groupNames(context);
    known.set(context, names);
  }
  return names;
}

function groupNames({ tree, inspection }: AdviceContext): Map<number, number[]> {
  const { ownerOf } = inspection.packages;
  const groups = new Map<number, number[]>();
  const linked = new Set<number>();
  const reader = new RevisionReader(tree);
  for (let node = ROOT + 1; node < tree.paths.size; node++) {
    if (!reader.read(tree.newestRevision(node)) || reader.size === 0) continue;
    const { inode } = reader;
    const owner = ownerOf(inode);
    if (owner === undefined || linked.has(inode)) continue;
    if (tree.nameCountOf(inode) > 1) linked.add(inode);
    const group = groups.get(owner);
    if (group) group.push(node);
    else groups.set(owner, [node]);
  }
  return groups;
}
