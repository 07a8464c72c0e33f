/** Which of the packages that are there need which. */
import { type PathTable, ROOT } from "../../layer/path-table.ts";
import { decodeName } from "../../model/path-text.ts";
import type { InstalledPackage, PackageType } from "../../packages/package.ts";

/** As other packages name it in what they require. */
export function fullName({ type, namespace, name }: InstalledPackage): string {
  if (namespace === undefined || namespace === "") return name;
  return type === "maven" ? `${namespace}:${name}` : `${namespace}/${name}`;
}

/** Finds packages by the names that others require them by. */
export class DependencyResolver {
  readonly #paths: PathTable;
  /** By name, and by name and architecture; undefined where several have the same. */
  readonly #byName = new Map<string, InstalledPackage | undefined>();
  /** Packages of npm by the path of their directory. */
  readonly #modules = new Map<string, InstalledPackage>();

  /** @param packages those that are there */
  constructor(packages: readonly InstalledPackage[], paths: PathTable) {
    this.#paths = paths;
    for (const one of packages) {
      for (const architecture of [undefined, one.architecture ?? ""]) {
        const key = nameKey(one.type, fullName(one), architecture);
        this.#byName.set(key, this.#byName.has(key) ? undefined : one);
      }
      if (one.type === "npm") this.#modules.set(this.#directoryOf(one), one);
    }
  }

  /**
   * The packages that one requires, as far as their names say which ones those are: of npm the closest one, as Node looks
   * for it; else the only one of that name, or the only one for the same architecture.
   */
  requiredBy(one: InstalledPackage): InstalledPackage[] {
    const required = new Set<InstalledPackage>();
    for (const name of one.requires ?? []) {
      const found = (one.type === "npm" ? this.#closestModule(one, name) : undefined) ?? this.#onlyOne(one, name);
      if (found && found !== one) required.add(found);
    }
    return [...required];
  }

  #onlyOne({ type, architecture }: InstalledPackage, name: string): InstalledPackage | undefined {
    return this.#byName.get(nameKey(type, name)) ?? this.#byName.get(nameKey(type, name, architecture ?? ""));
  }

  #closestModule(one: InstalledPackage, name: string): InstalledPackage | undefined {
    let directory = this.#directoryOf(one);
    for (;;) {
      const found = this.#modules.get(`${directory === "" ? "" : `${directory}/`}node_modules/${name}`);
      if (found || directory === "") return found;
      directory = directory.slice(0, Math.max(0, directory.lastIndexOf("/")));
    }
  }

  #directoryOf({ location }: InstalledPackage): string {
    return decodeName(this.#paths.pathOf(location === ROOT ? ROOT : this.#paths.parentOf(location))).text;
  }
}

function nameKey(type: PackageType, name: string, architecture?: string): string {
  const known = type === "pypi" ? name.toLowerCase().replace(/[-_.]+/g, "-") : name;
  return [type, known, ...(architecture === undefined ? [] : [architecture])].join("\0");
}
