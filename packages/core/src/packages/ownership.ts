/** Whose the bytes of the last snapshot are: every file that a container sees has one owner, or none. */
import { NONE, ROOT } from "../layer/path-table.ts";
import type { Steps } from "../model/turns.ts";
import { KIND, type LastSnapshot } from "../tree/last-snapshot.ts";
import type { ClaimsOfFile } from "./inventory-claims.ts";
import type { PackageRecord } from "./inventory-history.ts";
import { type DeclaredPackage, SYSTEM_TYPES } from "./package.ts";
import type { PathResolver } from "./resolve-claims.ts";

/** How closely a path is claimed; the smaller goes before. */
const LEVEL = { SYSTEM: 0, FILES: 1, ITSELF: 2, BELOW: 3, UNOWNED: 4 } as const;

/** Stands for no package. */
export const NOBODY = -1;

/** Who brings packages of other kinds with it; the smaller goes before. */
const RANK = { SYSTEM: 0, ENVIRONMENT: 1, OTHER: 2 } as const;

function rankOf({ type }: DeclaredPackage): number {
  if (SYSTEM_TYPES.has(type)) return RANK.SYSTEM;
  return type === "conda" ? RANK.ENVIRONMENT : RANK.OTHER;
}

/** What one package owns. */
export interface Owned {
  readonly bytes: number;
  readonly files: number;
  readonly bytesByLayer: ReadonlyMap<number, number>;
}

export interface Ownership {
  /** By entry: place of the package that owns it, -1 for none. */
  readonly ownerOf: Int32Array;
  /** By place of the package. */
  readonly owned: readonly Owned[];
  /** By place of the package: the distribution's package that brought it; -1 for none. */
  readonly partOf: Int32Array;
  /** By node: bytes of the files that nobody owns, each inode at the first of its paths. */
  readonly unownedBytes: Float64Array;
  /** By node: 1 for such a file, empty ones too. */
  readonly unownedFiles: Uint32Array;
}

/**
 * Gives every file that a container sees to one of the packages.
 *
 * Files that a distribution's package lists are its own; then count lists of conda, lists of other packages, the file that
 * declares one, and the closest directory that one claims. Of equal claims the first counts. A package whose declaring file a
 * package of the distribution or of conda owns came with that, and owns nothing itself. A file with several names is whoever's who has the best claim to
 * one of them; of equal claims that to the first name.
 *
 * @param claims by place in `records`
 */
export function* decideOwners(
  snapshot: LastSnapshot,
  resolver: PathResolver,
  records: readonly PackageRecord[],
  claims: readonly (readonly ClaimsOfFile[])[],
): Steps<Ownership> {
  const paths = new PathOwners(snapshot, resolver);
  const partOf = new Int32Array(records.length).fill(NOBODY);
  const ranks = records.map(({ declared }) => rankOf(declared));
  const forEachClaims = (wanted: (place: number) => boolean, use: (place: number, own: ClaimsOfFile) => void): void => {
    for (const [place, own] of claims.entries()) {
      if (wanted(place)) for (const one of own) use(place, one);
    }
  };
  const isOwn = (place: number): boolean => partOf[place] === NOBODY;
  for (const rank of Object.values(RANK)) {
    forEachClaims(
      (place) => isOwn(place) && ranks[place] === rank,
      (place, own) => paths.claimFiles(place, own, rank === RANK.SYSTEM ? LEVEL.SYSTEM : LEVEL.FILES),
    );
    for (const [place, { location }] of records.entries()) {
      if ((ranks[place] as number) > rank && isOwn(place)) partOf[place] = paths.ownerAt(location);
    }
    yield;
  }
  forEachClaims(isOwn, (place, own) => paths.claimItself(place, own));
  forEachClaims(isOwn, (place, own) => paths.claimBelow(place, own));
  paths.inherit();
  yield;
  return { ...(yield* countOwned(snapshot, paths, records.length)), partOf };
}

/** Whose each path is, and how closely it is claimed. */
interface OwnersOfPaths {
  /** Place of a package, or {@link NOBODY}. */
  ownerAt(node: number): number;
  levelAt(node: number): number;
}

/** Who claims which path. */
class PathOwners implements OwnersOfPaths {
  readonly #snapshot: LastSnapshot;
  readonly #resolver: PathResolver;
  /** By node. */
  readonly #owner: Int32Array;
  readonly #level: Uint8Array;
  /** By node of a directory: who claims what is below it. */
  readonly #below: Int32Array;
  /** Lists that were gone through: each link to a declaring file has the same one. */
  readonly #done = new Set<readonly string[]>();

  constructor(snapshot: LastSnapshot, resolver: PathResolver) {
    const nodes = snapshot.kind.length;
    this.#snapshot = snapshot;
    this.#resolver = resolver;
    this.#owner = new Int32Array(nodes).fill(NOBODY);
    this.#level = new Uint8Array(nodes).fill(LEVEL.UNOWNED);
    this.#below = new Int32Array(nodes).fill(NOBODY);
  }

