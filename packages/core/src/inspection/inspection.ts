import type { PackageInventory } from "../packages/package.ts";
import type { Secret, SecretInFile } from "../secrets/secret.ts";
import type { Duplicate } from "./duplicates.ts";
import type { FileFacts } from "./file-facts.ts";
import type { Permissions } from "./permissions.ts";

/** What looking into an image's files has shown. */
export interface Inspection {
  /** By entry of the tree. Of a saved report only what can be told of ELF files. */
  readonly facts: ReadonlyMap<number, FileFacts>;
  /** Layers with files that could not be looked into, maybe all: all below is without what is in those. */
  readonly unread: readonly number[];
  readonly packages: PackageInventory;
  readonly secrets: readonly Secret[];
  /** Those in files that are known to be none, by what was given as allowed. */
  readonly allowedSecrets: readonly SecretInFile[];
  readonly permissions: Permissions;
  /** Largest saving first. */
  readonly duplicates: readonly Duplicate[];
}

/** What is known of an image that cannot be looked into any more. What is secret and what is allowed is settled anew. */
export interface KnownInspection extends Omit<Inspection, "secrets" | "allowedSecrets"> {
  /** Those in files, allowed ones too; by layer and path. */
  readonly inFiles: readonly SecretInFile[];
}
