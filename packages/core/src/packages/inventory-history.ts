/** Which layer installed and removed what: the packages that files declare, followed through the layers. */
import { NONE } from "../layer/path-table.ts";
import { TYPE } from "../model/entry.ts";
import { decodeName } from "../model/path-text.ts";
import { type HistoryTree, REVISION } from "../tree/history-tree.ts";
import { isInCondaCache } from "./conda.ts";
import { isInstalledManifest } from "./npm.ts";
import { type DeclaredPackage, type PackageFacts, SYSTEM_TYPES } from "./package.ts";

/** What is known of the files of an image, as far as packages are concerned; by entry of the tree. */
export type FactsOfFiles = ReadonlyMap<number, { readonly packages?: PackageFacts | undefined }>;

/** A package at one place, in one version, from the layer that brought it to the one that took it away. */
export interface PackageRecord {
  /** As the newest layer has it that declares it. */
  readonly declared: DeclaredPackage;
  /** Node of the file that declares it. */
  readonly location: number;
  readonly installedIn: number;
  readonly removedIn: number | undefined;
}

/** Declarations looked at in all layers together: hard links could make one large database stand at very many places. */
const MOST_DECLARATIONS = 2_000_000;
const LONGEST_NAME = 1000;

export interface PackageHistory {
  /** By path of the declaring file; those of one file in the order in which it declares them, removed ones first. */
  readonly records: readonly PackageRecord[];
  /** Whether there were more declarations than are looked at. */
  readonly isCut: boolean;
}

export function packageHistory(tree: HistoryTree, facts: FactsOfFiles): PackageHistory {
  const records: PackageRecord[] = [];
  let declarations = 0;
  for (const node of declaringNodes(tree, facts)) {
    if (declarations > MOST_DECLARATIONS) return { records, isCut: true };
    declarations += followFile(tree, facts, node, records);
  }
  return { records, isCut: false };
}

/** Paths of files that declare packages in some layer, in the order of their paths. */
function declaringNodes(tree: HistoryTree, facts: FactsOfFiles): number[] {
  const nodes = new Set<number>();
  for (const [entry, { packages }] of facts) {
    if (packages?.packages) nodes.add(nodeOf(tree, entry));
  }
  addLinks(tree, facts, nodes);
  const installed = [...nodes].filter((node) => !isInCondaCache(decodeName(tree.paths.pathOf(node)).text));
  return installed.sort((one, other) => tree.paths.comparePaths(one, other));
}

/**
 * Package managers that keep a store link from there into each place that a package is installed at, so such a link declares
 * it as well. Copies of a database under another name do not, nor those of a distribution, of which there is one.
 */
function addLinks(tree: HistoryTree, facts: FactsOfFiles, nodes: Set<number>): void {
  for (const [layer, entries] of tree.layers.entries()) {
    const base = tree.entryBase[layer] as number;
    for (let index = 0; index < entries.count; index++) {
      if (entries.type[index] !== TYPE.LINK) continue;
      const inode = tree.inodeOf(base + index);
      const { packages: all = [], ifLinked } = facts.get(inode)?.packages ?? {};
      const [declared, ...others] = all;
      if (ifLinked) nodes.add(entries.node[index] as number);
      if (!declared || others.length > 0 || SYSTEM_TYPES.has(declared.type)) continue;
      const node = entries.node[index] as number;
      if (tree.paths.compareNames(node, nodeOf(tree, inode)) === 0) nodes.add(node);
    }
  }
}

/** Adds the records of one path. @returns how many declarations it has had */
function followFile(tree: HistoryTree, facts: FactsOfFiles, node: number, records: PackageRecord[]): number {
  const revisions: number[] = [];
  for (let revision = tree.newestRevision(node); revision !== NONE; revision = tree.previousRevision(revision)) {
    revisions.push(revision);
  }
  const isPlaced = isInstalledManifest(decodeName(tree.paths.pathOf(node)).text);
  const linked = (said: PackageFacts | undefined): readonly DeclaredPackage[] =>
    isPlaced && said?.ifLinked ? [said.ifLinked] : [];
  let declarations = 0;
  let before: PackageFacts | undefined;
  let live = new Map<string, PackageRecord>();
  for (const revision of revisions.reverse()) {
    const after = factsAt(tree, facts, revision);
    if (after === before) continue;
    before = after;
    const declared = after?.packages ?? linked(after);
    declarations += declared.length;
    live = update(live, declared, node, tree.revisionLayer(revision), records);
    if (declarations > MOST_DECLARATIONS) break;
  }
  for (const record of live.values()) records.push(record);
  return declarations;
}

function factsAt(tree: HistoryTree, facts: FactsOfFiles, revision: number): PackageFacts | undefined {
  if (tree.revisionKind(revision) !== REVISION.ENTRY) return undefined;
  return facts.get(tree.inodeOf(tree.revisionEntry(revision)))?.packages;
}

/** What is there after a layer that wrote the file; what is gone with it goes to `removed`. */
function update(
  live: ReadonlyMap<string, PackageRecord>,
  declared: readonly DeclaredPackage[],
  location: number,
  layer: number,
  removed: PackageRecord[],
): Map<string, PackageRecord> {
  const after = new Map<string, PackageRecord>();
  for (const one of declared) {
    if (one.name === "" || one.name.length > LONGEST_NAME || one.version.length > LONGEST_NAME) continue;
    const key = identityOf(one);
    // The first counts, should a file declare a package twice.
    if (after.has(key)) continue;
    const installedIn = live.get(key)?.installedIn ?? layer;
    after.set(key, { declared: one, location, installedIn, removedIn: undefined });
  }
  for (const [key, record] of live) if (!after.has(key)) removed.push({ ...record, removedIn: layer });
  return after;
}

function identityOf({ type, namespace, name, version, architecture }: DeclaredPackage): string {
  return [type, namespace ?? "", name, version, architecture ?? ""].join("\0");
}

function nodeOf(tree: HistoryTree, entry: number): number {
  return tree.entriesOf(entry).node[tree.indexOf(entry)] as number;
}
