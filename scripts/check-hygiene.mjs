// Nothing in the repository may tell of the machine it was written on: no path of a checkout or of somebody's home,
// and no host name of the package registry or mirror that somebody's npm happened to use.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
// The folders are walked instead of asking git, so that an exported copy without history can be checked too.
const skipped = new Set([".git", "node_modules", "dist", "coverage"]);

const traces = [
  // Other absolute paths are the subject of this project: /home, /root and /tmp are in most images.
  { what: "path of a machine", pattern: /(?<![\w.~-])\/(?:work|Users|home\/runner)\/[\w.-]+/g },
  { what: "package registry", pattern: /\bregistry\.(?:npmjs|yarnpkg|npmmirror)\.\w+/g },
];
// A checkout directly below "/" may well be called /app, which is in many images.
if (root.split(/[\\/]/).length > 2) traces.push({ what: "path of this checkout", pattern: literally(root) });
// npm says which registry it uses to the scripts it runs.
const registry = process.env.npm_config_registry;
if (registry) traces.push({ what: "package registry", pattern: literally(new URL(registry).hostname) });

function literally(text) {
  return new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"), "g");
}

function* filesIn(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (skipped.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(path);
    else if (entry.isFile()) yield path;
  }
}

for (const path of filesIn(root)) {
  // One character a byte: archives among the fixtures are searched like text.
  const text = readFileSync(path, "latin1");
  for (const { what, pattern } of traces) {
    for (const { 0: found, index } of text.matchAll(pattern)) {
      const line = text.slice(0, index).split("\n").length;
      console.error(`${relative(root, path)}:${line}: ${what}: ${found}`);
      process.exitCode = 1;
    }
  }
}
