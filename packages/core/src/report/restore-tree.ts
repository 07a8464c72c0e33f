/**
 * From the lists of a saved report to the tree that they were made of. The lists are the tree's revisions; nothing is
 * folded again. What they do not have is in the records of waste: files that never had a path, and in which order the
 * tars had the files.
 */
import { PathTable, ROOT } from "../layer/path-table.ts";
import { LayerscopeError } from "../model/errors.ts";
import { DEFAULT_LIMITS } from "../model/limits.ts";
import type { Turns } from "../model/turns.ts";
import { ContentClasses } from "../tree/content-classes.ts";
import { HistoryTree, LOSS, REVISION } from "../tree/history-tree.ts";
import type { FullReport } from "./check-report.ts";
import { isPlainPath, nameBytes } from "./report-paths.ts";
import { contradiction, type Place } from "./report-problem.ts";
import { buildLayer, type LayerPlan, newPlan, type StoredInode } from "./restore-layer.ts";
import type { ReportLayerEntry, ReportWasteRecord } from "./schema.ts";

export interface RestoredTree {
  readonly tree: HistoryTree;
  readonly classes: ContentClasses;
  readonly files: InspectedFiles;
}

/** What the lists say of the contents of single files, by the entry of the tree that stores each. */
export interface InspectedFiles {
  /** Place of the package that owns it; not checked. */
  readonly owners: ReadonlyMap<number, number>;
  readonly strippable: ReadonlyMap<number, number>;
}

/** @throws LayerscopeError `invalid-document`, `limit-exceeded`, `aborted` */
export async function restoreTree(report: FullReport, name: string, turns: Turns): Promise<RestoredTree> {
  const { layers, waste } = report;
  const members = layers.reduce((sum, { entryCount }) => sum + entryCount, 0);
  if (members > DEFAULT_LIMITS.entries) {
    const message = `${name} has more than ${DEFAULT_LIMITS.entries} members in its layers`;
    throw new LayerscopeError("limit-exceeded", message, { where: { source: name } });
  }
  const plans = new Planner(name, layers.length);
  const wasted = new Map<number, StoredInode>();
  const hiddenBy = byHidingLayer(waste, layers.length);
  for (const [layer, { entries }] of layers.entries()) {
    // A record names a path by what it was before the layer that hides it.
    await turns.inParts(hiddenBy[layer] ?? [], (at) => {
      wasted.set(at, plans.waste(waste[at] as ReportWasteRecord, at));
    });
    await turns.inParts(entries, (entry, at) => plans.entry(entry, layer, at));
    plans.endLayer(layer);
  }
  // Records of equal size are in the order of the tar, and have to come out in that order again.
  for (const [, inode] of [...wasted].sort(([one], [other]) => one - other)) plans.of(inode.layer).wasted.push(inode);

  const tree = new HistoryTree(plans.paths);
  const classes = new ContentClasses();
  const contents = new Map<number, number>();
  const files = { owners: new Map<number, number>(), strippable: new Map<number, number>() };
  for (const [layer, { entryCount }] of layers.entries()) {
    const known = buildLayer(plans.of(layer), entryCount, tree.entryCount);
    if (!known) throw contradiction(name, ["layers", layer, "entryCount"], `it lists more than ${entryCount} entries`);
    tree.restoreLayer(known);
    classes.grow(tree.entryCount);
    for (const { entry, number } of plans.of(layer).stored) {
      if (entry?.package !== undefined) files.owners.set(number, entry.package);
      if (entry?.strippableBytes !== undefined) files.strippable.set(number, entry.strippableBytes);
      if (entry?.content === undefined) continue;
      const like = contents.get(entry.content);
      if (like === undefined) contents.set(entry.content, number);
      else classes.join(like, number);
    }
    if (turns.isLong()) await turns.next();
  }
  return { tree, classes, files };
}

function byHidingLayer(waste: readonly ReportWasteRecord[], layers: number): number[][] {
  const lists = Array.from({ length: layers }, (): number[] => []);
  for (const [at, { hiddenBy }] of waste.entries()) lists[hiddenBy]?.push(at);
  return lists;
}

/** What a path is: an inode, or a directory that no layer lists; undefined when it is not there. */
type Present = StoredInode | "implicit" | undefined;

/** Takes the entries layer by layer, and finds out which inodes there are. */
class Planner {
  readonly paths = new PathTable(DEFAULT_LIMITS);
  readonly #name: string;
  readonly #plans: LayerPlan[];
  // By node: what is there, the last layer that listed it, and how many paths directly below it are there.
  readonly #present: Present[] = [];
  readonly #listedBy: (number | undefined)[] = [];
  readonly #presentBelow: (number | undefined)[] = [];
  /** Files with several names, by the number that those share. */
  readonly #shared = new Map<number, StoredInode>();

