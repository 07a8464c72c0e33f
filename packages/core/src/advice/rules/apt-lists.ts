import type { Rule } from "../rule.ts";
import { installingAnd } from "./apt-update-alone.ts";
import { LEAVINGS_WORTH, leftovers } from "./leftover-files.ts";

export const aptLists: Rule = {
  id: "apt-lists",
  title: "Package lists of apt are still there",
  category: "leavings",
  reason:
    "apt-get update fetches tens of megabytes of package lists. They are old as soon as the image is built, and apt fetches them again before it installs anything.",
  fix: "Remove the lists in the RUN that fetches them, or keep them in a cache mount.",
  example: {
    bad: "RUN apt-get update && apt-get install -y curl",
    good: "RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*",
  },
  counts: "Every file in /var/lib/apt/lists that a container sees.",
  *find(context) {
    yield* leftovers(context, {
      patterns: ["/var/lib/apt/lists"],
      subject: "The package lists of apt are still",
      worth: LEAVINGS_WORTH,
      snippet: (step) => installingAnd(context.steps, step, "rm -rf /var/lib/apt/lists/*"),
    });
  },
};
