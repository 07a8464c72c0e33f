// Collects the root directory of the container image (Dockerfile): the Node that runs this, the libraries it needs, and
// of the built command what it loads. Nothing else, so there is no shell and no package manager.
//
//   node scripts/image-root.mjs DIRECTORY

import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const repository = realpathSync(fileURLToPath(new URL("..", import.meta.url)));
const root = process.argv[2];
if (!root) throw new Error("usage: image-root.mjs DIRECTORY");

const USER = { name: "layerscope", id: 65532 };

/** Copies a file with its mode; a link becomes what it leads to. */
function copy(file, place) {
  cpSync(realpathSync(file), join(root, place), { recursive: true });
}

copy(process.execPath, "usr/bin/node");
process.report.excludeNetwork = true;
for (const file of process.report.getReport().sharedObjects) {
  // What the kernel brings itself is no path, and musl lists the program, too.
  if (file.startsWith("/") && realpathSync(file) !== realpathSync(process.execPath)) copy(file, file);
}
// Where ICU is a library of its own, its data is a file that no library names, and Node does not start without it.
if (existsSync("/usr/share/icu")) copy("/usr/share/icu", "usr/share/icu");

// Whom to trust when a registry is asked.
const authorities = ["/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem"].find(existsSync);
if (authorities) copy(authorities, "etc/ssl/certs/ca-certificates.crt");

mkdirSync(join(root, "etc"), { recursive: true });
writeFileSync(join(root, "etc/passwd"), `${USER.name}:x:${USER.id}:${USER.id}::/:/sbin/nologin\n`);
writeFileSync(join(root, "etc/group"), `${USER.name}:x:${USER.id}:\n`);
// For what comes through a pipe and is read twice.
mkdirSync(join(root, "tmp"));
chmodSync(join(root, "tmp"), 0o1777);

const copied = new Set();

/** Copies a file of the repository or of its node_modules. Where it lies stays, so that modules find each other. */
function keep(file) {
  if (copied.has(file)) return;
  copied.add(file);
  copy(file, join("usr/lib/layerscope", relative(repository, file)));
}

/** Keeps one of our modules and those that it imports. */
function keepModule(file) {
  if (copied.has(file)) return;
  keep(file);
  for (const [, name] of readFileSync(file, "utf8").matchAll(/^import .* from "(\..+)";$/gm)) {
    keepModule(join(dirname(file), name));
  }
}

const LOADED = /\.(js|cjs|mjs|json|wasm)$/;
const SKIPPED = /^(node_modules|(test|example)s?(\.js)?)$/;
const LICENSE = /^(licen[cs]e|copying|notice)/i;
// Types are for compilers, the bundle has Ink and React inside, and core is no installed package here.
const NOT_LOADED = /^(@types\/.*|ink|react|@layerscope\/core)$/;

/** Keeps of an installed package what can be loaded, its license, and the packages it depends on. */
function keepPackage(directory) {
  const description = join(directory, "package.json");
  if (copied.has(description)) return;
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const isSkipped = relative(directory, file)
      .split(sep)
      .some((part) => SKIPPED.test(part));
    if (entry.isFile() && !isSkipped && (LOADED.test(entry.name) || LICENSE.test(entry.name))) keep(file);
  }
  keepDependencies(directory);
}

function keepDependencies(directory) {
  const { dependencies = {} } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  for (const name of Object.keys(dependencies)) {
    if (!NOT_LOADED.test(name)) keepPackage(packageFor(name, directory));
  }
}

/** Where Node finds a package from the directory of another. */
function packageFor(name, directory) {
  // By a file, since some packages are called as modules of Node.
  const places = createRequire(join(directory, "package.json")).resolve.paths(`${name}/package.json`);
  const found = places.map((place) => join(place, name)).find((place) => existsSync(join(place, "package.json")));
  if (!found) throw new Error(`${relative(repository, directory)} needs ${name}, which is not installed`);
  return found;
}

for (const name of ["cli", "core"]) {
  const directory = join(repository, "packages", name);
  const { exports } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  keep(join(directory, "package.json"));
  keepDependencies(directory);
  // Threads start from modules of their own.
  for (const [entry, module] of Object.entries(exports)) {
    if (entry.endsWith("-worker")) keepModule(join(directory, module));
  }
}
const command = join(repository, "packages/cli");
const isKept = (file) => !/\.(map|tsx?)$/.test(file);
for (const part of ["bin", "dist/bundle", "src"]) {
  for (const entry of readdirSync(join(command, part), { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile() && isKept(file)) keep(file);
  }
}
keep(join(repository, "LICENSE"));
mkdirSync(join(root, "usr/lib/layerscope/node_modules/@layerscope"));
symlinkSync("../../packages/core", join(root, "usr/lib/layerscope/node_modules/@layerscope/core"));
