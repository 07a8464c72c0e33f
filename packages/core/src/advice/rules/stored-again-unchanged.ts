import type { Rule } from "../rule.ts";
import { wasteDrafts } from "../waste-drafts.ts";
import { installedAgain } from "./copied-packages.ts";

export const storedAgainUnchanged: Rule = {
  id: "stored-again-unchanged",
  title: "Files are stored again though nothing of them changed",
  category: "waste",
  reason:
    "A step wrote files that were there already, with the same content, owner, mode and time. A layer cannot point to the layer below: it stores them whole.",
  fix: "Leave the files alone in the later step. A chown or chmod that changes nothing is stored all the same: name only what needs it.",
  example: {
    bad: "COPY --chown=app:app . /app\nRUN chown -R app:app /app",
    good: "COPY --chown=app:app . /app",
  },
  counts:
    "The sizes of the files as the earlier layer stores them. What two steps of COPY bring counts for copied-twice, what package managers write for rewritten-by-package-manager.",
  *find(context) {
    yield* wasteDrafts(
      context,
      "stored-again-unchanged",
      "stores again, unchanged, what",
      (group) => installedAgain(context, group) ?? {},
    );
  },
};
