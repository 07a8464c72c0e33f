/** Why packages of npm are there: who needs them, as Node finds modules. */
import { ROOT } from "../layer/path-table.ts";
import type { LastSnapshot } from "../tree/last-snapshot.ts";
import type { PackageRecord } from "./inventory-history.ts";
import type { DeclaredPackage } from "./package.ts";
import { ModuleGraph, NOBODY } from "./required-by-modules.ts";
import type { PathResolver } from "./resolve-claims.ts";

/** Why one package is there. */
export interface Requirement {
  /** Names from the application, or from a package that nobody needs, down to whoever needs it: a shortest way. */
  readonly requiredBy?: readonly string[] | undefined;
  readonly isDevelopment?: boolean | undefined;
}

/** Lists of all ways would take more memory than the packages where a hostile image makes a single long chain. */
const LONGEST_CHAIN = 50;

/**
 * Who needs the packages of npm among some that are there; nothing for others. Only needed to develop are those that a lock
 * file of npm says so of; where there is none, those that an application needs for nothing else.
 *
 * @param developmentPaths directories of packages, by the `node_modules` directory whose lock file names them
 */
export function findRequirements(
  snapshot: LastSnapshot,
  resolver: PathResolver,
  records: readonly PackageRecord[],
  developmentPaths: ReadonlyMap<number, readonly string[]>,
): Map<number, Requirement> {
  const graph = new ModuleGraph(snapshot, resolver, records);
  const parents = graph.shortestWays();
  const locked = new LockedPackages(snapshot, resolver, developmentPaths);
  const developed = graph.onlyDeveloped();
  const requirements = new Map<number, Requirement>();
  for (const place of graph.places) {
    const isDevelopment = locked.isDevelopment(graph.directoryOf(place)) ?? developed.has(place);
    const requiredBy = chainTo(place, parents, records);
    requirements.set(place, isDevelopment ? { requiredBy, isDevelopment } : { requiredBy });
  }
  return requirements;
}

function chainTo(
  place: number,
  parents: ReadonlyMap<number, number>,
  records: readonly PackageRecord[],
): readonly string[] | undefined {
  const chain: string[] = [];
  for (let at = parents.get(place) ?? NOBODY; at !== NOBODY; at = parents.get(at) ?? NOBODY) {
    const declared = records[at]?.declared;
    if (!declared || chain.length === LONGEST_CHAIN) return undefined;
    chain.push(fullName(declared));
  }
  return chain.length > 0 ? chain.reverse() : undefined;
}

function fullName({ namespace, name }: DeclaredPackage): string {
  return namespace ? `${namespace}/${name}` : name;
}

/** What lock files say of packages below them. */
class LockedPackages {
  readonly #snapshot: LastSnapshot;
  readonly #development = new Set<number>();
  /** By node of a directory: whether it is in a `node_modules` with a lock file. */
  readonly #isLocked = new Map<number, boolean>();

  constructor(
    snapshot: LastSnapshot,
    resolver: PathResolver,
    developmentPaths: ReadonlyMap<number, readonly string[]>,
  ) {
    this.#snapshot = snapshot;
    this.#isLocked.set(ROOT, false);
    for (const [modules, directories] of developmentPaths) {
      this.#isLocked.set(modules, true);
      for (const directory of directories) {
        const node = resolver.nodeAt(directory);
        if (node !== undefined) this.#development.add(node);
      }
    }
  }

  /** Undefined where no lock file says anything about a package in that directory. */
  isDevelopment(directory: number): boolean | undefined {
    // Nothing but the root is known before any lock file is.
    return this.#isLocked.size > 1 && this.#isBelowLock(directory) ? this.#development.has(directory) : undefined;
  }

  #isBelowLock(directory: number): boolean {
    const { paths } = this.#snapshot.tree;
    const passed: number[] = [];
    let at = directory;
    let isLocked = this.#isLocked.get(at);
    while (isLocked === undefined) {
      passed.push(at);
      at = paths.parentOf(at);
      isLocked = this.#isLocked.get(at);
    }
    for (const node of passed) this.#isLocked.set(node, isLocked);
    return isLocked;
  }
}
