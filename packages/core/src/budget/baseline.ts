/** What an image is compared with to tell how much it grew. */
import type { Inspection } from "../inspection/inspection.ts";
import type { Analysis } from "../metrics/analyse.ts";
import type { BaseLayers } from "../metrics/base-layers.ts";
import { storedFiles } from "../metrics/stored-files.ts";
import type { ComparedPackage } from "../packages/compare-packages.ts";
import type { HistoryTree } from "../tree/history-tree.ts";
import { knownPackages } from "./package-changes.ts";

/** The bytes of one regular file in one layer. */
export interface BaselineFile {
  /** As bytes without the leading slash. */
  readonly path: Uint8Array;
  readonly layer: number;
  readonly bytes: number;
}

export interface Baseline {
  /** What it is called in messages: the file or the reference; not escaped. */
  readonly name: string;
  /** Which of its layers are its base image's. */
  readonly base: BaseLayers;
  /** `storedBytes` of each layer, oldest first. */
  readonly layers: readonly number[];
  /** All stored files; undefined when the report was saved without its lists of files. */
  readonly files: (() => Iterable<BaselineFile>) | undefined;
  /** Packages that a container sees; undefined where nobody looked into all of its layers. */
  readonly packages?: readonly ComparedPackage[] | undefined;
  /** Whether all of it was read; else nothing can be said about growth. */
  readonly complete: boolean;
}

/**
 * An image as what later ones are compared with.
 * @param base which of its own layers are its base image's
 * @param name what messages call it; not escaped
 * @param inspection what its files show, where somebody looked: so packages can be compared
 * @example
 * const baseline = baselineOf(before, findBaseLayers(before.image.document), "main.tar");
 * const verdicts = checkBudgets(now, budgets, { baseline });
 */
export function baselineOf(analysis: Analysis, base: BaseLayers, name: string, inspection?: Inspection): Baseline {
  const { image, accounts } = analysis;
  return {
    name,
    base,
    layers: accounts.layers.map(({ storedBytes }) => storedBytes),
    files: () => filesOf(image.tree),
    packages: inspection && knownPackages(inspection),
    complete: image.complete,
  };
}

/** What the layers of an image store, one file after the other, since there may be very many. */
export function* filesOf(tree: HistoryTree): Generator<BaselineFile> {
  for (const { node, layer, bytes } of storedFiles(tree)) yield { path: tree.paths.pathOf(node), layer, bytes };
}
