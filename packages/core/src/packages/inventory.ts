/**
 * The packages of an image: which layer installed and removed what, who owns which bytes of what a container sees, and why
 * packages are there.
 */
import type { PathTable } from "../layer/path-table.ts";
import { largestParts } from "../metrics/largest-parts.ts";
import { decodeName } from "../model/path-text.ts";
import { finishAtOnce, type Steps } from "../model/turns.ts";
import { LastSnapshot } from "../tree/last-snapshot.ts";
import type { ScannedImage } from "../tree/scan-image.ts";
import { sumUp } from "../tree/view-columns.ts";
import { claimsOfPackages, type VisibleFacts, visibleFacts } from "./inventory-claims.ts";
import { type PackageRecord, packageHistory } from "./inventory-history.ts";
import { decideOwners, type Owned, type Ownership } from "./ownership.ts";
import type { Distribution, InstalledPackage, PackageFacts, PackageInventory, UnownedPart } from "./package.ts";
import { packageVersions } from "./package-versions.ts";
import { packageUrl } from "./purl.ts";
import { findRequirements, type Requirement } from "./required-by.ts";
import { PathResolver } from "./resolve-claims.ts";

/** What the inventory needs to know of a file. */
export interface PackageFactsOfFile {
  readonly packages?: PackageFacts | undefined;
  readonly distribution?: Distribution | undefined;
}

const OS_RELEASE = ["etc/os-release", "usr/lib/os-release"];
const MOST_PROBLEMS = 100;

const NOTHING: Owned = { bytes: 0, files: 0, bytesByLayer: new Map() };

/**
 * Takes stock of an image's packages.
 *
 * The bytes of the packages and `unownedBytes` add up to the `finalBytes` of the accounting.
 *
 * @param facts what the files of all layers say, by the entry of the tree that stores each
 */
export function takeInventory(
  image: Pick<ScannedImage, "tree">,
  facts: ReadonlyMap<number, PackageFactsOfFile>,
): PackageInventory {
  return finishAtOnce(inventoryInSteps(image, facts));
}

/** The same, with pauses between its parts. */
export function* inventoryInSteps(
  image: Pick<ScannedImage, "tree">,
  facts: ReadonlyMap<number, PackageFactsOfFile>,
): Steps<PackageInventory> {
  const { tree } = image;
  const snapshot = yield* LastSnapshot.inSteps(tree);
  const resolver = new PathResolver(snapshot);
  yield;
  const history = packageHistory(tree, facts);
  yield;
  const there = history.records.filter(({ removedIn }) => removedIn === undefined);
  const removed = history.records.filter(({ removedIn }) => removedIn !== undefined);
  const said = visibleFacts(snapshot, facts);
  const claims = claimsOfPackages(snapshot, resolver, there, said);
  yield;
  const ownership = yield* decideOwners(snapshot, resolver, there, claims);
  yield;
  const requirements = findRequirements(snapshot, resolver, there, developmentPathsOf(tree.paths, said));
  const distribution = distributionOf(snapshot, resolver, facts);
  yield;

  const { order, indexOf } = largestFirst(tree.paths, there, ownership.owned);
  yield;
  const packages = order.map((place, index): InstalledPackage => {
    const owned = ownership.owned[place] ?? NOTHING;
    const partOf = indexOf[ownership.partOf[place] as number];
    return described(there[place] as PackageRecord, index, distribution, owned, requirements.get(place), partOf);
  });
  for (const record of removed.sort(byRemoval(tree.paths))) {
    packages.push(described(record, packages.length, distribution, NOTHING));
  }

  yield;
  const unowned = yield* unownedParts(tree.paths, ownership);
  yield;
  const { ownerOf } = ownership;
  return {
    packages,
    ownerOf: (inode) => indexOf[ownerOf[inode] ?? -1],
    unowned,
    unownedBytes: ownership.unownedBytes.reduce((sum, bytes) => sum + bytes, 0),
    versions: packageVersions(packages),
    distribution,
    problems: problemsOf(tree.paths, said, history.isCut),
  };
}

/** Also those that need not be there, so that none is forgotten below. */
type AllFields = { readonly [Field in keyof Required<InstalledPackage>]: InstalledPackage[Field] };

