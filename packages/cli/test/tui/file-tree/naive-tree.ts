/** The rows of a tree, worked out with plain objects from one walk through the view. */
import { type Analysis, type Change, changesView, compareView, ROOT, type TreeView } from "@layerscope/core";
import { pathText } from "../../../../core/test/tree/scan-layers.ts";
import { type FilesState, isOpen, type Sort } from "../../../src/tui/state/files-state.ts";
import type { Question } from "../../../src/tui/view-model/file-question.ts";
import type { RowOptions } from "../../../src/tui/view-model/file-rows.ts";

type Kind = Change | "unchanged";

interface Branch {
  readonly node: number;
  readonly name: Buffer;
  readonly kind: Kind;
  /** Bytes at and below it: those that are shown, those that are shown and wasted, those of what was touched. */
  bytes: number;
  /** What the row shows instead. */
  readonly ownBytes?: number;
  wasted: number;
  changed: number;
  readonly isFile: boolean;
  readonly below: Branch[];
}

export interface NaiveRow {
  readonly path: string;
  readonly depth: number;
  /** How many names share the row. */
  readonly names: number;
  readonly change: Change | undefined;
  readonly bytes: number;
  readonly parentBytes: number;
  readonly wastedBytes: number;
}

const CAUSES: Readonly<Record<string, Change>> = {
  deleted: "removed",
  hidden: "removed",
  rewritten: "modified",
  metadata: "metadata",
  identical: "identical",
  "duplicate-member": "identical",
};

/** What the rows of a complete image have to be, in order. */
export function naiveRows(analysis: Analysis, question: Question, options: RowOptions): NaiveRow[] {
  const { tree } = analysis.image;
  const root = question.shown === "wasted" ? wastedBranch(analysis) : viewBranch(analysis, question);
  const { hidden, kept, hidesSmall, sort, expansion } = options;
  const isKept = new Map<Branch, boolean>();
  const decide = (branch: Branch): boolean => {
    const isBelow = branch.below.map(decide).includes(true);
    // What is there only because it leads somewhere goes with what it leads to.
    const leadsOnly = hidden.size > 0 && branch.kind === "unchanged" && question.shown !== "tree";
    const itself = !hidden.has(branch.kind) && !leadsOnly && (!kept || kept[branch.node] === 1);
    isKept.set(branch, itself || isBelow);
    return itself || isBelow;
  };
  decide(root);
  const below = (branch: Branch): Branch[] =>
    branch.below
      .filter((each) => isKept.get(each) && !(hidesSmall && each.bytes < branch.bytes / 100))
      .sort((one, other) => compare(one, other, sort));
  const rows: NaiveRow[] = [];
  const add = (parent: Branch, depth: number): void => {
    for (const top of below(parent)) {
      let at = top;
      let names = 1;
      for (;;) {
        const only = below(at);
        const [one] = only;
        if (only.length !== 1 || !one || at.isFile || one.below.length === 0) break;
        if (at.kind !== "unchanged" && at.kind !== one.kind) break;
        at = one;
        names++;
      }
      rows.push({
        path: pathText(tree, at.node),
        depth,
        names,
        change: at.kind === "unchanged" ? undefined : at.kind,
        bytes: at.ownBytes ?? at.bytes,
        parentBytes: parent.bytes,
        wastedBytes: at.wasted,
      });
      if (isOpen(expansion, at.node)) add(at, depth + 1);
    }
  };
  add(root, 0);
  return rows;
}

function compare(one: Branch, other: Branch, sort: Sort): number {
  const by: Record<Sort, (branch: Branch) => number> = {
    name: () => 0,
    size: ({ bytes }) => bytes,
    wasted: ({ wasted }) => wasted,
    change: ({ changed }) => changed,
  };
  const names = Buffer.compare(one.name, other.name);
  if (sort === "name") return names;
  return by[sort](other) - by[sort](one) || other.bytes - one.bytes || names;
}

export function viewOf({ image: { tree, classes } }: Analysis, { shown, from, to }: Question): TreeView {
  return shown === "tree" ? compareView(tree, classes, from, to) : changesView(tree, classes, from, to);
}

function viewBranch(analysis: Analysis, question: Question): Branch {
  const { shown, from, to } = question;
  const view = viewOf(analysis, question);
  const { paths } = analysis.image.tree;
  const branches = new Map<number, Branch>();
  for (const { node, entry, change } of view.walk()) {
    const totals = view.totals(node);
    const branch: Branch = {
      node,
      name: Buffer.from(paths.nameOf(node)),
      kind: change ?? "unchanged",
      bytes: totals.bytes + (shown === "tree" ? 0 : totals.removedBytes),
      ...(shown === "tree" && change === "removed" && { ownBytes: totals.removedBytes }),
      wasted: 0,
      changed: 0,
      isFile: entry.type !== "directory",
      below: [],
    };
    branches.set(node, branch);
    if (node !== ROOT) branches.get(paths.parentOf(node))?.below.push(branch);
  }
  for (const { node, bytes, storedIn, hiddenBy } of analysis.accounts.waste) {
    const wasThere = storedIn <= from && hiddenBy > from && hiddenBy <= to;
    const isGone = shown !== "tree" && wasThere && branches.get(node)?.kind === "removed";
    const isThere = storedIn <= to && hiddenBy > to && (shown === "tree" || storedIn > from);
    if (!isGone && !isThere) continue;
    for (let at = node; ; at = paths.parentOf(at)) {
      const branch = branches.get(at);
      if (branch) branch.wasted += bytes;
      if (at === ROOT) break;
    }
  }
  const root = branches.get(ROOT) as Branch;
  addChanged(root);
  return root;
}

function wastedBranch({ image: { tree }, accounts }: Analysis): Branch {
  const { paths } = tree;
  const branches = new Map<number, Branch>();
  const branchOf = (node: number): Branch => {
    const known = branches.get(node);
    if (known) return known;
    const records = [...accounts.waste].filter((record) => record.node === node);
    const largest = records.reduce<(typeof records)[number] | undefined>(
      (most, each) => (most && most.bytes >= each.bytes ? most : each),
      undefined,
    );
    const branch: Branch = {
      node,
      name: Buffer.from(paths.nameOf(node)),
      kind: largest ? (CAUSES[largest.cause] ?? "unchanged") : "unchanged",
      bytes: 0,
      wasted: 0,
      changed: 0,
      isFile: records.length > 0,
      below: [],
    };
    branches.set(node, branch);
    if (node !== ROOT) branchOf(paths.parentOf(node)).below.push(branch);
    return branch;
  };
  const root = branchOf(ROOT);
  for (const { node, bytes } of accounts.waste) {
    for (let at = node; ; at = paths.parentOf(at)) {
      branchOf(at).bytes += bytes;
      branchOf(at).wasted += bytes;
      if (at === ROOT) break;
    }
  }
  addChanged(root);
  return root;
}

/** Sums, bottom-up, the bytes of what was touched: what is a path's own are its bytes less those below it. */
function addChanged(branch: Branch): void {
  for (const each of branch.below) addChanged(each);
  const sum = (of: (each: Branch) => number): number => branch.below.reduce((total, each) => total + of(each), 0);
  const own = branch.bytes - sum(({ bytes }) => bytes);
  branch.changed = sum(({ changed }) => changed) + (branch.kind === "unchanged" ? 0 : own);
}

export const NO_HIDDEN: FilesState["hidden"] = new Set();
