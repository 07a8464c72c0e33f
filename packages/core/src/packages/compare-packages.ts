/** Which packages one image has that another has not, by their names: of two images, or of saved reports of them. */
import { compareVersions } from "./compare-versions.ts";
import type { PackageType } from "./package.ts";

/** What a comparison asks of a package. */
export interface ComparedPackage {
  readonly type: PackageType;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly version: string;
  readonly bytes: number;
}

/** `resized`: the same version takes more or less. `upgraded` also where it cannot be told which version is the newer. */
export type PackageChangeKind = "added" | "removed" | "upgraded" | "downgraded" | "resized";

export interface PackageChange {
  readonly kind: PackageChangeKind;
  readonly type: PackageType;
  readonly namespace: string | undefined;
  readonly name: string;
  /** Undefined of one that was added. */
  readonly before: VersionOfPackage | undefined;
  /** Undefined of one that was removed. */
  readonly after: VersionOfPackage | undefined;
  /** How much more it takes after; below 0 for less. */
  readonly bytes: number;
}

export interface VersionOfPackage {
  readonly version: string;
  readonly bytes: number;
}

/**
 * What happened to the packages of an image, those that make most of a difference first, then by name. The changes' bytes
 * add up to the difference of all packages' bytes. A package that is there several times is compared version by version:
 * what both have goes together first, then the rest in order of version.
 */
export function comparePackages(
  before: readonly ComparedPackage[],
  after: readonly ComparedPackage[],
): readonly PackageChange[] {
  const byName = new Map<string, { before: ComparedPackage[]; after: ComparedPackage[] }>();
  const add = (side: "before" | "after", one: ComparedPackage): void => {
    const key = [one.type, one.namespace ?? "", one.name].join("\0");
    const same = byName.get(key) ?? { before: [], after: [] };
    same[side].push(one);
    byName.set(key, same);
  };
  for (const one of before) add("before", one);
  for (const one of after) add("after", one);
  return [...byName.values()]
    .flatMap((same) => changesOf(same.before.sort(byVersion), same.after.sort(byVersion)))
    .sort((one, other) => Math.abs(other.bytes) - Math.abs(one.bytes) || compareNames(one, other));
}

/** Of packages of one name; both in order of version. */
function changesOf(before: readonly ComparedPackage[], after: readonly ComparedPackage[]): PackageChange[] {
  const unchanged = pairUp(before, after, ({ version, bytes }) => `${bytes} ${version}`);
  const resized = pairUp(unchanged.before, unchanged.after, ({ version }) => version);
  const changes = resized.pairs.map(([was, is]) => changeOf("resized", was, is, is));
  for (let index = 0; index < Math.max(resized.before.length, resized.after.length); index++) {
    const was = resized.before[index];
    const is = resized.after[index];
    if (was && is) {
      changes.push(changeOf(compareVersions(was.version, is.version) > 0 ? "downgraded" : "upgraded", was, is, is));
    } else if (is) changes.push(changeOf("added", undefined, is, is));
    else if (was) changes.push(changeOf("removed", was, undefined, was));
  }
  return changes;
}

interface Paired {
  readonly pairs: readonly (readonly [ComparedPackage, ComparedPackage])[];
  /** What is left of both, in their order. */
  readonly before: readonly ComparedPackage[];
  readonly after: readonly ComparedPackage[];
}

function pairUp(
  before: readonly ComparedPackage[],
  after: readonly ComparedPackage[],
  keyOf: (one: ComparedPackage) => string,
): Paired {
  const left = new Map<string, ComparedPackage[]>();
  for (const one of before) {
    const same = left.get(keyOf(one));
    if (same) same.push(one);
    else left.set(keyOf(one), [one]);
  }
  const pairs: (readonly [ComparedPackage, ComparedPackage])[] = [];
  const unmatched: ComparedPackage[] = [];
  for (const one of after) {
    const was = left.get(keyOf(one))?.pop();
    if (was) pairs.push([was, one]);
    else unmatched.push(one);
  }
  const gone = new Set([...left.values()].flat());
  return { pairs, before: before.filter((one) => gone.has(one)), after: unmatched };
}

function changeOf(
  kind: PackageChangeKind,
  before: ComparedPackage | undefined,
  after: ComparedPackage | undefined,
  { type, namespace, name }: ComparedPackage,
): PackageChange {
  return {
    kind,
    type,
    namespace,
    name,
    before: before && { version: before.version, bytes: before.bytes },
    after: after && { version: after.version, bytes: after.bytes },
    bytes: (after?.bytes ?? 0) - (before?.bytes ?? 0),
  };
}

function byVersion(one: ComparedPackage, other: ComparedPackage): number {
  return compareVersions(one.version, other.version);
}

function compareNames(one: PackageChange, other: PackageChange): number {
  const name = fullNameOf(one);
  const otherName = fullNameOf(other);
  return name === otherName ? 0 : name < otherName ? -1 : 1;
}

function fullNameOf({ type, namespace, name }: PackageChange): string {
  return `${namespace ?? ""}/${name} ${type}`;
}
