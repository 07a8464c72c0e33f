import type { Rule } from "../rule.ts";
import { wasteDrafts } from "../waste-drafts.ts";
import { inSameRun, removes } from "../waste-snippets.ts";

export const replacedDirectory: Rule = {
  id: "replaced-directory",
  title: "A directory is replaced, and what was in it is still stored",
  category: "waste",
  reason:
    "When a layer empties a directory and makes it anew, or puts something else in its place, everything that was below is hidden but stays in the layers that stored it.",
  fix: "Make the directory once: do both in one RUN, or copy to the place where nothing was.",
  example: {
    bad: "COPY dist /srv/www\nRUN rm -rf /srv/www && mkdir /srv/www && ./render /srv/www",
    good: "RUN --mount=type=bind,source=dist,target=/tmp/dist \\\n    mkdir /srv/www && ./render /tmp/dist /srv/www",
  },
  counts:
    "The sizes of the files that were in the directory, and of those that a layer stores where no path can lead to them.",
  *find(context) {
    yield* wasteDrafts(context, "replaced-directory", "replaces directories that hold what", (group) => ({
      snippet: group.storedIn === group.hiddenBy ? undefined : inSameRun(context, group, removes(context, group)),
    }));
  },
};
