/** rpm's database, in the three formats it had: SQLite, its own "ndb", and Berkeley DB. */
import { type DependentPackage, withNeededPackages } from "../needed-packages.ts";
import type { PackageReader } from "../package-reader.ts";
import { PathBudget } from "../path-budget.ts";
import { berkeleyBlobs } from "./berkeley-blobs.ts";
import type { HeaderBlobs } from "./header-blobs.ts";
import { ndbBlobs } from "./ndb-blobs.ts";
import { RpmHeader } from "./rpm-header.ts";
import { packageOf } from "./rpm-package.ts";
import { sqliteBlobs } from "./sqlite-blobs.ts";
import { hasCommit } from "./sqlite-log.ts";

const FORMATS: ReadonlyMap<string, HeaderBlobs> = new Map([
  ["rpmdb.sqlite", sqliteBlobs],
  ["Packages.db", ndbBlobs],
  ["Packages", berkeleyBlobs],
]);
const LOG = "rpmdb.sqlite-wal";
/** `/var/lib/rpm` of old, the one it is a link to in new systems, and that of systems that are made of trees. */
const DIRECTORIES: readonly string[] = ["var/lib/rpm/", "usr/lib/sysimage/rpm/", "usr/share/rpm/"];
const MOST_PACKAGES = 100_000;
/** Words for what is needed and provided, of all packages. */
const MOST_RELATIONS = 4_000_000;
/** Keys that rpm trusts are kept as if they were packages. */
const KEY_NAME = "gpg-pubkey";

export const rpmReader: PackageReader = {
  names: [...FORMATS.keys(), LOG],
  wants(file) {
    const { name } = file;
    return (FORMATS.has(name) || name === LOG) && DIRECTORIES.some((directory) => file.path === directory + name);
  },
  read(file, bytes) {
    const format = FORMATS.get(file.name);
    if (!format) return hasCommit(bytes) ? { problem: UNREAD_LOG } : undefined;
    const packages: DependentPackage[] = [];
    const budget = new PathBudget();
    let headers = 0;
    let unknown = 0;
    let relations = 0;
    const damage = format(bytes, (blob) => {
      if (headers++ >= MOST_PACKAGES) return;
      const header = RpmHeader.read(blob);
      const found = header && packageOf(header, budget);
      if (!found) {
        unknown++;
        return;
      }
      if (found.declared.name === KEY_NAME) return;
      relations += found.needs.length + found.provides.length;
      packages.push(relations > MOST_RELATIONS ? { ...found, needs: [], provides: [] } : found);
    });
    const problem = damage ?? problemOf(headers, unknown, budget);
    return { packages: withNeededPackages(packages, false), ...(problem !== undefined && { problem }) };
  },
};

/** Of one file alone it cannot be told whether the database has already what its log has. */
const UNREAD_LOG =
  "the rpm database has a write-ahead log with changes that were not read, so what rpm did last may be missing";

function problemOf(headers: number, unknown: number, budget: PathBudget): string | undefined {
  if (headers > MOST_PACKAGES) return `the rpm database has more than ${MOST_PACKAGES} packages, the rest is not known`;
  if (unknown > 0) return `${unknown} packages of the rpm database could not be read`;
  return budget.isSpent ? "the rpm database has too many files, the rest counts as no package's" : undefined;
}
