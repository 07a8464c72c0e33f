/** What an image and its baseline store, by path. */
import { PathTable } from "../layer/path-table.ts";
import { DEFAULT_LIMITS } from "../model/limits.ts";
import type { HistoryTree } from "../tree/history-tree.ts";
import type { PathMask } from "../tree/path-patterns.ts";
import { type BaselineFile, filesOf } from "./baseline.ts";
import type { LayerSpan } from "./check-context.ts";

/** The files of both in one table of paths of their own, since the tree of an image must not change any more. */
export class GrowthPaths {
  readonly paths: PathTable = new PathTable(DEFAULT_LIMITS);
  readonly before: FileColumns;
  readonly now: FileColumns;

  /** @throws LayerscopeError `limit-exceeded`, and whatever reading the files of the baseline throws */
  constructor(tree: HistoryTree, baseline: Iterable<BaselineFile>) {
    this.before = new FileColumns(this.paths, baseline);
    this.now = new FileColumns(this.paths, filesOf(tree));
  }
}

/** What some files of an image come to. */
export interface FileSums {
  readonly total: number;
  /** Bytes that were left out. */
  readonly ignored: number;
  /** By node: bytes of the files at this very path. */
  readonly byNode: Float64Array;
  /** The files that make up the total, each with its path and layer. */
  forEach(visit: (node: number, layer: number, bytes: number) => void): void;
}

class FileColumns {
  readonly #paths: PathTable;
  readonly #nodes: number[] = [];
  readonly #layers: number[] = [];
  readonly #bytes: number[] = [];

  constructor(paths: PathTable, files: Iterable<BaselineFile>) {
    this.#paths = paths;
    for (const { path, layer, bytes } of files) {
      this.#nodes.push(paths.intern(path, 0, path.length));
      this.#layers.push(layer);
      this.#bytes.push(bytes);
    }
  }

  /** What the files of some layers come to: those that are wanted, all when that is left out, and not ignored. */
  sums(layers: LayerSpan | undefined, wanted: PathMask | undefined, ignored: PathMask | undefined): FileSums {
    const { from = 0, to = 0 } = layers ?? {};
    const forEach = (visit: (node: number, layer: number, bytes: number) => void): void => {
      for (const [index, node] of this.#nodes.entries()) {
        const layer = this.#layers[index] as number;
        if (layer >= from && layer < to && (!wanted || wanted[node] === 1)) {
          visit(node, layer, this.#bytes[index] as number);
        }
      }
    };
    const byNode = new Float64Array(this.#paths.size);
    let total = 0;
    let left = 0;
    forEach((node, _, bytes) => {
      if (ignored?.[node] === 1) {
        left += bytes;
      } else {
        total += bytes;
        byNode[node] = (byNode[node] as number) + bytes;
      }
    });
    return {
      total,
      ignored: left,
      byNode,
      forEach: (visit) => forEach((node, layer, bytes) => ignored?.[node] !== 1 && visit(node, layer, bytes)),
    };
  }
}
