/** The packages of a saved report. */
import type { Steps } from "../model/turns.ts";
import { knownInventory } from "../packages/known-inventory.ts";
import type { Owned } from "../packages/ownership.ts";
import type { Distribution, InstalledPackage, PackageInventory } from "../packages/package.ts";
import { type HistoryTree, REVISION } from "../tree/history-tree.ts";
import type { InspectedReport } from "./inspected-report.ts";
import type { Place } from "./report-problem.ts";
import type { ReportedPaths } from "./reported-paths.ts";
import type { ReportInspected, ReportPackage } from "./schema-inspection.ts";

export interface ListedOwners {
  readonly tree: HistoryTree;
  /** Place of the package that owns a file, by the entry of the tree that stores it. */
  readonly owners: ReadonlyMap<number, number>;
  readonly finalBytes: number;
}

/** @throws LayerscopeError `invalid-document` when packages contradict the layers, or their sums the files they own */
export function* restorePackages(
  { packages: said, inspected }: InspectedReport,
  { tree, owners, finalBytes }: ListedOwners,
  paths: ReportedPaths,
): Steps<PackageInventory> {
  const bringers = new Bringers(said, tree, owners);
  const packages = said.map((one, index) => restorePackage(one, index, { tree, paths, bringers }));
  for (const owner of owners.values()) {
    if (packages[owner]?.removedIn !== undefined || owner >= packages.length) {
      throw paths.contradiction(["packages", owner], "files belong to it, and it is not there");
    }
  }
  const { distribution, problems } = inspected;
  const { inventory, owned, snapshot } = yield* knownInventory(tree, {
    packages,
    owners,
    distribution: distribution ? restoreDistribution(distribution) : undefined,
    problems,
  });
  for (const [index, { location, removedIn }] of packages.entries()) {
    if (removedIn === undefined && !snapshot.isFile(location)) {
      throw paths.contradiction(["packages", index], "a container sees no file that declares it");
    }
    requireOwned(said[index] as ReportPackage, owned[index] as Owned, ["packages", index], paths);
  }
  const counted = owned.reduce((sum, { files }) => sum + files, 0);
  if (counted < owners.size) {
    throw paths.contradiction(["packages"], `${owners.size - counted} files of theirs are such that no container sees`);
  }
  const { unownedBytes } = inventory;
  requireSum(inspected.unownedBytes, unownedBytes, ["inspected", "unownedBytes"], paths);
  requireSum(inspected.packagedBytes, finalBytes - unownedBytes, ["inspected", "packagedBytes"], paths);
  return inventory;
}

/** Packages that may have brought others. */
class Bringers {
  readonly #packages: readonly ReportPackage[];
  readonly #tree: HistoryTree;
  readonly #owners: ReadonlyMap<number, number>;
  /** By package URL: of several the first. */
  readonly #places = new Map<string, number>();

  constructor(packages: readonly ReportPackage[], tree: HistoryTree, owners: ReadonlyMap<number, number>) {
    this.#packages = packages;
    this.#tree = tree;
    this.#owners = owners;
    for (const [place, { purl, partOf, removedIn }] of packages.entries()) {
      if (partOf === undefined && removedIn === undefined && !this.#places.has(purl)) this.#places.set(purl, place);
    }
  }

  /** The one of a URL that has the file at `location`, which declares what it brought. */
  of(purl: string, location: number): number | undefined {
    const tree = this.#tree;
    const revision = tree.newestRevision(location);
    const isEntry = tree.isPresent(revision) && tree.revisionKind(revision) === REVISION.ENTRY;
    const owner = isEntry ? this.#owners.get(tree.inodeOf(tree.revisionEntry(revision))) : undefined;
    return owner !== undefined && this.#packages[owner]?.purl === purl ? owner : this.#places.get(purl);
  }
}

function restorePackage(
  said: ReportPackage,
  index: number,
  { tree, paths, bringers }: { readonly tree: HistoryTree; readonly paths: ReportedPaths; readonly bringers: Bringers },
): InstalledPackage {
  const place: Place = ["packages", index];
  const { installedIn, removedIn } = said;
  const last = removedIn ?? installedIn;
  if (last >= tree.layers.length || (removedIn !== undefined && removedIn <= installedIn)) {
    throw paths.contradiction(place, `installed in layer ${installedIn}, removed in ${removedIn}`);
  }
  const location = paths.nodeOf(said, place);
  const partOf = said.partOf === undefined ? undefined : bringers.of(said.partOf, location);
  if (partOf === undefined && said.partOf !== undefined) {
    throw paths.contradiction([...place, "partOf"], "there is no such package that could bring others");
  }
  return {
    index,
    type: said.type,
    namespace: said.namespace,
    name: said.name,
    version: said.version,
    purl: said.purl,
    architecture: said.architecture,
    license: said.license,
    source: said.source,
    claimedBytes: said.claimedBytes,
    requires: said.requires,
    isDevelopment: said.development,
    isApplication: said.application,
    location,
    installedIn,
    removedIn,
    bytes: said.bytes,
    files: said.files,
    bytesByLayer: new Map(said.bytesByLayer.map(({ layer, bytes }) => [layer, bytes])),
    partOf,
    requiredBy: said.requiredBy,
  };
}

function requireOwned(said: ReportPackage, owned: Owned, place: Place, paths: ReportedPaths): void {
  requireSum(said.bytes, owned.bytes, [...place, "bytes"], paths);
  requireSum(said.files, owned.files, [...place, "files"], paths);
  const byLayer = new Map(said.bytesByLayer.map(({ layer, bytes }) => [layer, bytes]));
  for (const [layer, bytes] of owned.bytesByLayer) {
    requireSum(byLayer.get(layer) ?? 0, bytes, [...place, "bytesByLayer"], paths);
  }
  if (said.bytesByLayer.length > owned.bytesByLayer.size) {
    throw paths.contradiction([...place, "bytesByLayer"], "it stores nothing in some of these layers");
  }
}

function requireSum(said: number, found: number, place: Place, paths: ReportedPaths): void {
  if (said !== found) throw paths.contradiction(place, `it is ${said}, but by the lists it is ${found}`);
}

function restoreDistribution(said: NonNullable<ReportInspected["distribution"]>): Distribution {
  const { id, idLike, versionId, codename, prettyName } = said;
  return { id, idLike, versionId, codename, prettyName };
}
