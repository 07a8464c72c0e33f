import { byScope } from "../by-scope.ts";
import type { Rule } from "../rule.ts";

export const unknownOwner: Rule = {
  id: "unknown-owner",
  title: "Files belong to a user that the image does not have",
  category: "security",
  reason:
    "A number without a name is most often the user of whoever built the image. In the container it is nobody, or by chance somebody who should not have the files.",
  fix: "Give the files to a user of the image when they are copied.",
  example: { bad: "ADD app.tar /app", good: "COPY --chown=app:app app/ /app/" },
  counts: "No bytes. Names are those in /etc/passwd and /etc/group; images without them are left alone.",
  *find(context) {
    const { unknownOwners } = context.inspection.permissions;
    yield* byScope(context, unknownOwners ?? [], (paths) => {
      const users = [...new Set(paths.flatMap(({ uid }) => (uid === undefined ? [] : [uid])))].sort((a, b) => a - b);
      const groups = [...new Set(paths.flatMap(({ gid }) => (gid === undefined ? [] : [gid])))].sort((a, b) => a - b);
      const who = users.length > 0 ? `user ${users.slice(0, 5).join(", ")}` : `group ${groups.slice(0, 5).join(", ")}`;
      return `${paths.length === 1 ? "one path belongs" : `${paths.length} paths belong`} to ${who}, without a name here`;
    });
  },
};
