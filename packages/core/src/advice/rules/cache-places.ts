/** Caches of the package managers of languages: what is kept in a mount is not in the layer. */
import type { AdviceContext } from "../advice-context.ts";
import type { Draft } from "../rule.ts";
import { withMount } from "../snippet.ts";
import { LEAVINGS_WORTH, type Leftover, leftovers } from "./leftover-files.ts";

type CachePlaces = Pick<Leftover, "patterns" | "subject" | "isPlace">;

/** Drafts about caches, each with the `RUN` that keeps them in a cache mount. What links lead into is left alone. */
export function caches(context: AdviceContext, places: CachePlaces): Generator<Draft> {
  return leftovers(context, {
    ...places,
    worth: LEAVINGS_WORTH,
    unlessLinked: true,
    snippet: (step, paths) => withMount(step, ...new Set(paths.map((path) => `type=cache,target=${wholeCache(path)}`))),
  });
}

/** Parts that a package manager keeps apart inside of its cache: `_cacache` of npm, `archive-v0` of uv. */
function wholeCache(path: string): string {
  return path.replace(/\/(?:_[a-z]+|[a-z]+(?:-[a-z]+)?-v\d+)$/, "");
}
