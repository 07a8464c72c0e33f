/** Images that queries are asked of. */
import {
  type Analysis,
  changesView,
  compareView,
  layerView,
  NameSearcher,
  ROOT,
  snapshotView,
  type TreeView,
  wasteColumns,
} from "@layerscope/core";
import type { Member } from "../../../../../fixtures/build/tar.ts";
import { pack, pathText, scanArchive } from "../../../../core/test/tree/scan-layers.ts";
import { parseQuery, type QueryMatches, type QuerySubject, runQuery } from "../../../src/tui/view-model/query.ts";

export const scan = (...layers: Member[][]): Promise<Analysis> => scanArchive(pack(layers, "plain"));

export function subjectOf({ image, accounts }: Analysis, view?: TreeView): QuerySubject {
  const { tree, classes } = image;
  return { tree, classes, view, names: new NameSearcher(tree.paths), waste: wasteColumns(tree, accounts.waste) };
}

export function viewsOf({ image: { tree, classes } }: Analysis): TreeView[] {
  const last = tree.layers.length - 1;
  return [
    snapshotView(tree, classes, last),
    layerView(tree, classes, last),
    changesView(tree, classes, -1, last),
    compareView(tree, classes, 0, last),
  ];
}

/** What a query finds; throws what is wrong with it. */
export function run(text: string, subject: QuerySubject): QueryMatches {
  const query = parseQuery(text);
  if ("error" in query) throw new Error(query.error);
  const steps = runQuery(query, subject);
  for (let step = steps.next(); ; step = steps.next()) {
    if (!step.done) continue;
    if ("error" in step.value) throw new Error(step.value.error);
    return step.value;
  }
}

/** Paths without the leading slash, sorted. */
export function pathsOf({ tree }: QuerySubject, nodes: Uint8Array): string[] {
  const found: string[] = [];
  for (let node = ROOT + 1; node < nodes.length; node++) if (nodes[node] === 1) found.push(pathText(tree, node));
  return found.sort();
}

export const find = (text: string, subject: QuerySubject): string[] => pathsOf(subject, run(text, subject).nodes);

/** What is wrong with a query; undefined when nothing is. */
export function errorOf(text: string): string | undefined {
  const query = parseQuery(text);
  return "error" in query ? query.error : undefined;
}
