/** Paths that no layer may bring: what was stored once can be read by whoever has the image, also after its removal. */
import { NONE, type PathTable, ROOT } from "../layer/path-table.ts";
import { storedFiles } from "../metrics/stored-files.ts";
import { TYPE } from "../model/entry.ts";
import type { HistoryTree } from "../tree/history-tree.ts";
import { matchingPattern } from "../tree/path-patterns.ts";
import { type Budget, type BudgetFinding, type BudgetVerdict, MOST_FINDINGS } from "./budget.ts";
import type { CheckContext, LayerSpan } from "./check-context.ts";
import { decided } from "./verdict.ts";

/** A forbidden path; a directory stands for what the layers brought below it. */
interface Offence {
  readonly node: number;
  isDirectory: boolean;
  bytes: number;
  /** The layer that brought something of it first. */
  readonly layer: number;
  isSeen: boolean;
  /** The newest layer that took something of it away. */
  lostIn: number;
}

/**
 * Checks that no layer brings a path that one of the patterns matches. A directory that a layer only implies is not
 * brought, but what is below it is.
 */
export function checkForbidden(
  context: CheckContext,
  budget: Budget,
  span: LayerSpan,
  patterns: readonly string[],
): BudgetVerdict {
  const { paths } = context;
  const { tree } = context.analysis.image;
  const filter = context.filterOf(budget);
  const mask = context.maskOf(patterns);
  const topmost = topmostOf(paths, (node) => mask[node] === 1 && filter.isWanted(node));
  const offences = broughtIn(tree, span, topmost, filter.isIgnored);
  let ignoredBytes = 0;
  for (const { node, layer, bytes } of storedFiles(tree)) {
    const top = topmost[node] as number;
    if (top === NONE || layer < span.from || layer >= span.to) continue;
    if (filter.isIgnored(node)) ignoredBytes += bytes;
    else (offences.get(top) as Offence).bytes += bytes;
  }
  const value = offences.size;
  const findings = [...offences.values()]
    .sort((one, other) => other.bytes - one.bytes || paths.comparePaths(one.node, other.node))
    .slice(0, MOST_FINDINGS)
    .map((offence) => findingOf(tree, patterns, mask, offence));
  const isWithin = value === 0;
  return decided(budget, { unit: "count", value, limit: 0, isWithin, findings, findingCount: value, ignoredBytes });
}

/** By node: the path nearest to the root that it is part of and that is meant; {@link NONE} where it is not meant. */
function topmostOf(paths: PathTable, isMeant: (node: number) => boolean): Uint32Array {
  const topmost = new Uint32Array(paths.size).fill(NONE);
  for (let node = ROOT + 1; node < topmost.length; node++) {
    if (!isMeant(node)) continue;
    const above = topmost[paths.parentOf(node)] as number;
    topmost[node] = above === NONE ? node : above;
  }
  return topmost;
}

function broughtIn(
  tree: HistoryTree,
  { from, to }: LayerSpan,
  topmost: Uint32Array,
  isIgnored: (node: number) => boolean,
): Map<number, Offence> {
  const offences = new Map<number, Offence>();
  for (let layer = from; layer < to; layer++) {
    const entries = tree.layers[layer];
    for (let index = 0; entries && index < entries.count; index++) {
      const node = entries.node[index] as number;
      const top = topmost[node] as number;
      if (top === NONE || isIgnored(node)) continue;
      let offence = offences.get(top);
      if (!offence) {
        offence = { node: top, isDirectory: false, bytes: 0, layer, isSeen: false, lostIn: layer };
        offences.set(top, offence);
      }
      if (node !== top || entries.type[index] === TYPE.DIRECTORY) offence.isDirectory = true;
      const revision = tree.newestRevision(node);
      if (tree.isPresent(revision)) offence.isSeen = true;
      else if (revision !== NONE) offence.lostIn = Math.max(offence.lostIn, tree.revisionLayer(revision));
    }
  }
  return offences;
}

function findingOf(
  { paths, isListed }: HistoryTree,
  patterns: readonly string[],
  mask: Uint8Array,
  { node, isDirectory, bytes, layer, isSeen, lostIn }: Offence,
): BudgetFinding {
  // Where the budget is about paths below the one that the pattern matches.
  let matched = node;
  while (mask[paths.parentOf(matched)] === 1) matched = paths.parentOf(matched);
  const pattern = matchingPattern(paths, matched, patterns, isListed);
  return { path: paths.pathOf(node), isDirectory, bytes, layer, ...(!isSeen && { hiddenBy: lostIn }), pattern };
}
