import { byScope } from "../by-scope.ts";
import type { Rule } from "../rule.ts";

export const worldWritable: Rule = {
  id: "world-writable",
  title: "Everybody may write to files or directories",
  category: "security",
  reason:
    "Any process of the container, whoever it runs as, can change such a file, or put its own in the place of what is in such a directory.",
  fix: "Give write permission to the user that needs it. A directory that really is for everybody needs the sticky bit, as /tmp has it.",
  example: { bad: "RUN chmod -R 777 /app", good: "COPY --chown=app:app app/ /app/" },
  counts: "No bytes. Links, and directories with the sticky bit, are left alone.",
  *find(context) {
    yield* byScope(context, context.inspection.permissions.worldWritable, ({ length }) =>
      length === 1 ? "one path can be written to by everybody" : `${length} paths can be written to by everybody`,
    );
  },
};
