/** Packages of .NET: the `*.deps.json` beside a program says what it was published with. */
import { isObject, type JsonObject } from "../archive/json-document.ts";
import type { FileBytes, InspectedFile } from "../layer/file-inspector.ts";
import {
  baseOf,
  below,
  declaredNames,
  declaredText,
  directoryOf,
  keysOf,
  MEBIBYTE,
  objectIn,
  parseJsonFile,
  resolvedFrom,
} from "./declaration-text.ts";
import type { DeclaredPackage, FileClaim, PackageFacts } from "./package.ts";
import type { PackageReader } from "./package-reader.ts";
import { PathBudget } from "./path-budget.ts";

const ENDING = ".deps.json";
const LARGEST = 16 * MEBIBYTE;
const MOST_LIBRARIES = 20_000;
/** How the SDK marks the parts of the framework that a program brings along; the package has the rest of the name. */
const RUNTIME_PACK = "runtimepack.";

export const dotnetReader: PackageReader = {
  names: [`*${ENDING}`],

  wants(file: InspectedFile): boolean {
    return file.name.endsWith(ENDING);
  },

  read(file: InspectedFile, bytes: FileBytes): PackageFacts | undefined {
    const json = parseJsonFile(bytes, LARGEST, "a .deps.json");
    if ("problem" in json) return json;
    if (!isObject(json.value)) return undefined;
    const directory = directoryOf(file.path);
    const targets = targetOf(json.value);
    const budget = new PathBudget();
    const packages: DeclaredPackage[] = [];
    for (const [identity, library] of Object.entries(objectIn(json.value, "libraries")).slice(0, MOST_LIBRARIES)) {
      const declared = isObject(library) ? declaredAs(identity, library.type) : undefined;
      if (!declared) continue;
      const assets = objectIn(targets, identity);
      const requires = declaredNames(keysOf(assets.dependencies).map(packageName));
      const claims = declared.isApplication ? [] : claimsOf(assets, directory, budget);
      packages.push({ ...declared, requires, claims });
    }
    return packages.length > 0 ? { packages: wholeFramework(packages, file) ?? packages } : undefined;
  },
};

/** What each library brings for the framework and platform that the program was published for. */
function targetOf(document: JsonObject): JsonObject {
  const targets = objectIn(document, "targets");
  const name = objectIn(document, "runtimeTarget").name;
  // Old ones say it as a text of its own.
  const wanted = typeof name === "string" ? name : document.runtimeTarget;
  if (typeof wanted === "string" && isObject(targets[wanted])) return targets[wanted];
  return Object.values(targets).find(isObject) ?? {};
}

function declaredAs(identity: string, type: unknown): Omit<DeclaredPackage, "claims" | "requires"> | undefined {
  const slash = identity.lastIndexOf("/");
  const name = declaredText(packageName(identity.slice(0, Math.max(0, slash))));
  const version = declaredText(identity.slice(slash + 1));
  if (name === undefined || version === undefined) return undefined;
  if (type === "package" || type === "runtimepack") return { type: "nuget", name, version };
  return type === "project" ? { type: "nuget", name, version, isApplication: true } : undefined;
}

function packageName(name: string): string {
  return name.startsWith(RUNTIME_PACK) ? name.slice(RUNTIME_PACK.length) : name;
}

/**
 * Publishing puts a library's files beside the program, by their last segment; those in other languages into a directory by
 * language, and those for a choice of platforms where the package has them.
 */
function claimsOf(assets: JsonObject, directory: string, budget: PathBudget): readonly FileClaim[] {
  const relative = [
    ...[...keysOf(assets.runtime), ...keysOf(assets.native)].map(baseOf),
    ...keysOf(assets.resources).map((path) => `${baseOf(directoryOf(path))}/${baseOf(path)}`),
    ...keysOf(assets.runtimeTargets),
  ];
  const paths = new Set<string>();
  for (const path of relative) {
    // NuGet writes `_._` where a package has nothing to add.
    if (path === "" || path.endsWith("_._")) continue;
    const resolved = resolvedFrom(directory, path, budget);
    if (resolved?.startsWith(below(directory, ""))) paths.add(resolved);
  }
  return paths.size > 0 ? [{ kind: "files", paths: [...paths] }] : [];
}

/** A framework has its directory to itself: `shared/NAME/VERSION/NAME.deps.json`. */
function wholeFramework(packages: readonly DeclaredPackage[], file: InspectedFile): DeclaredPackage[] | undefined {
  const directory = directoryOf(file.path);
  const framework = directoryOf(directory);
  if (baseOf(directoryOf(framework)) !== "shared" || `${baseOf(framework)}${ENDING}` !== file.name) return undefined;
  const [only, ...others] = packages;
  if (!only || others.length > 0 || only.isApplication) return undefined;
  return [{ ...only, claims: [{ kind: "below", path: directory }] }];
}
