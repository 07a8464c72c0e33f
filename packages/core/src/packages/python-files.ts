/** The lists of files that Python's installers leave beside a package's metadata. */
import { forEachLine } from "./database-text.ts";
import { below, directoryOf, resolvedFrom } from "./declaration-text.ts";
import type { FileClaim } from "./package.ts";
import { PathBudget } from "./path-budget.ts";

const MOST_NAMES = 1000;
const COMPILED = "__pycache__";

/** RECORD: lines of `path,hash,size`, with paths from the site directory. */
export function claimsOfRecord(text: string, site: string): readonly FileClaim[] {
  return claimsOfPaths(text, pathInRecord, site, site);
}

/** installed-files.txt: a path a line, from the directory of the metadata. */
export function claimsOfInstalledFiles(text: string, directory: string): readonly FileClaim[] {
  return claimsOfPaths(text, (line) => line, directory, directoryOf(directory));
}

/** top_level.txt: names of the modules at the top, each a directory or a file. */
export function claimsOfTopLevel(text: string, site: string): readonly FileClaim[] {
  const claims: FileClaim[] = [];
  const files: string[] = [];
  forEachLine(text, (line) => {
    const name = line.trim();
    if (files.length === MOST_NAMES || !/^\w[\w-]{0,199}$/.test(name)) return;
    claims.push({ kind: "below", path: below(site, name) });
    files.push(below(site, `${name}.py`));
  });
  return files.length > 0 ? [...claims, { kind: "files", paths: files }] : [];
}

/** The files, and what Python compiles them to where no other package keeps its own. */
function claimsOfPaths(
  text: string,
  pathIn: (line: string) => string,
  base: string,
  site: string,
): readonly FileClaim[] {
  const budget = new PathBudget();
  const paths: string[] = [];
  const directories = new Set<string>();
  forEachLine(text, (line) => {
    const path = pathIn(line.endsWith("\r") ? line.slice(0, -1) : line);
    const resolved = path === "" ? undefined : resolvedFrom(base, path, budget);
    if (resolved === undefined) return;
    paths.push(resolved);
    if (resolved.endsWith(".py")) directories.add(directoryOf(resolved));
  });
  if (paths.length === 0) return [];
  const claims: FileClaim[] = [{ kind: "files", paths }];
  for (const directory of directories) {
    if (directory !== site && directory.startsWith(below(site, ""))) {
      claims.push({ kind: "below", path: below(directory, COMPILED) });
    }
  }
  return claims;
}

/** A path with a comma or a quote in it is in quotes, and a quote there is doubled. */
function pathInRecord(line: string): string {
  if (!line.startsWith('"')) return line.slice(0, Math.max(0, line.indexOf(",")));
  for (let at = line.indexOf('"', 1); at >= 0; at = line.indexOf('"', at + 2)) {
    if (line[at + 1] !== '"') return line.slice(1, at).replaceAll('""', '"');
  }
  return "";
}
