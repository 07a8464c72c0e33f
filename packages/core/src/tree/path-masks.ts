import type { PathTable } from "../layer/path-table.ts";
import { type PathMask, pathMask } from "./path-patterns.ts";

/** The paths that patterns mean, found once for each list of patterns. */
export class PathMasks {
  readonly #paths: PathTable;
  readonly #known = new Map<string, PathMask>();

  constructor(paths: PathTable) {
    this.#paths = paths;
  }

  /** @throws LayerscopeError as {@link pathMask} */
  of(patterns: readonly string[]): PathMask {
    const key = patterns.join("\0");
    let mask = this.#known.get(key);
    if (!mask) {
      mask = pathMask(this.#paths, patterns);
      this.#known.set(key, mask);
    }
    return mask;
  }
}
