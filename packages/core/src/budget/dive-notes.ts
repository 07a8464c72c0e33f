/** What dive's numbers of an image leave out or count too much, from the exact accounting. */
import type { WasteRecord } from "../metrics/accounting.ts";
import type { WasteCause } from "../metrics/waste-cause.ts";
import type { HistoryTree } from "../tree/history-tree.ts";
import type { CheckContext } from "./check-context.ts";

/** Notes on dive's efficiency. */
export function efficiencyNotes(context: CheckContext): string[] {
  const exact = percent(context.analysis.accounts.efficiency);
  const dives = percent(context.dive.efficiency);
  const isExact = exact === dives;
  return [
    ...missedNotes(missedWaste(context)),
    ...(isExact ? [] : [`a container sees ${exact} of the bytes that are stored; dive's efficiency is ${dives}`]),
  ];
}

/** Notes on dive's wasted bytes. */
export function wastedBytesNotes(context: CheckContext): string[] {
  const missed = missedWaste(context);
  return [...missedNotes(missed), ...surplusNotes(context, missed)];
}

/** Notes on dive's wasted bytes by the bytes of all layers but the first. */
export function userShareNotes(context: CheckContext): string[] {
  const { dive, base, analysis } = context;
  const notes = wastedBytesNotes(context);
  if (Number.isNaN(dive.userWastedShare)) {
    notes.push(
      "dive divides 0 by 0, since only the first layer stores anything; its rule passes whatever the limit is",
    );
  } else if (!Number.isFinite(dive.userWastedShare)) {
    notes.push("dive divides by 0, since only the first layer stores anything; its rule fails whatever the limit is");
  } else if (base.layers > 1) {
    notes.push(`dive divides by all layers but the first, though ${base.layers} layers are the base image's`);
  } else if (base.layers === 0 && analysis.image.layers.length > 1) {
    notes.push("dive takes the first layer for the base image and leaves it out of what it divides by");
  }
  return notes;
}

/** Wasted bytes by what happened to them. */
type MissedWaste = ReadonlyMap<string, number>;

/** What is wasted at paths that dive lists neither themselves nor with a directory above them. */
function missedWaste({ analysis, dive, paths }: CheckContext): MissedWaste {
  const { tree } = analysis.image;
  const { waste } = analysis.accounts;
  const isListed = new Uint8Array(paths.size);
  for (const { node, bytes } of dive.inefficient) if (bytes > 0) isListed[node] = 1;
  for (let node = 1; node < isListed.length; node++) {
    if (isListed[paths.parentOf(node)] === 1) isListed[node] = 1;
  }
  const removals = new Removals(tree);
  const missed = new Map<string, number>();
  for (const [at, record] of [...waste].entries()) {
    const inode = waste.inodeAt(at) as number;
    const stored = tree.entriesOf(inode).node[tree.indexOf(inode)] as number;
    if (isListed[stored] === 1) continue;
    const how = removals.isWithDirectory(record) ? "removed with a directory" : HOW[record.cause];
    missed.set(how, (missed.get(how) ?? 0) + record.bytes);
  }
  return missed;
}

const HOW: Readonly<Record<WasteCause, string>> = {
  deleted: "removed one by one",
  hidden: "hidden by an opaque or replaced directory",
  rewritten: "rewritten or replaced",
  metadata: "stored again for other metadata",
  identical: "stored again unchanged",
  "duplicate-member": "stored more than once by one layer",
};

/** Which paths the markers of a layer name. */
class Removals {
  readonly #tree: HistoryTree;
  readonly #byLayer = new Map<number, ReadonlySet<number>>();

  constructor(tree: HistoryTree) {
    this.#tree = tree;
  }

  /** Whether the file went because a marker names a directory above it. */
  isWithDirectory({ cause, node, hiddenBy }: WasteRecord): boolean {
    if (cause !== "deleted") return false;
    let removed = this.#byLayer.get(hiddenBy);
    if (!removed) {
      removed = new Set(this.#tree.layers[hiddenBy]?.whiteouts);
      this.#byLayer.set(hiddenBy, removed);
    }
    return !removed.has(node);
  }
}

function missedNotes(missed: MissedWaste): string[] {
  if (missed.size === 0) return [];
  const parts = [...missed].sort(([, one], [, other]) => other - one);
  const list = parts.map(([how, bytes]) => `${inDigits(bytes)} ${how}`).join(", ");
  return [`dive misses ${inDigits(sumOf(missed))} wasted bytes: ${list}`];
}

function surplusNotes({ analysis, dive }: CheckContext, missed: MissedWaste): string[] {
  const wasted = analysis.accounts.wastedBytes - sumOf(missed);
  if (dive.wastedBytes <= wasted) return [];
  const [all, lost] = [inDigits(dive.wastedBytes), inDigits(wasted)];
  return [`dive counts every copy of a path, the one that is kept too: of its ${all} bytes ${lost} are wasted`];
}

function sumOf(missed: MissedWaste): number {
  return [...missed.values()].reduce((sum, bytes) => sum + bytes, 0);
}

function inDigits(bytes: number): string {
  return bytes.toLocaleString("en-US");
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
