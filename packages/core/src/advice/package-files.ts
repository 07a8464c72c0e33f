/** The files of packages. */
import { type InstalledPackage, SYSTEM_TYPES } from "../packages/package.ts";
import { REVISION } from "../tree/history-tree.ts";
import type { AdviceContext, VisibleFile } from "./advice-context.ts";

const known = new WeakMap<AdviceContext, ReadonlyMap<number, readonly VisibleFile[]>>();

/** The files that a container sees and that belong to packages which are meant. */
export function packageFiles(
  context: AdviceContext,
  isMeant: (installed: InstalledPackage) => boolean,
): { readonly files: readonly VisibleFile[]; readonly packages: readonly InstalledPackage[] } {
  const byPackage = filesByPackage(context);
  const packages = context.inspection.packages.packages.filter(
    (installed) => installed.removedIn === undefined && byPackage.has(installed.index) && isMeant(installed),
  );
  return { packages, files: packages.flatMap(({ index }) => byPackage.get(index) ?? []) };
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

function filesByPackage(context: AdviceContext): ReadonlyMap<number, readonly VisibleFile[]> {
  let files = known.get(context);
  if (!files) {
    files = groupFiles(context);
    known.set(context, files);
  }
  return files;
}

function groupFiles({ inspection, visibleFiles }: AdviceContext): Map<number, VisibleFile[]> {
  const groups = new Map<number, VisibleFile[]>();
  for (const file of visibleFiles) {
    const owner = inspection.packages.ownerOf(file.inode);
    if (owner === undefined) continue;
    const group = groups.get(owner);
    if (group) group.push(file);
    else groups.set(owner, [file]);
  }
  return groups;
}
