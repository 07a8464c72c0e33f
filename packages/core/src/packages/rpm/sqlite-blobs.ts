import type { HeaderBlobs } from "./header-blobs.ts";
import { SqliteFile } from "./sqlite-file.ts";

/** `rpmdb.sqlite`: the table `Packages (hnum INTEGER PRIMARY KEY, blob BLOB)`. */
export const sqliteBlobs: HeaderBlobs = (bytes, take) => {
  const file = SqliteFile.open(bytes);
  if (!file) return "the rpm database is no SQLite database that can be read";
  const root = file.rootOf("Packages");
  if (root === undefined) return "the rpm database has no table of packages";
  const isWhole = file.forEachRow(root, 2, ([, blob]) => {
    if (blob instanceof Uint8Array) take(blob);
  });
  return isWhole ? undefined : "the rpm database is damaged, not all of its packages are known";
};
