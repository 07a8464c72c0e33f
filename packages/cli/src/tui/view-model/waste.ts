/**
 * The waste view as rows: groups of records, and in those that are open the records. Groups and sums are computed once
 * for an image, rows only when they are on the screen.
 */
import { type Analysis, printableName, ROOT, WASTE_CAUSES } from "@layerscope/core";
import { isOpen } from "../state/files-state.ts";
import type { Marks } from "../state/marks.ts";
import type { WasteGroup, WasteState } from "../state/waste.ts";
import type { Subject } from "../subject.ts";
import type { World } from "../world.ts";
import { markedNodes } from "./savings.ts";
import { type DirectoryGrouping, groupByDirectory } from "./waste-directories.ts";
import { type Grouping, groupByKey, groupItem, groupOf, type Item } from "./waste-groups.ts";
import type { GroupSubject, WasteRecordRow, WasteRow } from "./waste-row.ts";
import { flatten, nextItem, nodeAround, type Rows, rowShowing } from "./waste-rows.ts";
import { layersThatHid } from "./waste-sums.ts";
import { type WasteTable, wasteTableOf } from "./waste-table.ts";

export interface WasteModel {
  /** `unknown` until all layers are read. */
  readonly phase: "unknown" | "none" | "some";
  readonly subject: Subject;
  readonly group: WasteGroup;
  readonly wastedBytes: number;
  readonly storedBytes: number;
  /** How many records there are in all. */
  readonly records: number;
  /** How many rows there are. */
  readonly count: number;
  /** A row, with what is marked of it. */
  readonly at: (index: number, marks?: Marks) => WasteRow | undefined;
  /** The row of a record, or of the nearest group around it that is shown. */
  readonly rowOfRecord: (record: number) => number;
  /** The row of a record or group; 0 when it is not shown. */
  readonly rowOf: (row: WasteRow) => number;
  /** The row of the group that a row is in. */
  readonly rowAround: (index: number) => number | undefined;
  /** Numbers of the groups around a record, outermost first. */
  readonly groupsAround: (record: number) => readonly number[];
  /** How many records are of paths that have a 1, by node. */
  readonly countAt: (nodes: Uint8Array) => number;
  /**
   * The next record of such a path in the order of the view, in groups that are closed as well, round at the end.
   * @param from whether the record in the row itself may be the one
   */
  readonly nextRecord: (index: number, nodes: Uint8Array, direction: 1 | -1, from: boolean) => number | undefined;
  /** The model of another state of the same image. */
  readonly for: (state: WasteState) => WasteModel;
}

/** Rows of the waste view. Cheap to ask for again: what depends on the image is kept. */
export function wasteModel(world: World, state: WasteState): WasteModel {
  const { subject } = world;
  if (!subject.analysis) return emptyModel(subject, state.group);
  let kept = models.get(subject.analysis);
  if (!kept) {
    kept = new ImageWaste(subject.analysis);
    models.set(subject.analysis, kept);
  }
  return kept.model(subject, state);
}

const models = new WeakMap<Analysis, ImageWaste>();

function emptyModel(subject: Subject, group: WasteGroup): WasteModel {
  return {
    phase: "unknown",
    subject,
    group,
    wastedBytes: 0,
    storedBytes: 0,
    records: 0,
    count: 0,
    at: () => undefined,
    rowOfRecord: () => 0,
    rowOf: () => 0,
    rowAround: () => undefined,
    groupsAround: () => [],
    countAt: () => 0,
    nextRecord: () => undefined,
    for: (state) => emptyModel(subject, state.group),
  };
}

/** All that is kept of one image's waste. */
class ImageWaste {
  readonly #analysis: Analysis;
  readonly #table: WasteTable;
  readonly #groupings = new Map<WasteGroup, Grouping>();
  readonly #orders = new Map<WasteGroup, readonly Item[]>();
  #directories: DirectoryGrouping | undefined;
  readonly #hiders = new Map<number, readonly number[]>();
  #last:
    | { readonly subject: Subject; readonly group: WasteGroup; readonly open: object; readonly model: WasteModel }
    | undefined;
  #flags: { readonly marks: Marks; readonly flags: Uint8Array } | undefined;
  #flagged:
    | { readonly flags: Uint8Array; readonly group: WasteGroup; readonly countOf: (id: number) => number }
    | undefined;

  constructor(analysis: Analysis) {
    this.#analysis = analysis;
    this.#table = wasteTableOf(analysis);
  }

