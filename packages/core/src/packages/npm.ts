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
/**
 * pnpm's store, in which files are called after their content: in an image where it comes before the packages that are linked
 * from it, it has their contents.
 */
const STORE = /(?:^|\/)store\/v\d{1,4}\/files\/[0-9a-f]{2}\/[0-9a-f]{100,130}$/;
const STORE_DIRECTORIES = Array.from({ length: 256 }, (_, byte) => `/${byte.toString(16).padStart(2, "0")}`);
/** Most of what is in a store is no manifest, and few manifests are larger. */
const LARGEST_IN_STORE = 64 * 1024;
/** Where Debian's packages keep modules, laid out as in `node_modules`. */
const DEBIAN_MODULES = ["/usr/share/nodejs/", "/usr/lib/nodejs/"];

/** Directories of other package managers: what is in there may have been made with npm, but is no application here. */
const OTHER_PACKAGES = /\/(?:site-packages|dist-packages|gems|vendor)\//;

type Place = "installed" | "application" | "inside a package";

export const npmReader: PackageReader = {
  names: [MANIFEST, LOCK_FILE, ...STORE_DIRECTORIES],

  wants(file: InspectedFile): boolean {
    const { name } = file;
    if (name === MANIFEST) return placeOf(directoryOf(file.path)) !== "inside a package";
    if (name === LOCK_FILE) return `/${file.path}`.endsWith(`/node_modules/${LOCK_FILE}`);
    return name.length >= 100 && file.size <= LARGEST_IN_STORE && STORE.test(file.path);
  },

  read(file: InspectedFile, bytes: FileBytes): PackageFacts | undefined {
    const directory = directoryOf(file.path);
    if (file.name === LOCK_FILE) return readLockFile(directory, bytes);
    return file.name === MANIFEST ? readManifest(directory, bytes) : readStored(directory, bytes);
  },
};

/** Whether a path is that of the manifest of a package that is installed. */
export function isInstalledManifest(path: string): boolean {
  return path.endsWith(`/${MANIFEST}`) && placeOf(directoryOf(path)) === "installed";
}

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

/** As if a link to it were in the directory: claims are of the directory that the link is in. */
function readStored(directory: string, bytes: FileBytes): PackageFacts | undefined {
  if (bytes.read(0, 1)[0] !== 0x7b) return undefined;
  const [found] = readManifest("node_modules/any", bytes)?.packages ?? [];
  return found && { ifLinked: { ...found, claims: [{ kind: "below", path: directory }] } };
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
