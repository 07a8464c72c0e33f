/** Packages of conda, mamba and pixi: a file for each of them in `conda-meta` of its environment. */
import { isObject, type JsonObject } from "../archive/json-document.ts";
import type { FileBytes, InspectedFile } from "../layer/file-inspector.ts";
import { declaredNames, declaredText, directoryOf, MEBIBYTE, parseJsonFile, resolvedFrom } from "./declaration-text.ts";
import type { PackageFacts } from "./package.ts";
import type { PackageReader } from "./package-reader.ts";
import { PathBudget } from "./path-budget.ts";

const DIRECTORY = "conda-meta";
/** Packages of ten thousand files have some megabytes. */
const LARGEST = 32 * MEBIBYTE;

/** What conda has unpacked to be linked into environments; the directory is called NAME-VERSION-BUILD. */
const UNPACKED = /(?:^|\/)pkgs\/([^/]+)\/(?:lib\/python[0-9.]+\/)?site-packages\//i;

/** Whether a path is in what conda keeps for environments to come: what is declared there is not installed. */
export function isInCondaCache(path: string): boolean {
  const directory = UNPACKED.exec(path)?.[1];
  return directory !== undefined && directory.split("-").length >= 3;
}

export const condaReader: PackageReader = {
  names: [`/${DIRECTORY}`],

  wants(file: InspectedFile): boolean {
    return file.name.endsWith(".json") && `/${directoryOf(file.path)}`.endsWith(`/${DIRECTORY}`);
  },

  read(file: InspectedFile, bytes: FileBytes): PackageFacts | undefined {
    const json = parseJsonFile(bytes, LARGEST, "what conda says of a package");
    if ("problem" in json) return json;
    if (!isObject(json.value)) return undefined;
    const record = json.value;
    const name = declaredText(record.name);
    const version = declaredText(record.version);
    if (name === undefined || version === undefined) return undefined;
    const prefix = directoryOf(directoryOf(file.path));
    return {
      packages: [
        {
          type: "conda",
          name,
          version,
          architecture: declaredText(record.subdir),
          license: declaredText(record.license),
          claimedBytes: installedBytes(record),
          requires: neededBy(record.depends),
          qualifiers: qualifiersOf(record),
          claims: [{ kind: "files", paths: filesOf(record.files, prefix) }, { kind: "itself" }],
        },
      ],
    };
  },
};

function filesOf(files: unknown, prefix: string): readonly string[] {
  if (!Array.isArray(files)) return [];
  const budget = new PathBudget();
  return files.flatMap((path: unknown) => {
    const resolved = typeof path === "string" && path !== "" ? resolvedFrom(prefix, path, budget) : undefined;
    return resolved === undefined ? [] : [resolved];
  });
}

/** Names begin a specification, such as `python >=3.9,<3.10.0a0`. Those with two underscores stand for the machine. */
function neededBy(depends: unknown): readonly string[] | undefined {
  if (!Array.isArray(depends)) return undefined;
  const names = depends.map((one: unknown) => (typeof one === "string" ? /^[^\s=<>!~[]{1,200}/.exec(one)?.[0] : one));
  return declaredNames(names.filter((name) => typeof name === "string" && !name.startsWith("__")));
}

/** The record's own size is that of the archive it came in. */
function installedBytes({ paths_data: data }: JsonObject): number | undefined {
  if (!isObject(data) || !Array.isArray(data.paths)) return undefined;
  let sum = 0;
  for (const path of data.paths) {
    if (!isObject(path) || path.path_type === "softlink") continue;
    const size = path.size_in_bytes;
    if (typeof size === "number" && Number.isSafeInteger(size) && size > 0) sum += size;
  }
  return sum > 0 && Number.isSafeInteger(sum) ? sum : undefined;
}

/** Of its package URL, next to the platform. */
function qualifiersOf({ build, channel, subdir, fn }: JsonObject): Readonly<Record<string, string>> {
  const form = typeof fn === "string" ? /\.(conda|tar\.bz2)$/.exec(fn)?.[1] : undefined;
  const all = { build: declaredText(build), channel: channelOf(channel, subdir), type: form };
  return Object.fromEntries(Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

/** The name at the end of an address such as `https://conda.anaconda.org/conda-forge/linux-64`, which may have a token in it. */
function channelOf(channel: unknown, subdir: unknown): string | undefined {
  const segments = declaredText(channel)?.split(/[/?#]/) ?? [];
  const names = segments.filter((segment) => segment !== "" && segment !== subdir);
  return declaredText(names.at(-1));
}
