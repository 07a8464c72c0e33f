import type { Rule } from "../rule.ts";
import { attributesAtOnce } from "../waste-attributes.ts";
import { wasteDrafts } from "../waste-drafts.ts";

export const rewrittenByChmod: Rule = {
  id: "rewritten-by-chmod",
  title: "Files are stored twice because their permissions were changed",
  category: "waste",
  reason:
    "A layer holds whole files. Changing the permissions of a file from a layer below stores its content once more.",
  fix: "Give the permissions with COPY --chmod or ADD --chmod, set them in the build context, or change them in the RUN that makes the files.",
  example: {
    bad: "COPY server /usr/local/bin/\nRUN chmod 755 /usr/local/bin/server",
    good: "COPY --chmod=755 server /usr/local/bin/",
  },
  counts:
    "The sizes of the files as they were before the change, where the mode differs and the content does not; the owner may differ too.",
  *find(context) {
    yield* wasteDrafts(context, "rewritten-by-chmod", "changes permissions and so stores again what", (group) => ({
      snippet: attributesAtOnce(context, group),
    }));
  },
};
