/** What is in a directory, for the preview. */
import { type Change, type EntryType, printableName, type Totals, type TreeView } from "@layerscope/core";

export interface DirectorySummary {
  /** The directory itself included. */
  readonly totals: Totals;
  /** What happened to the directory itself. */
  readonly change: Change | undefined;
  /** Paths directly below. */
  readonly children: number;
  /** Whether there are too many to look at in a moment: then `biggest` is empty and `children` the least there are. */
  readonly hasMore: boolean;
  /** Largest first. */
  readonly biggest: readonly DirectoryChild[];
}

export interface DirectoryChild {
  readonly node: number;
  /** Harmless text. */
  readonly name: string;
  readonly type: EntryType;
  readonly bytes: number;
  readonly change: Change | undefined;
}

const MOST_CHILDREN = 2000;
const MOST_SHOWN = 200;

const known = new WeakMap<TreeView, Map<number, DirectorySummary>>();

/** @param view the one that is on the screen, whose totals are known already */
export function directorySummary(view: TreeView, node: number): DirectorySummary {
  let summaries = known.get(view);
  if (!summaries) {
    summaries = new Map();
    known.set(view, summaries);
  }
  let summary = summaries.get(node);
  if (!summary) {
    summary = summarise(view, node);
    summaries.set(node, summary);
  }
  return summary;
}

function summarise(view: TreeView, node: number): DirectorySummary {
  const totals = view.totals(node);
  const children: DirectoryChild[] = [];
  let hasMore = false;
  for (const { node: child, entry, change } of view.children(node)) {
    if (children.length >= MOST_CHILDREN) {
      hasMore = true;
      break;
    }
    const name = printableName(view.tree.paths.nameOf(child));
    children.push({ node: child, name, type: entry.type, bytes: view.sizeOf(child), change });
  }
  const biggest = children.sort((one, other) => other.bytes - one.bytes || (one.name < other.name ? -1 : 1));
  const { change } = view.row(node) ?? { change: undefined };
  const shown = hasMore ? [] : biggest.slice(0, MOST_SHOWN);
  return { totals, change, children: children.length, hasMore, biggest: shown };
}
