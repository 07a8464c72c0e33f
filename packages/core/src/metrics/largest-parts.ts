/** What makes up a sum over paths, told with few of them. */
import { NONE, type PathTable, ROOT } from "../layer/path-table.ts";
import { sumUp } from "../tree/view-columns.ts";

/** A file, or a directory for all that is below it. */
export interface Part {
  readonly node: number;
  readonly isDirectory: boolean;
  /** Its part of the sum. */
  readonly value: number;
}

/**
 * Paths that make up a sum, largest first, none below another: together with what is left out they are the whole. A
 * directory stands for what is below it unless one path below it is most of it, or it is the whole. Equal ones come in the
 * order of their paths.
 *
 * @param values by node, what each path counts by itself; may be negative, and end before the last node
 * @param most how many at most; what is left out is not larger than what is listed
 */
export function largestParts(paths: PathTable, values: Float64Array, most = Number.POSITIVE_INFINITY): Part[] {
  const sums = values.slice();
  sumUp(paths, sums);
  const counts = countAtAndBelow(paths, values);
  const parts: Part[] = [];
  const open = [ROOT];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const isDirectory = (counts[node] as number) > Number(values[node] !== 0);
    const children = isDirectory && values[node] === 0 ? childrenThatCount(paths, counts, node) : [];
    const isWhole = counts[node] === counts[ROOT];
    // What grew and what shrank are weighed alike: files that only got other names would else hide what is new.
    const weight = children.reduce((total, child) => total + Math.abs(sums[child] as number), 0);
    const isMost = (child: number): boolean => Math.abs(sums[child] as number) > weight / 2;
    if (children.length === 1 || children.some(isMost) || (isWhole && children.length > 0)) {
      for (const child of children) open.push(child);
    } else if (sums[node] !== 0) {
      parts.push({ node, isDirectory, value: sums[node] as number });
    }
  }
  return parts.sort((one, other) => other.value - one.value || paths.comparePaths(one.node, other.node)).slice(0, most);
}

/** How many paths at and below each count anything; their sum may still be 0. */
function countAtAndBelow(paths: PathTable, values: Float64Array): Uint32Array {
  const counts = new Uint32Array(values.length);
  for (const [node, value] of values.entries()) if (value !== 0) counts[node] = 1;
  sumUp(paths, counts);
  return counts;
}

function childrenThatCount(paths: PathTable, counts: Uint32Array, parent: number): number[] {
  const children: number[] = [];
  for (let child = paths.firstChildOf(parent); child !== NONE; child = paths.nextSiblingOf(child)) {
    // Paths that became known later are behind the end.
    if ((counts[child] ?? 0) > 0) children.push(child);
  }
  return children;
}
