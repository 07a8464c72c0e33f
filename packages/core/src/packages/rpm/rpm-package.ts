import { declaredText } from "../declaration-text.ts";
import type { DependentPackage } from "../needed-packages.ts";
import type { DeclaredPackage } from "../package.ts";
import type { PathBudget } from "../path-budget.ts";
import type { RpmHeader } from "./rpm-header.ts";

const TAG = {
  NAME: 1000,
  VERSION: 1001,
  RELEASE: 1002,
  EPOCH: 1003,
  SIZE: 1009,
  LICENSE: 1014,
  ARCHITECTURE: 1022,
  FILE_STATES: 1029,
  SOURCE_RPM: 1044,
  PROVIDE_NAME: 1047,
  REQUIRE_NAME: 1049,
  DIRECTORY_INDEXES: 1116,
  BASE_NAMES: 1117,
  DIRECTORY_NAMES: 1118,
  LONG_SIZE: 5009,
} as const;

/** States of files that are not the package's: another package put its own there, left out, of another architecture. */
const NOT_ITS_OWN: readonly (number | undefined)[] = [1, 2, 4];

/** The package of a header, its version as `[epoch:]version-release`; undefined when it has no name or no version. */
export function packageOf(header: RpmHeader, budget: PathBudget): DependentPackage | undefined {
  const word = (tag: number): string | undefined => declaredText(header.text(tag));
  const name = word(TAG.NAME);
  const version = word(TAG.VERSION);
  if (name === undefined || version === undefined) return undefined;
  const release = word(TAG.RELEASE);
  const epoch = header.numbers(TAG.EPOCH)[0];
  const plainVersion = release === undefined ? version : `${version}-${release}`;
  const source = sourceOf(word(TAG.SOURCE_RPM));
  const bytes = header.numbers(TAG.LONG_SIZE)[0] ?? header.numbers(TAG.SIZE)[0];
  const paths = filesOf(header, budget);
  return {
    declared: {
      type: "rpm",
      name,
      version: epoch === undefined ? plainVersion : `${epoch}:${plainVersion}`,
      architecture: word(TAG.ARCHITECTURE),
      license: word(TAG.LICENSE),
      source: source && (source.name !== name || source.version !== plainVersion) ? source : undefined,
      claimedBytes: Number.isSafeInteger(bytes) ? bytes : undefined,
      claims: paths.length > 0 ? [{ kind: "files", paths }] : [],
    },
    needs: header.texts(TAG.REQUIRE_NAME),
    provides: header.texts(TAG.PROVIDE_NAME),
  };
}

/** `name-version-release.src.rpm`. */
function sourceOf(file: string | undefined): DeclaredPackage["source"] {
  const ending = [".nosrc.rpm", ".src.rpm"].find((known) => file?.endsWith(known));
  if (file === undefined || ending === undefined) return undefined;
  const text = file.slice(0, -ending.length);
  const version = text.lastIndexOf("-", text.lastIndexOf("-") - 1);
  return version > 0 ? { name: text.slice(0, version), version: text.slice(version + 1) } : undefined;
}

function filesOf(header: RpmHeader, budget: PathBudget): string[] {
  const directories = header.texts(TAG.DIRECTORY_NAMES);
  const indexes = header.numbers(TAG.DIRECTORY_INDEXES);
  const states = header.numbers(TAG.FILE_STATES);
  const paths: string[] = [];
  for (const [index, name] of header.texts(TAG.BASE_NAMES).entries()) {
    const directory = directories[indexes[index] ?? directories.length];
    if (directory === undefined || NOT_ITS_OWN.includes(states[index])) continue;
    const path = budget.join(directory, name);
    if (path !== undefined) paths.push(path);
  }
  return paths;
}
