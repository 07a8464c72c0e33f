import type { Rule } from "../rule.ts";
import { wasteDrafts } from "../waste-drafts.ts";
import { inSameRun, removes } from "../waste-snippets.ts";

export const removedLater: Rule = {
  id: "removed-later",
  title: "What one layer stores is removed by a later one",
  category: "waste",
  reason:
    "Removing a file in a later layer only hides it. The layer that stored it is still part of the image and is pushed and pulled whole.",
  fix: "Remove it in the RUN that made it, or make it in a build stage and copy what is needed.",
  example: {
    bad: "RUN make install\nRUN rm -rf /usr/src/app/build",
    good: "RUN make install \\\n    && rm -rf /usr/src/app/build",
  },
  counts:
    "The sizes of the files that are removed and count for neither added-then-removed nor downloaded-then-removed.",
  *find(context) {
    yield* wasteDrafts(context, "removed-later", "removes what", (group) => ({
      snippet: inSameRun(context, group, removes(context, group)),
    }));
  },
};
