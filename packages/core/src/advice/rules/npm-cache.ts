import { findPlaces, isVisible, nameText, pathFrom } from "../places.ts";
import type { Rule } from "../rule.ts";
import { caches } from "./cache-places.ts";

/** What the Plug'n'Play of Yarn runs programs from, straight out of the cache. */
const PLUG_AND_PLAY = ["/.pnp.cjs", "/.pnp.js", "/*/.pnp.cjs", "/*/.pnp.js", "/*/*/.pnp.cjs", "/*/*/*/.pnp.cjs"];

export const npmCache: Rule = {
  id: "npm-cache",
  title: "The cache of npm, Yarn, pnpm or Bun is still there",
  category: "leavings",
  reason:
    "Package managers of JavaScript keep every archive they fetch, so that the next installation is quicker. In an image there is no next one, and each package is there twice.",
  fix: "Keep the cache in a cache mount, or remove it in the RUN that installs.",
  example: { bad: "RUN npm ci", good: "RUN --mount=type=cache,target=/root/.npm npm ci" },
  counts:
    "Files of the caches of npm (_cacache and _logs, not what npx has installed), Yarn, pnpm, Bun and node-gyp in any home directory, that have no other name: a store whose files are linked into node_modules counts only with what is not. A store that symbolic links lead into, and the caches of Yarn in an image with Plug'n'Play, are needed and left alone.",
  *find(context) {
    const runsFromCache = findPlaces(context, PLUG_AND_PLAY).some((node) => isVisible(context, node));
    yield* caches(context, {
      patterns: [
        "_cacache",
        "**/.npm/{_logs,_prebuilds}",
        "/usr/local/share/.cache/yarn",
        "**/.cache/{yarn,node-gyp,pnpm}",
        "**/.yarn/cache",
        "**/.yarn/berry/cache",
        "**/.local/share/pnpm/store",
        "**/.pnpm-store",
        "**/.bun/install/cache",
        "**/.node-gyp",
      ],
      subject: "What the package manager has fetched is still",
      isPlace: (place) => {
        if (nameText(context.paths, place) !== "cache") return true;
        if (pathFrom(context, place, "..", "..", "install") !== undefined) return true;
        // Beside a project the cache is only left over where there is a node_modules that was made of it.
        const isProject = nameText(context.paths, context.paths.parentOf(place)) === ".yarn";
        return !runsFromCache && (!isProject || pathFrom(context, place, "..", "..", "node_modules") !== undefined);
      },
    });
  },
};
