import type { Rule } from "../rule.ts";
import { wasteDrafts } from "../waste-drafts.ts";
import { withoutCopying } from "../waste-snippets.ts";
import { installedAgain } from "./copied-packages.ts";

export const addedThenRemoved: Rule = {
  id: "added-then-removed",
  title: "What COPY or ADD brought is removed by a later RUN",
  category: "waste",
  reason:
    "A layer is never changed by those above it: the copied files are stored and pulled with every image, and the RUN only hides them.",
  fix: "Mount what only this RUN needs (RUN --mount=type=bind), let ADD unpack the archive, or build in a stage of its own and copy the result. What nobody needs belongs into .dockerignore.",
  example: {
    bad: "COPY app.tar.gz /tmp/\nRUN tar -xzf /tmp/app.tar.gz -C /opt && rm /tmp/app.tar.gz",
    good: "RUN --mount=type=bind,source=app.tar.gz,target=/tmp/app.tar.gz \\\n    tar -xzf /tmp/app.tar.gz -C /opt",
  },
  counts:
    "The sizes of the files that a layer of COPY or ADD stores and a layer of RUN removes or moves away. The same files in a directory that was replaced count for replaced-directory.",
  *find(context) {
    yield* wasteDrafts(
      context,
      "added-then-removed",
      "removes what",
      (group) => installedAgain(context, group) ?? { snippet: withoutCopying(context, group) },
    );
  },
};
