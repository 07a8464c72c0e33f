/** Which paths grew. */
import { type PathTable, ROOT } from "../layer/path-table.ts";
import { largestParts, type Part } from "../metrics/largest-parts.ts";
import { type BudgetFinding, MOST_FINDINGS } from "./budget.ts";
import type { FileSums } from "./growth-paths.ts";
import { Tally } from "./tally.ts";

/** All growth together is that of the findings, and `othersGrew` − `othersShrank`. */
export interface PathGrowth {
  /** The paths that grew most, largest first; files and directories do not overlap. At most {@link MOST_FINDINGS}. */
  readonly findings: readonly BudgetFinding[];
  /** How many there are in all. */
  readonly findingCount: number;
  /** Bytes that those grew by which are not listed. */
  readonly othersGrew: number;
  /** Bytes that all other paths shrank by. */
  readonly othersShrank: number;
}

export function pathGrowth(paths: PathTable, before: FileSums, now: FileSums): PathGrowth {
  const growth = now.byNode.map((bytes, node) => bytes - (before.byNode[node] as number));
  const grown = largestParts(paths, growth).filter(({ value }) => value > 0);
  const listed = grown.slice(0, MOST_FINDINGS);
  const places = placesOfNodes(paths, listed);
  const layers = listed.map(() => new Tally());
  const bytesNow = new Float64Array(listed.length);
  now.forEach((node, layer, bytes) => {
    const place = places[node] as number;
    if (place === NO_PLACE) return;
    layers[place]?.add(bytes, layer);
    bytesNow[place] = (bytesNow[place] as number) + bytes;
  });
  const findings = listed.map(({ node, isDirectory, value }, place): BudgetFinding => {
    const [layer] = layers[place]?.largest() ?? [];
    return { path: paths.pathOf(node), isDirectory, bytes: value, before: (bytesNow[place] as number) - value, layer };
  });
  const sumOf = (parts: readonly { readonly value: number }[]): number =>
    parts.reduce((sum, { value }) => sum + value, 0);
  return {
    findings,
    findingCount: grown.length,
    othersGrew: sumOf(grown) - sumOf(listed),
    othersShrank: sumOf(grown) - (now.total - before.total),
  };
}

/** Of a path that is in none of the parts. */
const NO_PLACE = 0xff;

/** By node: the place of the part that it is or lies below. */
function placesOfNodes(paths: PathTable, parts: readonly Part[]): Uint8Array {
  const places = new Uint8Array(paths.size).fill(NO_PLACE);
  for (const [place, { node }] of parts.entries()) places[node] = place;
  for (let node = ROOT + 1; node < places.length; node++) {
    if (places[node] === NO_PLACE) places[node] = places[paths.parentOf(node)] as number;
  }
  return places;
}
