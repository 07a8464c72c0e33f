import type { Rule } from "../rule.ts";
import { attributesAtOnce } from "../waste-attributes.ts";
import { wasteDrafts } from "../waste-drafts.ts";

export const rewrittenByChown: Rule = {
  id: "rewritten-by-chown",
  title: "Files are stored twice because their owner was changed",
  category: "waste",
  reason:
    "A layer holds whole files. Changing the owner of a file from a layer below stores its content once more, so chown -R of a directory doubles it.",
  fix: "Give the owner with COPY --chown or ADD --chown, or change it in the RUN that makes the files.",
  example: {
    bad: "COPY . /app\nRUN chown -R node:node /app",
    good: "COPY --chown=node:node . /app",
  },
  counts:
    "The sizes of the files as they were before the change, where nothing but the owner, or the owner, time and attributes differ. Where the mode differs too they count for rewritten-by-chmod.",
  *find(context) {
    yield* wasteDrafts(context, "rewritten-by-chown", "changes the owner and so stores again what", (group) => ({
      snippet: attributesAtOnce(context, group),
    }));
  },
};
