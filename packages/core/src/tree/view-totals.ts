/** What lies at and below a path of a view. */
import type { Change } from "./compare-revisions.ts";
import type { ViewColumns } from "./view-columns.ts";

/** Sums below and including a path. */
export interface Totals {
  /** Sizes of the files that are there, each inode once, at the bytewise smallest of the paths shown. */
  readonly bytes: number;
  /** Sizes of the files that are gone under every name, each inode once likewise. */
  readonly removedBytes: number;
  /** Paths that are there and are no directories. */
  readonly files: number;
  /** Paths by what happened to them. */
  readonly changes: Readonly<Record<Change, number>>;
}

/** The totals of one path, from the columns of all. */
export function totalsOf({ bytes, removedBytes, files, changes }: ViewColumns, node: number): Totals {
  const { added, modified, metadata, identical, removed } = changes;
  return {
    bytes: bytes[node] ?? 0,
    removedBytes: removedBytes[node] ?? 0,
    files: files[node] ?? 0,
    changes: {
      added: added[node] ?? 0,
      modified: modified[node] ?? 0,
      metadata: metadata[node] ?? 0,
      identical: identical[node] ?? 0,
      removed: removed[node] ?? 0,
    },
  };
}
