/** Rows of the waste view, as data. */
import type { WasteCause, WasteRecord } from "@layerscope/core";

/** What a group is of. */
export type GroupSubject =
  | { readonly by: "cause"; readonly cause: WasteCause }
  /** `hiddenBy`: the layers that made it invisible, those of most bytes first. */
  | { readonly by: "layer"; readonly layer: number; readonly hiddenBy: readonly number[] }
  | { readonly by: "path"; readonly node: number; readonly isDirectory: boolean };

export interface WasteGroupRow {
  readonly kind: "group";
  /** Its number among the groups of this way of grouping. */
  readonly id: number;
  readonly depth: number;
  readonly open: boolean;
  readonly of: GroupSubject;
  /** For groups by path: the path from the group around it on; safe to print. */
  readonly name: string;
  readonly bytes: number;
  /** Of all waste; 0 to 1. */
  readonly share: number;
  /** How many records are in it. */
  readonly count: number;
  /** How many of those are marked. */
  readonly marked: number;
  /** Numbers of the records in it. */
  readonly records: () => readonly number[];
}

export interface WasteRecordRow {
  readonly kind: "record";
  /** The record's place in `Accounts.waste`. */
  readonly index: number;
  readonly depth: number;
  readonly node: number;
  readonly record: WasteRecord;
  /** The path, from the group around it on where groups are directories; safe to print. */
  readonly name: string;
  /** The whole path; safe to print. */
  readonly path: string;
  /** Of all waste; 0 to 1. */
  readonly share: number;
  readonly marked: boolean;
}

export type WasteRow = WasteGroupRow | WasteRecordRow;
