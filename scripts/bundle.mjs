// Puts the command's own modules, core included, into a few files: packages/cli/dist/bundle.
//
// Node reads and links some seventy small modules one by one, which takes as long as scanning a small image does. What
// is imported on demand stays in files of its own. Dependencies are left to be imported as they are, and whoever imports
// the library gets the separate modules.

import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const dist = fileURLToPath(new URL("../packages/cli/dist/", import.meta.url));
const isOurs = (id) => id.startsWith(".") || id.startsWith("/") || id === "@layerscope/core";

rmSync(`${dist}bundle`, { recursive: true, force: true });
const bundle = await rolldown({
  input: `${dist}main.js`,
  platform: "node",
  external: (id) => !isOurs(id) && !/^[A-Za-z]:/.test(id),
  logLevel: "warn",
});
await bundle.write({ dir: `${dist}bundle`, format: "esm", sourcemap: true, chunkFileNames: "[name].js" });
await bundle.close();
