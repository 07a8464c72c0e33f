/** What the packages that are there claim, wherever it is said: by the declaring file, beside it, or in dpkg's lists. */
import type { PathTable } from "../layer/path-table.ts";
import { encodeName } from "../model/path-text.ts";
import type { LastSnapshot } from "../tree/last-snapshot.ts";
import type { FactsOfFiles, PackageRecord } from "./inventory-history.ts";
import type { FileClaim, PackageFacts } from "./package.ts";
import type { PathResolver } from "./resolve-claims.ts";

/** What one file says that one package owns. */
export interface ClaimsOfFile {
  readonly claims: readonly FileClaim[];
  /** The path that is meant by `itself`. */
  readonly node: number;
  /** The path by which the file was looked into: another one where `node` is a hard link to it. */
  readonly storedAt: number;
}

const PARTS_OF_STATUS = encodeName("var/lib/dpkg/status.d");

/** By place in `records`, which must be there. */
export function claimsOfPackages(
  snapshot: LastSnapshot,
  resolver: PathResolver,
  records: readonly PackageRecord[],
  facts: readonly VisibleFacts[],
): ClaimsOfFile[][] {
  const { paths } = snapshot.tree;
  const claims = records.map(({ declared, location }): ClaimsOfFile[] => [
    { claims: declared.claims, node: location, storedAt: storingNode(snapshot, location) },
  ]);
  const byLocation = new Map<number, number>();
  for (const [place, { location }] of records.entries()) {
    if (!byLocation.has(location)) byLocation.set(location, place);
  }
  const lists = new DpkgLists(paths, records);
  for (const { node, packages } of facts) {
    const { claimsFor, fileList } = packages;
    if (claimsFor) {
      const location = resolver.nodeAt(claimsFor.declaredBy);
      const place = location === undefined ? undefined : byLocation.get(location);
      if (place !== undefined) claims[place]?.push({ claims: claimsFor.claims, node, storedAt: node });
    }
    if (fileList) {
      const place = lists.packageOf(fileList.of, node);
      const listed: FileClaim = { kind: "files", paths: fileList.paths };
      if (place !== undefined) claims[place]?.push({ claims: [listed], node, storedAt: node });
    }
  }
  return claims;
}

export interface VisibleFacts {
  readonly node: number;
  readonly packages: PackageFacts;
}

/** What is said by files that a container sees where they were stored; in the order of their paths. */
export function visibleFacts(snapshot: LastSnapshot, facts: FactsOfFiles): VisibleFacts[] {
  const { tree } = snapshot;
  const found: VisibleFacts[] = [];
  for (const [entry, { packages }] of facts) {
    if (!packages) continue;
    const node = tree.entriesOf(entry).node[tree.indexOf(entry)] as number;
    if (snapshot.isFile(node) && snapshot.inode[node] === entry) found.push({ node, packages });
  }
  return found.sort((one, other) => tree.paths.comparePaths(one.node, other.node));
}

function storingNode(snapshot: LastSnapshot, node: number): number {
  const inode = snapshot.inode[node] as number;
  return snapshot.tree.entriesOf(inode).node[snapshot.tree.indexOf(inode)] as number;
}

/** Which package a list of files is about. */
class DpkgLists {
  readonly #paths: PathTable;
  readonly #parts: number | undefined;
  readonly #byName = new Map<string, number>();
  /** Without a package manager: by the name of the file that declares it, which need not be that of the package. */
  readonly #byPart = new Map<string, number>();

  constructor(paths: PathTable, records: readonly PackageRecord[]) {
    this.#paths = paths;
    this.#parts = paths.find(PARTS_OF_STATUS);
    for (const [place, { declared, location }] of records.entries()) {
      if (declared.type !== "deb") continue;
      for (const name of [declared.name, `${declared.name}:${declared.architecture ?? ""}`]) {
        if (!this.#byName.has(name)) this.#byName.set(name, place);
      }
      const part = paths.parentOf(location) === this.#parts ? paths.plainNameOf(location) : undefined;
      if (part !== undefined) this.#byPart.set(part, place);
    }
  }

  packageOf(name: string, list: number): number | undefined {
    const isPart = this.#paths.parentOf(list) === this.#parts;
    return (isPart ? this.#byPart.get(name) : undefined) ?? this.#byName.get(name);
  }
}
