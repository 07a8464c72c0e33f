/** Alpine's database: a paragraph per package, a letter per field, the files after it by directory. */

import { databaseText, forEachLine } from "./database-text.ts";
import { declaredText } from "./declaration-text.ts";
import { type DependentPackage, withNeededPackages } from "./needed-packages.ts";
import type { PackageFacts } from "./package.ts";
import type { PackageReader } from "./package-reader.ts";
import { PathBudget } from "./path-budget.ts";

/** Below `/usr` where a system keeps its libraries only there. */
const DATABASES: ReadonlySet<string> = new Set(["lib/apk/db/installed", "usr/lib/apk/db/installed"]);
const LARGEST = 32 * 1024 * 1024;
const MOST_PACKAGES = 100_000;
const COLON = 0x3a;

export const apkReader: PackageReader = {
  names: ["installed"],
  wants(file) {
    return file.name === "installed" && DATABASES.has(file.path);
  },
  read(_file, bytes) {
    const text = databaseText(bytes, LARGEST);
    if (text === undefined) return { problem: "the apk database is larger than 32 MiB, its packages are not known" };
    return readDatabase(text);
  },
};

function readDatabase(text: string): PackageFacts {
  const packages: DependentPackage[] = [];
  const budget = new PathBudget();
  let paragraphs = 0;
  let unknown = 0;
  let fields = new Map<string, string>();
  let directory = "";
  let files: string[] = [];
  const endParagraph = (): void => {
    if (fields.size === 0 && files.length === 0) return;
    paragraphs++;
    if (paragraphs <= MOST_PACKAGES) {
      const found = packageOf(fields, files);
      if (found) packages.push(found);
      else unknown++;
    }
    fields = new Map();
    directory = "";
    files = [];
  };
  forEachLine(text, (line) => {
    if (line === "") return endParagraph();
    if (line.charCodeAt(1) !== COLON) return;
    const letter = line[0] as string;
    if (letter === "R") {
      const path = budget.join(directory, line.slice(2));
      if (path !== undefined) files.push(path);
    } else if (letter === "F") directory = line.slice(2);
    else if (FIELDS.includes(letter)) fields.set(letter, line.slice(2));
  });
  endParagraph();
  const problem = problemOf(paragraphs, unknown, budget);
  return { packages: withNeededPackages(packages, false), ...(problem !== undefined && { problem }) };
}

/** Name, version, architecture, installed size, origin, license, what it depends on, what it provides. */
const FIELDS = "PVAIoLDp";

function problemOf(paragraphs: number, unknown: number, budget: PathBudget): string | undefined {
  if (paragraphs === 0) return "the apk database has no package that can be read";
  if (paragraphs > MOST_PACKAGES)
    return `the apk database has more than ${MOST_PACKAGES} packages, the rest is not known`;
  if (budget.isSpent) return "the apk database has too many files, the rest counts as no package's";
  return unknown > 0 ? `${unknown} paragraphs of the apk database have no name or no version` : undefined;
}

function packageOf(fields: ReadonlyMap<string, string>, files: readonly string[]): DependentPackage | undefined {
  const word = (letter: string): string | undefined => declaredText(fields.get(letter));
  const name = word("P");
  const version = word("V");
  if (name === undefined || version === undefined) return undefined;
  const origin = word("o");
  const bytes = Number(word("I") ?? Number.NaN);
  return {
    declared: {
      type: "apk",
      name,
      version,
      architecture: word("A"),
      license: word("L"),
      // Whatever is built from one recipe has its version.
      source: origin !== undefined && origin !== name ? { name: origin, version } : undefined,
      claimedBytes: Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : undefined,
      claims: files.length > 0 ? [{ kind: "files", paths: files }] : [],
    },
    needs: relationNames(fields.get("D")),
    provides: relationNames(fields.get("p")),
  };
}

/** Names in a relation such as `so:libc.musl-x86_64.so.1 busybox>=1.36 !other`; what must not be there (`!`) is left out. */
function relationNames(relation: string | undefined): string[] {
  if (!relation) return [];
  const names: string[] = [];
  for (const text of relation.split(" ")) {
    if (text.startsWith("!")) continue;
    const end = text.search(/[<>=~@]/);
    const name = end < 0 ? text : text.slice(0, end);
    if (name !== "") names.push(name);
  }
  return names;
}
