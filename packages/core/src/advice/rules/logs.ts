import type { Rule } from "../rule.ts";
import { runAnd } from "../snippet.ts";
import { BASE_WORTH, LEAVINGS_WORTH, leftovers } from "./leftover-files.ts";

export const logs: Rule = {
  id: "logs",
  title: "Logs of building the image are in it",
  category: "build",
  reason:
    "Package managers and installers log what they do. The builder shows it, too; in the image it is old, differs with every build, and may tell too much.",
  fix: "Remove the logs at the end of the RUN that makes them. Keep the directories: services expect them.",
  example: {
    bad: "RUN apt-get update && apt-get install -y nginx",
    good: "RUN apt-get update && apt-get install -y nginx && find /var/log -type f -delete",
  },
  counts: "Files in /var/log, from 10 kB on; of base images from one megabyte on.",
  *find(context) {
    yield* leftovers(context, {
      patterns: ["/var/log"],
      subject: "Logs are",
      worth: LEAVINGS_WORTH,
      baseWorth: BASE_WORTH,
      snippet: (step) => runAnd(step, "find /var/log -type f -delete"),
    });
  },
};
