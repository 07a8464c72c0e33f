/**
 * What looking into the files of an image has shown, out of a saved report. Read back is what cannot be found out without
 * the contents; all that follows from it is found out anew, and the sums that were saved must be those.
 */
import type { Duplicate } from "../inspection/duplicates.ts";
import type { FileFacts } from "../inspection/file-facts.ts";
import { findPermissions, type KnownIds } from "../inspection/find-permissions.ts";
import type { KnownInspection } from "../inspection/inspection.ts";
import type { Permissions } from "../inspection/permissions.ts";
import { NONE } from "../layer/path-table.ts";
import type { Steps, Turns } from "../model/turns.ts";
import { inOrder } from "../secrets/collect-secrets.ts";
import type { SecretInFile } from "../secrets/secret.ts";
import { type HistoryTree, REVISION } from "../tree/history-tree.ts";
import type { FullReport } from "./check-report.ts";
import { checkInspected, type InspectedReport } from "./inspected-report.ts";
import { contradiction, type Place } from "./report-problem.ts";
import { ReportedPaths } from "./reported-paths.ts";
import type { RestoredImage } from "./restore-image.ts";
import { restorePackages } from "./restore-packages.ts";
import type { ReportPermissions, ReportSecret } from "./schema-inspection.ts";

/**
 * @returns undefined where nobody had looked, or the report does not say who owns which file
 * @throws LayerscopeError `invalid-document` when these parts are not as the schema has them, contradict each other or
 *   what the layers list; `aborted`
 */
export async function restoreInspection(
  report: FullReport,
  { image, accounts, files }: RestoredImage,
  name: string,
  turns: Turns,
): Promise<KnownInspection | undefined> {
  if (report.inspected === undefined) return undefined;
  const checked = await checkInspected(report, name, turns);
  // Older versions did not say so, and without it hardly anything can be told.
  if (files.owners.size === 0 && checked.packages.some(({ files: own }) => own > 0)) return undefined;
  const { tree } = image;
  const paths = new ReportedPaths(tree, name);
  const owned = { tree, owners: files.owners, finalBytes: accounts.finalBytes };
  const packages = await turns.finish(restorePackages(checked, owned, paths));
  const facts = new Map<number, FileFacts>();
  for (const [inode, strippableBytes] of files.strippable) facts.set(inode, { elf: { strippableBytes } });
  return {
    facts,
    unread: unreadLayers(checked, name),
    packages,
    permissions: await turns.finish(restorePermissions(checked.permissions, image, packages.ownerOf, paths)),
    duplicates: restoreDuplicates(checked, tree, paths),
    inFiles: restoreSecrets(checked, tree, paths),
  };
}

function unreadLayers({ inspected, layers }: InspectedReport, name: string): readonly number[] {
  const { unreadLayers: unread } = inspected;
  for (const [at, layer] of unread.entries()) {
    if (layer < layers.length && layer > (unread[at - 1] ?? -1)) continue;
    throw contradiction(name, ["inspected", "unreadLayers", at], "they are layers of the image, in ascending order");
  }
  return unread;
}

/** All but the owners without a name is in the tree. */
function* restorePermissions(
  { unknownOwners }: ReportPermissions,
  image: RestoredImage["image"],
  ownerOf: (inode: number) => number | undefined,
  paths: ReportedPaths,
): Steps<Permissions> {
  const users = new Set((unknownOwners ?? []).map(({ uid }) => uid));
  const groups = new Set((unknownOwners ?? []).map(({ gid }) => gid));
  const ids: KnownIds = unknownOwners
    ? { users: { has: (id) => !users.has(id) }, groups: { has: (id) => !groups.has(id) } }
    : {};
  const permissions = yield* findPermissions(image, ids, ownerOf);
  const found = permissions.unknownOwners ?? [];
  const place: Place = ["permissions", "unknownOwners"];
  for (const [at, said] of (unknownOwners ?? []).entries()) {
    const one = found[at];
    const isSame = one && one.node === paths.nodeOf(said, [...place, at]) && one.layer === said.layer;
    if (isSame && one.uid === said.uid && one.gid === said.gid) continue;
    throw paths.contradiction([...place, at], "that is not whom the layers say it belongs to");
  }
  if (found.length === (unknownOwners?.length ?? 0)) return permissions;
  throw paths.contradiction(place, "more paths belong to those");
}

function restoreDuplicates({ duplicates }: InspectedReport, tree: HistoryTree, paths: ReportedPaths): Duplicate[] {
  const seen = new Set<number>();
  return duplicates.map(({ bytes, paths: equal }, index) => {
    const inodes = equal.map((said, at) => {
      const place = ["duplicates", index, "paths", at];
      const inode = visibleFileAt(tree, paths.nodeOf(said, place));
      const isIt = inode !== undefined && tree.layerOf(inode) === said.layer && sizeOf(tree, inode) === bytes;
      if (!isIt) throw paths.contradiction(place, `layer ${said.layer} stores no such file of ${bytes} bytes`);
      if (seen.has(inode)) throw paths.contradiction(place, "the same file is listed twice");
      seen.add(inode);
      return inode;
    });
    const [first, second, ...others] = inodes;
    if (first === undefined || second === undefined) {
      throw paths.contradiction(["duplicates", index], "it takes two files to be equal");
    }
    return { bytes, inodes: [first, second, ...others] };
  });
}

/** The entry that stores the file which a container sees there; undefined when it sees none. */
function visibleFileAt(tree: HistoryTree, node: number): number | undefined {
  const revision = tree.newestRevision(node);
  if (revision === NONE || !tree.isPresent(revision) || tree.revisionKind(revision) !== REVISION.ENTRY)
    return undefined;
  return tree.inodeOf(tree.revisionEntry(revision));
}

/** 0 of what is no file. */
function sizeOf(tree: HistoryTree, inode: number): number {
  return tree.entriesOf(inode).size[tree.indexOf(inode)] as number;
}

/** Those in the configuration are found there again. */
function restoreSecrets(
  { secrets, allowedSecrets = [] }: InspectedReport,
  tree: HistoryTree,
  paths: ReportedPaths,
): SecretInFile[] {
  const read = (list: readonly ReportSecret[], key: string): SecretInFile[] =>
    list.flatMap(({ kind, title, masked, fingerprint, line, where }, at) => {
      if (where.kind !== "file") return [];
      const place = [key, at, "where"];
      const node = paths.nodeOf(where, place);
      const { layer, hiddenBy } = where;
      const last = hiddenBy ?? layer;
      if (layer > last || last >= tree.layers.length) {
        throw paths.contradiction(place, `stored in layer ${layer}, hidden by ${hiddenBy}`);
      }
      const match = { kind, title, masked, fingerprint, ...(line !== undefined && { line }) };
      return [{ ...match, place: { kind: "file", node, layer, hiddenBy } }];
    });
  return inOrder([...read(secrets, "secrets"), ...read(allowedSecrets, "allowedSecrets")], tree);
}
