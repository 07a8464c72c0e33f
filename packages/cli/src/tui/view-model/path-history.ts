/** Every layer that touched a path: what it did, what it stored there, and what became of that. */
import {
  type Change,
  type FileEntry,
  type HistoryTree,
  type PathEvent,
  pathHistory,
  printableName,
} from "@layerscope/core";
import type { Subject } from "../subject.ts";
import type { World } from "../world.ts";
import { type FieldChange, fieldChanges } from "./field-changes.ts";
import { isBaseLayer, layerCommand } from "./layer-names.ts";
import { countNames, type StoredIn, storedAt, storedBelow } from "./path-members.ts";

export interface HistoryRow {
  readonly layer: number;
  readonly isBase: boolean;
  /** The command that made the layer; safe to print, empty where it is not known. */
  readonly command: string;
  /** What the layer did to the path; undefined when it only did something below it, or stored what never was a path. */
  readonly change: Change | undefined;
  /** A removal by an opaque marker, or because a directory above became something else. */
  readonly hidden: boolean;
  /** The path before and after; undefined where it was not there. */
  readonly before: FileEntry | undefined;
  readonly after: FileEntry | undefined;
  readonly fields: readonly FieldChange[];
  /** What the layer stores at the path itself; undefined when nothing. */
  readonly stored: Stored | undefined;
  /** What it stores and removes below the path; undefined when nothing. */
  readonly below: (Stored & { readonly removed: number }) | undefined;
  /** Names that layers give to the file, more than 1 with hard links; undefined for what is no file. */
  readonly names: number | undefined;
}

export interface Stored {
  readonly files: number;
  readonly bytes: number;
  /** Those that no container sees, as far as the layers are read. */
  readonly wastedBytes: number;
  /** The layers that made them invisible, oldest first. */
  readonly lostIn: readonly number[];
}

export interface PathHistoryModel {
  /** Absolute; safe to print. */
  readonly path: string;
  /** What all layers together stored at the path and below it. */
  readonly sum: {
    readonly files: number;
    readonly bytes: number;
    readonly wastedBytes: number;
    readonly below: boolean;
  };
  /** Whether layers may follow that are not read yet. */
  readonly complete: boolean;
  /** How many layers touched the path. */
  readonly count: number;
  /** What a layer did, oldest first. */
  readonly at: (index: number) => (HistoryRow & { readonly node: number }) | undefined;
}

/** The last one that was asked for: a history is long looked at, and then another. */
let last: { readonly subject: Subject; readonly node: number; readonly model: PathHistoryModel } | undefined;

/** The history of a path. Linear in the entries when asked for the first time. */
export function pathHistoryModel({ subject }: World, node: number): PathHistoryModel {
  const sameSubject = last?.subject.tree === subject.tree && last?.subject.version === subject.version;
  if (last && sameSubject && last.node === node && last.subject.base === subject.base) return last.model;
  const rows = subject.tree && node < subject.tree.paths.size ? historyRows(subject, subject.tree, node) : [];
  const all = rows.flatMap(({ stored, below }) => [stored, below]).filter((each) => each !== undefined);
  const sum = (value: (stored: Stored) => number): number => all.reduce((total, each) => total + value(each), 0);
  const model: PathHistoryModel = {
    path: subject.tree ? `/${printableName(subject.tree.paths.pathOf(node))}` : "",
    sum: {
      files: sum(({ files }) => files),
      bytes: sum(({ bytes }) => bytes),
      wastedBytes: sum(({ wastedBytes }) => wastedBytes),
      below: rows.some(({ below }) => below !== undefined),
    },
    complete: subject.phase === "done",
    count: rows.length,
    at: (index) => {
      const row = rows[index];
      return row && { ...row, node };
    },
  };
  last = { subject, node, model };
  return model;
}

function historyRows(subject: Subject, tree: HistoryTree, node: number): HistoryRow[] {
  const events = new Map(pathHistory(tree, subject.classes, node).map((event) => [event.layer, event]));
  const at = storedAt(tree, node);
  const below = storedBelow(tree, node);
  const inodes = [...events.values()].flatMap(({ entry }) => (entry?.type === "file" ? [entry.inode] : []));
  const names = countNames(tree, inodes);
  const layers = [...new Set([...events.keys(), ...at.keys(), ...below.keys()])].sort((one, other) => one - other);
  let before: FileEntry | undefined;
  return layers.map((layer): HistoryRow => {
    const event = events.get(layer);
    const after = event ? event.entry : before;
    const row: HistoryRow = {
      layer,
      isBase: isBaseLayer(subject, layer),
      command: layerCommand(subject, layer),
      change: event?.change,
      hidden: event?.hidden ?? false,
      before,
      after,
      fields: changedFields(event, before, after),
      stored: storedOf(at.get(layer)),
      below: belowOf(below.get(layer)),
      names: after?.type === "file" ? names.get(after.inode) : undefined,
    };
    before = after;
    return row;
  });
}

function changedFields(
  event: PathEvent | undefined,
  before: FileEntry | undefined,
  after: FileEntry | undefined,
): readonly FieldChange[] {
  if (!before || !after || (event?.change !== "metadata" && event?.change !== "modified")) return [];
  return fieldChanges(before, after, event.fields);
}

function storedOf(sums: StoredIn | undefined): Stored | undefined {
  if (!sums || sums.files === 0) return undefined;
  const { files, bytes, wastedBytes, lostIn } = sums;
  return { files, bytes, wastedBytes, lostIn: [...lostIn].sort((one, other) => one - other) };
}

function belowOf(sums: StoredIn | undefined): HistoryRow["below"] {
  if (!sums) return undefined;
  const { files, bytes, wastedBytes, lostIn, removed } = sums;
  if (files === 0 && removed === 0) return undefined;
  return { files, bytes, wastedBytes, lostIn: [...lostIn].sort((one, other) => one - other), removed };
}
