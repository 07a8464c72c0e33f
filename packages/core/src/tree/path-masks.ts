import type { HistoryTree } from "./history-tree.ts";
import { type PathMask, pathMask } from "./path-patterns.ts";

/** The paths that patterns mean, found once for each list of patterns. */
export class PathMasks {
  readonly #tree: HistoryTree;
  readonly #known = new Map<string, PathMask>();

  constructor(tree: HistoryTree) {
    this.#tree = tree;
  }

  /** @throws LayerscopeError as {@link pathMask} */
  of(patterns: readonly string[]): PathMask {
    const key = patterns.join("\0");
    let mask = this.#known.get(key);
    if (!mask) {
      mask = pathMask(this.#tree.paths, patterns, this.#tree.isListed);
      this.#known.set(key, mask);
    }
    return mask;
  }
}
