/** Which packages an image has that its baseline has not. */
import type { Inspection } from "../inspection/inspection.ts";
import type { Analysis } from "../metrics/analyse.ts";
import { type ComparedPackage, comparePackages, type PackageChange } from "../packages/compare-packages.ts";
import type { Baseline } from "./baseline.ts";

/**
 * What happened to the packages since the baseline; see {@link comparePackages} for the order and the sums.
 * @param inspection of the image
 * @returns undefined where the packages of one of the two are not known, or it was not read to its end: what could not be
 *   read would look removed
 * @example
 * const changes = packageChanges(analysis, inspection, await readBaseline("main.json"));
 */
export function packageChanges(
  { image }: Analysis,
  inspection: Inspection,
  baseline: Baseline,
): readonly PackageChange[] | undefined {
  if (!image.complete || !baseline.complete) return undefined;
  const packages = knownPackages(inspection);
  return packages && baseline.packages && comparePackages(baseline.packages, packages);
}

/** The packages that a container sees; undefined where there are layers that nobody could look into. */
export function knownPackages({ packages, unread }: Inspection): readonly ComparedPackage[] | undefined {
  if (unread.length > 0) return undefined;
  return packages.packages
    .filter(({ removedIn }) => removedIn === undefined)
    .map(({ type, namespace, name, version, bytes }) => ({ type, namespace, name, version, bytes }));
}
