// Completes package-lock.json for platforms other than the one it was written on.
//
// Native tools (biome, rolldown, oxc, typescript) name one optional package per platform. When the registry or mirror in
// use does not carry a platform's package, npm leaves it out of the lockfile without a word, and `npm ci` then fails on
// exactly that platform: "package.json and package-lock.json are not in sync". The entry can be written without asking
// a registry, because the package that wants it names the exact version, and the name says which machines it is for.
//
//   node scripts/complete-lockfile.mjs           write the missing entries, drop the names of registry hosts
//   node scripts/complete-lockfile.mjs --check   change nothing; exit 1 when either has to be done

import { readFileSync, writeFileSync } from "node:fs";

const lockfile = new URL("../package-lock.json", import.meta.url);
const systems = new Set("aix android darwin freebsd linux netbsd openbsd openharmony sunos win32".split(" "));
const processors = new Set("arm arm64 ia32 loong64 mips64el ppc64 riscv64 s390x wasm32 x64".split(" "));

/** What npm needs to know to pass over the package on other machines. */
function platformOf(name) {
  const words = name.split(/[^a-z0-9]+/);
  const isFor = (prefix) => words.some((word) => word.startsWith(prefix));
  const listOf = (values) => (values.length > 0 ? values : undefined);
  return {
    os: listOf(words.filter((word) => systems.has(word))),
    cpu: listOf(words.filter((word) => processors.has(word))),
    // A Linux build that names no C library is taken to run with either.
    libc: isFor("musl") ? ["musl"] : isFor("gnu") ? ["glibc"] : undefined,
  };
}

/** The places where Node looks for `name` from the package at `from`, nearest first. */
function* placesFor(name, from) {
  for (let folder = from; folder !== ""; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/")))) {
    yield `${folder}/node_modules/${name}`;
  }
  yield `node_modules/${name}`;
}

function findMissing(packages) {
  const missing = [];
  for (const [from, wanting] of Object.entries(packages)) {
    for (const [name, range] of Object.entries(wanting.optionalDependencies ?? {})) {
      const isExact = /^\d/.test(range);
      const found = [...placesFor(name, from)].find((place) => packages[place] !== undefined);
      if (found !== undefined && (!isExact || packages[found].version === range)) continue;
      // Another version may already hold the top level; then this one belongs below the package that wants it.
      const place = found === undefined ? `node_modules/${name}` : `${from}/node_modules/${name}`;
      missing.push({ from, name, range, isExact, place, dev: wanting.dev });
    }
  }
  return missing;
}

const lock = JSON.parse(readFileSync(lockfile, "utf8"));
const missing = findMissing(lock.packages);
// A link to a workspace has "resolved" too, but that is a folder.
const withHost = Object.entries(lock.packages).filter(([, entry]) => entry.resolved?.includes("://"));

if (process.argv.includes("--check")) {
  for (const { from, name, range } of missing)
    console.error(`package-lock.json: no entry for ${name}@${range}, optional dependency of ${from}`);
  for (const [place] of withHost) console.error(`package-lock.json: "resolved" of ${place} names a host`);
  if (missing.length + withHost.length > 0) {
    console.error("run: npm run lockfile");
    process.exitCode = 1;
  }
} else {
  for (const { from, name, range, isExact, place, dev } of missing) {
    if (!isExact) {
      console.error(`package-lock.json: ${from} wants ${name}@${range}; only a registry knows which version that is`);
      process.exitCode = 1;
      continue;
    }
    const { cpu, libc, os } = platformOf(name);
    // npm's own order of keys and of packages, so that its next run does not shuffle the file. JSON leaves undefined out.
    lock.packages[place] = { version: range, cpu, dev, libc, optional: true, os };
  }
  for (const [, entry] of withHost) delete entry.resolved;
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en")));
  writeFileSync(lockfile, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`package-lock.json: ${missing.length} entries added, ${withHost.length} host names dropped`);
}
