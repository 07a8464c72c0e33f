/** All that a tree says, by path instead of by number, so that trees can be compared with each other and with the model. */
import { expect } from "vitest";
import { ROOT } from "../../src/layer/path-table.ts";
import type { Xattrs } from "../../src/model/entry.ts";
import { fileEntry } from "../../src/tree/compare-revisions.ts";
import type { ContentClasses } from "../../src/tree/content-classes.ts";
import type { HistoryTree } from "../../src/tree/history-tree.ts";
import { pathHistory } from "../../src/tree/views.ts";
import { pathText } from "./scan-layers.ts";

export type Folded = { readonly tree: HistoryTree; readonly classes: ContentClasses };

export type Row = Record<string, unknown>;

/** Paths that name one inode get one number, in all snapshots. Sorting makes the numbers the same on both sides. */
export class InodeNumbers {
  readonly #numbers = new Map<unknown, number>();
  of(key: unknown): number {
    const number = this.#numbers.get(key) ?? this.#numbers.size;
    this.#numbers.set(key, number);
    return number;
  }
}

const xattrText = (xattrs: Xattrs | undefined): string =>
  JSON.stringify([...(xattrs ?? [])].map(([name, value]) => [name, Buffer.from(value).toString("latin1")]).sort());

/** Every snapshot, sorted by path. */
export function snapshotRows({ tree }: Folded): Row[][] {
  const numbers = new InodeNumbers();
  const nodes = Array.from({ length: tree.paths.size - 1 }, (_, index) => index + 1)
    .map((node) => ({ node, path: pathText(tree, node) }))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
  return tree.layers.map((_, layer) =>
    nodes.flatMap(({ node, path }) => {
      const entry = fileEntry(tree, tree.revisionAt(node, layer));
      if (!entry) return [];
      return {
        path,
        type: entry.type,
        mode: entry.mode,
        owner: `${entry.uid}:${entry.gid}`,
        size: entry.size,
        mtime: entry.implicit ? undefined : entry.mtime + entry.mtimeNanos / 1e9,
        link: entry.linkTarget && Buffer.from(entry.linkTarget).toString("latin1"),
        device: entry.device && `${entry.device.major}:${entry.device.minor}`,
        xattrs: xattrText(entry.xattrs),
        implicit: entry.implicit,
        inode: entry.implicit ? undefined : numbers.of(entry.inode),
      };
    }),
  );
}

/** `layer path change fields…` of everything that happened to any path, sorted. */
export function changeLines({ tree, classes }: Folded): string[] {
  const changes: string[] = [];
  for (let node = ROOT + 1; node < tree.paths.size; node++) {
    for (const { layer, change, fields, entry } of pathHistory(tree, classes, node)) {
      changes.push([layer, pathText(tree, node), change, ...fields].join(" "));
      expect(entry === undefined).toBe(change === "removed");
    }
  }
  return changes.sort();
}