  constructor(name: string, layers: number) {
    this.#name = name;
    this.#plans = Array.from({ length: layers }, newPlan);
  }

  of(layer: number): LayerPlan {
    return this.#plans[layer] as LayerPlan;
  }

  waste(record: ReportWasteRecord, at: number): StoredInode {
    const { bytes, cause, storedIn, hiddenBy } = record;
    const place = ["waste", at];
    const node = this.#node(record, place);
    if (storedIn === hiddenBy) {
      if (cause !== "duplicate-member" && cause !== "hidden") {
        throw contradiction(this.#name, place, `a file that layer ${storedIn} itself hides is not ${cause}`);
      }
      const loss = cause === "hidden" ? LOSS.BURIED : LOSS.REPEATED;
      return { layer: storedIn, node, entry: undefined, bytes, loss, lossNode: node, number: 0 };
    }
    const inode = this.#present[node];
    if (
      typeof inode !== "object" ||
      inode.lossNode !== undefined ||
      inode.layer !== storedIn ||
      inode.bytes !== bytes
    ) {
      throw contradiction(this.#name, place, `layer ${storedIn} stores no such file of ${bytes} bytes`);
    }
    inode.lossNode = node;
    this.of(hiddenBy).hidden.push(inode);
    return inode;
  }

  entry(entry: ReportLayerEntry, layer: number, at: number): void {
    const place = ["layers", layer, "entries", at];
    const node = this.#node(entry, place);
    const { nodes, kinds, inodes } = this.of(layer);
    const before = this.#present[node];
    if (this.#listedBy[node] === layer) throw contradiction(this.#name, place, "its path is listed twice");
    this.#listedBy[node] = layer;
    const now = entry.change === "removed" ? undefined : this.#brought(entry, layer, node, place);
    if (now === undefined && before === undefined)
      throw contradiction(this.#name, place, "what is removed is not there");
    nodes.push(node);
    kinds.push(now ? (now === "implicit" ? REVISION.IMPLICIT : REVISION.ENTRY) : removalKind(entry));
    inodes.push(now === "implicit" ? undefined : now);
    this.#present[node] = now;
    const parent = this.paths.parentOf(node);
    const difference = Number(now !== undefined) - Number(before !== undefined);
    this.#presentBelow[parent] = (this.#presentBelow[parent] ?? 0) + difference;
  }

  /** What is there must be in a directory that is there. */
  endLayer(layer: number): void {
    for (const [at, node] of this.of(layer).nodes.entries()) {
      const parent = this.paths.parentOf(node);
      const isOrphan = this.#present[node] !== undefined && parent !== ROOT && !isDirectory(this.#present[parent]);
      const isBarred = !isDirectory(this.#present[node]) && (this.#presentBelow[node] ?? 0) > 0;
      if (!isOrphan && !isBarred) continue;
      const why = isOrphan ? "the directory it is in is not there" : "something below it is left";
      throw contradiction(this.#name, ["layers", layer, "entries", at], why);
    }
  }

  #brought(entry: ReportLayerEntry, layer: number, node: number, place: Place): StoredInode | "implicit" {
    const { type, size, uid, gid, device, inode: shared } = entry;
    if (entry.implicit && type === "directory") return "implicit";
    if (![uid, gid, device?.major ?? 0, device?.minor ?? 0].every((number) => number <= 0xffffffff)) {
      throw contradiction(this.#name, place, "an owner or device number that no tar can hold");
    }
    if (type !== "file" && size !== 0) throw contradiction(this.#name, place, `a ${type} with a size`);
    const known = shared === undefined ? undefined : this.#shared.get(shared);
    if (known) {
      const isSame = known.entry?.type === type && known.bytes === size && known.entry.package === entry.package;
      if (isSame && type !== "directory") return known;
      throw contradiction(this.#name, place, "it is not what the other names of its inode are");
    }
    const inode: StoredInode = { layer, node, entry, bytes: size, loss: LOSS.NONE, lossNode: undefined, number: 0 };
    if (shared !== undefined) this.#shared.set(shared, inode);
    this.of(layer).stored.push(inode);
    return inode;
  }

  #node({ path, pathBase64 }: { path: string; pathBase64?: string | undefined }, place: Place): number {
    const bytes = nameBytes(path, pathBase64);
    if (!isPlainPath(bytes)) throw contradiction(this.#name, place, "its path is not one that a report has");
    return this.paths.intern(bytes, 1, bytes.length);
  }
}

function removalKind({ hidden }: ReportLayerEntry): number {
  return hidden ? REVISION.HIDDEN : REVISION.DELETED;
}

function isDirectory(present: Present): boolean {
  return present === "implicit" || (present !== undefined && present.entry?.type === "directory");
}
