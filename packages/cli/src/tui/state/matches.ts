/** Going from match to match, in the order of what is searched, through directories and groups that are closed. */
import { type HistoryTree, NONE, ROOT } from "@layerscope/core";
import { fileModelOf } from "../view-model/open-file.ts";
import { fileTree, selectedPath, sizeOf } from "../view-model/selection.ts";
import { goToMatchInList, goToMatchInWaste } from "./matches-in-lists.ts";
import { goToPath, reveal } from "./navigate.ts";
import { searchInFile } from "./search-in-file.ts";
import type { Matches, State } from "./state.ts";
import { told, toldOfMatches } from "./told.ts";

/**
 * The state with the next match under the cursor, going round at the end.
 * @param from whether the path under the cursor itself may be the one
 */
export function goToMatch(state: State, direction: 1 | -1, from: boolean): State {
  if (state.view === "file") return goToMatchInFile(state, direction);
  const { search, found } = state;
  const { tree } = state.subject;
  if (!search || !tree) return told(state, "warning", "Search for something first: /");
  if (search.where === "advice" || search.where === "packages") {
    return goToMatchInList(state, search.where, search.text, direction, from);
  }
  // It goes there when the answer comes.
  if (!found) return { ...state, search: { ...search, jumps: true } };
  if (found.count === 0) return toldOfMatches(state, search.text, 0);
  if (search.where === "waste") return goToMatchInWaste(state, search.text, found, direction, from);
  const shown = fileTree(state);
  const childrenOf =
    search.where === "all-layers"
      ? (node: number) => childrenByName(tree, node)
      : (node: number) => shown?.childrenOf(node, state.files.sort) ?? [];
  const start = state.view === "explore" ? (selectedPath(state)?.node ?? ROOT) : ROOT;
  const walk = new MatchWalk(tree, found, childrenOf);
  const node = from && walk.isMatch(start) ? start : walk.next(start, direction);
  if (node === undefined) return toldOfMatches(state, search.text, 0);
  const there =
    state.view === "explore" && shown?.shows(node)
      ? { ...reveal(state, node), focus: "files" as const, previewTop: 0 }
      : goToPath(state, { node, layer: tree.revisionLayer(tree.newestRevision(node)) }, "changes");
  return toldOfMatches(there, search.text, found.count);
}

function goToMatchInFile(state: State, direction: 1 | -1): State {
  const { file } = state;
  if (!file) return state;
  const pattern = file.search?.pattern ?? state.typed["search-file"] ?? "";
  if (pattern === "") return told(state, "warning", "Search for something first: /");
  const result = searchInFile(file, fileModelOf(state, file), pattern, direction, sizeOf(state, "file"));
  return typeof result === "string" ? told(state, "warning", result) : { ...state, file: result };
}

function childrenByName({ paths }: HistoryTree, node: number): number[] {
  const children: number[] = [];
  for (let child = paths.firstChildOf(node); child !== NONE; child = paths.nextSiblingOf(child)) children.push(child);
  return children.sort((one, other) => paths.compareNames(one, other));
}

/** A walk through the tree that only enters directories with matches in them. */
export class MatchWalk {
  readonly #tree: HistoryTree;
  readonly #matches: Matches;
  readonly #childrenOf: (node: number) => readonly number[];

  constructor(tree: HistoryTree, matches: Matches, childrenOf: (node: number) => readonly number[]) {
    this.#tree = tree;
    this.#matches = matches;
    this.#childrenOf = childrenOf;
  }

  isMatch(node: number): boolean {
    return this.#matches.nodes[node] === 1;
  }

  /** The match after a path, or before it; the first, or the last, when there is none. */
  next(node: number, direction: 1 | -1): number | undefined {
    return (
      (direction === 1 ? this.#after(node) : this.#before(node)) ??
      (direction === 1 ? this.#first(ROOT) : this.#last(ROOT))
    );
  }

  #after(node: number): number | undefined {
    for (const child of this.#leading(node)) {
      const found = this.#first(child);
      if (found !== undefined) return found;
    }
    for (let at = node; at !== ROOT; at = this.#tree.paths.parentOf(at)) {
      const siblings = this.#childrenOf(this.#tree.paths.parentOf(at));
      for (const sibling of siblings.slice(siblings.indexOf(at) + 1)) {
        const found = this.#leads(sibling) ? this.#first(sibling) : undefined;
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  #before(node: number): number | undefined {
    for (let at = node; at !== ROOT; at = this.#tree.paths.parentOf(at)) {
      const parent = this.#tree.paths.parentOf(at);
      const siblings = this.#childrenOf(parent);
      for (const sibling of siblings.slice(0, Math.max(0, siblings.indexOf(at))).reverse()) {
        const found = this.#leads(sibling) ? this.#last(sibling) : undefined;
        if (found !== undefined) return found;
      }
      if (parent !== ROOT && this.isMatch(parent)) return parent;
    }
    return undefined;
  }

  /** The first match at or below a path. */
  #first(node: number): number | undefined {
    if (node !== ROOT && this.isMatch(node)) return node;
    for (const child of this.#leading(node)) {
      const found = this.#first(child);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #last(node: number): number | undefined {
    for (const child of this.#leading(node).reverse()) {
      const found = this.#last(child);
      if (found !== undefined) return found;
    }
    return node !== ROOT && this.isMatch(node) ? node : undefined;
  }

  #leading(node: number): number[] {
    return this.#childrenOf(node).filter((child) => this.#leads(child));
  }

  #leads(node: number): boolean {
    return this.#matches.leading[node] === 1;
  }
}
