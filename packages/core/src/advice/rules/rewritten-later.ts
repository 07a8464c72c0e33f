import type { Rule } from "../rule.ts";
import { wasteDrafts } from "../waste-drafts.ts";
import { inSameRun } from "../waste-snippets.ts";
import { installedAgain } from "./copied-packages.ts";

export const rewrittenLater: Rule = {
  id: "rewritten-later",
  title: "Files are written by one layer and changed by a later one",
  category: "waste",
  reason: "A layer holds whole files: changing one byte stores all of the file again, and the older one stays below.",
  fix: "Make the change where the file comes from: in the same RUN, in the build context, or in a build stage.",
  example: {
    bad: "RUN ./make-index /srv/index.db\nRUN ./compact /srv/index.db",
    good: "RUN ./make-index /srv/index.db \\\n    && ./compact /srv/index.db",
  },
  counts: "The sizes of the files with their older content, where no more particular rule counts them.",
  *find(context) {
    yield* wasteDrafts(
      context,
      "rewritten-later",
      "writes anew what",
      (group) => installedAgain(context, group) ?? { snippet: inSameRun(context, group, () => false) },
    );
  },
};
