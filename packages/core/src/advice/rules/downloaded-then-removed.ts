import type { Rule } from "../rule.ts";
import { wasteDrafts } from "../waste-drafts.ts";
import { inSameRun, removes } from "../waste-snippets.ts";

export const downloadedThenRemoved: Rule = {
  id: "downloaded-then-removed",
  title: "What one RUN downloaded is removed by another",
  category: "waste",
  reason:
    "Each RUN makes a layer. What is there at its end is stored for good, whatever the next one removes: downloads, package lists and caches must go in the RUN that brought them.",
  fix: "Download, use and remove in one RUN, or keep downloads out of the layer with RUN --mount=type=cache.",
  example: {
    bad: "RUN curl -fsSLO https://example.com/tool.tar.gz\nRUN tar -xzf tool.tar.gz -C /opt\nRUN rm tool.tar.gz",
    good: "RUN curl -fsSLO https://example.com/tool.tar.gz \\\n    && tar -xzf tool.tar.gz -C /opt \\\n    && rm tool.tar.gz",
  },
  counts:
    "The sizes of the files that a later RUN removes from the layer of a RUN that downloads (curl, wget, git clone), or that lie where package managers keep what they fetch.",
  *find(context) {
    yield* wasteDrafts(context, "downloaded-then-removed", "removes the downloads that", (group) => ({
      snippet: inSameRun(context, group, removes(context, group)),
    }));
  },
};
