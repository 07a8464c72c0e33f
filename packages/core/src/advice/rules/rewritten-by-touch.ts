import type { Rule } from "../rule.ts";
import { wasteDrafts } from "../waste-drafts.ts";
import { isCopy } from "../waste-groups.ts";
import { inSameRun } from "../waste-snippets.ts";
import { installedAgain } from "./copied-packages.ts";
import { installedTwice } from "./installed-twice.ts";

export const rewrittenByTouch: Rule = {
  id: "rewritten-by-touch",
  title: "Files are stored twice because their time was changed",
  category: "waste",
  reason:
    "A layer holds whole files. A new time alone (touch, a copy over itself, an install that runs twice) stores the content once more.",
  fix: "Leave the time alone, or set it in the step that makes the files.",
  example: {
    bad: "COPY model.bin /srv/\nRUN touch /srv/model.bin",
    good: "COPY model.bin /srv/",
  },
  counts: "The sizes of the files as they were before the change, where nothing but the time differs.",
  *find(context) {
    yield* wasteDrafts(
      context,
      "rewritten-by-touch",
      "changes only the time of what",
      (group) =>
        installedAgain(context, group) ??
        installedTwice(context, group) ?? {
          fix: isCopy(group.hidden)
            ? "Copy the files once; what stands in both steps is stored twice, though it is the same."
            : undefined,
          snippet: inSameRun(context, group, ({ name }) => name === "touch"),
        },
    );
  },
};
