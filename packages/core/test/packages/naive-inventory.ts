/** The package inventory again, said as plainly as possible: snapshots as lists of paths, claims as texts. */
import type { PackageFactsOfFile } from "../../src/packages/inventory.ts";
import type { DeclaredPackage, FileClaim, PackageInventory } from "../../src/packages/package.ts";
import { fileEntry } from "../../src/tree/compare-revisions.ts";
import type { HistoryTree } from "../../src/tree/history-tree.ts";
import { pathText } from "../tree/scan-layers.ts";

type Facts = ReadonlyMap<number, PackageFactsOfFile>;

interface File {
  readonly type: string;
  readonly size: number;
  readonly inode: number;
  readonly link: string;
}

/** Paths are byte strings: a character per byte, no leading slash. */
type Snapshot = ReadonlyMap<string, File>;

const SYSTEM = ["deb", "apk", "rpm"];

/** What can be told of each package, under what tells it from all others. */
export type InventoryRows = Record<string, object>;

interface NaiveRecord {
  readonly key: string;
  readonly declared: DeclaredPackage;
  readonly location: string;
  readonly installedIn: number;
  readonly removedIn: number | undefined;
}

export function naiveInventory(tree: HistoryTree, facts: Facts): InventoryRows {
  const snapshots = tree.layers.map((_, layer) => snapshotOf(tree, layer));
  const records = declaringPaths(tree, facts).flatMap((path) => recordsOf(path, snapshots, facts));
  const last = snapshots.at(-1) ?? new Map();
  const there = records.filter(({ removedIn }) => removedIn === undefined);
  const owners = new NaiveOwners(tree, last, there, facts);
  return Object.fromEntries(
    records.map((record) => {
      const own = owners.filesOf(record);
      const { installedIn, removedIn } = record;
      const byLayer: Record<number, number> = {};
      for (const { inode, size } of own) {
        const layer = tree.layerOf(inode);
        if (size > 0) byLayer[layer] = (byLayer[layer] ?? 0) + size;
      }
      const bytes = own.reduce((sum, { size }) => sum + size, 0);
      const partOf = removedIn === undefined ? owners.partOf(record)?.key : undefined;
      return [record.key, { installedIn, removedIn, bytes, files: own.length, byLayer, partOf }];
    }),
  );
}

/** The same of the inventory that is to be tried. */
export function rowsOf(tree: HistoryTree, { packages }: PackageInventory): InventoryRows {
  const keyOf = (index: number | undefined): string | undefined => {
    const one = index === undefined ? undefined : packages[index];
    return one && recordKey(one, pathText(tree, one.location), one.installedIn);
  };
  return Object.fromEntries(
    packages.map(({ index, installedIn, removedIn, bytes, files, bytesByLayer, partOf }) => [
      keyOf(index),
      { installedIn, removedIn, bytes, files, byLayer: Object.fromEntries(bytesByLayer), partOf: keyOf(partOf) },
    ]),
  );
}

function recordKey(one: Omit<DeclaredPackage, "claims">, location: string, installedIn: number): string {
  return [one.type, one.name, one.version, location, installedIn].join(" ");
}

function snapshotOf(tree: HistoryTree, layer: number): Snapshot {
  const snapshot = new Map<string, File>();
  for (let node = 1; node < tree.paths.size; node++) {
    const entry = fileEntry(tree, tree.revisionAt(node, layer));
    if (!entry) continue;
    const { type, size, inode } = entry;
    snapshot.set(pathText(tree, node), {
      type,
      size,
      inode,
      link: Buffer.from(entry.linkTarget ?? []).toString("latin1"),
    });
  }
  return snapshot;
}

const storedAt = (tree: HistoryTree, inode: number): string => {
  const { entries, index } = tree.locate(inode);
  return pathText(tree, entries.node[index] as number);
};

const lastName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

