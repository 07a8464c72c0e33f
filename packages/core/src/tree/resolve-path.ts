/** Finds a path in a snapshot as a program in the container would: links are followed, inside the image only. */
import { ROOT } from "../layer/path-table.ts";
import { LayerscopeError } from "../model/errors.ts";
import { encodeName, printableName } from "../model/path-text.ts";
import { fileEntry } from "./compare-revisions.ts";
import type { HistoryTree } from "./history-tree.ts";

/** Linux gives up after 40 links, too (path_resolution(7)). */
const MOST_LINKS = 40;

export interface ResolveOptions {
  /** The snapshot, by its layer. */
  readonly layer: number;
  /** Whether a link at the very end of the path is followed. */
  readonly followLast: boolean;
}

/**
 * The node of a path in a snapshot.
 * @throws LayerscopeError `no-such-path`
 */
export function resolvePath(tree: HistoryTree, path: string, options: ResolveOptions): number {
  const wanted = encodeName(path);
  /** What is still to be walked, the next one last. */
  const pending = splitPath(wanted).reverse();
  let node = ROOT;
  for (let links = 0; ; ) {
    const segment = pending.pop();
    if (!segment) return node;
    if (segment.length === 2 && segment[0] === 0x2e && segment[1] === 0x2e) {
      node = node === ROOT ? ROOT : tree.paths.parentOf(node);
      continue;
    }
    const child = tree.paths.findChild(node, segment);
    const entry = child === undefined ? undefined : fileEntry(tree, tree.revisionAt(child, options.layer));
    if (child === undefined || !entry) throw noSuchPath(wanted, options.layer);
    const follow = entry.type === "symlink" && (pending.length > 0 || options.followLast);
    if (!follow) {
      node = child;
      continue;
    }
    if (++links > MOST_LINKS) throw noSuchPath(wanted, options.layer, "too many links");
    const target = entry.linkTarget ?? new Uint8Array(0);
    if (target[0] === 0x2f) node = ROOT;
    for (const part of splitPath(target).reverse()) pending.push(part);
  }
}

function splitPath(path: Uint8Array): Uint8Array[] {
  const segments: Uint8Array[] = [];
  for (let start = 0; start < path.length; ) {
    const slash = path.indexOf(0x2f, start);
    const end = slash < 0 ? path.length : slash;
    const isDot = end - start === 1 && path[start] === 0x2e;
    if (end > start && !isDot) segments.push(path.subarray(start, end));
    start = end + 1;
  }
  return segments;
}

function noSuchPath(path: Uint8Array, layer: number, why = "no such path"): LayerscopeError {
  const name = printableName(path);
  return new LayerscopeError("no-such-path", `${name}: ${why} in the image as of layer ${layer}`, {
    where: { layer, path: name },
    hint: "List what there is with: layerscope ls IMAGE [PATH] [--layer N]",
  });
}
