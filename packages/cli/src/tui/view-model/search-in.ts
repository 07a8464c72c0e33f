/** What a query over paths is asked of. */
import type { SearchPlace, State } from "../state/state.ts";
import { namesOf, wasteOf } from "./file-tree.ts";
import type { QuerySubject } from "./query.ts";
import { fileTree } from "./selection.ts";
import { wasteTableOf } from "./waste-table.ts";

export interface Searchable {
  /** Two that have the same give the same answer to a query. */
  readonly key: string;
  readonly subject: () => QuerySubject;
}

/** Undefined where there is nothing to search yet, and for lists of what is no path (see list-matches.ts). */
export function searchIn(state: State, where: SearchPlace): Searchable | undefined {
  switch (where) {
    case "advice":
    case "packages":
      return undefined;
    case "waste":
      return searchWaste(state);
    default: {
      const tree = fileTree(state);
      if (!tree) return undefined;
      const { version, analysis } = state.subject;
      const { shown, from, to } = tree.question;
      const allLayers = where === "all-layers";
      // Each layer that is read can only add to a search of all of them.
      const known = allLayers ? version : analysis !== undefined;
      return { key: [shown, from, to, known].join("\n"), subject: () => tree.searchable(allLayers) };
    }
  }
}

/** Paths that have bytes that are wasted. */
function searchWaste({ subject }: State): Searchable | undefined {
  const { analysis, classes } = subject;
  if (!analysis) return undefined;
  const { tree } = analysis.image;
  return {
    key: "waste",
    subject: () => {
      const isWasted = new Uint8Array(tree.paths.size);
      for (const node of wasteTableOf(analysis).node) isWasted[node] = 1;
      const shows = (node: number): boolean => isWasted[node] === 1;
      return { tree, classes, names: namesOf(tree), waste: wasteOf(subject), view: undefined, shows };
    },
  };
}
