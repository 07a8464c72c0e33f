import type { PackageInventory } from "../packages/package.ts";
import type { Secret } from "../secrets/secret.ts";
import type { Duplicate } from "./duplicates.ts";
import type { FileFacts } from "./file-facts.ts";
import type { Permissions } from "./permissions.ts";

/** What looking into an image's files has shown. */
export interface Inspection {
  /** By entry of the tree. */
  readonly facts: ReadonlyMap<number, FileFacts>;
  /** Layers with files that could not be looked into, maybe all: all below is without what is in those. */
  readonly unread: readonly number[];
  readonly packages: PackageInventory;
  readonly secrets: readonly Secret[];
  readonly permissions: Permissions;
  /** Largest saving first. */
  readonly duplicates: readonly Duplicate[];
}
