/** The file tree: what it shows, how it is sorted, what is open, where the cursor is. */
import type { Change } from "@layerscope/core";
import { type ListPosition, START } from "./list.ts";

/** Which question the tree answers: what the layer did, what is there after it, what changed since another, what is wasted. */
export const SHOWN = ["changes", "tree", "all-changes", "wasted"] as const;
export type Shown = (typeof SHOWN)[number];

export const SORTS = ["size", "wasted", "change", "name"] as const;
export type Sort = (typeof SORTS)[number];

/** A column of the tree that can be left out. */
export const COLUMNS = ["size", "share", "bar", "mode", "owner"] as const;
export type Column = (typeof COLUMNS)[number];

/** Directories that are open: all but some, or none but some. */
export interface Expansion {
  readonly all: boolean;
  readonly except: ReadonlySet<number>;
}

export interface FilesState {
  readonly shown: Shown;
  /** The layer that "all changes" are counted from, exclusive; undefined is the base image, or the empty one. */
  readonly since: number | undefined;
  readonly sort: Sort;
  readonly expansion: Expansion;
  readonly hidden: ReadonlySet<Change | "unchanged">;
  /** Whether what is smaller than 1 % of its directory is left out. */
  readonly hidesSmall: boolean;
  readonly columns: readonly Column[];
  /** What must match for a path to be shown; empty for everything. */
  readonly filter: string;
  /** The node the cursor is on, which stays when the rows around it change. */
  readonly node: number;
  readonly position: ListPosition;
}

export function startFiles(settings: {
  readonly shown: Shown;
  readonly sort: Sort;
  readonly columns: readonly Column[];
}): FilesState {
  return {
    ...settings,
    since: undefined,
    expansion: { all: false, except: new Set() },
    hidden: new Set(),
    hidesSmall: false,
    filter: "",
    node: -1,
    position: START,
  };
}

export function isOpen({ all, except }: Expansion, node: number): boolean {
  return except.has(node) !== all;
}

export function withOpen(expansion: Expansion, node: number, open: boolean): Expansion {
  if (isOpen(expansion, node) === open) return expansion;
  const except = new Set(expansion.except);
  if (except.has(node)) except.delete(node);
  else except.add(node);
  return { all: expansion.all, except };
}
