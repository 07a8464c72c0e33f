/** Packages of npm, Yarn and pnpm: every `package.json` at the top of a directory in some `node_modules`. */
import { isObject, type JsonObject } from "../archive/json-document.ts";
import type { FileBytes, InspectedFile } from "../layer/file-inspector.ts";
import { declaredNames, declaredText, directoryOf, keysOf, MEBIBYTE, parseJsonFile } from "./declaration-text.ts";
import type { DeclaredPackage, PackageFacts } from "./package.ts";
import type { PackageReader } from "./package-reader.ts";
import { PathBudget } from "./path-budget.ts";

const MANIFEST = "package.json";
/** What npm keeps in `node_modules` about all that it installed there. */
const LOCK_FILE = ".package-lock.json";
const LARGEST_MANIFEST = 2 * MEBIBYTE;
const LARGEST_LOCK_FILE = 16 * MEBIBYTE;
/** Where Debian's packages keep modules, laid out as in `node_modules`. */
const DEBIAN_MODULES = ["/usr/share/nodejs/", "/usr/lib/nodejs/"];

/** Directories of other package managers: what is in there may have been made with npm, but is no application here. */
const OTHER_PACKAGES = /\/(?:site-packages|dist-packages|gems|vendor)\//;

type Place = "installed" | "application" | "inside a package";

export const npmReader: PackageReader = {
  names: [MANIFEST, LOCK_FILE],

  wants(file: InspectedFile): boolean {
    const { name } = file;
    if (name === MANIFEST) return placeOf(directoryOf(file.path)) !== "inside a package";
    return name === LOCK_FILE && `/${file.path}`.endsWith(`/node_modules/${LOCK_FILE}`);
  },

  read(file: InspectedFile, bytes: FileBytes): PackageFacts | undefined {
    const directory = directoryOf(file.path);
    return file.name === LOCK_FILE ? readLockFile(directory, bytes) : readManifest(directory, bytes);
  },
};

/** What a directory with a package.json is, by its path alone. */
function placeOf(directory: string): Place {
  const path = `/${directory}/`;
  const modules = path.lastIndexOf("/node_modules/");
  if (modules >= 0)
    return isPackageName(path.slice(modules + "/node_modules/".length, -1)) ? "installed" : "inside a package";
  for (const start of DEBIAN_MODULES) {
    if (path.startsWith(start)) return isPackageName(path.slice(start.length, -1)) ? "installed" : "inside a package";
  }
  return OTHER_PACKAGES.test(path) ? "inside a package" : "application";
}

/** `NAME` or `@SCOPE/NAME`; what begins with a dot is the package manager's own. */
function isPackageName(path: string): boolean {
  if (path === "" || path.startsWith(".")) return false;
  const slash = path.indexOf("/");
  if (!path.startsWith("@")) return slash < 0;
  return slash > 0 && !path.includes("/", slash + 1);
}

function readManifest(directory: string, bytes: FileBytes): PackageFacts | undefined {
  const isInstalled = placeOf(directory) === "installed";
  const json = parseJsonFile(bytes, LARGEST_MANIFEST, "a package.json");
  if ("problem" in json) return isInstalled ? { problem: json.problem } : undefined;
  if (!isObject(json.value)) return undefined;
  const manifest = json.value;
  const fullName = declaredText(manifest.name);
  if (fullName === undefined) return undefined;
  const version = declaredText(manifest.version);
  const requires = declaredNames([...keysOf(manifest.dependencies), ...keysOf(manifest.optionalDependencies)]);
  const shared = { type: "npm", ...splitScope(fullName), license: licenseOf(manifest), requires } as const;
  if (isInstalled) {
    if (version === undefined) return undefined;
    return { packages: [{ ...shared, version, claims: [{ kind: "below", path: directory }] }] };
  }
  const developmentRequires = declaredNames(keysOf(manifest.devDependencies));
  if (version === undefined && requires === undefined && developmentRequires === undefined) return undefined;
  return { packages: [{ ...shared, version: version ?? "", developmentRequires, isApplication: true, claims: [] }] };
}

function splitScope(fullName: string): Pick<DeclaredPackage, "namespace" | "name"> {
  const slash = fullName.startsWith("@") ? fullName.indexOf("/") : -1;
  if (slash < 2 || slash === fullName.length - 1) return { namespace: undefined, name: fullName };
  return { namespace: fullName.slice(0, slash), name: fullName.slice(slash + 1) };
}

/** Manifests of old have `{ type }` in place of the text, or a list of those under another key. */
function licenseOf(manifest: JsonObject): string | undefined {
  const one = licenseText(manifest.license);
  const several = manifest.licenses;
  if (one !== undefined || !Array.isArray(several)) return one ?? licenseText(several);
  return declaredText((declaredNames(several.map(licenseText)) ?? []).join(" OR "));
}

function licenseText(license: unknown): string | undefined {
  return declaredText(isObject(license) ? license.type : license);
}

function readLockFile(directory: string, bytes: FileBytes): PackageFacts | undefined {
  const json = parseJsonFile(bytes, LARGEST_LOCK_FILE, "npm's list of what it installed");
  if ("problem" in json) return json;
  if (!isObject(json.value) || !isObject(json.value.packages)) return undefined;
  const budget = new PathBudget();
  const developmentPaths: string[] = [];
  for (const [path, locked] of Object.entries(json.value.packages)) {
    if (!isObject(locked) || locked.dev !== true) continue;
    if (!path.startsWith("node_modules/") || path.includes("/..")) continue;
    const resolved = budget.join(directoryOf(directory), path);
    if (resolved !== undefined) developmentPaths.push(resolved);
  }
  return { developmentPaths };
}
