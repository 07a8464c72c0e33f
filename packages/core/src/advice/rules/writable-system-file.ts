import { byScope } from "../by-scope.ts";
import type { Rule } from "../rule.ts";

export const writableSystemFile: Rule = {
  id: "writable-system-file",
  title: "Others than root may change files of the system",
  category: "security",
  reason:
    "Programs, libraries and settings of the system are run and trusted by every process. Whoever may write to them may do whatever those may.",
  fix: "Leave the system's directories to root, and keep what an application writes in a directory of its own.",
  example: { bad: "RUN chown -R app /usr /etc", good: "RUN install -d -o app /var/lib/app" },
  counts: "No bytes. What everybody may write to is said by world-writable.",
  *find(context) {
    yield* byScope(context, context.inspection.permissions.writableSystemFiles, ({ length }) =>
      length === 1
        ? "root is not the only one who may write to one path"
        : `root is not the only one who may write to ${length} paths`,
    );
  },
};
