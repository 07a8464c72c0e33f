/** Packages that an image has more than once. */
import { compareVersions } from "./compare-versions.ts";
import type { InstalledPackage, PackageVersions } from "./package.ts";

/**
 * Packages that are there in several versions, or in one several times; those with most bytes first. What is being run
 * itself is no package of anything, and does not count.
 */
export function packageVersions(packages: readonly InstalledPackage[]): PackageVersions[] {
  const byName = new Map<string, InstalledPackage[]>();
  for (const one of packages) {
    if (one.removedIn !== undefined || one.isApplication === true) continue;
    const key = [one.type, one.namespace ?? "", one.name].join("\0");
    const same = byName.get(key);
    if (same) same.push(one);
    else byName.set(key, [one]);
  }
  return [...byName.values()]
    .filter(({ length }) => length > 1)
    .map((same) => ({ same, bytes: same.reduce((sum, { bytes }) => sum + bytes, 0) }))
    .sort((one, other) => other.bytes - one.bytes)
    .flatMap(({ same: [first, ...others] }): PackageVersions[] => {
      if (!first) return [];
      const { type, namespace, name } = first;
      const sorted = [first, ...others].sort((one, other) => compareVersions(one.version, other.version));
      return [{ type, namespace, name, packages: sorted.map(({ index }) => index) }];
    });
}
