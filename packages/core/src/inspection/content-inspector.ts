/** Looks into every file that anything here wants to know of. */
import type { FileBytes, FileInspector, InspectedFile } from "../layer/file-inspector.ts";
import { NameFilter } from "../layer/name-filter.ts";
import { isOsRelease, OS_RELEASE_NAMES, parseOsRelease } from "../packages/os-release.ts";
import type { PackageReader } from "../packages/package-reader.ts";
import { PACKAGE_READERS } from "../packages/package-readers.ts";
import { findSecretsInFile, wantsForSecrets } from "../secrets/find-secrets.ts";
import { SECRET_NAMES } from "../secrets/looked-into.ts";
import { mayBeElf, readElfFile } from "./elf-facts.ts";
import type { FileFacts } from "./file-facts.ts";
import { IDS_NAMES, idsFile, parseIds } from "./ids.ts";

/** The one inspector of files: give it to a scan, so that what passes by only once is looked into. */
export const CONTENT_INSPECTOR: FileInspector = { wants, inspect };

/** Names by who asks for them: first each reader of packages. */
const NAMES = new NameFilter(...PACKAGE_READERS.map(({ names }) => names), SECRET_NAMES, [
  OS_RELEASE_NAMES,
  ...IDS_NAMES,
]);
/** Bits of the groups behind those of the readers. */
const GROUP = { SECRET: 1 << PACKAGE_READERS.length, OTHER: 2 << PACKAGE_READERS.length } as const;

function wants(file: InspectedFile): boolean {
  if (mayBeElf(file)) return true;
  // Most files are in none of them.
  const groups = NAMES.groupsOf(file.paths, file.node);
  if (groups === 0) return false;
  if ((groups & GROUP.SECRET) !== 0 && wantsForSecrets(file)) return true;
  if ((groups & GROUP.OTHER) !== 0 && (isOsRelease(file) || idsFile(file) !== undefined)) return true;
  return readerOf(file, groups) !== undefined;
}

function inspect(file: InspectedFile, bytes: FileBytes): FileFacts | undefined {
  const elf = mayBeElf(file) ? readElfFile(bytes) : undefined;
  const packages = readerOf(file, NAMES.groupsOf(file.paths, file.node))?.read(file, bytes);
  const secrets = findSecretsInFile(file, bytes);
  const distribution = isOsRelease(file) ? parseOsRelease(textOf(bytes)) : undefined;
  const ids = idsFile(file) ? parseIds(textOf(bytes)) : undefined;
  const facts: FileFacts = {
    ...elf,
    ...(packages && { packages }),
    ...(secrets && { secrets }),
    ...(distribution && { distribution }),
    ...(ids && { ids }),
  };
  return Object.keys(facts).length > 0 ? facts : undefined;
}

/** Only those readers are asked in whose groups the name is. */
function readerOf(file: InspectedFile, groups: number): PackageReader | undefined {
  for (let place = 0; place < PACKAGE_READERS.length; place++) {
    const reader = PACKAGE_READERS[place] as PackageReader;
    if ((groups & (1 << place)) !== 0 && reader.wants(file)) return reader;
  }
  return undefined;
}

/** No file that is read as text has more that counts. */
const LONGEST_TEXT = 1024 * 1024;

function textOf(bytes: FileBytes): string {
  return Buffer.from(bytes.read(0, LONGEST_TEXT)).toString();
}