/** Field by field: images have thousands of these, and copying objects whole takes ten times as long. */
function described(
  { declared, location, installedIn, removedIn }: PackageRecord,
  index: number,
  distribution: Distribution | undefined,
  { bytes, files, bytesByLayer }: Owned,
  requirement?: Requirement,
  partOf?: number,
): InstalledPackage {
  const all: AllFields = {
    index,
    type: declared.type,
    namespace: declared.namespace,
    name: declared.name,
    version: declared.version,
    purl: packageUrl(declared, distribution),
    architecture: declared.architecture,
    qualifiers: declared.qualifiers,
    license: declared.license,
    source: declared.source,
    claimedBytes: declared.claimedBytes,
    requires: declared.requires,
    developmentRequires: declared.developmentRequires,
    isDevelopment: requirement?.isDevelopment ?? declared.isDevelopment,
    isApplication: declared.isApplication,
    location,
    installedIn,
    removedIn,
    bytes,
    files,
    bytesByLayer,
    partOf,
    requiredBy: requirement?.requiredBy,
  };
  return all;
}

/** The places of the packages in the order of the inventory, and the index that each place gets. */
function largestFirst(
  paths: PathTable,
  records: readonly PackageRecord[],
  owned: readonly Owned[],
): { readonly order: readonly number[]; readonly indexOf: readonly number[] } {
  const bytesOf = (place: number): number => owned[place]?.bytes ?? 0;
  const order = [...records.keys()].sort(
    (one, other) =>
      bytesOf(other) - bytesOf(one) ||
      compareRecords(paths, records[one] as PackageRecord, records[other] as PackageRecord),
  );
  const indexOf: number[] = [];
  for (const [index, place] of order.entries()) indexOf[place] = index;
  return { order, indexOf };
}

function byRemoval(paths: PathTable): (one: PackageRecord, other: PackageRecord) => number {
  return (one, other) => (one.removedIn ?? 0) - (other.removedIn ?? 0) || compareRecords(paths, one, other);
}

/** By name, then by place; two of one name in one file stay in their order there. */
function compareRecords(paths: PathTable, one: PackageRecord, other: PackageRecord): number {
  const { declared } = one;
  return (
    compareTexts(declared.name, other.declared.name) ||
    compareTexts(declared.namespace ?? "", other.declared.namespace ?? "") ||
    paths.comparePaths(one.location, other.location)
  );
}

function compareTexts(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}

/** What nobody owns, by directory. */
export function* unownedParts(
  paths: PathTable,
  { unownedBytes, unownedFiles }: Pick<Ownership, "unownedBytes" | "unownedFiles">,
): Steps<UnownedPart[]> {
  const files = unownedFiles.slice();
  sumUp(paths, files);
  yield;
  return largestParts(paths, unownedBytes).map(({ node, isDirectory, value }) => {
    return { node, isDirectory, bytes: value, files: files[node] as number };
  });
}

/** By the directory that the lock file is in. */
function developmentPathsOf(paths: PathTable, said: readonly VisibleFacts[]): Map<number, readonly string[]> {
  const byDirectory = new Map<number, readonly string[]>();
  for (const { node, packages } of said) {
    if (packages.developmentPaths) byDirectory.set(paths.parentOf(node), packages.developmentPaths);
  }
  return byDirectory;
}

function distributionOf(
  snapshot: LastSnapshot,
  resolver: PathResolver,
  facts: ReadonlyMap<number, PackageFactsOfFile>,
): Distribution | undefined {
  for (const path of OS_RELEASE) {
    const node = resolver.fileAt(path);
    const distribution = node === undefined ? undefined : facts.get(snapshot.inode[node] as number)?.distribution;
    if (distribution) return distribution;
  }
  return undefined;
}

function problemsOf(paths: PathTable, said: readonly VisibleFacts[], isCut: boolean): string[] {
  const problems = isCut ? ["there are too many packages to look at all of them"] : [];
  let others = 0;
  for (const { node, packages } of said) {
    if (packages.problem === undefined) continue;
    if (problems.length < MOST_PROBLEMS) problems.push(`${decodeName(paths.pathOf(node)).text}: ${packages.problem}`);
    else others++;
  }
  if (others > 0) problems.push(`${others} more files about packages could not be read`);
  return problems;
}
