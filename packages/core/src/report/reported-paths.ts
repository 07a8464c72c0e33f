/** Paths that parts of a saved report name: each must be one that a layer lists. */
import type { LayerscopeError } from "../model/errors.ts";
import type { HistoryTree } from "../tree/history-tree.ts";
import { isPlainPath, nameBytes } from "./report-paths.ts";
import { contradiction, type Place } from "./report-problem.ts";

export class ReportedPaths {
  readonly #tree: HistoryTree;
  readonly #name: string;

  /** @param name what messages call the report */
  constructor(tree: HistoryTree, name: string) {
    this.#tree = tree;
    this.#name = name;
  }

  /** @throws LayerscopeError `invalid-document` when no layer lists it */
  nodeOf({ path, pathBase64 }: { path: string; pathBase64?: string | undefined }, place: Place): number {
    const bytes = nameBytes(path, pathBase64);
    const node = isPlainPath(bytes) ? this.#tree.paths.find(bytes.subarray(1)) : undefined;
    if (node === undefined) throw this.contradiction(place, "no layer lists its path");
    return node;
  }

  contradiction(place: Place, why: string): LayerscopeError {
    return contradiction(this.#name, place, why);
  }
}