  ownerAt(node: number): number {
    return this.#owner[node] as number;
  }

  levelAt(node: number): number {
    return this.#level[node] as number;
  }

  claimFiles(place: number, { claims }: ClaimsOfFile, level: number): void {
    for (const claim of claims) {
      if (claim.kind !== "files" || this.#done.has(claim.paths)) continue;
      this.#done.add(claim.paths);
      for (const path of claim.paths) {
        const node = this.#resolver.nodeAt(path);
        if (node !== undefined) this.#claim(node, place, level);
      }
    }
  }

  claimItself(place: number, { claims, node }: ClaimsOfFile): void {
    if (claims.some(({ kind }) => kind === "itself")) this.#claim(node, place, LEVEL.ITSELF);
  }

  claimBelow(place: number, { claims, node, storedAt }: ClaimsOfFile): void {
    for (const claim of claims) {
      if (claim.kind !== "below") continue;
      const named = this.#resolver.directoryAt(claim.path);
      if (named === undefined) continue;
      const directory = this.#sameAbove(named, storedAt, node);
      const isFree = this.#below[directory] === NOBODY && this.#snapshot.kind[directory] === KIND.DIRECTORY;
      if (isFree) this.#below[directory] = place;
    }
  }

  /** Gives what has no owner of its own to that of the closest directory above. */
  inherit(): void {
    const { tree } = this.#snapshot;
    // A path's number is larger than that of the directory it is in.
    for (let node = ROOT; node < this.#owner.length; node++) {
      if (this.#below[node] === NOBODY && node !== ROOT) {
        this.#below[node] = this.#below[tree.paths.parentOf(node)] as number;
      }
      if (this.#level[node] === LEVEL.UNOWNED && this.#below[node] !== NOBODY) {
        this.#claim(node, this.#below[node] as number, LEVEL.BELOW);
      }
    }
  }

  #claim(node: number, place: number, level: number): void {
    if (this.#owner[node] !== NOBODY) return;
    this.#owner[node] = place;
    this.#level[node] = level;
  }

  /** The directory that is to `node` what `directory` is to `storedAt`, as far as that is above it. */
  #sameAbove(directory: number, storedAt: number, node: number): number {
    const { paths } = this.#snapshot.tree;
    let above = node;
    for (let at = storedAt; at !== directory; at = paths.parentOf(at)) {
      if (at === ROOT || above === ROOT) return directory;
      above = paths.parentOf(above);
    }
    return above;
  }
}

/** Adds up what packages own, each file by the name of it that is claimed most closely. @param packages how many there are */
export function* countOwned(
  snapshot: LastSnapshot,
  paths: OwnersOfPaths,
  packages: number,
): Steps<Omit<Ownership, "partOf">> {
  const { tree } = snapshot;
  const nameOf = countingNames(snapshot, paths);
  yield;
  const ownerOf = new Int32Array(tree.entryCount).fill(NOBODY);
  const bytes = new Float64Array(packages);
  const files = new Uint32Array(packages);
  const byLayer = Array.from({ length: packages }, () => new Map<number, number>());
  const unownedBytes = new Float64Array(snapshot.kind.length);
  const unownedFiles = new Uint32Array(snapshot.kind.length);
  for (const [layer, entries] of tree.layers.entries()) {
    const base = tree.entryBase[layer] as number;
    for (let index = 0; index < entries.count; index++) {
      const node = nameOf[base + index] as number;
      if (node === NONE) continue;
      const size = entries.size[index] as number;
      const owner = paths.ownerAt(node);
      ownerOf[base + index] = owner;
      if (owner === NOBODY) {
        unownedBytes[node] = size;
        unownedFiles[node] = 1;
        continue;
      }
      bytes[owner] = (bytes[owner] as number) + size;
      files[owner] = (files[owner] as number) + 1;
      const own = byLayer[owner];
      if (size > 0) own?.set(layer, (own.get(layer) ?? 0) + size);
    }
  }
  const owned = byLayer.map((bytesByLayer, place): Owned => {
    return { bytes: bytes[place] as number, files: files[place] as number, bytesByLayer };
  });
  return { ownerOf, owned, unownedBytes, unownedFiles };
}

/** By entry: which of the paths of a file decides whose it is; `NONE` for what is no file that a container sees. */
function countingNames(snapshot: LastSnapshot, paths: OwnersOfPaths): Uint32Array {
  const { kind, inode: inodeOf, tree } = snapshot;
  const names = new Uint32Array(tree.entryCount).fill(NONE);
  for (let node = ROOT + 1; node < kind.length; node++) {
    if (kind[node] !== KIND.FILE) continue;
    const inode = inodeOf[node] as number;
    const known = names[inode] as number;
    const order = known === NONE ? -1 : paths.levelAt(node) - paths.levelAt(known);
    if (order < 0 || (order === 0 && tree.paths.comparePaths(node, known) < 0)) names[inode] = node;
  }
  return names;
}
