/** Packages, as a report has them. */
import type { PathTable } from "../layer/path-table.ts";
import type { PackageChange } from "../packages/compare-packages.ts";
import type { InstalledPackage, PackageInventory } from "../packages/package.ts";
import { jsonPath } from "./listed-path.ts";
import type {
  ReportPackage,
  ReportPackageChange,
  ReportPackageVersions,
  ReportUnownedPart,
} from "./schema-inspection.ts";

export function* jsonPackages({ packages }: PackageInventory, paths: PathTable): Generator<ReportPackage> {
  for (const one of packages) yield jsonPackage(one, packages, paths);
}

function jsonPackage(one: InstalledPackage, all: readonly InstalledPackage[], paths: PathTable): ReportPackage {
  const { purl, type, namespace, name, version, architecture, license, source, location } = one;
  const { installedIn, removedIn, bytes, files, bytesByLayer, requiredBy, isDevelopment, isApplication } = one;
  const { claimedBytes, requires } = one;
  const partOf = one.partOf === undefined ? undefined : all[one.partOf];
  return {
    purl,
    type,
    ...(namespace !== undefined && { namespace }),
    name,
    version,
    ...(architecture !== undefined && { architecture }),
    ...(license !== undefined && { license }),
    ...(source && { source: { name: source.name, ...(source.version !== undefined && { version: source.version }) } }),
    ...jsonPath(paths.pathOf(location)),
    installedIn,
    ...(removedIn !== undefined && { removedIn }),
    bytes,
    files,
    bytesByLayer: Array.from(bytesByLayer, ([layer, ofLayer]) => ({ layer, bytes: ofLayer })),
    ...(claimedBytes !== undefined && { claimedBytes }),
    ...(partOf && { partOf: partOf.purl }),
    ...(requires && { requires: [...requires] }),
    ...(requiredBy && { requiredBy: [...requiredBy] }),
    ...(isDevelopment && { development: true as const }),
    ...(isApplication && { application: true as const }),
  };
}

export function* jsonUnowned({ unowned }: PackageInventory, paths: PathTable): Generator<ReportUnownedPart> {
  for (const { node, isDirectory, bytes, files } of unowned) {
    yield { ...jsonPath(paths.pathOf(node)), ...(isDirectory && { directory: true as const }), bytes, files };
  }
}

export function* jsonVersions(
  { packages, versions }: PackageInventory,
  paths: PathTable,
): Generator<ReportPackageVersions> {
  for (const { type, namespace, name, packages: indexes } of versions) {
    const installed = indexes.flatMap((index) => packages[index] ?? []);
    yield {
      type,
      ...(namespace !== undefined && { namespace }),
      name,
      packages: installed.map(({ purl, version, location }) => ({
        purl,
        version,
        ...jsonPath(paths.pathOf(location)),
      })),
    };
  }
}

export function* jsonPackageChanges(changes: readonly PackageChange[]): Generator<ReportPackageChange> {
  for (const { kind, type, namespace, name, before, after, bytes } of changes) {
    yield {
      kind,
      type,
      ...(namespace !== undefined && { namespace }),
      name,
      ...(before && { before: { version: before.version, bytes: before.bytes } }),
      ...(after && { after: { version: after.version, bytes: after.bytes } }),
      bytes,
    };
  }
}
