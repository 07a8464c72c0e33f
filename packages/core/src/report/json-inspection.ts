/** What looking into an image's files has shown, as a report has it: duplicates, secrets, permissions. */
import type { Duplicate } from "../inspection/duplicates.ts";
import type { Inspection } from "../inspection/inspection.ts";
import type { Permissions, PlacedPath, PrivilegedFile, UnknownOwner } from "../inspection/permissions.ts";
import type { PathTable } from "../layer/path-table.ts";
import type { PackageInventory } from "../packages/package.ts";
import type { Secret, SecretPlace } from "../secrets/secret.ts";
import { type HistoryTree, REVISION } from "../tree/history-tree.ts";
import { jsonPath } from "./listed-path.ts";
import type { ReportDuplicate, ReportInspected, ReportPermissions, ReportSecret } from "./schema-inspection.ts";

export function jsonInspected({ packages, unread }: Inspection, finalBytes: number): ReportInspected {
  const { distribution, unownedBytes, problems } = packages;
  return {
    distribution: distribution ? jsonDistribution(distribution) : null,
    packagedBytes: finalBytes - unownedBytes,
    unownedBytes,
    unreadLayers: [...unread],
    problems: [...problems],
  };
}

function jsonDistribution(
  distribution: NonNullable<PackageInventory["distribution"]>,
): NonNullable<ReportInspected["distribution"]> {
  const { id, idLike, versionId, codename, prettyName } = distribution;
  return {
    id,
    idLike: [...idLike],
    ...(versionId !== undefined && { versionId }),
    ...(codename !== undefined && { codename }),
    ...(prettyName !== undefined && { prettyName }),
  };
}

export function* jsonDuplicates(duplicates: readonly Duplicate[], tree: HistoryTree): Generator<ReportDuplicate> {
  const names = namesOf(new Set(duplicates.flatMap(({ inodes }) => inodes)), tree);
  for (const { bytes, inodes } of duplicates) {
    const paths = inodes.flatMap((inode) => {
      const node = names.get(inode);
      return node === undefined ? [] : [{ ...jsonPath(tree.paths.pathOf(node)), layer: tree.layerOf(inode) }];
    });
    yield { bytes, paths };
  }
}

/** One path of the last snapshot for each of these files: the first of them in the order of paths. */
function namesOf(inodes: ReadonlySet<number>, tree: HistoryTree): Map<number, number> {
  const names = new Map<number, number>();
  for (let node = 1; inodes.size > 0 && node < tree.paths.size; node++) {
    const revision = tree.newestRevision(node);
    if (!tree.isPresent(revision) || tree.revisionKind(revision) !== REVISION.ENTRY) continue;
    const inode = tree.inodeOf(tree.revisionEntry(revision));
    if (!inodes.has(inode)) continue;
    const known = names.get(inode);
    if (known === undefined || tree.paths.comparePaths(node, known) < 0) names.set(inode, node);
  }
  return names;
}

export function* jsonSecrets(secrets: readonly Secret[], paths: PathTable): Generator<ReportSecret> {
  for (const { kind, title, masked, fingerprint, line, place } of secrets) {
    yield {
      kind,
      title,
      masked,
      fingerprint,
      ...(line !== undefined && { line }),
      where: jsonPlace(place, paths),
    };
  }
}

function jsonPlace(place: SecretPlace, paths: PathTable): ReportSecret["where"] {
  switch (place.kind) {
    case "file": {
      const { kind, node, layer, hiddenBy } = place;
      return { kind, ...jsonPath(paths.pathOf(node)), layer, ...(hiddenBy !== undefined && { hiddenBy }) };
    }
    case "history": {
      const { kind, step, layer } = place;
      return { kind, step, ...(layer !== undefined && { layer }) };
    }
    default:
      return { kind: place.kind, name: place.name };
  }
}

/** The lists of permissions, as the report's part of that name has them. */
export type PermissionLists = {
  readonly [K in keyof ReportPermissions]:
    | Iterable<NonNullable<ReportPermissions[K]>[number]>
    | Extract<ReportPermissions[K], null>;
};

export function jsonPermissions(
  { privileged, unknownOwners, worldWritable, writableSystemFiles }: Permissions,
  { packages }: PackageInventory,
  paths: PathTable,
): PermissionLists {
  const placed = ({ node, layer }: PlacedPath): ReportPermissions["worldWritable"][number] => ({
    ...jsonPath(paths.pathOf(node)),
    layer,
  });
  const ofPrivileged = (file: PrivilegedFile): ReportPermissions["privileged"][number] => {
    const owner = file.package === undefined ? undefined : packages[file.package];
    return {
      ...placed(file),
      ...(file.setuid && { setuid: true as const }),
      ...(file.setgid && { setgid: true as const }),
      ...(file.capabilities.length > 0 && { capabilities: [...file.capabilities] }),
      ...(file.capabilitiesEffective && { capabilitiesEffective: true as const }),
      ...(owner && { package: owner.purl }),
    };
  };
  const ofUnknown = (one: UnknownOwner): NonNullable<ReportPermissions["unknownOwners"]>[number] => ({
    ...placed(one),
    ...(one.uid !== undefined && { uid: one.uid }),
    ...(one.gid !== undefined && { gid: one.gid }),
  });
  return {
    privileged: mapped(privileged, ofPrivileged),
    unknownOwners: unknownOwners ? mapped(unknownOwners, ofUnknown) : null,
    worldWritable: mapped(worldWritable, placed),
    writableSystemFiles: mapped(writableSystemFiles, placed),
  };
}

function* mapped<T, U>(items: Iterable<T>, map: (item: T) => U): Generator<U> {
  for (const item of items) yield map(item);
}
