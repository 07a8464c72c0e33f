/** What makes up a sum over paths, told with few of them. */
import type { PathTable } from "../layer/path-table.ts";

/** A file, or a directory for all that is below it. */
export interface Part {
  readonly node: number;
  readonly isDirectory: boolean;
  /** Its part of the sum. */
  readonly value: number;
}

/**
 * Paths that make up a sum, largest first, none below another: together with what is left out they are the whole. A
 * directory stands for what is below it unless one path below it is most of it.
 * @param values by node, what each path counts by itself; may be negative
 * @param most how many at most; what is left out is smaller than what is listed
 */
export function largestParts(paths: PathTable, values: Float64Array, most: number): Part[] {
  void paths;
  void values;
  void most;
  return [];
}
