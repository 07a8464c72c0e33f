/** Which paths a query is true of: what search and filter go by. */
import {
  type ContentClasses,
  type HistoryTree,
  LayerscopeError,
  type NameSearcher,
  NONE,
  ROOT,
  type TreeView,
  VIEW_STATES,
  type WasteColumns,
} from "@layerscope/core";
import type { Condition, Query, QueryError, Term } from "./query/parse-query.ts";
import { EventVersions, RowVersions, type Version } from "./query/versions.ts";
import { withinTime } from "./query/within-time.ts";

export { parseQuery, parseTextQuery, type Query, type QueryError } from "./query/parse-query.ts";

/** What is asked. */
export interface QuerySubject {
  readonly tree: HistoryTree;
  readonly classes: ContentClasses;
  readonly names: NameSearcher;
  /** Without it nothing is known to be wasted. */
  readonly waste: WasteColumns | undefined;
  /**
   * The view whose rows are asked. Without it every path that any layer brought is: it matches when the words about
   * names do, and all others are true of one and the same thing that a layer did to it.
   */
  readonly view: TreeView | undefined;
  /** Which paths come into question beyond that; all when it is left out. */
  readonly shows?: ((node: number) => boolean) | undefined;
}

export interface QueryMatches {
  /** By node, 1 for those that match. The root never does. */
  readonly nodes: Uint8Array;
  /** The same, and the directories that lead there. */
  readonly leading: Uint8Array;
  readonly count: number;
}

/** Paths between two chances for the caller to stop. */
const SLICE = 8 * 1024;
/** What an expression may take until it yields. It takes some five. */
const SLICE_MILLISECONDS = 250;

type Of<K extends Condition["kind"]> = Term & { readonly condition: Extract<Condition, { kind: K }> };

/**
 * Finds what matches. Yields every few milliseconds, so that the caller can do something else or stop.
 * @returns an error when an expression takes too long
 */
export function* runQuery(query: Query, subject: QuerySubject): Generator<void, QueryMatches | QueryError, void> {
  try {
    const nodes = pathsInQuestion(subject);
    // What costs least comes first, and what is out is not looked at again.
    for (const { condition, isNegated } of termsOf(query, "text")) {
      keepOnly(nodes, subject.names.find(condition.text), isNegated);
      yield;
    }
    for (const term of termsOf(query, "expression")) {
      const error = yield* tryExpression(term, nodes, subject);
      if (error) return error;
    }
    const versions = termsOf(query, "version");
    if (versions.length > 0) yield* tryVersions(versions, nodes, subject);
    let count = 0;
    for (let node = 0; node < nodes.length; node++) count += nodes[node] as number;
    return { nodes, leading: keepAncestors(nodes, subject.tree.paths), count };
  } catch (thrown) {
    if (thrown instanceof LayerscopeError) return { error: thrown.message };
    throw thrown;
  }
}

/**
 * The paths that match, and the directories above them, up to the root.
 * @param matches by node, 1 for those that match
 */
export function keepAncestors(matches: Uint8Array, paths: HistoryTree["paths"]): Uint8Array {
  const kept = Uint8Array.from(matches);
  // Children have larger numbers than their parents.
  for (let node = kept.length - 1; node > ROOT; node--) if (kept[node] === 1) kept[paths.parentOf(node)] = 1;
  return kept;
}

function termsOf<K extends Condition["kind"]>({ terms }: Query, kind: K): Of<K>[] {
  return terms.filter((term): term is Of<K> => term.condition.kind === kind);
}

function pathsInQuestion({ tree, view, shows }: QuerySubject): Uint8Array {
  const nodes = new Uint8Array(tree.paths.size);
  const state = view?.columns().state;
  for (let node = ROOT + 1; node < nodes.length; node++) {
    const isThere = state
      ? (state[node] ?? VIEW_STATES.hidden) !== VIEW_STATES.hidden
      : tree.newestRevision(node) !== NONE;
    if (isThere && (!shows || shows(node))) nodes[node] = 1;
  }
  return nodes;
}

function keepOnly(nodes: Uint8Array, matches: Uint8Array, isNegated: boolean): void {
  const wanted = isNegated ? 0 : 1;
  for (let node = 0; node < nodes.length; node++) if (matches[node] !== wanted) nodes[node] = 0;
}

function* tryExpression(
  { condition: { expression }, isNegated }: Of<"expression">,
  nodes: Uint8Array,
  { names }: QuerySubject,
): Generator<void, QueryError | undefined, void> {
  const { onName, onPath, source } = expression;
  let matches = nodes;
  for (const [subject, passes] of [["name", onName] as const, ["path", onPath] as const]) {
    if (!passes) continue;
    const slices = names.test(subject, matches, passes);
    for (;;) {
      let step: IteratorResult<void, Uint8Array> | undefined;
      try {
        step = withinTime(SLICE_MILLISECONDS, () => slices.next());
      } catch (thrown) {
        // The engine may find only now that an expression is more than it can do.
        return { error: `${source} cannot be tried: ${thrown instanceof Error ? thrown.message : String(thrown)}` };
      }
      if (!step) return { error: `${source} takes too long` };
      if (step.done) {
        matches = step.value;
        break;
      }
      yield;
    }
  }
  keepOnly(nodes, matches, isNegated);
  return undefined;
}

function* tryVersions(
  terms: readonly Of<"version">[],
  nodes: Uint8Array,
  { tree, classes, view, waste }: QuerySubject,
): Generator<void, void, void> {
  const fits = (version: Version): boolean => {
    for (const { condition, isNegated } of terms) if (condition.holds(version) === isNegated) return false;
    return true;
  };
  const rows = view && new RowVersions(view, waste);
  const events = new EventVersions(tree, classes, waste);
  for (let start = 0; start < nodes.length; start += SLICE) {
    const end = Math.min(nodes.length, start + SLICE);
    for (let node = start; node < end; node++) {
      if (nodes[node] === 0) continue;
      rows?.goTo(node);
      if (!(rows ? fits(rows) : events.some(node, fits))) nodes[node] = 0;
    }
    yield;
  }
}
