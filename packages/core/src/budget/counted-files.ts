/** The files that a budget counts, and the paths that stand for them in its verdict. */
import { ROOT } from "../layer/path-table.ts";
import { largestParts, type Part } from "../metrics/largest-parts.ts";
import { type StoredFile, storedFiles } from "../metrics/stored-files.ts";
import type { Budget } from "./budget.ts";
import type { CheckContext } from "./check-context.ts";

/** What a budget counts of the files that are stored. */
export interface CountedFiles {
  readonly bytes: number;
  /** Bytes that would have counted, but for `ignore`. */
  readonly ignoredBytes: number;
  /** Goes through them, layer by layer, oldest first. */
  readonly each: () => Iterable<StoredFile>;
}

/** The files that the budget's layers store under the budget's paths. @param counts which of these the budget is about */
export function countFiles(
  context: CheckContext,
  budget: Budget,
  counts: (file: StoredFile) => boolean = () => true,
): CountedFiles {
  const { from, to } = context.layersOf(budget.layers) ?? { from: 0, to: 0 };
  const { isWanted, isIgnored } = context.filterOf(budget);
  const { tree } = context.analysis.image;
  function* meant(): Generator<StoredFile> {
    for (const file of storedFiles(tree)) {
      if (file.layer >= from && file.layer < to && isWanted(file.node) && counts(file)) yield file;
    }
  }
  let bytes = 0;
  let ignoredBytes = 0;
  for (const file of meant()) {
    if (isIgnored(file.node)) ignoredBytes += file.bytes;
    else bytes += file.bytes;
  }
  return {
    bytes,
    ignoredBytes,
    each: function* () {
      for (const file of meant()) if (!isIgnored(file.node)) yield file;
    },
  };
}

/** The largest parts of what is counted, and how many there are. */
export function partsOf({ paths }: CheckContext, files: CountedFiles): readonly Part[] {
  const values = new Float64Array(paths.size);
  for (const { node, bytes } of files.each()) values[node] = (values[node] as number) + bytes;
  return largestParts(paths, values);
}

/** Calls `visit` with each file that is at or below one of the parts, and the place of that part. */
export function forEachInParts(
  { paths }: CheckContext,
  files: CountedFiles,
  parts: readonly Part[],
  visit: (place: number, file: StoredFile) => void,
): void {
  // By node: the place of its part, plus one.
  const places = new Uint16Array(paths.size);
  for (const [place, { node }] of parts.entries()) places[node] = place + 1;
  for (let node = ROOT + 1; node < places.length; node++) {
    if (places[node] === 0) places[node] = places[paths.parentOf(node)] as number;
  }
  for (const file of files.each()) {
    const place = places[file.node] as number;
    if (place > 0) visit(place - 1, file);
  }
}
