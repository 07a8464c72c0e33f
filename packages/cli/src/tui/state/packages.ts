/** The packages view: how packages are sorted, where the cursor is, and how far what is said of one is scrolled. */
import { type ListPosition, START } from "./list.ts";

export const PACKAGE_SORTS = ["size", "name", "layer"] as const;
export type PackageSort = (typeof PACKAGE_SORTS)[number];

export interface PackagesState {
  readonly sort: PackageSort;
  readonly position: ListPosition;
  /** First row of the details. */
  readonly detailsTop: number;
}

export function startPackages(): PackagesState {
  return { sort: "size", position: START, detailsTop: 0 };
}
