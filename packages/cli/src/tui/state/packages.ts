/** The packages view: how packages are sorted, what of them is shown, where the cursor is, and how far what is said of one is scrolled. */
import { type ListPosition, START } from "./list.ts";

export const PACKAGE_SORTS = ["size", "name", "layer"] as const;
export type PackageSort = (typeof PACKAGE_SORTS)[number];

export interface PackagesState {
  readonly sort: PackageSort;
  /** What must match for a package to be shown; empty for everything. */
  readonly filter: string;
  readonly position: ListPosition;
  /** First row of the details. */
  readonly detailsTop: number;
}

export function startPackages(): PackagesState {
  return { sort: "size", filter: "", position: START, detailsTop: 0 };
}
