/** What a container sees at the end, and which layers it owes that to. */
import { ROOT } from "../layer/path-table.ts";
import type { HistoryTree } from "../tree/history-tree.ts";
import { RevisionReader } from "../tree/revision-reader.ts";
import type { LayerSpan } from "./check-context.ts";

/**
 * Calls `visit` for every path that a container sees as one of the layers brought it, the root directory left out. Two
 * names of one inode are two paths. A directory that a layer only implies is there because of that layer.
 */
export function forEachSeenPath(
  tree: HistoryTree,
  { from, to }: LayerSpan,
  visit: (node: number, revision: number) => void,
): void {
  for (let node = ROOT + 1; node < tree.paths.size; node++) {
    const revision = tree.newestRevision(node);
    if (!tree.isPresent(revision)) continue;
    const layer = tree.revisionLayer(revision);
    if (layer >= from && layer < to) visit(node, revision);
  }
}

/** A regular file, by one of its names. */
export interface SeenFile {
  readonly node: number;
  /** The layer that brought the name. */
  readonly layer: number;
  readonly bytes: number;
  /** 0 to 0o7777. */
  readonly mode: number;
  /** Whether this is another name of a file that is stored elsewhere. */
  readonly isLink: boolean;
}

/** Calls `visit` for every name of a regular file among the paths of {@link forEachSeenPath}. */
export function forEachSeenFile(tree: HistoryTree, span: LayerSpan, visit: (file: SeenFile) => void): void {
  const reader = new RevisionReader(tree);
  forEachSeenPath(tree, span, (node, revision) => {
    reader.read(revision);
    if (reader.type !== "file") return;
    const { size: bytes, mode, entry, inode } = reader;
    visit({ node, layer: tree.revisionLayer(revision), bytes, mode, isLink: entry !== inode });
  });
}
