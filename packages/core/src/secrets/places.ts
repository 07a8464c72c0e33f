/** Directories whose files come from packages, or are tests and documentation. */
import { type PathTable, ROOT } from "../layer/path-table.ts";
import { decodeName } from "../model/path-text.ts";

export const PLACE = {
  ORDINARY: 0,
  /** Files of packages, the same wherever they are installed. */
  PACKAGES: 1,
  /** Tests, documentation and examples. */
  EXAMPLES: 2,
  /** /usr, /usr/share and what leads to places that are ordinary again. */
  USR: 3,
  SHARE: 4,
  NGINX: 5,
} as const;

const PACKAGES_IN_ROOT = new Set("bin sbin lib lib32 lib64 libx32 boot proc sys dev".split(" "));
const PACKAGES_IN_USR = new Set("bin sbin lib lib32 lib64 libx32 libexec include games".split(" "));
const PACKAGES = new Set(
  (
    "node_modules site-packages dist-packages bower_components gems vendor .cache __pycache__ .nvm .pyenv .rbenv .rustup .nuget " +
    ".vscode-server rustup toolchains google-cloud-sdk"
  ).split(" "),
);
/** Directories of packages by their own name and that of the directory they are in. */
const PACKAGES_WITHIN = new Set([
  "pkg/mod",
  ".cargo/registry",
  "cargo/registry",
  ".m2/repository",
  ".gradle/caches",
  ".git/objects",
  "lib/dpkg",
  "conda/pkgs",
  "local/go",
  "local/include",
  "share/doc",
  "share/man",
]);
const EXAMPLES = new Set(
  "test tests testing testdata test-data __tests__ __mocks__ fixtures spec specs example examples sample samples doc docs dummyserver".split(
    " ",
  ),
);

/** By path table: the places of directories that were asked for. */
const known = new WeakMap<PathTable, Map<number, number>>();

/** The directory that was asked for last: files of one come one after the other. */
const last = { paths: undefined as PathTable | undefined, directory: ROOT, place: 0 };

/** One of {@link PLACE}; `ORDINARY`, `PACKAGES` or `EXAMPLES`. Each directory is looked at once. */
export function placeOf(paths: PathTable, directory: number): number {
  if (last.directory !== directory || last.paths !== paths) {
    last.place = findPlace(paths, directory);
    last.paths = paths;
    last.directory = directory;
  }
  return last.place;
}

function findPlace(paths: PathTable, directory: number): number {
  let places = known.get(paths);
  if (!places) {
    places = new Map([[ROOT, PLACE.ORDINARY]]);
    known.set(paths, places);
  }
  const pending: number[] = [];
  let node = directory;
  let place = places.get(node);
  while (place === undefined) {
    pending.push(node);
    node = paths.parentOf(node);
    place = places.get(node);
  }
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    place = placeBelow(place, paths, next);
    places.set(next, place);
  }
  return place >= PLACE.USR ? PLACE.PACKAGES : place;
}

function placeBelow(above: number, paths: PathTable, node: number): number {
  if (above === PLACE.PACKAGES) return PLACE.PACKAGES;
  const name = nameOf(paths, node);
  const parent = paths.parentOf(node);
  if (above === PLACE.USR) {
    if (name === "share") return PLACE.SHARE;
    return PACKAGES_IN_USR.has(name) ? PLACE.PACKAGES : PLACE.ORDINARY;
  }
  // Web servers serve what images put there.
  if (above === PLACE.SHARE) return name === "nginx" ? PLACE.NGINX : PLACE.PACKAGES;
  if (above === PLACE.NGINX) return name === "html" ? PLACE.ORDINARY : PLACE.PACKAGES;
  if (parent === ROOT) {
    if (name === "usr") return PLACE.USR;
    if (PACKAGES_IN_ROOT.has(name)) return PLACE.PACKAGES;
  }
  if (PACKAGES.has(name)) return PLACE.PACKAGES;
  const parentName = parent === ROOT ? "" : nameOf(paths, parent);
  if (PACKAGES_WITHIN.has(`${parentName}/${name}`)) return PLACE.PACKAGES;
  // Python's own library, wherever it is installed: python3.12.
  if (/^lib(?:64)?$/.test(parentName) && /^(?:python|pypy|ruby|perl)\d?/.test(name)) return PLACE.PACKAGES;
  if (parentName === "src" && name.startsWith("linux-")) return PLACE.PACKAGES;
  return EXAMPLES.has(name) ? PLACE.EXAMPLES : above;
}

function nameOf(paths: PathTable, node: number): string {
  return paths.plainNameOf(node) ?? decodeName(paths.nameOf(node)).text;
}
