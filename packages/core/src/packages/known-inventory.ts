/** The packages of an image whose files were looked into before: who owns what is known, all else follows from it. */
import type { Steps } from "../model/turns.ts";
import type { HistoryTree } from "../tree/history-tree.ts";
import { LastSnapshot } from "../tree/last-snapshot.ts";
import { unownedParts } from "./inventory.ts";
import { countOwned, NOBODY, type Owned } from "./ownership.ts";
import type { Distribution, InstalledPackage, PackageInventory } from "./package.ts";
import { packageVersions } from "./package-versions.ts";

export interface KnownPackages {
  /** In the order of the inventory, each with what it says of its own bytes. */
  readonly packages: readonly InstalledPackage[];
  /** Index of the package that owns a file, by the entry of the tree that stores it. */
  readonly owners: ReadonlyMap<number, number>;
  readonly distribution: Distribution | undefined;
  readonly problems: readonly string[];
}

export interface KnownInventory {
  readonly inventory: PackageInventory;
  /** What each package owns by `owners`, as far as a container sees it: by index. */
  readonly owned: readonly Owned[];
  readonly snapshot: LastSnapshot;
}

/** The inventory, and what the packages own by their files: that should be what they say. */
export function* knownInventory(
  tree: HistoryTree,
  { packages, owners, distribution, problems }: KnownPackages,
): Steps<KnownInventory> {
  const snapshot = yield* LastSnapshot.inSteps(tree);
  const ownership = yield* countOwned(
    snapshot,
    // All names of a file have the same owner.
    { ownerAt: (node) => owners.get(snapshot.inode[node] as number) ?? NOBODY, levelAt: () => 0 },
    packages.length,
  );
  const { ownerOf, owned, unownedBytes } = ownership;
  yield;
  const inventory: PackageInventory = {
    packages,
    ownerOf: (inode) => {
      const owner = ownerOf[inode] ?? NOBODY;
      return owner === NOBODY ? undefined : owner;
    },
    unowned: yield* unownedParts(tree.paths, ownership),
    unownedBytes: unownedBytes.reduce((sum, bytes) => sum + bytes, 0),
    versions: packageVersions(packages),
    distribution,
    problems,
  };
  return { inventory, owned, snapshot };
}
