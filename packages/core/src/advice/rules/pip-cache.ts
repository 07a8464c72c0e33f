import { environmentValue } from "../image-command.ts";
import { nameText, pathFrom } from "../places.ts";
import type { Rule } from "../rule.ts";
import { caches } from "./cache-places.ts";

export const pipCache: Rule = {
  id: "pip-cache",
  title: "The cache of pip, uv, Poetry, Pipenv or conda is still there",
  category: "leavings",
  reason:
    "pip and its relatives keep what they fetch and the wheels they build, so that the next installation is quicker. In an image there is no next one.",
  fix: "Keep the cache in a cache mount, or install with pip install --no-cache-dir, uv --no-cache, conda clean --all --yes.",
  example: {
    bad: "RUN pip install -r requirements.txt",
    good: "RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt",
  },
  counts:
    "Files of the caches of pip, uv, Poetry and Pipenv in any home directory, and of the packages of conda, that have no other name: what is linked into an environment counts for nothing. Environments that Poetry and uv keep beside their caches, and a cache that symbolic links lead into, are left alone.",
  *find(context) {
    const isLinked = environmentValue(context, "UV_LINK_MODE") === "symlink";
    yield* caches(context, {
      patterns: [
        "**/.cache/{pip,pip-tools,pipenv}",
        "**/.cache/pypoetry/{cache,artifacts}",
        ...(isLinked ? [] : ["**/.cache/uv/{archive-v*,wheels-v*,built-wheels-v*,simple-v*,sdists-v*,interpreter-v*}"]),
        "pkgs",
      ],
      subject: "What the package manager has fetched is still",
      isPlace: (place) =>
        nameText(context.paths, place) !== "pkgs" || pathFrom(context, place, "..", "conda-meta") !== undefined,
    });
  },
};
