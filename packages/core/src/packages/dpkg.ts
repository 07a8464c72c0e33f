/**
 * Debian's database: `status` has a stanza per package, `info/NAME.list` the paths of one. Images without a package
 * manager (distroless) have a file per package in `status.d` instead, and the paths in a `.md5sums` next to it.
 */
import type { FileBytes, InspectedFile } from "../layer/file-inspector.ts";
import { databaseText, forEachLine } from "./database-text.ts";
import { declaredText } from "./declaration-text.ts";
import { type DependentPackage, withNeededPackages } from "./needed-packages.ts";
import type { DeclaredPackage, PackageFacts } from "./package.ts";
import type { PackageReader } from "./package-reader.ts";

const STATUS = "var/lib/dpkg/status";
const PARTS = "var/lib/dpkg/status.d/";
const PARTS_NAME = "status.d";
const INFO = "var/lib/dpkg/info/";
const LIST = ".list";
const SUMS = ".md5sums";
/** Hexadecimal digits of an MD5 sum and the two spaces after it. */
const SUM_LENGTH = 34;
const SPACE = 0x20;
const TAB = 0x09;

const LARGEST_STATUS = 32 * 1024 * 1024;
const LARGEST_LIST = 16 * 1024 * 1024;
const MOST_PACKAGES = 100_000;

export const dpkgReader: PackageReader = {
  names: ["status", `*${LIST}`, `/${PARTS_NAME}`],
  wants(file) {
    const { name, paths, node } = file;
    if (name === "status") return file.path === STATUS;
    if (name.endsWith(LIST) && file.path.startsWith(INFO)) return !file.path.includes("/", INFO.length);
    const directory = paths.parentOf(node);
    // The length first: no text has to be made for most directories.
    return (
      paths.nameEndOf(directory) - paths.nameStartOf(directory) === PARTS_NAME.length &&
      paths.plainNameOf(directory) === PARTS_NAME &&
      file.path === PARTS + name
    );
  },
  read(file, bytes) {
    if (file.name.endsWith(LIST) && file.path.startsWith(INFO)) return readList(file.name, bytes);
    if (file.name.endsWith(SUMS)) return readSums(file, bytes);
    const text = databaseText(bytes, LARGEST_STATUS);
    if (text === undefined) return { problem: "the dpkg database is larger than 32 MiB, its packages are not known" };
    const facts = readStanzas(text);
    // Other files may lie among those of `status.d`.
    return facts.packages?.length === 0 && file.path !== STATUS ? undefined : facts;
  },
};

function readStanzas(text: string): PackageFacts {
  const packages: DependentPackage[] = [];
  let stanzas = 0;
  let unknown = 0;
  let fields = new Map<string, string>();
  const endStanza = (): void => {
    if (fields.size === 0) return;
    stanzas++;
    if (hasFiles(fields.get("Status")) && stanzas <= MOST_PACKAGES) {
      const found = packageOf(fields);
      if (found) packages.push(found);
      else unknown++;
    }
    fields = new Map();
  };
  forEachLine(text, (line) => {
    if (line === "") return endStanza();
    // A line that begins with a space continues a description or a list of configuration files.
    const first = line.charCodeAt(0);
    if (first === SPACE || first === TAB) return;
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon));
    if (FIELDS.has(name)) fields.set(name, line.slice(colon + 1).trim());
  });
  endStanza();
  const problem = problemOf(stanzas, unknown);
  return { packages: withNeededPackages(packages, true), ...(problem !== undefined && { problem }) };
}

const FIELDS: ReadonlySet<string> = new Set([
  "Package",
  "Version",
  "Architecture",
  "Source",
  "Installed-Size",
  "Status",
  "Depends",
  "Pre-Depends",
  "Provides",
]);

function problemOf(stanzas: number, unknown: number): string | undefined {
  if (stanzas === 0) return "the dpkg database has no package that can be read";
  if (stanzas > MOST_PACKAGES)
    return `the dpkg database has more than ${MOST_PACKAGES} packages, the rest is not known`;
  if (unknown === 0) return undefined;
  const stanzasHave =
    unknown === 1 ? "one stanza of the dpkg database has" : `${unknown} stanzas of the dpkg database have`;
  return `${stanzasHave} no name or no version, so the file may be cut off`;
}

/**
 * Whether a package of this status has its files on disk. Those that were unpacked but never configured have, and of those
 * that were interrupted while they were unpacked some are there, so only what is not installed and what was removed but
 * for its configuration is left out. A file of `status.d` has no status.
 */
function hasFiles(status: string | undefined): boolean {
  if (status === undefined) return true;
  const state = status.slice(status.lastIndexOf(" ") + 1);
  return state !== "not-installed" && state !== "config-files";
}

function packageOf(fields: ReadonlyMap<string, string>): DependentPackage | undefined {
  const name = declaredText(fields.get("Package"));
  const version = declaredText(fields.get("Version"));
  if (name === undefined || version === undefined) return undefined;
  const kibibytes = Number(fields.get("Installed-Size") || Number.NaN);
  const declared: DeclaredPackage = {
    type: "deb",
    name,
    version,
    architecture: declaredText(fields.get("Architecture")),
    source: sourceOf(declaredText(fields.get("Source"))),
    claimedBytes: Number.isSafeInteger(kibibytes * 1024) && kibibytes >= 0 ? kibibytes * 1024 : undefined,
    claims: [],
  };
  return {
    declared,
    needs: [...relationNames(fields.get("Pre-Depends")), ...relationNames(fields.get("Depends"))],
    provides: relationNames(fields.get("Provides")),
  };
}

/** `name` or `name (version)`. */
function sourceOf(text: string | undefined): DeclaredPackage["source"] {
  if (text === undefined) return undefined;
  const open = text.indexOf("(");
  if (open < 0) return { name: text };
  const close = text.indexOf(")", open);
  return { name: text.slice(0, open).trim(), version: text.slice(open + 1, close < 0 ? undefined : close).trim() };
}

/** Names in a relation such as `a (>= 1), b:any | c`; alternatives too, since any of them may be the one that is there. */
function relationNames(relation: string | undefined): string[] {
  if (!relation) return [];
  const names: string[] = [];
  for (const alternatives of relation.split(",")) {
    for (const alternative of alternatives.split("|")) {
      const text = alternative.trim();
      const end = text.search(/[ (:[<]/);
      const name = end < 0 ? text : text.slice(0, end);
      if (name !== "") names.push(name);
    }
  }
  return names;
}

/** `NAME.list` or `NAME:ARCHITECTURE.list`: a path in every line, directories too. */
function readList(name: string, bytes: FileBytes): PackageFacts {
  const text = databaseText(bytes, LARGEST_LIST);
  if (text === undefined) return { problem: "a file list of dpkg is larger than 16 MiB, it is not read" };
  const paths: string[] = [];
  forEachLine(text, (line) => {
    if (line !== "" && line !== "/.") paths.push(line);
  });
  return { fileList: { of: name.slice(0, -LIST.length), paths } };
}

/** `NAME.md5sums`: sum, two spaces and path. */
function readSums(file: InspectedFile, bytes: FileBytes): PackageFacts {
  const text = databaseText(bytes, LARGEST_LIST);
  if (text === undefined) return { problem: "a file list of dpkg is larger than 16 MiB, it is not read" };
  const paths: string[] = [];
  forEachLine(text, (line) => {
    if (line.length > SUM_LENGTH && line[SUM_LENGTH - 1] === " ") paths.push(line.slice(SUM_LENGTH));
  });
  return { fileList: { of: file.name.slice(0, -SUMS.length), paths } };
}
