import type { Rule } from "../rule.ts";
import { mountedCopy } from "../waste-attributes.ts";
import { wasteDrafts } from "../waste-drafts.ts";
import { inSameRun } from "../waste-snippets.ts";

export const rewrittenBySetcap: Rule = {
  id: "rewritten-by-setcap",
  title: "Files are stored twice because their attributes were changed",
  category: "waste",
  reason:
    "A layer holds whole files. Giving a file of a layer below a capability or another extended attribute stores its content once more.",
  fix: "Set the attribute in the RUN that brings the file, or in a build stage: COPY --from keeps attributes.",
  example: {
    bad: "COPY server /usr/local/bin/server\nRUN setcap cap_net_bind_service=+ep /usr/local/bin/server",
    good: "RUN --mount=type=bind,source=server,target=/tmp/server \\\n    cp /tmp/server /usr/local/bin/server \\\n    && setcap cap_net_bind_service=+ep /usr/local/bin/server",
  },
  counts:
    "The sizes of the files as they were before the change, where extended attributes differ, and neither content nor owner nor mode.",
  *find(context) {
    yield* wasteDrafts(context, "rewritten-by-setcap", "changes attributes and so stores again what", (group) => ({
      snippet: mountedCopy(context, group) ?? inSameRun(context, group, ({ name }) => SETTERS.has(name)),
    }));
  },
};

const SETTERS = new Set(["setcap", "setfattr", "setfacl", "chattr", "chcon"]);
