/** What an image is compared with to tell how much it grew. */
import type { Analysis } from "../metrics/analyse.ts";
import type { BaseLayers } from "../metrics/base-layers.ts";
import { storedFiles } from "../metrics/stored-files.ts";
import type { HistoryTree } from "../tree/history-tree.ts";

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
  /** Whether all of it was read; else nothing can be said about growth. */
  readonly complete: boolean;
}

/**
 * An image as what later ones are compared with.
 * @param base which of its own layers are its base image's
 * @param name what messages call it; not escaped
 * @example
 * const baseline = baselineOf(before, findBaseLayers(before.image.document), "main.tar");
 * const verdicts = checkBudgets(now, budgets, { baseline });
 */
export function baselineOf(analysis: Analysis, base: BaseLayers, name: string): Baseline {
  const { image, accounts } = analysis;
  return {
    name,
    base,
    layers: accounts.layers.map(({ storedBytes }) => storedBytes),
    files: () => filesOf(image.tree),
    complete: image.complete,
  };
}

/** What the layers of an image store, one file after the other, since there may be very many. */
export function* filesOf(tree: HistoryTree): Generator<BaselineFile> {
  for (const { node, layer, bytes } of storedFiles(tree)) yield { path: tree.paths.pathOf(node), layer, bytes };
}