  model(subject: Subject, { group, open }: WasteState): WasteModel {
    const last = this.#last;
    const expansion = open[group];
    if (last && last.subject === subject && last.group === group && last.open === expansion) return last.model;
    const grouping = this.#grouping(group);
    const rows = flatten(grouping, (id) => isOpen(expansion, id));
    const { accounts } = this.#analysis;
    const model: WasteModel = {
      phase: accounts.waste.length === 0 ? "none" : "some",
      subject,
      group,
      wastedBytes: accounts.wastedBytes,
      storedBytes: accounts.storedBytes,
      records: accounts.waste.length,
      count: rows.items.length,
      at: (index, marks) => this.#row(rows, group, grouping, index, (id) => isOpen(expansion, id), marks),
      rowOfRecord: (record) => rowShowing(rows, grouping, record),
      rowOf: (row) => Math.max(0, rows.items.indexOf(row.kind === "record" ? row.index : groupItem(row.id))),
      rowAround: (index) => rows.parents[index],
      groupsAround: grouping.around,
      countAt: (nodes) => this.#table.node.reduce((count, node) => count + (nodes[node] as number), 0),
      nextRecord: (index, nodes, direction, from) => {
        const order = this.#orderOf(group, grouping);
        const isWanted = (item: number): boolean => item >= 0 && nodes[this.#table.node[item] as number] === 1;
        return nextItem(order, order.indexOf(rows.items[index] ?? 0), isWanted, direction, from);
      },
      for: (state) => this.model(subject, state),
    };
    this.#last = { subject, group, open: expansion, model };
    return model;
  }

  /** All groups and records, as if all groups were open. */
  #orderOf(group: WasteGroup, grouping: Grouping): readonly Item[] {
    let order = this.#orders.get(group);
    if (!order) {
      order = flatten(grouping, () => true).items;
      this.#orders.set(group, order);
    }
    return order;
  }

  #grouping(group: WasteGroup): Grouping {
    let grouping = this.#groupings.get(group);
    if (grouping) return grouping;
    if (group === "cause") grouping = groupByKey(this.#table, this.#table.cause);
    else if (group === "layer") grouping = groupByKey(this.#table, this.#table.storedIn);
    else {
      this.#directories = groupByDirectory(this.#table);
      grouping = this.#directories;
    }
    this.#groupings.set(group, grouping);
    return grouping;
  }

  #row(
    rows: Rows,
    group: WasteGroup,
    grouping: Grouping,
    index: number,
    open: (id: number) => boolean,
    marks: Marks | undefined,
  ): WasteRow | undefined {
    const item = rows.items[index];
    const depth = rows.depths[index];
    if (item === undefined || depth === undefined) return undefined;
    const above = group === "path" ? nodeAround(rows, index) : ROOT;
    if (item >= 0) return this.#recordRow(item, depth, above, marks);
    const id = groupOf(item);
    const bytes = grouping.bytesOf(id);
    return {
      kind: "group",
      id,
      depth,
      open: open(id),
      of: this.#subjectOf(group, id),
      name: group === "path" ? this.#nameBelow(id, above) : "",
      bytes,
      share: bytes / this.#table.total,
      count: grouping.countOf(id),
      marked: marks ? this.#markedIn(group, grouping, id, marks) : 0,
      records: () => grouping.recordsOf(id),
    };
  }

  #recordRow(index: number, depth: number, above: number, marks: Marks | undefined): WasteRecordRow | undefined {
    const record = this.#table.waste.at(index);
    if (!record) return undefined;
    const { node } = record;
    return {
      kind: "record",
      index,
      depth,
      node,
      record,
      name: above === ROOT ? this.#pathText(node) : this.#nameBelow(node, above),
      path: this.#pathText(node),
      share: record.bytes / this.#table.total,
      marked: marks !== undefined && this.#markedRecords(marks)?.[index] === 1,
    };
  }

  #subjectOf(group: WasteGroup, id: number): GroupSubject {
    switch (group) {
      case "cause":
        return { by: "cause", cause: WASTE_CAUSES[id] ?? "deleted" };
      case "layer": {
        let hiddenBy = this.#hiders.get(id);
        if (!hiddenBy) {
          hiddenBy = layersThatHid(this.#table, id);
          this.#hiders.set(id, hiddenBy);
        }
        return { by: "layer", layer: id, hiddenBy };
      }
      case "path":
        return { by: "path", node: id, isDirectory: this.#directories?.hasBelow(id) ?? true };
    }
  }

  #pathText(node: number): string {
    return `/${printableName(this.#table.tree.paths.pathOf(node))}`;
  }

  /** A path from a directory above it on; of the directory itself, its last name. */
  #nameBelow(node: number, above: number): string {
    const { paths } = this.#table.tree;
    if (above === ROOT) return this.#pathText(node);
    if (node === above) return printableName(paths.nameOf(node));
    return printableName(paths.pathOf(node).subarray(paths.pathOf(above).length + 1));
  }

  /** By record, 1 where it or its path is marked; undefined when nothing is. */
  #markedRecords(marks: Marks): Uint8Array | undefined {
    if (marks.records.size === 0 && marks.paths.size === 0) return undefined;
    if (this.#flags?.marks === marks) return this.#flags.flags;
    const { tree, node } = this.#table;
    const flags = new Uint8Array(node.length);
    for (const record of marks.records) flags[record] = 1;
    const nodes = markedNodes(marks, tree);
    if (nodes)
      for (let record = 0; record < flags.length; record++) if (nodes[node[record] ?? ROOT] === 1) flags[record] = 1;
    this.#flags = { marks, flags };
    return flags;
  }

  #markedIn(group: WasteGroup, grouping: Grouping, id: number, marks: Marks): number {
    const flags = this.#markedRecords(marks);
    if (!flags) return 0;
    if (this.#flagged?.flags !== flags || this.#flagged.group !== group) {
      this.#flagged = { flags, group, countOf: grouping.countFlagged(flags) };
    }
    return this.#flagged.countOf(id);
  }
}
