/**
 * Python packages: `NAME-VERSION.dist-info` of pip and its successors, and what setuptools and distutils wrote before:
 * `.egg-info`, a directory or one file, and `.egg` directories.
 */
import type { FileBytes, InspectedFile } from "../layer/file-inspector.ts";
import { baseOf, below, declaredNames, declaredText, directoryOf, MEBIBYTE, startAsText } from "./declaration-text.ts";
import type { FileClaim, PackageFacts } from "./package.ts";
import type { PackageReader } from "./package-reader.ts";
import { claimsOfInstalledFiles, claimsOfRecord, claimsOfTopLevel } from "./python-files.ts";
import { headersOf, licenseOf, requirementsOf } from "./python-metadata.ts";

const LARGEST_METADATA = MEBIBYTE;
const LARGEST_LIST = 16 * MEBIBYTE;

/** Where packages are installed, other than where they are worked on. */
const INSTALLED = new Set(["site-packages", "dist-packages"]);

/** By name of the file: how the name of its directory ends. */
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ["METADATA", ".dist-info"],
  ["RECORD", ".dist-info"],
  ["PKG-INFO", ".egg-info"],
  ["installed-files.txt", ".egg-info"],
  ["top_level.txt", ".egg-info"],
]);

export const pythonReader: PackageReader = {
  names: [...ENDINGS.keys(), "*.egg-info"],

  wants(file: InspectedFile): boolean {
    const { name } = file;
    const ending = ENDINGS.get(name);
    if (ending === undefined) return name.endsWith(".egg-info");
    const directory = directoryOf(file.path);
    return directory.endsWith(ending) || (name === "PKG-INFO" && isInEgg(directory));
  },

  read(file: InspectedFile, bytes: FileBytes): PackageFacts | undefined {
    const directory = directoryOf(file.path);
    const site = directoryOf(directory);
    switch (file.name) {
      case "RECORD":
      case "installed-files.txt":
      case "top_level.txt": {
        if (bytes.size > LARGEST_LIST)
          return { problem: "a file list of a Python package is larger than 16 MiB, it is not read" };
        const text = startAsText(bytes, LARGEST_LIST);
        if (file.name === "RECORD") return claimsFor(below(directory, "METADATA"), claimsOfRecord(text, site));
        if (file.name === "installed-files.txt") {
          return claimsFor(below(directory, "PKG-INFO"), claimsOfInstalledFiles(text, directory));
        }
        // Where a package is worked on, what lies beside is the application's.
        if (!INSTALLED.has(baseOf(site))) return undefined;
        return claimsFor(below(directory, "PKG-INFO"), claimsOfTopLevel(text, site));
      }
      case "METADATA":
        return readMetadata(bytes, { kind: "below", path: directory });
      case "PKG-INFO":
        return readMetadata(bytes, { kind: "below", path: isInEgg(directory) ? site : directory });
      default:
        return readMetadata(bytes, { kind: "itself" });
    }
  },
};

/** `NAME-VERSION.egg/EGG-INFO`: all of the package is in that directory. */
function isInEgg(directory: string): boolean {
  return directory.endsWith(".egg/EGG-INFO");
}

function claimsFor(declaredBy: string, claims: readonly FileClaim[]): PackageFacts | undefined {
  return claims.length > 0 ? { claimsFor: { declaredBy, claims } } : undefined;
}

function readMetadata(bytes: FileBytes, claim: FileClaim): PackageFacts | undefined {
  const headers = headersOf(bytes.read(0, LARGEST_METADATA));
  const name = declaredText(headers.get("name")?.[0]);
  const version = declaredText(headers.get("version")?.[0]);
  if (name === undefined || version === undefined) return undefined;
  const requires = declaredNames(requirementsOf(headers));
  return { packages: [{ type: "pypi", name, version, license: licenseOf(headers), requires, claims: [claim] }] };
}
