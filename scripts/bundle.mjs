// Puts the command's own modules, core included, into a few files: packages/cli/dist/bundle.
//
// Node reads and links some two hundred small modules one by one, which takes longer than scanning a small image does,
// and even sharing them out between some seventy files takes half as long. So what is needed together is together: what
// parses the arguments, what opens and scans an image, and what looks into it and reports. What is imported on demand
// stays in files of its own. Dependencies are left to be imported as they are, but for those that every run needs, and
// Ink and React; whoever imports the library gets the separate modules.

import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const dist = fileURLToPath(new URL("../packages/cli/dist/", import.meta.url));
const isOurs = (id) => id.startsWith(".") || id.startsWith("/") || id === "@layerscope/core";
// Ink and React: some two hundred modules, which is most of the time until the interactive view's first frame. The others
// are in the way of every summary.
const INCLUDED = /^(ink|react|commander|cli-table3|picocolors|string-width)(\/|$)/;
const isIncluded = (id, importer) => INCLUDED.test(id) || importer?.includes("/node_modules/");
// For those who look into Ink itself.
const isNeverLoaded = (id) => id === "react-devtools-core";
const isBundled = (id, importer) => isOurs(id) || (isIncluded(id, importer) && !isNeverLoaded(id));

/**
 * What a file of the bundle has: these modules and all that they import, without what is in a file before. The main
 * module is in none: whatever imported a file of it would wait for the command to end.
 */
const TOGETHER = {
  program: ["program", "interruption", "output/messages", "output/write"],
  open: ["context"],
  inspect: ["commands/inspect"],
  text: ["output/advice-text", "output/terminal", "output/unread-text"],
};
const groups = Object.entries(TOGETHER).map(([name, modules], index, { length }) => ({
  name,
  test: (id) => modules.some((module) => id === `${dist}${module}.js`),
  priority: length - index,
}));

const target = `${dist}bundle`;
const writtenAt = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/** When the newest module that may be in the bundle was written; the compiler leaves alone what did not change. */
function newestModule() {
  const folders = [dist, fileURLToPath(new URL("../packages/core/dist/", import.meta.url))];
  const modules = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true })
      .filter((name) => name.endsWith(".js") && !name.startsWith("bundle"))
      .map((name) => join(folder, name)),
  );
  return Math.max(...[...modules, fileURLToPath(import.meta.url)].map(writtenAt));
}

if (writtenAt(join(target, "main.js")) <= newestModule()) {
  const bundle = await rolldown({
    input: `${dist}main.js`,
    platform: "node",
    external: (id, importer) => !isBundled(id, importer) && !/^[A-Za-z]:/.test(id),
    // React's development build takes three times as long for everything.
    transform: { define: { "process.env.NODE_ENV": '"production"' } },
    logLevel: "warn",
  });
  // Beside the old one, which somebody may be running.
  const fresh = `${target}.${process.pid}`;
  await bundle.write({
    dir: fresh,
    format: "esm",
    sourcemap: true,
    chunkFileNames: "[name].js",
    codeSplitting: { groups },
  });
  await bundle.close();
  rmSync(target, { recursive: true, force: true });
  renameSync(fresh, target);
}
