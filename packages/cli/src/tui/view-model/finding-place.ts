/** Where the files of a finding are seen in the tree. */
import { type Finding, type HistoryTree, NONE } from "@layerscope/core";

export interface FindingPlace {
  readonly node: number;
  /** The layer that stores it. */
  readonly layer: number;
}

/** The largest path of a finding, in the layer that stores most of it; undefined when it is about no path. */
export function placeOfFinding({ parts, inodes }: Finding, tree: HistoryTree): FindingPlace | undefined {
  const node = parts[0]?.node;
  if (node === undefined) return undefined;
  const bytesByLayer = new Map<number, number>();
  for (const inode of inodes) {
    const { layer, entries, index } = tree.locate(inode);
    if (!isAtOrBelow(tree, entries.node[index] as number, node)) continue;
    bytesByLayer.set(layer, (bytesByLayer.get(layer) ?? 0) + (entries.size[index] as number));
  }
  const [most] = [...bytesByLayer].sort(([one, a], [other, b]) => b - a || one - other);
  return { node, layer: most?.[0] ?? lastLayerWith(tree, node) };
}

function isAtOrBelow({ paths }: HistoryTree, node: number, above: number): boolean {
  let at = node;
  // A directory's number is smaller than those of what is below it.
  while (at > above) at = paths.parentOf(at);
  return at === above;
}

/** The last layer that brought a path, which a later one may have removed. */
function lastLayerWith(tree: HistoryTree, node: number): number {
  let revision = tree.newestRevision(node);
  while (revision !== NONE && !tree.isPresent(revision)) revision = tree.previousRevision(revision);
  return revision === NONE ? 0 : tree.revisionLayer(revision);
}