function declaringPaths(tree: HistoryTree, facts: Facts): string[] {
  const paths = new Set<string>();
  for (const [entry, { packages }] of facts) if (packages?.packages) paths.add(storedAt(tree, entry));
  for (let entry = 0; entry < tree.entryCount; entry++) {
    const inode = tree.inodeOf(entry);
    const declared = facts.get(inode)?.packages?.packages ?? [];
    const isSystem = declared.some(({ type }) => SYSTEM.includes(type));
    const isSameName = lastName(storedAt(tree, entry)) === lastName(storedAt(tree, inode));
    if (inode !== entry && declared.length === 1 && !isSystem && isSameName) paths.add(storedAt(tree, entry));
  }
  return [...paths].sort();
}

/** A package is there for as many layers as follow one another and declare it. */
function recordsOf(path: string, snapshots: readonly Snapshot[], facts: Facts): NaiveRecord[] {
  const declaredIn = snapshots.map((snapshot) => {
    const file = snapshot.get(path);
    const byKey = new Map<string, DeclaredPackage>();
    for (const one of (file && facts.get(file.inode)?.packages?.packages) ?? []) {
      const key = [one.type, one.name, one.version].join(" ");
      if (!byKey.has(key)) byKey.set(key, one);
    }
    return byKey;
  });
  const keys = new Set(declaredIn.toReversed().flatMap((byKey) => [...byKey.keys()]));
  return [...keys].flatMap((key) => {
    const found: NaiveRecord[] = [];
    for (const [layer, byKey] of declaredIn.entries()) {
      if (!byKey.has(key) || declaredIn[layer - 1]?.has(key)) continue;
      const removed = declaredIn.findIndex((later, at) => at > layer && !later.has(key));
      const removedIn = removed < 0 ? undefined : removed;
      const declared = declaredIn[(removedIn ?? declaredIn.length) - 1]?.get(key) as DeclaredPackage;
      found.push({ key: recordKey(declared, path, layer), declared, location: path, installedIn: layer, removedIn });
    }
    return found;
  });
}

interface NaiveClaim {
  readonly record: NaiveRecord;
  readonly claim: FileClaim;
  readonly itself: string;
}

class NaiveOwners {
  readonly #tree: HistoryTree;
  readonly #snapshot: Snapshot;
  readonly #claims: NaiveClaim[];

