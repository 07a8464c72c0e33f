import type { Rule } from "../rule.ts";
import { installingAnd } from "./apt-update-alone.ts";
import { LEAVINGS_WORTH, leftovers } from "./leftover-files.ts";

export const aptArchives: Rule = {
  id: "apt-archives",
  title: "Downloads and caches of apt are still there",
  category: "leavings",
  reason:
    "apt keeps the archives of what it has installed, and tables that it makes again when they are missing. Nothing that runs in a container reads them.",
  fix: "Run apt-get clean in the RUN that installs, or keep the directory in a cache mount.",
  example: {
    bad: "RUN apt-get update && apt-get install -y curl",
    good: "RUN apt-get update && apt-get install -y curl && apt-get clean",
  },
  counts: "Every file in /var/cache/apt that a container sees.",
  *find(context) {
    yield* leftovers(context, {
      patterns: ["/var/cache/apt"],
      subject: "Downloads and caches of apt are still",
      worth: LEAVINGS_WORTH,
      snippet: (step) => installingAnd(context.steps, step, "apt-get clean", "rm -rf /var/cache/apt/*"),
    });
  },
};
