/** Packages of npm as a graph: who needs whom, resolved as Node finds modules. */
import { NONE, ROOT } from "../layer/path-table.ts";
import { KIND, type LastSnapshot } from "../tree/last-snapshot.ts";
import type { PackageRecord } from "./inventory-history.ts";
import type { DeclaredPackage } from "./package.ts";
import type { PathResolver } from "./resolve-claims.ts";

const NODE_MODULES = "node_modules";

/** No package. */
export const NOBODY = -1;

/** What is known of one `node_modules`. */
interface Modules {
  readonly directory: number | undefined;
  /** Those that were asked for; -1 for what is not there. */
  readonly byName: Map<string, number>;
}

/** Packages of npm, by the directories they are in, and who needs whom. */
export class ModuleGraph {
  /** Places in the records, in their order. */
  readonly places: readonly number[];
  readonly #applications: readonly number[];
  readonly #snapshot: LastSnapshot;
  readonly #resolver: PathResolver;
  readonly #records: readonly PackageRecord[];
  /** By node of a package's directory. */
  readonly #byDirectory = new Map<number, number>();
  /** By node: the closest directory at or above with modules of its own. */
  readonly #homes = new Map<number, number>();
  /** By node of such a directory. */
  readonly #modules = new Map<number, Modules>();
  /** By place. */
  readonly #required = new Map<number, readonly number[]>();

  constructor(snapshot: LastSnapshot, resolver: PathResolver, records: readonly PackageRecord[]) {
    this.#snapshot = snapshot;
    this.#resolver = resolver;
    this.#records = records;
    this.places = [...records.keys()].filter((place) => records[place]?.declared.type === "npm");
    this.#applications = this.places.filter((place) => records[place]?.declared.isApplication === true);
    for (const place of this.places) this.#byDirectory.set(this.directoryOf(place), place);
  }

  directoryOf(place: number): number {
    return this.#snapshot.tree.paths.parentOf(this.#records[place]?.location ?? ROOT);
  }

  /** What applications need to be worked on, and for nothing else. */
  onlyDeveloped(): ReadonlySet<number> {
    const developed = this.#reachable(({ developmentRequires }) => developmentRequires);
    if (developed.size > 0) for (const place of this.#reachable(({ requires }) => requires)) developed.delete(place);
    return developed;
  }

  /** All that can be reached from an application, at least one step away. */
  #reachable(firstStep: (declared: DeclaredPackage) => readonly string[] | undefined): Set<number> {
    const reached = new Set<number>();
    for (const place of this.#applications) {
      for (const next of this.#resolveAll(place, firstStep)) reached.add(next);
    }
    // A set goes on to what is added to it meanwhile.
    for (const place of reached) for (const next of this.#requiresOf(place)) reached.add(next);
    return reached;
  }

  /**
   * By place: the one that needs it on a shortest way from an application, or from a package that nobody needs; -1 for those
   * themselves.
   */
  shortestWays(): Map<number, number> {
    const parents = new Map<number, number>();
    const needed = new Set<number>();
    for (const place of this.places) for (const next of this.#needsOf(place)) if (next !== place) needed.add(next);
    this.#spread(this.#applications, parents);
    this.#spread(
      this.places.filter((place) => !needed.has(place)),
      parents,
    );
    // What is left needs each other in circles.
    for (const place of this.places) this.#spread([place], parents);
    return parents;
  }

  /** Breadth first, from those that are not reached yet. */
  #spread(from: readonly number[], parents: Map<number, number>): void {
    const reached: number[] = [];
    for (const place of from) {
      if (parents.has(place)) continue;
      parents.set(place, NOBODY);
      reached.push(place);
    }
    for (const place of reached) {
      for (const next of this.#needsOf(place)) {
        if (parents.has(next)) continue;
        parents.set(next, place);
        reached.push(next);
      }
    }
  }

  #needsOf(place: number): readonly number[] {
    const needs = this.#requiresOf(place);
    const isApplication = this.#records[place]?.declared.isApplication === true;
    return isApplication
      ? [...needs, ...this.#resolveAll(place, ({ developmentRequires }) => developmentRequires)]
      : needs;
  }

  #requiresOf(place: number): readonly number[] {
    let required = this.#required.get(place);
    if (!required) {
      required = this.#resolveAll(place, ({ requires }) => requires);
      this.#required.set(place, required);
    }
    return required;
  }

  #resolveAll(place: number, wanted: (declared: DeclaredPackage) => readonly string[] | undefined): number[] {
    const declared = this.#records[place]?.declared;
    const found: number[] = [];
    for (const name of (declared && wanted(declared)) ?? []) {
      const needed = this.#resolve(this.directoryOf(place), name);
      if (needed !== NOBODY) found.push(needed);
    }
    return found;
  }

  /** Looks in the `node_modules` of a directory and of those above it; the first that has the name counts. */
  #resolve(directory: number, name: string): number {
    const { paths } = this.#snapshot.tree;
    for (let home = this.#homeOf(directory); home !== NONE; home = this.#homeOf(paths.parentOf(home))) {
      const found = this.#moduleIn(home, name);
      if (found !== NOBODY || home === ROOT) return found;
    }
    return NOBODY;
  }

  /** The directory itself or the closest above that has modules; `NONE` when there is none up to the root. */
  #homeOf(directory: number): number {
    const { paths } = this.#snapshot.tree;
    const passed: number[] = [];
    let home = this.#homes.get(directory);
    for (let at = directory; home === undefined; at = paths.parentOf(at)) {
      passed.push(at);
      if (this.#hasModules(at)) home = at;
      else home = at === ROOT ? NONE : this.#homes.get(paths.parentOf(at));
    }
    for (const node of passed) this.#homes.set(node, home);
    return home;
  }

  #hasModules(directory: number): boolean {
    const { paths } = this.#snapshot.tree;
    // The length first: most names need not become text.
    const isLikely = paths.nameEndOf(directory) - paths.nameStartOf(directory) === NODE_MODULES.length;
    if (isLikely && paths.plainNameOf(directory) === NODE_MODULES) return false;
    return this.#childDirectory(directory, NODE_MODULES) !== undefined;
  }

  #moduleIn(home: number, name: string): number {
    let modules = this.#modules.get(home);
    if (!modules) {
      modules = { directory: this.#childDirectory(home, NODE_MODULES), byName: new Map() };
      this.#modules.set(home, modules);
    }
    let place = modules.byName.get(name);
    if (place === undefined) {
      let at = modules.directory;
      for (const segment of name.includes("/") ? name.split("/", 3) : [name]) {
        at = at === undefined ? at : this.#childDirectory(at, segment);
      }
      place = at === undefined ? NOBODY : (this.#byDirectory.get(at) ?? NOBODY);
      modules.byName.set(name, place);
    }
    return place;
  }

  /** Links are followed: pnpm lays `node_modules` out with them. */
  #childDirectory(directory: number, name: string): number | undefined {
    const child = this.#resolver.childOf(directory, name);
    const end = child === undefined ? undefined : this.#resolver.follow(child);
    return end !== undefined && this.#snapshot.kind[end] === KIND.DIRECTORY ? end : undefined;
  }
}