  constructor(tree: HistoryTree, snapshot: Snapshot, records: NaiveRecord[], facts: Facts) {
    this.#tree = tree;
    this.#snapshot = snapshot;
    const said = [...snapshot]
      .filter(([path, { type, inode }]) => type === "file" && storedAt(tree, inode) === path)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .flatMap(([path, { inode }]) => {
        const packages = facts.get(inode)?.packages;
        return packages ? { path, packages } : [];
      });
    this.#claims = records.flatMap((record) => {
      const own = record.declared.claims.map((claim) => ({ record, claim, itself: record.location }));
      const isFirst = records.find(({ location }) => location === record.location) === record;
      const others = said.flatMap(({ path, packages: { claimsFor, fileList } }) => {
        const found: NaiveClaim[] = [];
        if (isFirst && claimsFor && this.#resolve(claimsFor.declaredBy, false) === record.location) {
          for (const claim of claimsFor.claims) found.push({ record, claim, itself: path });
        }
        const listed = records.find(({ declared: { type, name } }) => type === "deb" && name === fileList?.of);
        if (fileList && listed === record)
          found.push({ record, claim: { kind: "files", paths: fileList.paths }, itself: path });
        return found;
      });
      return [...own, ...others];
    });
  }

  /** The package of the distribution, or of conda, whose list has the file that declares a package of another kind. */
  partOf(record: NaiveRecord): NaiveRecord | undefined {
    if (SYSTEM.includes(record.declared.type)) return undefined;
    const system = this.#systemOwner(record.location);
    return system || record.declared.type === "conda" ? system : this.#condaOwner(record.location);
  }

  /** The files that are its own, each once. */
  filesOf(record: NaiveRecord): File[] {
    const names = new Map<number, string[]>();
    for (const [path, { type, inode }] of [...this.#snapshot].sort(([one], [other]) => (one < other ? -1 : 1))) {
      if (type === "file") names.set(inode, [...(names.get(inode) ?? []), path]);
    }
    return [...names.values()].flatMap((paths) => {
      const owners = paths.map((path) => this.#ownerOf(path));
      const best = Math.min(...owners.map(({ level }) => level));
      const owner = owners.find(({ level }) => level === best)?.record;
      const file = this.#snapshot.get(paths[0] as string);
      return owner === record && file ? [file] : [];
    });
  }

  #ownerOf(path: string): { readonly level: number; readonly record: NaiveRecord | undefined } {
    const system = this.#systemOwner(path);
    if (system) return { level: 0, record: system };
    const own = this.#claims.filter(({ record }) => this.partOf(record) === undefined);
    const listed = this.#condaOwner(path) ?? own.find((one) => this.#isListed(one, path))?.record;
    if (listed) return { level: 1, record: listed };
    const itself = own.find((one) => one.claim.kind === "itself" && one.itself === path);
    if (itself) return { level: 2, record: itself.record };
    for (let above = path; above !== ""; ) {
      above = above.includes("/") ? above.slice(0, above.lastIndexOf("/")) : "";
      const around = own.find((one) => this.#isAround(one, above));
      if (around) return { level: 3, record: around.record };
    }
    return { level: 4, record: undefined };
  }

  #systemOwner(path: string): NaiveRecord | undefined {
    return this.#claims.find((one) => SYSTEM.includes(one.record.declared.type) && this.#isListed(one, path))?.record;
  }

  #condaOwner(path: string): NaiveRecord | undefined {
    const isConda = ({ declared: { type } }: NaiveRecord): boolean => type === "conda";
    const own = this.#claims.filter(({ record }) => isConda(record) && this.partOf(record) === undefined);
    return own.find((one) => this.#isListed(one, path))?.record;
  }

  #isListed({ claim }: NaiveClaim, path: string): boolean {
    return claim.kind === "files" && claim.paths.some((listed) => this.#resolve(listed, false) === path);
  }

  #isAround({ claim, record, itself }: NaiveClaim, directory: string): boolean {
    if (claim.kind !== "below") return false;
    const resolved = this.#resolve(claim.path, true);
    if (resolved === undefined) return false;
    const file = this.#snapshot.get(record.location);
    const stored = file && itself === record.location ? storedAt(this.#tree, file.inode) : itself;
    const isAbove = resolved === "" || `${stored}/`.startsWith(`${resolved}/`);
    if (stored === itself || !isAbove) return resolved === directory;
    const up = stored.split("/").length - (resolved === "" ? 0 : resolved.split("/").length);
    const segments = itself.split("/");
    return (up > segments.length ? resolved : segments.slice(0, segments.length - up).join("/")) === directory;
  }

  /** As Linux walks a path: the last segment is followed where `directory` is wanted. */
  #resolve(text: string, directory: boolean): string | undefined {
    const pending = Buffer.from(text, "utf8").toString("latin1").split("/").reverse();
    let at: string[] = [];
    let links = 0;
    if (!directory && ["", ".", ".."].includes(pending[0] as string)) return undefined;
    for (let segment = pending.pop(); segment !== undefined; segment = pending.pop()) {
      if (segment === "") continue;
      const here = at.length === 0 ? "directory" : this.#snapshot.get(at.join("/"))?.type;
      if (here !== "directory") return undefined;
      if (segment === ".") continue;
      if (segment === "..") {
        at = at.slice(0, -1);
        continue;
      }
      const file = this.#snapshot.get([...at, segment].join("/"));
      if (!file) return undefined;
      if (file.type !== "symlink" || (pending.length === 0 && !directory)) {
        at = [...at, segment];
        continue;
      }
      if (++links > 40 || file.link === "") return undefined;
      if (file.link.startsWith("/")) at = [];
      pending.push(...file.link.split("/").reverse());
    }
    const end = at.length === 0 ? "directory" : this.#snapshot.get(at.join("/"))?.type;
    return directory && end !== "directory" ? undefined : at.join("/");
  }
}
