/** Packages of PHP's Composer: `vendor/composer/installed.json`, as both of its major versions write it. */
import { isObject, type JsonObject } from "../archive/json-document.ts";
import type { FileBytes, InspectedFile } from "../layer/file-inspector.ts";
import {
  declaredNames,
  declaredText,
  directoryOf,
  keysOf,
  MEBIBYTE,
  parseJsonFile,
  resolvedFrom,
} from "./declaration-text.ts";
import type { DeclaredPackage, FileClaim, PackageFacts } from "./package.ts";
import type { PackageReader } from "./package-reader.ts";
import { PathBudget } from "./path-budget.ts";

const LARGEST = 16 * MEBIBYTE;
const MOST_PACKAGES = 20_000;

export const composerReader: PackageReader = {
  names: ["installed.json"],

  wants(file: InspectedFile): boolean {
    return file.name === "installed.json" && `/${file.path}`.endsWith("/composer/installed.json");
  },

  read(file: InspectedFile, bytes: FileBytes): PackageFacts | undefined {
    const json = parseJsonFile(bytes, LARGEST, "a list of what Composer installed");
    if ("problem" in json) return json;
    const document = isObject(json.value) ? json.value : { packages: json.value };
    const listed = document.packages;
    if (!Array.isArray(listed)) return undefined;
    const development = document["dev-package-names"];
    const developmentNames = new Set<unknown>(Array.isArray(development) ? development : []);
    const budget = new PathBudget();
    const packages: DeclaredPackage[] = [];
    for (const one of listed.slice(0, MOST_PACKAGES)) {
      const declared = isObject(one) ? declaredIn(one, directoryOf(file.path), developmentNames, budget) : undefined;
      if (declared) packages.push(declared);
    }
    return packages.length > 0 ? { packages } : undefined;
  },
};

function declaredIn(
  listed: JsonObject,
  directory: string,
  developmentNames: ReadonlySet<unknown>,
  budget: PathBudget,
): DeclaredPackage | undefined {
  const fullName = declaredText(listed.name);
  const version = declaredText(listed.version);
  const slash = fullName?.indexOf("/") ?? -1;
  if (fullName === undefined || version === undefined || slash < 1 || slash === fullName.length - 1) return undefined;
  const licenses = Array.isArray(listed.license) ? listed.license : [listed.license];
  return {
    type: "composer",
    namespace: fullName.slice(0, slash),
    name: fullName.slice(slash + 1),
    version,
    // Whoever uses the package may choose among them.
    license: declaredText((declaredNames(licenses) ?? []).join(" OR ")),
    // Only packages have a vendor: `php` and `ext-json` are what the platform has to have.
    requires: declaredNames(keysOf(listed.require).filter((name) => name.includes("/"))),
    isDevelopment: developmentNames.has(fullName) || undefined,
    claims: claimsOf(listed["install-path"], fullName, directory, budget),
  };
}

/** Composer 1 does not say where it put a package, and nothing is installed of a package that only names others. */
function claimsOf(installPath: unknown, fullName: string, directory: string, budget: PathBudget): readonly FileClaim[] {
  if (installPath === null) return [];
  const path = resolvedFrom(directory, typeof installPath === "string" ? installPath : `../${fullName}`, budget);
  // A plugin may have put it beside the vendor directory, but it cannot have that in it.
  if (path === undefined || directory === path || directory.startsWith(`${path}/`)) return [];
  return [{ kind: "below", path }];
}
